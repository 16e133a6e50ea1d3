//! `netlab http inspect`: each request, or a response, with every field explained and what is odd about it.

mod findings;
mod warnings;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use wire_http::{Limits, Method, RequestHead, RequestWriter, ResponseHead, StatusCode};

use super::client::{self, ClientConnection};
use super::connection::{Next, Reply, RequestBody, Site};
use super::web_server::WebServer;
use super::web_url::WebUrl;
use crate::commands::dissect::{http_request_json, http_response_json};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::lock::lock;
use crate::net::{Running, ServerArgs, Stop, TcpServer, connect, parse_seconds};
use crate::output::{Output, terminal_safe};
use crate::show::{Protocol, Seen};

/// What to look at.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = JSON_HELP)]
pub(crate) struct Args {
    /// Fetch this and look at the response; without it, look at the requests that arrive
    #[arg(value_parser = parse_url, conflicts_with_all = OF_THE_SERVER)]
    pub(crate) url: Option<WebUrl>,
    /// The method of the request for URL
    #[arg(
        short = 'X',
        long = "request",
        value_name = "METHOD",
        default_value = "GET",
        requires = "url",
        conflicts_with_all = OF_THE_SERVER
    )]
    pub(crate) method: String,
    /// How long to wait for the server of URL
    #[arg(short = 'm', long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "30", value_parser = parse_seconds, requires = "url", conflicts_with_all = OF_THE_SERVER)]
    pub(crate) timeout: Duration,
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8000")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) limits: ServerArgs,
}

/// What says how to serve says nothing of a URL. (With one of them clap no longer misses the URL that others require.)
const OF_THE_SERVER: [&str; 4] = ["listen", "max_connections", "idle_timeout", "allow"];

const JSON_HELP: &str = "\
A request is answered with its method, its target and its body. One of more than 16 MiB is refused (413).

With --json, one object for each message, as `netlab dissect` prints them (verdict, protocol, octets, message, or what was refused and why), \
with from, to and warnings.";

fn parse_url(text: &str) -> Result<WebUrl, String> {
    WebUrl::parse(text).map_err(|reason| match text.parse::<u16>() {
        Ok(port) => format!("{reason}; where to listen is given as --listen 127.0.0.1:{port}"),
        Err(_) => reason,
    })
}

/// Looks at requests until a signal ends it, or at one response.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    match &args.url {
        Some(url) => look_at_response(url, args, context),
        None => start(args, context, &Stop::on_signals()?)?.run(),
    }
}

/// The server, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    let server = TcpServer::bind(args.listen)?;
    let mut running = Running::new(context, &args.limits, stop);
    let mut limits = Limits::default();
    limits.body = CONTENT_OCTETS_MAX;
    let mut watched = context.clone();
    let out = context.out.clone();
    watched.tap.watch(move |seen| {
        if seen.protocol == Protocol::HttpRequest {
            // It ends nothing: the clients are still answered.
            if let Err(error) = show(seen, &findings::of_request(seen.octets), &out)
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                out.warn(&error.to_string());
            }
        }
    });
    let server_side = WebServer::new(limits, &watched, |_| Echo);
    running.add_tcp(server, Arc::new(server_side))?;
    Ok(running)
}

/// The longest body that is shown and echoed; longer ones are refused with 413.
const CONTENT_OCTETS_MAX: u64 = 16 << 20;

/// Tells each client what it asked.
struct Echo;

