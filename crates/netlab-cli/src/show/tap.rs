//! The tap: every command shows it each message it sends or receives; it traces, captures and tells of them if asked to.

use core::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    Capture, Dissection, dissect_data, dissect_dns, dissect_http_request, dissect_http_response,
};
use crate::net::system_text;
use crate::output::{Output, terminal_safe};

/// What the octets of a message mean.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Protocol {
    /// Text and other octets without a protocol of their own.
    Data,
    /// A DNS message, without the length that TCP puts before it.
    Dns,
    /// An HTTP request with its body.
    HttpRequest,
    /// An HTTP response with its body; to a request with this method.
    HttpResponse(ResponseTo),
}

/// The method of the request that a response answers, as far as it decides the response's body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ResponseTo {
    /// Never has a body.
    Head,
    /// Becomes a tunnel.
    Connect,
    /// Any other.
    Other,
}

impl ResponseTo {
    /// What a response to `method` answers.
    pub(crate) fn method(method: &str) -> Self {
        match method {
            "HEAD" => Self::Head,
            "CONNECT" => Self::Connect,
            _ => Self::Other,
        }
    }

    /// A method that stands for it.
    pub(crate) const fn as_method(self) -> wire_http::Method<'static> {
        match self {
            Self::Head => wire_http::Method::HEAD,
            Self::Connect => wire_http::Method::CONNECT,
            Self::Other => wire_http::Method::GET,
        }
    }
}

/// What carried a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Transport {
    /// A stream.
    Tcp,
    /// A datagram.
    Udp,
}

/// A message that was sent or received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    /// What carried it.
    pub(crate) transport: Transport,
    /// Who sent it.
    pub(crate) from: SocketAddr,
    /// Who gets it.
    pub(crate) to: SocketAddr,
    /// How to read it.
    pub(crate) protocol: Protocol,
    /// Its octets.
    pub(crate) octets: &'a [u8],
}

/// The longest head there may be, and more.
const HEAD_OCTETS_MAX: usize = 128 * 1024;
/// Traces and captures show what a message is; one that never ends must not take all memory.
const MESSAGE_OCTETS_MAX: usize = 64 * 1024 * 1024;
/// Nor must many that come at once.
const OCTETS_MAX: usize = 512 * 1024 * 1024;

/// The octets of a message for those who watch: as many as they have use for.
#[derive(Debug)]
pub(crate) struct Kept {
    octets: Vec<u8>,
    octets_max: usize,
    /// Octets kept of all messages together.
    of_all: Arc<AtomicUsize>,
    has_no_room: bool,
}

