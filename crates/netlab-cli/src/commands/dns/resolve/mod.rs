//! Answers for names of other zones: from memory, from other resolvers, or from the root down (RFC 1034 §5.3).

mod cache;
mod delegation;
mod draft;
mod forward;
mod iterate;
mod resolution;
mod servers;

use core::fmt;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lru::LruCache;
use wire_dns::edns::EdeCode;
use wire_dns::zone::Zone;
use wire_dns::{Class, Message, NameBuf, Opcode, Rcode, RecordBuf, RecordType};

use self::cache::Cache;
pub(super) use self::delegation::Delegation;
pub(super) use self::draft::aged;
use self::resolution::Resolution;
pub(super) use self::resolution::Server;
pub(super) use self::servers::Servers;
use super::exchange::Reply;
use crate::exit::ExitCode;
use crate::lock::lock;
use crate::net::system_text;

/// A question of class IN and how it is asked.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Asked {
    pub(super) name: NameBuf,
    pub(super) record_type: RecordType,
    /// Whether DNSSEC records are wanted with the answer.
    pub(super) dnssec_ok: bool,
    /// Whether who validates should let wrong signatures pass.
    pub(super) checking_disabled: bool,
}

impl Asked {
    /// What a client wants found: a question of class IN for data, that others may be asked for.
    pub(super) fn from_query(query: &Message<'_>) -> Option<Self> {
        let (1, Some(question)) = (query.header().question_count, query.question()) else {
            return None;
        };
        let flags = query.flags();
        let is_ordinary = query.opcode() == Opcode::QUERY && question.class == Class::IN;
        let is_for_data = is_data(question.record_type);
        (is_ordinary && is_for_data && flags.recursion_desired()).then(|| Self {
            name: question.name.to_name_buf(),
            record_type: question.record_type,
            dnssec_ok: query.edns().is_some_and(|edns| edns.dnssec_ok()),
            checking_disabled: flags.checking_disabled(),
        })
    }

    /// Whether the zone above has the answer and not the zone itself: the DS of its apex (RFC 4035 §3.1.4.1).
    pub(super) fn belongs_above(&self, zone: &Zone) -> bool {
        self.record_type == RecordType::DS
            && zone.apex() == self.name
            && !self.name.as_name().is_root()
    }

    /// The same question for another name.
    fn about(&self, name: NameBuf) -> Self {
        Self {
            name,
            ..self.clone()
        }
    }
}

/// Whether others may be asked for records of a type: not for a whole zone, nor for what belongs to one message.
pub(super) const fn is_data(record_type: RecordType) -> bool {
    match record_type {
        RecordType::AXFR | RecordType::IXFR | RecordType::MAILA | RecordType::MAILB => false,
        record_type => !record_type.is_pseudo(),
    }
}

/// What the resolver has to say to a question.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rcode: Rcode,
    pub(super) answers: Vec<RecordBuf>,
    pub(super) authorities: Vec<RecordBuf>,
    /// Whether a zone served here has the name asked for: what an alias leads to does not count (RFC 1035 §4.1.1).
    pub(super) is_authoritative: bool,
    /// How long it may be remembered, in seconds.
    pub(super) seconds: u32,
    /// Why there is no answer.
    pub(super) trouble: Option<Trouble>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    /// For clients (RFC 8914).
    pub(super) info_code: EdeCode,
    pub(super) sentence: String,
    /// For the command that asks for itself.
    pub(super) code: ExitCode,
}

impl Trouble {
    pub(super) fn other(sentence: impl Into<String>) -> Self {
        Self {
            info_code: EdeCode::OTHER,
            sentence: sentence.into(),
            code: ExitCode::Failed,
        }
    }

    fn late() -> Self {
        Self {
            info_code: EdeCode::NO_REACHABLE_AUTHORITY,
            sentence: "it took too long".to_owned(),
            code: ExitCode::NoReply,
        }
    }

    /// Nobody of those asked gave an answer; `last` is why the last one did not.
    fn nobody(whom: &str, last: &NoReply) -> Self {
        Self {
            info_code: EdeCode::NO_REACHABLE_AUTHORITY,
            sentence: format!("no answer from {whom}: {}", last.reason),
            code: last.code,
        }
    }
}

impl Found {
    /// Whether there are records of the type asked for.
    pub(super) fn has(&self, record_type: RecordType) -> bool {
        let mut types = self.answers.iter().map(RecordBuf::record_type);
        types.any(|of| of == record_type || record_type == RecordType::ANY)
    }

