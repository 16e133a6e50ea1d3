//! The tap: every command shows it each message it sends or receives; it traces, captures and tells of them if asked to.

use core::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

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

/// Watches messages; clones share what they write to.
#[derive(Clone, Default)]
pub(crate) struct Tap {
    watchers: Vec<Watcher>,
    capture: Option<Arc<Capture>>,
}

type Watcher = Arc<dyn Fn(&Seen<'_>) + Send + Sync>;

impl Tap {
    /// A tap for `--trace`, `--capture` and, where nothing longer is said, `--verbose`.
    pub(crate) fn new(trace: bool, capture: Option<Capture>, out: &Output) -> Self {
        let mut tap = Self {
            watchers: Vec::new(),
            capture: capture.map(Arc::new),
        };
        let to = out.clone();
        if trace {
            tap.watch(move |seen| to.block(&describe(seen)));
        } else if out.is_verbose() {
            tap.watch(move |seen| to.block(&headline(seen)));
        }
        if let Some(capture) = tap.capture.clone() {
            let out = out.clone();
            tap.watch(move |seen| {
                if let Err(error) = capture.write(seen) {
                    out.warn(&format!(
                        "cannot write the capture: {}",
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
    }

    /// Whether anybody watches; if not, nothing needs to be prepared for [`Tap::see`].
    pub(crate) fn is_watched(&self) -> bool {
        !self.watchers.is_empty()
    }

    /// Shows one message to everybody who watches.
    #[cold]
    pub(crate) fn see(&self, seen: &Seen<'_>) {
        for watcher in &self.watchers {
            watcher(seen);
        }
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap")
            .field("watchers", &self.watchers.len())
            .finish()
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
            Protocol::HttpRequest => dissect_http_request(self.octets),
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
