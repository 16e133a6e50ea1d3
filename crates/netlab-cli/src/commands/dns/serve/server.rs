//! What is answered at once, what is found first, and what is not answered.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, mpsc};

use wire_dns::edns::Edns;
use wire_dns::zone::{Answer, Response, Zone};
use wire_dns::{Builder, DecodeOptions, Message, Name, Outcome, Rcode, RecordType};

use super::recursion::{Recursion, Waiter};
use super::{Zones, response};
use crate::commands::dns::exchange;
use crate::commands::dns::resolve::{Asked, Found};
use crate::context::Context;
use crate::net::{
    Conversation, DatagramSocket, Ends, InOneGo, TcpHandler, TimedStream, UdpHandler,
    about_to_wait, read_message, write_message,
};
use crate::show::Transport;

/// The largest response over UDP: what passes every path without fragments (RFC 9715 §3).
const UDP_PAYLOAD_SIZE: u16 = 1232;

/// Answers queries, for its zones itself.
pub(super) struct DnsServer {
    zones: Zones,
    recursion: Option<Arc<Recursion>>,
    /// The socket of datagrams, for answers that take a while.
    socket: Arc<DatagramSocket>,
    context: Context,
}

/// What is to be done for a query.
enum Reply {
    /// The response is written.
    Written,
    /// The answer has to be found first.
    Find(Asked),
    /// No response.
    Nothing,
}

impl DnsServer {
    pub(super) fn new(
        zones: Zones,
        recursion: Option<Arc<Recursion>>,
        socket: Arc<DatagramSocket>,
        context: &Context,
    ) -> Self {
        Self {
            zones,
            recursion,
            socket,
            context: context.clone(),
        }
    }

    /// What finds the names of other zones.
    pub(super) const fn recursion(&self) -> Option<&Arc<Recursion>> {
        self.recursion.as_ref()
    }

    /// Serves other zones from now on.
    pub(super) fn replace_zones(&self, zones: Vec<Zone>) {
        *self.zones.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(zones);
        if let Some(recursion) = &self.recursion {
            recursion.forget();
        }
    }

    /// Writes the response to a message if that can be done at once.
    fn respond(
        &self,
        query: &[u8],
        peer: IpAddr,
        udp_payload_size: Option<u16>,
        reply: &mut Vec<u8>,
    ) -> Reply {
        reply.clear();
        let message = match Message::decode(query) {
            Ok(message) => message,
            Err(error) => {
                self.context
                    .out
                    .remark(|| format!("malformed query: {error}"));
                return malformed(query, reply);
            }
        };
        if message.is_query() && response::refuse_signature(&message, reply) {
            return Reply::Written;
        }
        let zones = Arc::clone(&self.zones.read().unwrap_or_else(PoisonError::into_inner));
        let recursion = self.recursion.as_deref();
        let recursion = recursion.filter(|recursion| recursion.serves(peer));
        let mut builder = Builder::new(&mut *reply);
        let result = Zone::respond(&zones, &message, udp_payload_size, &mut builder);
        let flags = builder.header().flags;
        builder.set_flags(flags.with_recursion_available(recursion.is_some()));
        builder.finish();
        let response = match result {
            Ok(Response::Ignored) => return Reply::Nothing,
            Ok(response) => response,
            Err(_) => {
                reply.clear();
                return malformed(query, reply);
            }
        };
        let Some((recursion, asked)) = recursion.zip(Asked::from_query(&message)) else {
            return Reply::Written;
        };
        let is_for_others = match response {
            Response::Refused(rcode) => rcode == Rcode::REFUSED,
            Response::Answered(Answer::Referral) => true,
            Response::Answered(Answer::Records) => leads_out(reply),
            Response::Answered(Answer::NoData) => {
                let own = Zone::for_question(&zones, asked.name.as_name(), asked.record_type);
                own.is_some_and(|zone| asked.belongs_above(zone))
            }
            _ => false,
        };
        if !is_for_others {
            return Reply::Written;
        }
        if let Some((found, age)) = recursion.known(&asked) {
            return match response::write(&found, age, &message, udp_payload_size, reply) {
                true => Reply::Written,
                false => Reply::Nothing,
            };
        }
        Reply::Find(asked)
    }

    /// Finds the answer to a datagram, and sends it when it is there.
    fn find_for_datagram(&self, query: &[u8], ends: Ends, asked: Asked) {
        let Some(recursion) = &self.recursion else {
            return;
        };
        let octets = query.len();
        let (query, socket, context) = (
            query.to_vec(),
            Arc::clone(&self.socket),
            self.context.clone(),
        );
        let answer = move |found: &Arc<Found>| {
            let mut reply = Vec::new();
            if Message::decode(&query).is_ok_and(|message| {
                response::write(found, 0, &message, Some(UDP_PAYLOAD_SIZE), &mut reply)
            }) {
                if let Err(error) = socket.send(&reply, ends) {
                    context
                        .out
                        .remark(|| format!("cannot answer {}: {error}", ends.peer));
                }
                see(&context, Transport::Udp, ends, (&query, &reply));
            }
        };
        recursion.find(asked, ends.peer.ip(), Waiter::new(octets, answer));
    }