    /// What is said when there is trouble; for a moment it is remembered too (RFC 9520 §3.2).
    pub(super) fn trouble(trouble: Trouble) -> Self {
        const SECONDS: u32 = 5;
        Self {
            rcode: Rcode::SERVFAIL,
            answers: Vec::new(),
            authorities: Vec::new(),
            is_authoritative: false,
            seconds: SECONDS,
            trouble: Some(trouble),
        }
    }
}

/// Why one server gave no answer.
#[derive(Clone, Debug)]
pub(super) struct NoReply {
    pub(super) reason: String,
    code: ExitCode,
    /// Whether another try may have more luck.
    is_silence: bool,
}

impl NoReply {
    fn said(reason: String) -> Self {
        Self {
            reason,
            code: ExitCode::Failed,
            is_silence: false,
        }
    }

    fn from_error(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let (code, is_silence) = match error.kind() {
            Kind::TimedOut => (ExitCode::NoReply, true),
            Kind::ConnectionRefused => (ExitCode::Refused, false),
            _ => (ExitCode::Failed, false),
        };
        let reason = match code {
            ExitCode::NoReply => "no reply in time".to_owned(),
            _ => system_text(error),
        };
        Self {
            reason,
            code,
            is_silence,
        }
    }
}

/// What is seen on the way to an answer: a server was asked.
pub(super) struct Event<'e> {
    pub(super) server: &'e Server<'e>,
    pub(super) asked: &'e Asked,
    /// Its response if it leads on, or else why not.
    pub(super) result: Result<&'e Reply, &'e NoReply>,
}

impl fmt::Display for Event<'_> {
    /// For the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Asked {
            name, record_type, ..
        } = self.asked;
        let Server { zone, socket, .. } = self.server;
        write!(f, "asked {socket} for {name} {record_type} (zone {zone}): ")?;
        match self.result {
            Ok(reply) => write!(f, "{} octets over {}", reply.octets.len(), reply.transport),
            Err(no_reply) => f.write_str(&no_reply.reason),
        }
    }
}

/// Who is told of it.
pub(super) type Watch<'w> = &'w mut dyn FnMut(Event<'_>);

/// Where answers come from.
pub(super) struct Resolver {
    servers: Servers,
    /// Resolvers that are asked first, in this order.
    forwarders: Vec<SocketAddr>,
    /// The servers of the root zone, for going down from there; without them only the forwarders are asked.
    root: Option<Arc<Delegation>>,
    /// The servers of zones further down, as long as they may be remembered.
    delegations: Mutex<LruCache<NameBuf, (Arc<Delegation>, Instant)>>,
    cache: Cache,
    /// Whether a client's question goes all the way, though the answer be known.
    asks_anew: bool,
}

impl Resolver {
    /// A resolver that knows nothing yet.
    pub(super) fn new(
        servers: Servers,
        forwarders: Vec<SocketAddr>,
        root: Option<Delegation>,
    ) -> Self {
        const DELEGATIONS_MAX: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();
        Self {
            servers,
            forwarders,
            root: root.map(Arc::new),
            delegations: Mutex::new(LruCache::new(DELEGATIONS_MAX)),
            cache: Cache::default(),
            asks_anew: false,
        }
    }

    /// This resolver, but asking for what it knows as well, for who wants to see the way.
    pub(super) fn asking_anew(mut self) -> Self {
        self.asks_anew = true;
        self
    }

    /// What is known without asking anyone, with the seconds since it was learned.
    pub(super) fn known(&self, asked: &Asked) -> Option<(Arc<Found>, u32)> {
        self.cache.get(asked, Instant::now())
    }

    /// Forgets everything, for what `zones` are has changed.
    pub(super) fn forget(&self) {
        self.cache.clear();
        lock(&self.delegations).clear();
    }

    /// Finds the answer, which takes as long as the servers take and at most `patience`. Names in `zones` are answered from
    /// them. `watch` is told of each reply.
    pub(super) fn resolve(
        &self,
        asked: &Asked,
        zones: &[Zone],
        patience: Duration,
        watch: Watch<'_>,
    ) -> Arc<Found> {
        Resolution::new(self, zones, patience, watch).find(asked, 0)
    }

    fn learn(&self, asked: &Asked, found: &Arc<Found>) {
        self.cache.insert(asked.clone(), found, Instant::now());
    }
}
