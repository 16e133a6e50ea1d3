//! `netlab dns serve`: answers for zones from files, or for the built-in one, and if told to for all other names too.

mod jobs;
mod recursion;
mod response;
mod server;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use signal_hook::consts::SIGHUP;
use signal_hook::iterator::Signals;
use wire_dns::NameBuf;
use wire_dns::zone::Zone;

use self::recursion::Recursion;
use self::server::DnsServer;
use super::resolve::{Delegation, Resolver, Servers};
use super::{DNS_PORT, zone_file};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{HostPort, Running, ServerArgs, Stop, TcpServer, UdpServer, system_text};
use crate::output::counted;

/// What to serve, and where.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_long_help = "SIGHUP has the zone files read again; a file with faults leaves the zone as it was.\n\n\
    Zone transfers (AXFR, IXFR) are refused, and UPDATE and NOTIFY not implemented: the files are the zones."
)]
pub(crate) struct Args {
    /// A zone file (repeatable), with its origin before it unless the file says it; the built-in zone lab.test. without any
    #[arg(long, value_name = "[NAME=]FILE")]
    zone: Vec<ZoneSource>,
    /// Where to listen, on UDP and TCP; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:5300")]
    listen: SocketAddr,
    /// Ask this resolver for other names (repeatable, asked in order), for clients that are near (loopback, private and
    /// link-local addresses), or in a block of --allow
    #[arg(long, value_name = "SERVER[:PORT]", value_parser = parse_forwarder)]
    forward: Vec<HostPort>,
    /// Find other names from the root down, for the same clients; with --forward, when no resolver answers
    #[arg(long)]
    recurse: bool,
    /// The root servers, as a zone file has their NS and address records; the real ones without it
    #[arg(long, value_name = "FILE", requires = "recurse")]
    hints: Option<PathBuf>,
    /// The port of the servers found by --recurse
    #[arg(long, value_name = "N", requires = "recurse", default_value_t = DNS_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    recurse_port: u16,
    #[command(flatten)]
    limits: ServerArgs,
}

fn parse_forwarder(text: &str) -> Result<HostPort, String> {
    HostPort::with_default_port(text, DNS_PORT)
}

/// A zone file and the origin it begins with.
#[derive(Clone, Debug)]
struct ZoneSource {
    path: PathBuf,
    origin: NameBuf,
}

impl FromStr for ZoneSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, file)) if !Path::new(text).exists() => Ok(Self {
                path: file.into(),
                origin: super::parse_name(name)?,
            }),
            _ => Ok(Self {
                path: text.into(),
                origin: zone_file::suggested_origin(Path::new(text)),
            }),
        }
    }
}

/// The zone that is served when no other is given.
pub(super) const BUILT_IN: &str = include_str!("lab.test.zone");

/// How long another server has for its reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(3);

/// Serves until a signal ends it; SIGHUP reads the zones again.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let stop = Stop::on_signals()?;
    // Before a long zone is read: a SIGHUP meanwhile is not to end the process, which is what it does by default.
    let hangups = Signals::new([SIGHUP]).map_err(Failure::not_started)?;
    let (running, server) = start_server(args, context, &stop)?;
    reload_on_hangup(hangups, args.clone(), context.clone(), server)
        .map_err(Failure::not_started)?;
    running.run()
}

/// The server, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    start_server(args, context, stop).map(|(running, _)| running)
}

/// The zones of the moment.
type Zones = Arc<RwLock<Arc<Vec<Zone>>>>;

fn start_server(
    args: &Args,
    context: &Context,
    stop: &Stop,
) -> anyhow::Result<(Running, Arc<DnsServer>)> {
    let zones: Zones = Arc::new(RwLock::new(Arc::new(load(args, context)?)));
    let resolver = resolver(args, context)?;
    // One number for both transports: where the system picks it, another program may have the UDP port already.
    let (tcp, udp) = bind(args.listen)?;
    let recursion = resolver
        .map(|resolver| Recursion::start(resolver, Arc::clone(&zones), &args.limits, context))
        .transpose()
        .map_err(Failure::not_started)?;
    let server = Arc::new(DnsServer::new(zones, recursion, udp.socket(), context));
    let mut running = Running::new(context, &args.limits, stop);
    running.add_udp(udp, Arc::<DnsServer>::clone(&server))?;
    running.add_tcp(tcp, Arc::<DnsServer>::clone(&server))?;
    if let Some(recursion) = server.recursion() {
        running.add(Box::new(Arc::clone(recursion)));
    }
    Ok((running, server))
}