impl Kept {
    /// Adds a piece, or what there is room for.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        let room = self.octets_max.saturating_sub(self.octets.len());
        let piece = piece.get(..room).unwrap_or(piece);
        let more = |all: usize| {
            all.checked_add(piece.len())
                .filter(|all| *all <= OCTETS_MAX)
        };
        // Nothing is kept behind a gap.
        self.has_no_room = self.has_no_room
            || (self.of_all)
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
                .is_err();
        if !self.has_no_room {
            self.octets.extend_from_slice(piece);
        }
    }

    /// Whether some of it is missing because too many messages came at once.
    pub(crate) const fn has_no_room(&self) -> bool {
        self.has_no_room
    }

    /// What was kept.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Starts with the next message.
    pub(crate) fn clear(&mut self) {
        self.of_all.fetch_sub(self.octets.len(), Ordering::Relaxed);
        self.octets.clear();
        self.has_no_room = false;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Watches messages; clones share what they write to.
#[derive(Clone, Default)]
pub(crate) struct Tap {
    watchers: Vec<Watcher>,
    /// How much of a message they have use for.
    octets_max: usize,
    /// Octets kept of all messages together.
    kept: Arc<AtomicUsize>,
    capture: Option<Arc<Capture>>,
}

type Watcher = Arc<dyn Fn(&Seen<'_>) + Send + Sync>;

impl Tap {
    /// A tap for `--trace`, `--capture` and, where nothing longer is said, `--verbose`.
    pub(crate) fn new(trace: bool, capture: Option<Capture>, out: &Output) -> Self {
        let mut tap = Self {
            watchers: Vec::new(),
            octets_max: 0,
            kept: Arc::default(),
            capture: capture.map(Arc::new),
        };
        let to = out.clone();
        if trace {
            tap.watch(move |seen| to.block(&describe(seen)));
        } else if out.is_verbose() {
            tap.watch_start(move |seen| to.block(&headline(seen)));
        }
        if let Some(capture) = tap.capture.clone() {
            let out = out.clone();
            tap.watch(move |seen| {
                if let Err(error) = capture.write(seen) {
                    out.warn(&format!(
                        "cannot write the capture: {}; it ends here",
                        system_text(&error)
                    ));
                }
            });
        }
        tap
    }

    /// Tells that `client` connected to `server` over TCP. Only needed where the server may speak first: otherwise the first
    /// message says who is who.
    pub(crate) fn connected(&self, client: SocketAddr, server: SocketAddr) {
        if let Some(capture) = &self.capture {
            // A file that cannot be written is told of with the first message.
            let _ = capture.connected(client, server);
        }
    }

    /// Adds a watcher.
    pub(crate) fn watch(&mut self, watcher: impl Fn(&Seen<'_>) + Send + Sync + 'static) {
        self.watchers.push(Arc::new(watcher));
        self.octets_max = MESSAGE_OCTETS_MAX;
    }

    /// Adds a watcher that has use for the head of a message only.
    fn watch_start(&mut self, watcher: impl Fn(&Seen<'_>) + Send + Sync + 'static) {
        self.watchers.push(Arc::new(watcher));
        self.octets_max = self.octets_max.max(HEAD_OCTETS_MAX);
    }

    /// What keeps a message that comes in pieces until it can be shown; `None` if nobody watches.
    pub(crate) fn kept(&self) -> Option<Kept> {
        self.is_watched().then(|| Kept {
            octets: Vec::new(),
            octets_max: self.octets_max,
            of_all: Arc::clone(&self.kept),
            has_no_room: false,
        })
    }

    /// Whether anybody watches; if not, nothing needs to be prepared for [`Tap::see`].
    pub(crate) fn is_watched(&self) -> bool {
        !self.watchers.is_empty()
    }

    /// Shows octets without a protocol of their own to everybody who watches.
    pub(crate) fn see_data(
        &self,
        transport: Transport,
        from: SocketAddr,
        to: SocketAddr,
        octets: &[u8],
    ) {
        if self.is_watched() {
            self.see(&Seen {
                transport,
                from,
                to,
                protocol: Protocol::Data,
                octets,
            });
        }
    }

    /// Shows one message to everybody who watches.
    #[cold]
    pub(crate) fn see(&self, seen: &Seen<'_>) {
        for watcher in &self.watchers {
            watcher(seen);
        }
    }
}

impl Protocol {
    /// Wireshark's name for the dissector that reads it.
    pub(super) const fn dissector(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Dns => "dns",
            Self::HttpRequest | Self::HttpResponse(_) => "http",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

impl Seen<'_> {
    /// The message taken apart.
    pub(crate) fn dissect(&self) -> Dissection {
        match self.protocol {
            Protocol::Data => dissect_data(self.octets),
            Protocol::Dns => dissect_dns(self.octets),
            Protocol::HttpRequest => {
                // Whether it may be so is for whoever received it to say.
                let mut limits = wire_http::Limits::default();
                limits.lenient_target = true;
                dissect_http_request(self.octets, &limits)
            }
            Protocol::HttpResponse(to) => dissect_http_response(self.octets, to.as_method()),
        }
    }
}

/// One message as `--trace` prints it.
pub(crate) fn describe(seen: &Seen<'_>) -> String {
    let way = way(seen);
    format!("{way}: {}", seen.dissect().to_text(seen.octets))
}

/// One message as `--verbose` tells of it, in a line.
fn headline(seen: &Seen<'_>) -> String {
    let way = way(seen);
    format!("{way}: {}", terminal_safe(&seen.dissect().summary))
}

fn way(seen: &Seen<'_>) -> String {
    format!("{} {} > {}", seen.transport, seen.from, seen.to)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::{HEAD_OCTETS_MAX, MESSAGE_OCTETS_MAX, OCTETS_MAX, Tap};

    /// An endless body is told of, traced and captured in bounded memory.
    #[test]
    fn no_more_is_kept_than_watchers_have_use_for() {
        let mut tap = Tap::default();
        assert!(tap.kept().is_none());
        tap.watch_start(|_| {});
        let piece = vec![0; HEAD_OCTETS_MAX - 1];
        let mut kept = tap.kept().unwrap();
        for _ in 0..3 {
            kept.push(&piece);
        }
        assert_eq!(kept.octets().len(), HEAD_OCTETS_MAX);
        kept.clear();
        kept.push(b"next");
        assert_eq!(kept.octets(), b"next");
        tap.watch(|_| {});
        assert_eq!(tap.kept().unwrap().octets_max, MESSAGE_OCTETS_MAX);
    }

    /// As many clients as there may be, each with a message of the largest kind, are shown in bounded memory too.
    #[test]
    fn no_more_is_kept_of_all_messages_than_there_is_room_for() {
        let mut tap = Tap::default();
        tap.watch(|_| {});
        let mut first = tap.kept().unwrap();
        let mut second = tap.kept().unwrap();
        first.push(b"first");
        tap.kept.fetch_add(OCTETS_MAX - 10, Ordering::Relaxed);
        second.push(b"second");
        assert!(second.has_no_room() && !first.has_no_room());
        second.push(b"2");
        assert_eq!((first.octets(), second.octets()), (&b"first"[..], &b""[..]));
        drop(first);
        second.clear();
        second.push(b"second");
        assert_eq!(second.octets(), b"second");
        drop(second);
        assert_eq!(tap.kept.load(Ordering::Relaxed), OCTETS_MAX - 10);
    }
}
