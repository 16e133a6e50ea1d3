//! `netlab chat serve`: the room on its sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;

use super::hub::{Counts, Hub, Parts};
use super::room::Room;
use super::terminal::read_stdin;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{OwnLoop, Running, ServerArgs, Stop, TcpServer, UdpServer, announce};

/// Where to open the room, and its rules.
#[derive(Clone, Debug, clap::Args)]
#[command(mut_arg("idle_timeout", |arg| arg.default_value("600").help(
    "Whoever sends nothing for so long leaves the room (over UDP nothing else tells that somebody is gone)"
)))]
pub(crate) struct Args {
    /// Where people come in over TCP; alone, only over TCP [default: 127.0.0.1:9000]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) tcp: Option<SocketAddr>,
    /// Where people come in by UDP; alone, only by UDP [default: 127.0.0.1:9000]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) udp: Option<SocketAddr>,
    /// Two people take turns, one message at a time; others listen and wait
    #[arg(long)]
    pub(crate) stop_and_wait: bool,
    #[command(flatten)]
    pub(crate) limits: ServerArgs,
}

/// Keeps the room open until a signal closes it; whoever sits at the terminal takes part.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let stop = Stop::on_signals()?;
    let mut opening = Opening::bind(args, context, &stop)?;
    // Before the loop runs, because nothing may be printed before this.
    for (transport, address) in &opening.addresses {
        announce(&context.out, transport, *address)?;
    }
    let waker = opening.hub.waker();
    opening.hub.listen_to(read_stdin(move || {
        // A loop that cannot be woken is ending.
        let _ = waker.wake();
    })?);
    Ok(opening.start()?.serve())
}

/// The room, open; nobody takes part from here.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    Opening::bind(args, context, stop)?.start()
}

struct Opening {
    hub: Hub,
    running: Running,
    addresses: Vec<(&'static str, SocketAddr)>,
}

impl Opening {
    fn bind(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Self> {
        let default = SocketAddr::from(([127, 0, 0, 1], 9000));
        let (tcp, udp) = match (args.tcp, args.udp) {
            (None, None) => (Some(default), Some(default)),
            given => given,
        };
        raise_descriptor_limit();
        let tcp = tcp.map(TcpServer::bind).transpose()?;
        let udp = udp.map(UdpServer::bind).transpose()?;
        let mut addresses = Vec::new();
        addresses.extend(tcp.as_ref().map(|server| ("tcp", server.address())));
        addresses.extend(udp.as_ref().map(|server| ("udp", server.address())));
        let parts = Parts {
            listener: tcp.map(TcpServer::into_listener),
            socket: udp.map(UdpServer::into_socket),
            room: Room::new(args.stop_and_wait, args.limits.idle_timeout),
            limits: args.limits.clone(),
            stop: stop.clone(),
        };
        Ok(Self {
            hub: Hub::new(parts, context).context("cannot open the room")?,
            running: Running::new(context, &args.limits, stop),
            addresses,
        })
    }

    fn start(self) -> anyhow::Result<Running> {
        let Self {
            hub,
            mut running,
            addresses,
        } = self;
        let (waker, counts) = (hub.waker(), hub.counts());
        let thread = std::thread::Builder::new()
            .name("chat".to_owned())
            .spawn(move || hub.run())?;
        running.add_own_loop(Box::new(ChatLoop {
            addresses,
            waker,
            counts,
            thread,
        }));
        Ok(running)
    }
}

/// The thread that serves the room.
struct ChatLoop {
    addresses: Vec<(&'static str, SocketAddr)>,
    waker: Arc<mio::Waker>,
    counts: Counts,
    thread: JoinHandle<()>,
}

impl OwnLoop for ChatLoop {
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        self.addresses.clone()
    }

    fn finish(self: Box<Self>, _grace: Duration) -> (Option<u64>, Option<u64>) {
        // The loop sees the flag, and bounds its own end.
        let _ = self.waker.wake();
        let _ = self.thread.join();
        let serves = |transport| self.addresses.iter().any(|(of, _)| *of == transport);
        (
            serves("tcp").then(|| self.counts.connections.load(Ordering::Relaxed)),
            serves("udp").then(|| self.counts.datagrams.load(Ordering::Relaxed)),
        )
    }
}

/// One member is one descriptor, and the usual soft limit of 1,024 is there for programs that use `select`.
fn raise_descriptor_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        // If it stays as it is, those who find no descriptor wait at the door.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: limit.maximum,
                maximum: limit.maximum,
            },
        );
    }
}