    /// Finds the answer to a message on a connection, which waits for it.
    fn find_for_stream(
        &self,
        query: &[u8],
        peer: IpAddr,
        asked: Asked,
        reply: &mut Vec<u8>,
    ) -> bool {
        let Some(recursion) = &self.recursion else {
            return false;
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        let answer = move |found: &Arc<Found>| {
            // Whoever waited may be gone.
            let _ = sender.send(Arc::clone(found));
        };
        recursion.find(asked, peer, Waiter::new(query.len(), answer));
        if about_to_wait().is_err() {
            return false;
        }
        let (Ok(found), Ok(message)) = (receiver.recv(), Message::decode(query)) else {
            return false;
        };
        response::write(&found, 0, &message, None, reply)
    }
}

/// Whether an answer ends with an alias of which our zones say nothing more.
fn leads_out(reply: &[u8]) -> bool {
    let outcome = Message::decode(reply).map(|message| message.outcome(Name::ROOT));
    matches!(outcome, Ok(Outcome::Alias { .. }))
}

fn see(
    context: &Context,
    transport: Transport,
    Ends { peer, local }: Ends,
    (query, reply): (&[u8], &[u8]),
) {
    for (from, to, octets) in [(peer, local, query), (local, peer, reply)] {
        if !octets.is_empty() {
            exchange::see(context, transport, from, to, octets);
        }
    }
}

/// FORMERR for a query whose header can be read at least: with the question, and OPT for OPT (RFC 6891 §6.1.1), where no
/// more is wrong than some RDATA or option. To another version of EDNS it is BADVERS.
fn malformed(query: &[u8], reply: &mut Vec<u8>) -> Reply {
    let mut builder = Builder::new(reply);
    if !builder.reply_to_malformed(query) {
        return Reply::Nothing;
    }
    let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
    if let Ok(message) = Message::decode_with(query, tolerant)
        && let mut additionals = message.additionals()
        && additionals.any(|record| record.record_type() == RecordType::OPT)
    {
        let mut ours = Edns::default();
        if message.edns().is_some_and(|asked| asked.version > 0) {
            // What is well-formed in other versions is not known: BADVERS, 16, its upper bits here (RFC 6891 §6.1.3).
            builder.set_rcode(Rcode::BADVERS);
            ours.extended_rcode = 1;
        }
        // Without room for it the reply says as much.
        let _ = builder.edns(&ours);
    }
    builder.finish();
    Reply::Written
}

impl UdpHandler for DnsServer {
    fn datagram(&self, datagram: &[u8], ends: Ends, reply: &mut Vec<u8>) -> bool {
        let peer = ends.peer.ip();
        let is_written = match self.respond(datagram, peer, Some(UDP_PAYLOAD_SIZE), reply) {
            Reply::Written => true,
            Reply::Find(asked) => {
                self.find_for_datagram(datagram, ends, asked);
                return false;
            }
            Reply::Nothing => false,
        };
        if self.context.tap.is_watched() {
            see(&self.context, Transport::Udp, ends, (datagram, reply));
        }
        is_written
    }
}

impl TcpHandler for DnsServer {
    fn begin(
        self: Arc<Self>,
        stream: TimedStream,
        peer: SocketAddr,
    ) -> io::Result<Box<dyn Conversation>> {
        let serve = move |stream| self.serve(stream, peer);
        Ok(Box::new(InOneGo::new(stream, serve)))
    }
}

impl DnsServer {
    fn serve(&self, mut stream: TimedStream, peer: SocketAddr) -> io::Result<()> {
        /// Whoever asks more at once may go on for long: others must not wait for it.
        const AT_ONCE: usize = 16;
        let ends = Ends {
            peer,
            local: stream.local_addr()?,
        };
        let mut query = Vec::new();
        let mut reply = Vec::new();
        let mut answered = 0_usize;
        while read_message(&mut stream, &mut query)? {
            answered = answered.saturating_add(1);
            if answered == AT_ONCE {
                // Where there is no other thread, the others wait.
                let _ = about_to_wait();
            }
            stream.set_under_way(true);
            let is_written = match self.respond(&query, peer.ip(), None, &mut reply) {
                Reply::Written => true,
                Reply::Find(asked) => self.find_for_stream(&query, peer.ip(), asked, &mut reply),
                Reply::Nothing => false,
            };
            if self.context.tap.is_watched() {
                see(&self.context, Transport::Tcp, ends, (&query, &reply));
            }
            if !is_written {
                // Whoever sends what is no query has nothing to wait for.
                return Ok(());
            }
            write_message(&mut stream, &reply)?;
            stream.set_under_way(false);
            if stream.is_stopping() {
                // Who always has another query would keep the server from that.
                return Ok(());
            }
        }
        Ok(())
    }
}
