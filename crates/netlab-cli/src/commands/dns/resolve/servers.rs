//! How other servers are asked, and which of them have been silent.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use lru::LruCache;
use wire_dns::edns::Edns;
use wire_dns::{Class, Flags, Message, Rcode};

use super::super::exchange::{self, Reply};
use super::Asked;
use crate::context::Context;
use crate::lock::lock;
use crate::random::random;

/// Asks servers, one at a time.
pub(in super::super) struct Servers {
    context: Context,
    /// Where name servers listen: 53, except in a lab.
    port: u16,
    /// Whether UDP is not tried.
    tcp: bool,
    /// How long a reply may take.
    timeout: Duration,
    /// Those that did not answer, and when; they are asked last for a while.
    silent: Mutex<LruCache<IpAddr, Instant>>,
}

/// How long a server that was silent is asked after the others.
const SILENCE: Duration = Duration::from_secs(60);

impl Servers {
    pub(in super::super) fn new(
        context: &Context,
        port: u16,
        tcp: bool,
        timeout: Duration,
    ) -> Self {
        const SILENT_MAX: NonZeroUsize = NonZeroUsize::new(1000).unwrap();
        Self {
            context: context.clone(),
            port,
            tcp,
            timeout,
            silent: Mutex::new(LruCache::new(SILENT_MAX)),
        }
    }

    /// How long a reply may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The address of a name server's socket.
    pub(super) fn socket(&self, address: IpAddr) -> SocketAddr {
        SocketAddr::new(address, self.port)
    }

    /// Asks one server: over TCP where the answer was cut (RFC 2181 §9), without EDNS where the server does not know it
    /// (RFC 6891 §7).
    pub(super) fn ask(
        &self,
        server: SocketAddr,
        asked: &Asked,
        recurse: bool,
        timeout: Duration,
    ) -> io::Result<Reply> {
        let edns = Edns::default().with_dnssec_ok(asked.dnssec_ok);
        let reply = self.ask_with(server, asked, recurse, Some(&edns), timeout)?;
        let misses_edns = Message::decode(&reply.octets).is_ok_and(|message| {
            matches!(message.rcode(), Rcode::FORMERR | Rcode::NOTIMP) && message.edns().is_none()
        });
        if misses_edns {
            return self.ask_with(server, asked, recurse, None, timeout);
        }
        Ok(reply)
    }

    fn ask_with(
        &self,
        server: SocketAddr,
        asked: &Asked,
        recurse: bool,
        edns: Option<&Edns<'_>>,
        timeout: Duration,
    ) -> io::Result<Reply> {
        let flags = Flags::default()
            .with_recursion_desired(recurse)
            .with_checking_disabled(asked.checking_disabled);
        let query = exchange::query(flags, edns, |builder| {
            builder.question(asked.name.as_name(), asked.record_type, Class::IN)
        })?;
        if !self.tcp {
            let reply = exchange::over_udp(&self.context, server, &query, timeout)?;
            if !reply.is_truncated() {
                return Ok(reply);
            }
        }
        exchange::over_tcp(&self.context, server, &query, timeout)
    }

    /// Remembers whether a server answered.
    pub(super) fn heard(&self, address: IpAddr, answered: bool) {
        let mut silent = lock(&self.silent);
        if answered {
            silent.pop(&address);
        } else {
            silent.put(address, Instant::now());
        }
    }

    /// Begins with another server each time, so that all get their share, and puts those last that have been silent.
    pub(super) fn order<T>(&self, servers: &mut [T], address: impl Fn(&T) -> IpAddr) {
        let random = usize::from_be_bytes(random().unwrap_or_default());
        let first = random.checked_rem(servers.len());
        servers.rotate_left(first.unwrap_or(0));
        let silent = lock(&self.silent);
        servers.sort_by_key(|server| {
            let since = silent.peek(&address(server));
            since.is_some_and(|since| since.elapsed() < SILENCE)
        });
    }
}
