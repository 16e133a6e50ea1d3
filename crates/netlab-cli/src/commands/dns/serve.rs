//! `netlab dns serve`: an authoritative server for zones from files, or for the built-in one.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};

use signal_hook::consts::SIGHUP;
use signal_hook::iterator::Signals;
use wire_dns::zone::{Response, Zone};
use wire_dns::{Builder, Header, Message, NameBuf, Rcode};

use super::zone_file;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{
    Running, ServerArgs, Stop, TcpHandler, TcpServer, TimedStream, UdpHandler, UdpServer,
    read_message, system_text, write_message,
};
use crate::show::{Protocol, Seen, Transport};

/// What to serve, and where.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// A zone file (repeatable), with its origin before it unless the file says it; the built-in zone lab.test. without any
    #[arg(long, value_name = "[NAME=]FILE")]
    zone: Vec<ZoneSource>,
    /// Where to listen, on UDP and TCP; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:5300")]
    listen: SocketAddr,
    #[command(flatten)]
    limits: ServerArgs,
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

/// The largest response over UDP: what passes every path without fragments (RFC 9715 §3).
const UDP_PAYLOAD_SIZE: u16 = 1232;

/// Serves until a signal ends it; SIGHUP reads the zones again.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let stop = Stop::on_signals()?;
    let (running, zones) = start_with_zones(args, context, &stop)?;
    reload_on_hangup(args.clone(), context.clone(), zones)?;
    running.run()
}

/// The server, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    start_with_zones(args, context, stop).map(|(running, _)| running)
}

type Zones = Arc<RwLock<Arc<Vec<Zone>>>>;

fn start_with_zones(
    args: &Args,
    context: &Context,
    stop: &Stop,
) -> anyhow::Result<(Running, Zones)> {
    let zones: Zones = Arc::new(RwLock::new(Arc::new(load(args, context)?)));
    // One number for both transports: where the system picks it, another program may have the UDP port already.
    let (tcp, udp) = bind(args.listen)?;
    let server = Arc::new(DnsServer {
        zones: Arc::clone(&zones),
        context: context.clone(),
    });
    let mut running = Running::new(context, &args.limits, stop);
    let handler: Arc<dyn UdpHandler> = Arc::<DnsServer>::clone(&server);
    running.add_udp(udp, &handler)?;
    running.add_tcp(tcp, server)?;
    Ok((running, zones))
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

fn reload_on_hangup(args: Args, context: Context, zones: Zones) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP])?;
    std::thread::Builder::new()
        .name("reload".to_owned())
        .spawn(move || {
            for _ in signals.forever() {
                match load(&args, &context) {
                    Ok(fresh) => {
                        let count = fresh.len();
                        *zones.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                        context
                            .out
                            .notice(&format!("netlab: {count} zones read again"));
                    }
                    Err(failure) => context
                        .out
                        .error(&format!("{failure}; the zones of before stay")),
                }
            }
        })?;
    Ok(())
}

struct DnsServer {
    zones: Zones,
    context: Context,
}

impl DnsServer {
    /// Writes the response to a message; false when there is none to be sent.
    fn respond(&self, query: &[u8], udp_payload_size: Option<u16>, reply: &mut Vec<u8>) -> bool {
        let zones = Arc::clone(&self.zones.read().unwrap_or_else(PoisonError::into_inner));
        reply.clear();
        let result = match Message::decode(query) {
            Ok(message) => {
                let mut builder = Builder::new(&mut *reply);
                let result = Zone::respond(&zones, &message, udp_payload_size, &mut builder);
                builder.finish();
                result
            }
            Err(error) => {
                self.context
                    .out
                    .remark(|| format!("malformed query: {error}"));
                return malformed(query, reply);
            }
        };
        match result {
            Ok(Response::Ignored) => false,
            Ok(_) => true,
            Err(_) => {
                reply.clear();
                malformed(query, reply)
            }
        }
    }

    fn see(&self, transport: Transport, peer: SocketAddr, local: SocketAddr, pair: (&[u8], &[u8])) {
        for (from, to, octets) in [(peer, local, pair.0), (local, peer, pair.1)] {
            if !octets.is_empty() {
                self.context.tap.see(&Seen {
                    transport,
                    from,
                    to,
                    protocol: Protocol::Dns,
                    octets,
                });
            }
        }
    }
}

/// FORMERR with nothing but a header, for a query whose header can be read at least.
fn malformed(query: &[u8], reply: &mut Vec<u8>) -> bool {
    let Ok(header) = Header::decode(query) else {
        return false;
    };
    if header.flags.response() {
        return false;
    }
    let mut builder = Builder::new(reply);
    builder.set_id(header.id);
    builder.set_flags(
        wire_dns::Flags::default()
            .with_response(true)
            .with_opcode(header.flags.opcode())
            .with_recursion_desired(header.flags.recursion_desired()),
    );
    builder.set_rcode(Rcode::FORMERR);
    builder.finish();
    true
}

impl UdpHandler for DnsServer {
    fn datagram(
        &self,
        socket: &UdpSocket,
        datagram: &[u8],
        peer: SocketAddr,
        reply: &mut Vec<u8>,
    ) -> bool {
        let answered = self.respond(datagram, Some(UDP_PAYLOAD_SIZE), reply);
        if self.context.tap.is_watched()
            && let Ok(local) = socket.local_addr()
        {
            self.see(Transport::Udp, peer, local, (datagram, reply));
        }
        answered
    }
}

impl TcpHandler for DnsServer {
    fn serve(&self, mut stream: TimedStream, peer: SocketAddr) -> io::Result<()> {
        let local = stream.local_addr()?;
        let mut query = Vec::new();
        let mut reply = Vec::new();
        while read_message(&mut stream, &mut query)? {
            let answered = self.respond(&query, None, &mut reply);
            if self.context.tap.is_watched() {
                self.see(Transport::Tcp, peer, local, (&query, &reply));
            }
            if !answered {
                // Whoever sends what is no query has nothing to wait for.
                return Ok(());
            }
            write_message(&mut stream, &reply)?;
        }
        Ok(())
    }
}
