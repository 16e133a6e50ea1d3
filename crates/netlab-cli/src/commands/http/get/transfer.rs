//! One URL fetched: connection, request, redirections, content.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, percent_encode};
use serde_json::{Map, Value, json};
use wire_http::{Framing, Limits, Method, ResponseHead, StatusCode};

use super::Args;
use super::cookies::Jar;
use super::order::Order;
use super::sink::Sink;
use super::validators::Validators;
use crate::commands::http::client::{self, ClientConnection, decode};
use crate::commands::http::web_url::WebUrl;
use crate::context::Context;
use crate::exit::Failure;
use crate::net::{HostPort, connect, thread_failure};
use crate::output::{milliseconds, octets_member, terminal_safe};

/// What a run of the command keeps between URLs.
pub(super) struct Client<'a> {
    pub(super) args: &'a Args,
    pub(super) context: &'a Context,
    pub(super) limits: Limits,
    pub(super) order: Order,
    kept: Option<Link>,
    jar: Option<Jar>,
}

/// A connection, and how it came about.
pub(super) struct Link {
    server: HostPort,
    pub(super) connection: ClientConnection,
    is_reused: bool,
    resolve_time: Duration,
    connect_time: Duration,
}

/// A response whose head was read.
pub(super) struct Arrival<'u> {
    pub(super) url: &'u WebUrl,
    pub(super) method: &'u str,
    pub(super) heads: Heads,
    /// When the request was about to be sent, and how long the head then took.
    pub(super) start: Instant,
    pub(super) first_octet: Duration,
    pub(super) redirects: Vec<String>,
}

/// The octets of the heads that came.
#[derive(Default)]
pub(super) struct Heads {
    /// Those of 1xx responses and of the redirections that led here.
    before: Vec<u8>,
    /// That of the response proper.
    last: Vec<u8>,
}

impl<'a> Client<'a> {
    /// A client without connections.
    pub(super) fn new(args: &'a Args, context: &'a Context) -> anyhow::Result<Self> {
        Ok(Self {
            args,
            context,
            limits: client::limits(),
            order: Order::new(args)?,
            kept: None,
            jar: args.cookies.clone().map(Jar::open).transpose()?,
        })
    }

    /// Writes the cookie file, if there is to be one.
    pub(super) fn save_cookies(&self) -> Result<(), Failure> {
        self.jar.as_ref().map_or(Ok(()), Jar::save)
    }

    /// Fetches `url`, following redirections if asked to, and delivers what it gives.
    pub(super) fn fetch(
        &mut self,
        url: &WebUrl,
        output: Option<&Path>,
    ) -> anyhow::Result<StatusCode> {
        const REDIRECTIONS_MAX: usize = 10;
        let mut url = url.clone();
        let mut order = self.order.clone();
        let mut redirects = Vec::new();
        let mut heads = Vec::new();
        loop {
            let validators = output
                .filter(|_| self.args.if_changed)
                .and_then(|output| Validators::load(output, &url));
            let cookies = self.jar.as_ref().and_then(|jar| jar.field(&url));
            let conditions = validators.iter().flat_map(Validators::conditions);
            let more: Vec<(&str, &[u8])> = conditions
                .map(|(name, value)| (name, value.as_bytes()))
                .chain(cookies.iter().map(|value| ("Cookie", value.as_slice())))
                .collect();
            let (mut link, mut arrival) = self.exchange(&order, &url, &more)?;
            let method = Method::new(&order.method).map_err(io::Error::other)?;
            let head = decode(&arrival.heads.last, method, &self.limits)?;
            if let Some(jar) = &mut self.jar {
                jar.keep(head.fields(), &url);
            }
            let next = if self.args.follow {
                redirection(&head, &url)?
            } else {
                None
            };
            heads.extend_from_slice(&arrival.heads.before);
            let Some(next) = next else {
                arrival.redirects = std::mem::take(&mut redirects);
                arrival.heads.before = std::mem::take(&mut heads);
                return self.deliver(link, &arrival, output);
            };
            let status = head.status().code();
            let framing = head.framing();
            if redirects.len() == REDIRECTIONS_MAX {
                return Err(Failure::failed(format!(
                    "{url} leads on after {REDIRECTIONS_MAX} redirections; is it a circle?"
                ))
                .into());
            }
            self.context
                .out
                .remark(|| format!("{url} leads to {next} ({status})"));
            redirects.push(url.to_string());
            heads.extend_from_slice(&arrival.heads.last);
            let persists = head.persists();
            link.connection.begin_body(framing, &self.limits);
            link.connection
                .skip_body()
                .map_err(|error| client::failure(&link.server.to_string(), &error))?;
            link.connection.see_response(method);
            self.keep(link, persists);
            order = order.redirected(status, url.same_origin(&next));
            url = next;
        }
    }

