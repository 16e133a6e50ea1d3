//! One client of the proxy: what is asked, and what is not done.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use wire_http::{Authority, Method, RequestHead, RequestTarget, StatusCode, via};

use super::Proxy;
use super::destination::{Denial, reach};
use super::fetch::{Awaited, Fetched};
use crate::commands::http::client::ClientConnection;
use crate::commands::http::connection::{Next, Reply, RequestBody, Site};
use crate::net::{HostPort, TimedStream, without_brackets};

/// A client's connection.
pub(super) struct Session {
    pub(super) proxy: Arc<Proxy>,
    pub(super) client: IpAddr,
    /// The request that is under way, where only the origin has to be waited for.
    awaited: Option<Box<Awaited>>,
}

impl Site for Session {
    fn respond(
        &mut self,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Next> {
        if let Some(awaited) = self.awaited.take() {
            let fetched = self.go_on_fetching(*awaited, request, body, reply)?;
            return Ok(self.next(fetched));
        }
        let result = self.check_loop(request).and_then(|()| match request.target() {
            // RFC 9110 §9.3.6: the octets behind CONNECT are the tunnel's; they cannot be a body as well.
            RequestTarget::Authority(_) if !body.has_ended() => Err(Denial::new(
                StatusCode::BAD_REQUEST,
                "http_request_error",
                "CONNECT with a body: what follows it goes through the tunnel",
            )),
            RequestTarget::Authority(authority) => self.tunnel(authority).map(Target::Tunnel),
            RequestTarget::Absolute {
                scheme,
                authority,
                path,
                ..
            } => self
                .check_request(scheme, authority, path)
                .map(Target::Origin),
            // RFC 9110 §9.3.7: whoever receives it is meant.
            RequestTarget::Asterisk => Ok(Target::Proxy),
            RequestTarget::Origin { .. } => Err(Denial::new(
                StatusCode::BAD_REQUEST,
                "http_request_error",
                "this is a proxy, and the request is for a web server; set it as the proxy of your browser, or try: \
                 netlab http get --proxy http://ADDRESS:PORT URL",
            )),
        });
        match result {
            Ok(Target::Origin(origin)) => {
                let fetched = self.fetch(request, origin, body, reply)?;
                Ok(self.next(fetched))
            }
            Ok(Target::Proxy) => {
                self.answer_as_recipient(request, reply)?;
                Ok(Next::Persist)
            }
            Ok(Target::Tunnel(upstream)) => {
                let head = reply.head(StatusCode::OK)?;
                reply.send(&head, b"")?;
                Ok(Next::Tunnel(upstream))
            }
            Err(denial) => {
                // Nobody knows whether the client sends the body then.
                if body.awaits_continue() {
                    reply.close();
                }
                self.deny(request, reply, &denial)?;
                Ok(Next::Persist)
            }
        }
    }

    fn awaited(&self) -> Option<&TimedStream> {
        let awaited = self.awaited.as_deref()?;
        Some(awaited.stream())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.proxy.pool.forget_old();
    }
}

/// Where a request leads.
enum Target {
    Proxy,
    Origin(HostPort),
    Tunnel(TimedStream),
}

impl Session {
    /// Nothing was asked yet.
    pub(super) const fn new(proxy: Arc<Proxy>, client: IpAddr) -> Self {
        Self {
            proxy,
            client,
            awaited: None,
        }
    }

    /// What becomes of the client's connection.
    fn next(&mut self, fetched: Fetched) -> Next {
        match fetched {
            Fetched::Replied => Next::Persist,
            Fetched::Awaits(awaited) => {
                self.awaited = Some(awaited);
                Next::Awaits
            }
        }
    }

    /// Whether the client is on this machine.
    pub(super) fn is_local(&self) -> bool {
        self.client.to_canonical().is_loopback()
    }