impl Site for Echo {
    fn respond(
        &mut self,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Next> {
        let mut content = format!("{} {}\n", request.method(), request.target_text()).into_bytes();
        let max = usize::try_from(CONTENT_OCTETS_MAX).unwrap_or(usize::MAX);
        content.append(&mut body.read_all(max)?);
        // RFC 9110 §9.3.6: a 2xx to CONNECT would open a tunnel, and there is none.
        let mut head = if request.method() == Method::CONNECT {
            // What a client sends that believes in its tunnel is no request.
            reply.close();
            let mut head = reply.head(StatusCode::METHOD_NOT_ALLOWED)?;
            // RFC 9110 §15.5.6: the reply says what is allowed.
            head.field(
                "Allow",
                "GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, PATCH",
            )
            .map_err(io::Error::other)?;
            head
        } else {
            reply.head(StatusCode::OK)?
        };
        head.field("Content-Type", "text/plain")
            .map_err(io::Error::other)?;
        reply.send(&head, &content)?;
        Ok(Next::Persist)
    }
}

/// Prints a message, as an object or as text: a long one takes several times its octets, so neither is made for nothing.
fn show(seen: &Seen<'_>, warnings: &[String], out: &Output) -> io::Result<()> {
    if out.is_json() {
        let mut object = match seen.protocol {
            Protocol::HttpResponse(to) => {
                http_response_json(seen.octets, to.as_method(), &client::limits())
            }
            _ => http_request_json(seen.octets),
        };
        if let Value::Object(members) = &mut object {
            members.insert("from".to_owned(), seen.from.to_string().into());
            members.insert("to".to_owned(), seen.to.to_string().into());
            members.insert("warnings".to_owned(), warnings.into());
        }
        return out.json(&object);
    }
    let mut text = format!(
        "{} > {}: {}",
        seen.from,
        seen.to,
        seen.dissect().to_text(seen.octets)
    );
    for warning in warnings {
        let label = out.paint(anstyle::AnsiColor::Yellow, "warning");
        text.push_str(&format!("  {label}: {}\n", terminal_safe(warning)));
    }
    out.line(&text)
}

fn look_at_response(url: &WebUrl, args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let method = Method::new(&args.method)
        .map_err(|error| Failure::usage(format!("'{}' is not a method: {error}", args.method)))?;
    let cannot = |error: wire_http::Error| {
        Failure::usage(format!(
            "the request for {url} cannot be sent: {}",
            error.kind()
        ))
    };
    let mut tap = context.tap.clone();
    let out = context.out.clone();
    let unshown = Arc::new(Mutex::new(None));
    let shared = Arc::clone(&unshown);
    tap.watch(move |seen| {
        if let Protocol::HttpResponse(to) = seen.protocol {
            let warnings = findings::of_response(seen.octets, to.as_method());
            if let Err(error) = show(seen, &warnings, &out) {
                *lock(&shared) = Some(error);
            }
        }
    });
    let server = url.server();
    let failure = |error: io::Error| client::failure(&server.to_string(), &error);
    let mut octets = Vec::new();
    let mut request =
        RequestWriter::new(method, &url.origin_form(), &url.authority()).map_err(cannot)?;
    request
        .close()
        .field("User-Agent", concat!("netlab/", env!("CARGO_PKG_VERSION")))
        .and_then(|request| request.field("Accept", "*/*"))
        .and_then(|request| request.send(b"", &mut octets))
        .map_err(cannot)?;
    let connected = connect(&server, args.timeout)?;
    let mut connection =
        ClientConnection::new(connected.stream, args.timeout, &tap).map_err(failure)?;
    context.out.remark(|| format!("connected to {server}"));
    connection.see_request(&octets);
    connection.send(&octets).map_err(failure)?;
    let result = read_response(&mut connection, method);
    connection.see_response(method);
    result.map_err(failure)?;
    match lock(&unshown).take() {
        Some(error) => Err(error.into()),
        None => Ok(ExitCode::Done),
    }
}

/// Reads the final response; the connection keeps its octets for the tap.
fn read_response(connection: &mut ClientConnection, method: Method<'_>) -> io::Result<()> {
    let limits = client::limits();
    let mut octets = Vec::new();
    loop {
        connection.read_head(method, &limits, &mut octets)?;
        let head: ResponseHead<'_> = client::decode(&octets, method, &limits)?;
        if head.is_tunnel() || !head.status().is_informational() {
            connection.begin_body(head.framing(), &limits);
            while connection.read_body(&mut |_| Ok(()))? {}
            return Ok(());
        }
        connection.see_response(method);
    }
}
