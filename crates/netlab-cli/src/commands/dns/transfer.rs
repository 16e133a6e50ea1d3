//! `netlab dns query NAME AXFR` or `IXFR=SERIAL`: a zone or its changes, over TCP, in as many messages as it takes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use wire_dns::Message;
use wire_dns::transfer::{Transfer, TransferError};

use super::exchange::{self, Reply};
use crate::context::Context;
use crate::exit::Failure;
use crate::net::{HostPort, read_message};
use crate::show::Transport;

/// What has come of a transfer.
#[derive(Debug, Default)]
pub(super) struct Received {
    pub(super) messages: u64,
    pub(super) records: u64,
    pub(super) octets: u64,
}

impl Received {
    /// Asks for the zone and gives each message to `take`; each may take until `timeout` to come. The last one is returned: it ends
    /// the answer, or is the only one and refuses it.
    pub(super) fn run(
        &mut self,
        context: &Context,
        (server, address): (&HostPort, SocketAddr),
        query: &[u8],
        timeout: Duration,
        mut take: impl FnMut(&Reply, &Message<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Reply> {
        let start = Instant::now();
        let asked = Message::decode(query)?;
        let mut transfer = Transfer::of(&asked).context("the query asks for no transfer")?;
        let failure = |error: &_| exchange::tcp_failure(server, error);
        let (ends, mut stream) = exchange::send_over_tcp(context, address, query, timeout)
            .map_err(|error| failure(&error))?;
        stream.set_deadline(None);
        loop {
            let mut octets = Vec::new();
            let came = read_message(&mut stream, &mut octets).map_err(|error| failure(&error))?;
            if !came {
                return Err(fault(
                    server,
                    "closed the connection before the zone was whole",
                ));
            }
            exchange::see(context, Transport::Tcp, address, ends.local, &octets);
            let reply = Reply {
                octets,
                ends,
                transport: Transport::Tcp,
                time: start.elapsed(),
            };
            let message = reply.message()?;
            let is_over = match transfer.take(&message) {
                Ok(_) => {
                    self.count(&message);
                    transfer.is_done()
                }
                Err(TransferError::Rcode(_)) if self.messages == 0 => true,
                Err(TransferError::Rcode(rcode)) => {
                    return Err(fault(server, &format!("broke the transfer off: {rcode}")));
                }
                Err(error) => return Err(fault(server, &format!("sent {error}"))),
            };
            take(&reply, &message)?;
            if is_over {
                return Ok(reply);
            }
        }
    }

    fn count(&mut self, message: &Message<'_>) {
        let octets = u64::try_from(message.octets().len());
        self.messages = self.messages.saturating_add(1);
        self.octets = self.octets.saturating_add(octets.unwrap_or(u64::MAX));
        let records = message.header().answer_count;
        self.records = self.records.saturating_add(records.into());
    }
}

fn fault(server: &HostPort, what: &str) -> anyhow::Error {
    Failure::failed(format!("{server} {what}")).into()
}