/// What finds names of other zones, if anything is to.
fn resolver(args: &Args, context: &Context) -> Result<Option<Resolver>, Failure> {
    let mut forwarders = Vec::new();
    for server in &args.forward {
        forwarders.extend(server.resolve()?);
    }
    if let Some(own) = forwarders.iter().find(|server| is_own(args.listen, server)) {
        return Err(Failure::usage(format!(
            "--forward {own} is this server's own address; it would ask itself"
        )));
    }
    let root = match args.recurse {
        true => Some(Delegation::root(args.hints.as_deref())?),
        false if forwarders.is_empty() => return Ok(None),
        false => None,
    };
    let servers = Servers::new(context, args.recurse_port, false, REPLY_TIMEOUT);
    Ok(Some(Resolver::new(servers, forwarders, root)))
}

/// Whether what is sent to `server` comes to who listens at `listen`, as far as one can tell without trying.
fn is_own(listen: SocketAddr, server: &SocketAddr) -> bool {
    let ip = server.ip().to_canonical();
    let is_here = ip.is_loopback() || ip.is_unspecified();
    let is_heard = listen.is_ipv6() || ip.is_ipv4();
    let on_all = listen.ip().is_unspecified() && is_here && is_heard;
    listen.port() == server.port() && (listen.ip() == server.ip() || on_all)
}

fn bind(listen: SocketAddr) -> Result<(TcpServer, UdpServer), Failure> {
    const ATTEMPTS: usize = 20;
    let mut result = Err(Failure::cannot_start("no free port"));
    for _ in 0..ATTEMPTS {
        let tcp = TcpServer::bind(listen)?;
        let address = tcp.address();
        result = UdpServer::bind(address).map(|udp| (tcp, udp));
        if result.is_ok() || listen.port() != 0 {
            break;
        }
    }
    result
}

/// Reads every zone; any fatal fault in any of them is an error.
fn load(args: &Args, context: &Context) -> Result<Vec<Zone>, Failure> {
    if args.zone.is_empty() {
        let origin = NameBuf::root();
        let file = zone_file::parse("lab.test.zone", BUILT_IN.as_bytes(), origin.as_name());
        return Ok(file.zone.into_iter().collect());
    }
    let mut zones = Vec::new();
    for source in &args.zone {
        let path = source.path.display();
        let file = zone_file::read(&source.path, source.origin.as_name()).map_err(|error| {
            Failure::cannot_start(format!("cannot read {path}: {}", system_text(&error)))
        })?;
        let (fatal, warnings): (Vec<_>, Vec<_>) =
            file.problems.iter().partition(|problem| problem.fatal);
        for problem in warnings {
            context.out.warn(&problem.to_string());
        }
        match (file.zone, fatal.as_slice()) {
            (Some(zone), []) if zones.iter().any(|other: &Zone| other.apex() == zone.apex()) => {
                let apex = zone.apex();
                return Err(Failure::cannot_start(format!(
                    "the zone {apex} is given twice, the second time by {path}"
                )));
            }
            (Some(zone), []) => zones.push(zone),
            (_, [first, rest @ ..]) => {
                let more = match rest.len() {
                    0 => String::new(),
                    count => format!(" (and {count} more; 'netlab dns check {path}' lists them)"),
                };
                return Err(Failure::cannot_start(format!("bad zone {first}{more}")));
            }
            (None, []) => return Err(Failure::cannot_start(format!("bad zone {path}"))),
        }
    }
    Ok(zones)
}

fn reload_on_hangup(
    mut hangups: Signals,
    args: Args,
    context: Context,
    server: Arc<DnsServer>,
) -> io::Result<()> {
    std::thread::Builder::new()
        .name("reload".to_owned())
        .spawn(move || {
            for _ in hangups.forever() {
                match load(&args, &context) {
                    Ok(fresh) => {
                        let zones = counted(fresh.len(), "zone");
                        server.replace_zones(fresh);
                        context.out.notice(&format!("netlab: {zones} read again"));
                    }
                    Err(failure) => context
                        .out
                        .error(&format!("{failure}; the zones of before stay")),
                }
            }
        })?;
    Ok(())
}
