//! `netlab text serve`: TCP answers octets as they arrive, UDP each datagram with one datagram.

mod client;
mod datagrams;
mod newcomer;
mod streams;

use std::net::SocketAddr;
use std::sync::Arc;

use textxform::Chain;

use self::datagrams::Datagrams;
use self::streams::{Parts, Streams};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{Running, ServerArgs, Stop, TcpServer, UdpServer};

/// What to answer, and where.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// A transform or several: "uppercase|rot13"
    #[arg(value_name = "CHAIN", default_value = "uppercase", value_parser = super::ChainParser)]
    pub(crate) chain: Chain,
    /// Where to listen on TCP; 127.0.0.1:12000 unless only --udp is given
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) tcp: Option<SocketAddr>,
    /// Where to listen on UDP; 127.0.0.1:12005 unless only --tcp is given
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) udp: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) limits: ServerArgs,
}

/// What people and scripts need to know of the answers.
const AFTER_HELP: &str = "\
TCP answers octets as they arrive, and ends when the client has ended its side and heard everything: nc -N 127.0.0.1 12000. UDP
answers each datagram with one datagram: nc -u 127.0.0.1 12005.

Input that cannot be transformed is answered with a line 'error: …' and its offset, over TCP behind what was right before it; so
is a reply that no datagram holds, and over TCP what would have to be held back in more than 16 MiB ('reverse').";

/// Serves until a signal ends it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    start(args, context, &Stop::on_signals()?)?.run()
}

/// The server, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    let (tcp, udp) = match (args.tcp, args.udp) {
        (None, None) => (
            Some(([127, 0, 0, 1], 12000).into()),
            Some(([127, 0, 0, 1], 12005).into()),
        ),
        given => given,
    };
    let tcp = tcp.map(TcpServer::bind).transpose()?;
    let udp = udp.map(UdpServer::bind).transpose()?;
    let mut running = Running::new(context, &args.limits, stop);
    if let Some(tcp) = tcp {
        let address = tcp.address();
        let streams = Streams::new(Parts {
            listener: tcp.into_listener(),
            chain: args.chain.clone(),
            limits: args.limits.clone(),
            stop: stop.clone(),
            context: context.clone(),
        })
        .and_then(|streams| streams.start(address))
        .map_err(Failure::not_started)?;
        running.add(Box::new(streams));
    }
    if let Some(udp) = udp {
        running.add_udp(udp, Arc::new(Datagrams::new(&args.chain, context)))?;
    }
    Ok(running)
}
