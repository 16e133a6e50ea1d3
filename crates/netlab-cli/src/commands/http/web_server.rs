//! A web server: every client has a conversation with a site.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use wire_http::{Limits, ResponseWriter, StatusCode};

use super::connection::{Exchanges, Front, Site};
use crate::context::Context;
use crate::net::{Conversation, TcpHandler, TimedStream};

/// What answers the requests that come over connections.
pub(crate) struct WebServer<F> {
    front: Arc<Front>,
    site: F,
}

impl<F, S> WebServer<F>
where
    F: Fn(SocketAddr) -> S,
{
    /// A server that answers the client at an address as the `site` for it does.
    pub(crate) fn new(limits: Limits, context: &Context, site: F) -> Self {
        let context = context.clone();
        Self {
            front: Arc::new(Front { limits, context }),
            site,
        }
    }
}

impl<F, S> TcpHandler for WebServer<F>
where
    F: Fn(SocketAddr) -> S + Send + Sync + 'static,
    S: Site,
{
    fn begin(
        self: Arc<Self>,
        stream: TimedStream,
        peer: SocketAddr,
    ) -> io::Result<Box<dyn Conversation>> {
        let (front, site) = (Arc::clone(&self.front), (self.site)(peer));
        Ok(Box::new(Exchanges::new(stream, peer, front, site)?))
    }

    /// Says 503, without waiting.
    fn turn_away(&self, mut stream: &TcpStream) {
        let mut out = Vec::new();
        let written = ResponseWriter::new(StatusCode::SERVICE_UNAVAILABLE)
            .close()
            .send(b"", &mut out);
        if written.is_ok() && stream.set_nonblocking(true).is_ok() {
            // Whoever does not get it sees the connection close.
            let _ = stream.write(&out);
        }
    }
}
