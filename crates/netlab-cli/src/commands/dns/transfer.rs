//! `netlab dns query NAME AXFR`: all records of a zone, over TCP, in as many messages as it takes (RFC 5936).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use wire_dns::{Header, Message, NameBuf, Rcode, RecordType};

use super::exchange::{self, Reply};
use crate::context::Context;
use crate::exit::Failure;
use crate::net::{HostPort, read_message};
use crate::show::Transport;

/// A transfer under way.
pub(super) struct Transfer<'a> {
    server: &'a HostPort,
    /// The owner of the SOA record that came first, and which comes last, too.
    apex: Option<NameBuf>,
    is_whole: bool,
    pub(super) messages: u64,
    pub(super) records: u64,
    pub(super) octets: u64,
}

impl<'a> Transfer<'a> {
    pub(super) const fn new(server: &'a HostPort) -> Self {
        Self {
            server,
            apex: None,
            is_whole: false,
            messages: 0,
            records: 0,
            octets: 0,
        }
    }

    /// Asks for the zone and gives each message to `take`; each may take until `timeout` to come. The last one is returned: it ends
    /// the zone, or is the only one and refuses it.
    pub(super) fn run(
        &mut self,
        context: &Context,
        address: SocketAddr,
        query: &[u8],
        timeout: Duration,
        mut take: impl FnMut(&Reply, &Message<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Reply> {
        let start = Instant::now();
        let failure = |error: &_| exchange::tcp_failure(self.server, error);
        let (ends, mut stream) = exchange::send_over_tcp(context, address, query, timeout)
            .map_err(|error| failure(&error))?;
        stream.set_deadline(None);
        loop {
            let mut octets = Vec::new();
            let came = read_message(&mut stream, &mut octets).map_err(|error| failure(&error))?;
            if !came {
                return Err(self.fault("closed the connection before the zone was whole"));
            }
            exchange::see(context, Transport::Tcp, address, ends.local, &octets);
            let reply = Reply {
                octets,
                ends,
                transport: Transport::Tcp,
                time: start.elapsed(),
            };
            let message = reply.message()?;
            self.count(query, &message)?;
            take(&reply, &message)?;
            if self.is_whole || self.apex.is_none() {
                return Ok(reply);
            }
        }
    }

    /// Sees to it that a message goes on with the zone (RFC 5936 section 2.2).
    fn count(&mut self, query: &[u8], message: &Message<'_>) -> anyhow::Result<()> {
        let is_first = self.messages == 0;
        self.messages = self.messages.saturating_add(1);
        let octets = u64::try_from(message.octets().len());
        self.octets = self.octets.saturating_add(octets.unwrap_or(u64::MAX));
        // Only the first needs the question.
        let has_id = Header::decode(query).is_ok_and(|asked| asked.id == message.header().id);
        let is_answer = has_id && message.flags().response();
        if !is_answer || is_first && !exchange::answers(query, message.octets()) {
            return Err(self.fault("sent a message that is no answer to the question"));
        }
        if message.rcode() != Rcode::NOERROR && !is_first {
            let rcode = message.rcode();
            return Err(self.fault(&format!("broke the transfer off: {rcode}")));
        }
        for record in message.answers() {
            if self.is_whole {
                return Err(self.fault("sent records behind the end of the zone"));
            }
            self.records = self.records.saturating_add(1);
            let is_soa = record.record_type() == RecordType::SOA;
            match &self.apex {
                None if is_soa => self.apex = Some(record.owner().into()),
                None => return Err(self.fault("sent a zone that does not begin with its SOA")),
                Some(apex) => self.is_whole = is_soa && record.owner() == *apex,
            }
        }
        Ok(())
    }

    fn fault(&self, what: &str) -> anyhow::Error {
        Failure::failed(format!("{} {what}", self.server)).into()
    }
}