    /// Sends the request for `url` and reads the head of its final response.
    fn exchange<'u>(
        &mut self,
        order: &'u Order,
        url: &'u WebUrl,
        more: &[(&str, &[u8])],
    ) -> anyhow::Result<(Link, Arrival<'u>)> {
        let request = order.request(url, self.args.proxy.as_ref(), more)?;
        let mut octets = Vec::new();
        request
            .send(order.content.as_deref().unwrap_or_default(), &mut octets)
            .map_err(|error| {
                Failure::usage(format!("the request for {url} cannot be sent: {error}"))
            })?;
        let method = Method::new(&order.method).map_err(io::Error::other)?;
        let start = Instant::now();
        let mut link = self.link(url)?;
        let mut heads = Heads::default();
        let mut result = self.converse(&mut link, &octets, method, &mut heads);
        if link.is_reused && method.is_idempotent() && result.as_ref().is_err_and(client::is_stale)
        {
            // The server ended the connection while nobody looked (RFC 9112 §9.3.1): once more on a new one.
            link = self.connect(url)?;
            heads = Heads::default();
            result = self.converse(&mut link, &octets, method, &mut heads);
        }
        result.map_err(|error| client::failure(&link.server.to_string(), &error))?;
        let first_octet = start.elapsed();
        let arrival = Arrival {
            url,
            method: &order.method,
            heads,
            start,
            first_octet,
            redirects: Vec::new(),
        };
        Ok((link, arrival))
    }

    fn converse(
        &self,
        link: &mut Link,
        octets: &[u8],
        method: Method<'_>,
        heads: &mut Heads,
    ) -> io::Result<()> {
        const SENT_BEFORE_READING_OCTETS_MAX: usize = 64 * 1024;
        link.connection.see_request(octets);
        self.remark_head('>', octets);
        if octets.len() <= SENT_BEFORE_READING_OCTETS_MAX {
            link.connection.send(octets)?;
            return self.read_heads(&mut link.connection, method, heads);
        }
        // A server may answer while it still reads; one of the two must not wait for the other.
        let sender = link.connection.stream().try_clone()?;
        std::thread::scope(|scope| {
            let sending = std::thread::Builder::new()
                .spawn_scoped(scope, move || io::Write::write_all(&mut &sender, octets))
                .map_err(|error| thread_failure(&error))?;
            let result = loop {
                let was_sending = !sending.is_finished();
                match self.read_heads(&mut link.connection, method, heads) {
                    // A server that is still being told what is wanted is not silent.
                    Err(error) if error.kind() == io::ErrorKind::TimedOut && was_sending => {}
                    result => break result,
                }
            };
            if result.is_err() {
                let _ = link.connection.stream().shutdown(std::net::Shutdown::Both);
            }
            match sending.join() {
                // An early answer says more than the connection it ended.
                Ok(Err(error)) if result.is_err() => Err(error),
                _ => result,
            }
        })
    }

    /// Reads heads until the final one.
    pub(super) fn read_heads(
        &self,
        connection: &mut ClientConnection,
        method: Method<'_>,
        heads: &mut Heads,
    ) -> io::Result<()> {
        loop {
            let status = connection.read_head(method, &self.limits, &mut heads.last)?;
            self.remark_head('<', &heads.last);
            if !status.is_informational() || status == StatusCode::SWITCHING_PROTOCOLS {
                return Ok(());
            }
            heads.before.append(&mut heads.last);
            connection.see_response(method);
        }
    }

    fn remark_head(&self, mark: char, octets: &[u8]) {
        if self.context.out.is_verbose() {
            let text = String::from_utf8_lossy(octets);
            for line in text.lines().take_while(|line| !line.is_empty()) {
                self.context
                    .out
                    .remark(|| format!("{mark} {}", terminal_safe(line)));
            }
        }
    }

    /// The connection that was kept, if it leads to the right server and still can be used; else a new one.
    pub(super) fn link(&mut self, url: &WebUrl) -> Result<Link, Failure> {
        let server = self.args.proxy.as_ref().unwrap_or(url).server();
        match self.kept.take() {
            Some(kept) if kept.server == server && !kept.connection.is_stale() => Ok(Link {
                is_reused: true,
                ..kept
            }),
            _ => self.connect(url),
        }
    }

    fn connect(&self, url: &WebUrl) -> Result<Link, Failure> {
        let server = self.args.proxy.as_ref().unwrap_or(url).server();
        let connected = connect(&server, self.args.timeout)?;
        let connection =
            ClientConnection::new(connected.stream, self.args.timeout, &self.context.tap)
                .map_err(|error| client::failure(&server.to_string(), &error))?;
        self.context.out.remark(|| format!("connected to {server}"));
        Ok(Link {
            server,
            connection,
            is_reused: false,
            resolve_time: connected.resolve_time,
            connect_time: connected.connect_time,
        })
    }

    fn keep(&mut self, link: Link, persists: bool) {
        if persists && !self.args.no_keepalive && link.connection.is_clean() {
            self.kept = Some(link);
        }
    }

    /// Reads the content of a response to where it belongs, and keeps the connection if that is possible.
    pub(super) fn deliver(
        &mut self,
        mut link: Link,
        arrival: &Arrival<'_>,
        output: Option<&Path>,
    ) -> anyhow::Result<StatusCode> {
        let (status, persists) = self.deliver_on(&mut link, arrival, output)?;
        self.keep(link, persists);
        Ok(status)
    }

    /// The same on a connection that stays with the caller; says whether it persists.
    pub(super) fn deliver_on(
        &self,
        link: &mut Link,
        arrival: &Arrival<'_>,
        output: Option<&Path>,
    ) -> anyhow::Result<(StatusCode, bool)> {
        let out = &self.context.out;
        let method = Method::new(arrival.method).map_err(io::Error::other)?;
        let head = decode(&arrival.heads.last, method, &self.limits)?;
        let status = head.status();
        let is_unwanted = self.args.fail && status.code() >= 400;
        let is_unchanged = self.args.if_changed && status == StatusCode::NOT_MODIFIED;
        let mut sink = if is_unwanted || is_unchanged {
            Sink::nowhere()
        } else {
            if let Some(output) = output {
                Validators::forget(output);
            }
            Sink::open(output, out)?
        };
        let includes_head = (self.args.include || self.args.head) && !out.is_json();
        if includes_head {
            let mut head_sink = None;
            if (is_unwanted || is_unchanged) && output.is_none() {
                head_sink = Some(Sink::open(None, out)?);
            }
            for head in [&arrival.heads.before, &arrival.heads.last] {
                // A failure to write shows at the end.
                let _ = head_sink.as_mut().unwrap_or(&mut sink).write(head);
            }
            head_sink.map_or(Ok(()), |mut sink| sink.finish())?;
        }
        let length = match head.framing() {
            Framing::ContentLength(length) => Some(length),
            _ => None,
        };
        sink.show_progress(length, out);
        let head_octets = sink.octets();
        link.connection.begin_body(head.framing(), &self.limits);
        let read = loop {
            match link
                .connection
                .read_body(&mut |piece: &[u8]| sink.write(piece))
            {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        link.connection.see_response(method);
        let octets = sink.octets().saturating_sub(head_octets);
        if includes_head {
            for (name, value) in link.connection.trailers() {
                let _ = sink.write(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
        }
        sink.finish()?;
        read.map_err(|error| client::failure(&link.server.to_string(), &error))?;
        if is_unwanted {
            let reason = String::from_utf8_lossy(head.reason());
            let said = format!("{} gives {} {reason}", arrival.url, status.code());
            out.notice(&format!("netlab: {}", terminal_safe(said.trim_end())));
        }
        if let Some(output) = output.filter(|_| self.args.if_changed) {
            if is_unchanged {
                out.notice(&format!("netlab: {} has not changed", output.display()));
            } else if status == StatusCode::OK
                && let Some(validators) = Validators::of(arrival.url, head.fields())
            {
                validators.save(output)?;
            }
        }
        if out.is_json() {
            out.json(&report(link, arrival, &head, &sink, octets, output))?;
        }
        Ok((status, head.persists() && !head.is_tunnel()))
    }
}

/// Where a redirection leads (RFC 9110 §15.4); `None` for any other response.
fn redirection(head: &ResponseHead<'_>, url: &WebUrl) -> Result<Option<WebUrl>, Failure> {
    if !matches!(head.status().code(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    // An empty one would lead to the same place again; browsers and curl take it for none.
    let location = head.fields().get_only("Location");
    let Some(location) = location.filter(|location| !location.as_bytes().is_empty()) else {
        return Ok(None);
    };
    let location = location
        .to_str()
        .map_or_else(|| with_octets_escaped(location.as_bytes()), str::to_owned);
    url.join(&location)
        .map(Some)
        .map_err(|reason| Failure::failed(format!("{url} leads to a place out of reach: {reason}")))
}

/// What is no text, with the octets that are not ASCII percent-encoded.
fn with_octets_escaped(octets: &[u8]) -> String {
    percent_encode(octets, &AsciiSet::EMPTY).to_string()
}

/// The response as one JSON object.
fn report(
    link: &Link,
    arrival: &Arrival<'_>,
    head: &ResponseHead<'_>,
    sink: &Sink,
    octets: u64,
    output: Option<&Path>,
) -> Value {
    let pair = |name: &str, value: &[u8]| json!([name, String::from_utf8_lossy(value)]);
    let fields: Vec<Value> = head
        .fields()
        .iter()
        .map(|line| pair(line.name().as_str(), line.value().as_bytes()))
        .collect();
    let trailers: Vec<Value> = link
        .connection
        .trailers()
        .iter()
        .map(|(name, value)| pair(name, value))
        .collect();
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("url", json!(arrival.url.to_string()));
    put("method", json!(arrival.method));
    put("redirects", json!(arrival.redirects));
    put("version", json!(head.version().as_str()));
    put("status", json!(head.status().code()));
    put("reason", json!(String::from_utf8_lossy(head.reason())));
    put("fields", json!(fields));
    put("trailers", json!(trailers));
    put("octets", json!(octets));
    if let Some(content) = sink.content() {
        let (name, value) = octets_member("body", content);
        put(&name, value);
    } else if let Some(output) = output {
        put("file", json!(output.display().to_string()));
    }
    put("reused", json!(link.is_reused));
    put(
        "milliseconds",
        json!({
            "resolve": milliseconds(link.resolve_time),
            "connect": milliseconds(link.connect_time),
            "first_octet": milliseconds(arrival.first_octet),
            "total": milliseconds(arrival.start.elapsed()),
        }),
    );
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::with_octets_escaped;

    #[test]
    fn octets_that_are_no_text_are_escaped() {
        assert_eq!(with_octets_escaped(b"/caf\xe9?\xff=%20"), "/caf%E9?%FF=%20");
    }
}