    /// Answers that it is not done, and why (RFC 9209 says it to programs). Cache-Status is not for what was made here (RFC
    /// 9211 §2).
    pub(super) fn deny(
        &self,
        request: &RequestHead<'_>,
        reply: &mut Reply<'_>,
        denial: &Denial,
    ) -> io::Result<()> {
        let mut head = reply.head(denial.status)?;
        if request.method() == Method::CONNECT {
            // What a client sends that believes in its tunnel is no request.
            head.close();
        }
        if denial.status == StatusCode::METHOD_NOT_ALLOWED {
            // RFC 9110 §15.5.6: the reply says what is allowed.
            head.field("Allow", ALLOWED).map_err(io::Error::other)?;
        }
        head.field("Proxy-Status", format!("netlab; error={}", denial.error))
            .map_err(io::Error::other)?;
        reply.send_error(head, &denial.reason)
    }

    /// RFC 9110 §7.6.3: a request that came through here before goes round in a circle.
    fn check_loop(&self, request: &RequestHead<'_>) -> Result<(), Denial> {
        if !request.fields().contains("Via") {
            return Ok(());
        }
        let lines = request.fields().get_all("Via");
        let entries = via::decode(lines.map(|line| line.as_bytes())).map_err(|error| {
            Denial::new(
                StatusCode::BAD_REQUEST,
                "http_request_error",
                format!("Via is broken: {}", error.kind()),
            )
        })?;
        let is_loop = entries
            .iter()
            .any(|entry| entry.received_by().eq_ignore_ascii_case(&self.proxy.name));
        if is_loop {
            return Err(Denial::new(
                StatusCode::LOOP_DETECTED,
                "proxy_loop_detected",
                "the request came through this proxy before",
            ));
        }
        Ok(())
    }

    fn check_request(
        &self,
        scheme: &str,
        authority: Authority<'_>,
        path: &str,
    ) -> Result<HostPort, Denial> {
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(Denial::new(
                StatusCode::NOT_IMPLEMENTED,
                "http_request_denied",
                format!("this proxy fetches http, not {scheme}; https goes through CONNECT"),
            ));
        }
        let target = HostPort {
            host: without_brackets(authority.host()).to_owned(),
            port: authority.port().unwrap_or(80),
        };
        if let Some(reason) = self.proxy.block.refuses(&target.host, path) {
            return Err(blocked(reason));
        }
        Ok(target)
    }

    fn tunnel(&self, authority: Authority<'_>) -> Result<TimedStream, Denial> {
        let target = HostPort {
            host: without_brackets(authority.host()).to_owned(),
            port: authority.port().unwrap_or(443),
        };
        self.proxy.ports.allow_tunnel(target.port)?;
        if let Some(reason) = self.proxy.block.refuses_host(&target.host) {
            return Err(blocked(reason));
        }
        let stream = reach(&target, self.client, self.proxy.idle)?;
        TimedStream::new(stream, self.proxy.idle, self.proxy.stop.clone()).map_err(|error| {
            Denial::new(
                StatusCode::BAD_GATEWAY,
                "connection_terminated",
                error.to_string(),
            )
        })
    }

    /// A new connection to an origin.
    pub(super) fn connect(&self, origin: &HostPort) -> Result<ClientConnection, Denial> {
        let proxy = &self.proxy;
        let stream = reach(origin, self.client, proxy.idle)?;
        ClientConnection::new(stream, proxy.idle, &proxy.context.tap).map_err(|error| {
            Denial::new(
                StatusCode::BAD_GATEWAY,
                "connection_terminated",
                format!("cannot talk to {origin}: {error}"),
            )
        })
    }

    /// Answers a TRACE or OPTIONS that ends here (RFC 9110 §7.6.2).
    pub(super) fn answer_as_recipient(
        &self,
        request: &RequestHead<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<()> {
        if request.method() == Method::OPTIONS {
            let mut head = reply.head(StatusCode::NO_CONTENT)?;
            head.field("Allow", ALLOWED).map_err(io::Error::other)?;
            return reply.send(&head, b"");
        }
        // An echo would show a page's script the cookies it must not see.
        self.deny(
            request,
            reply,
            &Denial::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "http_request_denied",
                "this proxy does not echo requests",
            ),
        )
    }
}

/// What the proxy does when it is the recipient itself.
const ALLOWED: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, CONNECT";

fn blocked(reason: String) -> Denial {
    Denial::new(StatusCode::FORBIDDEN, "http_request_denied", reason)
}
