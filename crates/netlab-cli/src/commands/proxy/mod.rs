//! `netlab proxy`: a forward proxy with a cache, for browsers and for looking at what passes.

mod block;
mod destination;
mod fetch;
mod lookup;
mod pool;
mod receive;
mod session;
mod store;
mod upload;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use wire_http::Limits;
use wire_http::caching::CachePolicy;

use self::block::{BlockList, Pattern};
use self::destination::Ports;
use self::pool::Pool;
use self::session::Session;
use self::store::Store;
use crate::commands::http::client;
use crate::commands::http::connection::limits;
use crate::commands::http::web_server::WebServer;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{Running, ServerArgs, Stop, TcpServer};
use crate::output::digits;
use crate::random::random;

/// Where to listen, what to keep and what not to fetch.
///
/// Tunnels (CONNECT) lead to port 443 and those of `--allow-port`, requests to any: a tunnel can carry anything, mail above all.
/// Clients on other machines do not get to addresses that only this machine or its network can reach.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:1234")]
    pub(crate) listen: SocketAddr,
    /// Memory for the cache; 0 turns it off
    #[arg(long, value_name = "MIB", allow_negative_numbers = true, default_value_t = 64, value_parser = clap::value_parser!(u64).range(0..=1_048_576))]
    pub(crate) cache: u64,
    /// Do not fetch from this host: host, *.host (all below it), or either with /path, the start of the paths (repeatable)
    ///
    /// Tunnels hide their paths, so a pattern with a path does not act on CONNECT.
    #[arg(long, value_name = "PATTERN")]
    block: Vec<Pattern>,
    /// Patterns from a file, one a line; # starts a comment (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) block_file: Vec<PathBuf>,
    /// Let tunnels (CONNECT) lead to this port too, not only to 443 (repeatable)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) allow_port: Vec<u16>,
    #[command(flatten)]
    pub(crate) limits: ServerArgs,
}

/// Serves until a signal ends it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    start(args, context, &Stop::on_signals()?)?.run()
}

/// The proxy, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    let files = args.block_file.iter().map(PathBuf::as_path);
    let block = BlockList::new(&args.block, files)?;
    let server = TcpServer::bind(args.listen)?;
    let mut running = Running::new(context, &args.limits, stop);
    let proxy = Arc::new(Proxy {
        name: pseudonym()?,
        block,
        ports: Ports::new(args.allow_port.clone()),
        store: Store::new(args.cache.saturating_mul(1 << 20)),
        policy: CachePolicy::shared(),
        pool: Pool::default(),
        origin_limits: client::limits(),
        idle: args.limits.idle_timeout,
        stop: stop.clone(),
        context: context.clone(),
    });
    let session = move |peer: SocketAddr| Session::new(Arc::clone(&proxy), peer.ip());
    let server_side = WebServer::new(limits(), context, session);
    running.add_tcp(server, Arc::new(server_side))?;
    Ok(running)
}

/// What all connections share.
struct Proxy {
    /// What Via calls this proxy.
    name: String,
    block: BlockList,
    ports: Ports,
    store: Store,
    policy: CachePolicy,
    pool: Pool,
    origin_limits: Limits,
    /// How long either side may be silent.
    idle: Duration,
    stop: Stop,
    context: Context,
}

/// A name that no other proxy has, or two in a row would take each other for a loop.
fn pseudonym() -> io::Result<String> {
    Ok(format!("netlab-{}", digits(&random::<4>()?)))
}
