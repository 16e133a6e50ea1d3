//! `netlab http serve`: a directory, or the built-in page, as a web site.

mod files;
mod listing;
#[cfg(target_os = "linux")]
mod recent;
mod send;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use wire_http::path::SafePath;
use wire_http::{Method, RequestHead, RequestTarget, StatusCode};

use self::files::{Found, Root};
use self::send::{Content, send_content};
use super::clock;
use super::connection::{self, Next, Reply, RequestBody, Site};
use super::web_server::WebServer;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{Running, ServerArgs, Stop, TcpServer, about_to_wait};

/// What to serve, and where.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The directory to serve, without names that begin with a dot or are not UTF-8; a built-in page if there is none
    pub(crate) dir: Option<PathBuf>,
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:6789")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) limits: ServerArgs,
}

/// Serves until a signal ends it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    start(args, context, &Stop::on_signals()?)?.run()
}

/// The server, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    let root = args.dir.as_deref().map(Root::open).transpose()?;
    let server = TcpServer::bind(args.listen)?;
    let mut running = Running::new(context, &args.limits, stop);
    let site = Arc::new(StaticSite {
        root,
        started: clock::now(),
    });
    let site = move |_| Arc::clone(&site);
    let server_side = WebServer::new(connection::limits(), context, site);
    running.add_tcp(server, Arc::new(server_side))?;
    Ok(running)
}

/// Files below a directory, or the built-in page.
struct StaticSite {
    root: Option<Root>,
    started: wire_http::date::HttpDate,
}

/// What the built-in page says.
const PAGE: &str = include_str!("page.html");

impl Site for Arc<StaticSite> {
    fn respond(
        &mut self,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Next> {
        // Nobody wants the body, but one that breaks a rule makes the whole request one to refuse (RFC 9112 §6.3, §7.1).
        if !body.drain()? {
            reply.close();
        }
        match request.method() {
            Method::GET | Method::HEAD => self.give(request, reply)?,
            _ => decline(request, reply)?,
        }
        Ok(Next::Persist)
    }
}

/// Says what there is instead of what was asked for.
fn decline(request: &RequestHead<'_>, reply: &mut Reply<'_>) -> io::Result<()> {
    match request.method().as_str() {
        "OPTIONS" => {
            let mut head = reply.head(StatusCode::NO_CONTENT)?;
            head.field("Allow", ALLOWED).map_err(io::Error::other)?;
            reply.send(&head, b"")
        }
        "POST" | "PUT" | "DELETE" | "PATCH" | "CONNECT" | "TRACE" => {
            if request.method() == Method::CONNECT {
                // What a client sends that believes in its tunnel is no request.
                reply.close();
            }
            let mut head = reply.head(StatusCode::METHOD_NOT_ALLOWED)?;
            head.field("Allow", ALLOWED).map_err(io::Error::other)?;
            reply.send_error(head, "this server only gives; it has GET and HEAD")
        }
        _ => {
            let head = reply.head(StatusCode::NOT_IMPLEMENTED)?;
            reply.send_error(head, "this server does not know the method")
        }
    }
}

impl StaticSite {
    /// Answers a GET or HEAD.
    fn give(&self, request: &RequestHead<'_>, reply: &mut Reply<'_>) -> io::Result<()> {
        let (path, query) = match request.target() {
            RequestTarget::Origin { path, query } => (path, query),
            RequestTarget::Absolute {
                path: "", query, ..
            } => ("/", query),
            RequestTarget::Absolute { path, query, .. } => (path, query),
            RequestTarget::Authority(_) | RequestTarget::Asterisk => ("/", None),
        };
        let safe = match SafePath::decode(path.as_bytes()) {
            Ok(safe) => safe,
            Err(error) => {
                let head = reply.head(StatusCode::BAD_REQUEST)?;
                return reply.send_error(head, &format!("the path is refused: {error}"));
            }
        };
        let Some(root) = &self.root else {
            return self.built_in(&safe, request, reply);
        };
        match root.find(&safe) {
            Found::File(file) => send_content(&Content::File(file), request, reply),
            Found::Listing(directory) => {
                // A large directory takes long. Where there is no other thread, the others wait.
                let _ = about_to_wait();
                let Ok(page) = listing::page(root, &safe, &directory) else {
                    return unavailable(reply);
                };
                let content = Content::Page {
                    text: &page,
                    modified: None,
                };
                send_content(&content, request, reply)
            }
            Found::Elsewhere => {
                let mut head = reply.head(StatusCode::MOVED_PERMANENTLY)?;
                let query = query.map_or_else(String::new, |query| format!("?{query}"));
                head.field("Location", format!("{safe}/{query}"))
                    .map_err(io::Error::other)?;
                reply.send_error(head, "a directory's address ends with a slash")
            }
            Found::Nothing => not_found(reply),
            Found::Forbidden => {
                let head = reply.head(StatusCode::FORBIDDEN)?;
                reply.send_error(head, "the server may not read it")
            }
            Found::Unavailable => unavailable(reply),
        }
    }

    fn built_in(
        &self,
        path: &SafePath<'_>,
        request: &RequestHead<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<()> {
        let is_page = match path.segments() {
            [] => true,
            [name] => name == "index.html" && !path.is_directory(),
            _ => false,
        };
        if !is_page {
            return not_found(reply);
        }
        let content = Content::Page {
            text: PAGE,
            modified: Some(self.started),
        };
        send_content(&content, request, reply)
    }
}

const ALLOWED: &str = "GET, HEAD, OPTIONS";

fn unavailable(reply: &mut Reply<'_>) -> io::Result<()> {
    let head = reply.head(StatusCode::SERVICE_UNAVAILABLE)?;
    reply.send_error(head, "the server cannot open it now")
}

fn not_found(reply: &mut Reply<'_>) -> io::Result<()> {
    let head = reply.head(StatusCode::NOT_FOUND)?;
    reply.send_error(head, "there is nothing here")
}
