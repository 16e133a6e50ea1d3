//! `netlab chat serve`: the room on its sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::hub::{Hub, Parts};
use super::room::Room;
use super::terminal::{self, Restore, Screen};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{AtWork, Running, Served, ServerArgs, Stop, TcpServer, UdpServer, announce};

/// Where to open the room, and its rules.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
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
    let (screen, keyboard, restore) = terminal::open(&context.out);
    let stop = Stop::on_signals()?;
    let mut sockets = Sockets::bind(args)?;
    // Before anything else is printed.
    announce(&context.out, &sockets.addresses, &args.limits)?;
    let mut hub = sockets.hub(args, context, &stop, screen)?;
    let waker = hub.waker();
    let heard = keyboard.read(&stop, move || {
        // A loop that cannot be woken is ending.
        let _ = waker.wake();
    });
    hub.listen_to(heard.map_err(Failure::not_started)?);
    Ok(open(hub, sockets.addresses, args, context, &stop, Some(restore))?.serve())
}

/// The room, open; nobody takes part from here.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    let mut sockets = Sockets::bind(args)?;
    let hub = sockets.hub(args, context, stop, Screen::plain(&context.out))?;
    open(hub, sockets.addresses, args, context, stop, None)
}

/// Starts the loop.
fn open(
    hub: Hub,
    addresses: Vec<(&'static str, SocketAddr)>,
    args: &Args,
    context: &Context,
    stop: &Stop,
    restore: Option<Restore>,
) -> anyhow::Result<Running> {
    let waker = hub.waker();
    let thread = std::thread::Builder::new()
        .name("chat".to_owned())
        .spawn(move || hub.run())
        .map_err(Failure::not_started)?;
    let mut running = Running::new(context, &args.limits, stop);
    running.add(Box::new(ChatLoop {
        addresses,
        waker,
        thread,
        restore,
    }));
    Ok(running)
}

/// Both sockets, bound.
struct Sockets {
    tcp: Option<TcpServer>,
    udp: Option<UdpServer>,
    addresses: Vec<(&'static str, SocketAddr)>,
}

impl Sockets {
    fn bind(args: &Args) -> anyhow::Result<Self> {
        let default = SocketAddr::from(([127, 0, 0, 1], 9000));
        let (tcp, udp) = match (args.tcp, args.udp) {
            (None, None) => (Some(default), Some(default)),
            given => given,
        };
        let tcp = tcp.map(TcpServer::bind).transpose()?;
        let udp = udp.map(UdpServer::bind).transpose()?;
        let mut addresses = Vec::new();
        addresses.extend(tcp.as_ref().map(|server| ("tcp", server.address())));
        addresses.extend(udp.as_ref().map(|server| ("udp", server.address())));
        Ok(Self {
            tcp,
            udp,
            addresses,
        })
    }

    fn hub(
        &mut self,
        args: &Args,
        context: &Context,
        stop: &Stop,
        screen: Screen,
    ) -> anyhow::Result<Hub> {
        let parts = Parts {
            listener: self.tcp.take().map(TcpServer::into_listener),
            socket: self.udp.take().map(|server| server.socket()),
            room: Room::new(args.stop_and_wait, args.limits.idle_timeout),
            limits: args.limits.clone(),
            stop: stop.clone(),
            screen,
        };
        Ok(Hub::new(parts, context).map_err(Failure::not_started)?)
    }
}

/// The thread that serves the room.
struct ChatLoop {
    addresses: Vec<(&'static str, SocketAddr)>,
    waker: Arc<mio::Waker>,
    thread: JoinHandle<Served>,
    restore: Option<Restore>,
}

impl AtWork for ChatLoop {
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        self.addresses.clone()
    }

    fn finish(self: Box<Self>) -> Served {
        // The loop sees the flag, and bounds its own end.
        let _ = self.waker.wake();
        let served = self.thread.join().unwrap_or_default();
        // Before the summary is printed.
        drop(self.restore);
        served
    }
}

/// What people and scripts need to know.
const AFTER_HELP: &str = "\
Everybody who can send lines can take part: nc 127.0.0.1 9000, nc -u 127.0.0.1 9000, netlab chat join 127.0.0.1:9000.
  /nick NAME  renames you (at most 24 characters; a taken name gets a number)
  /who        lists who is here
  /quit       leaves; at the server's terminal it closes the room
  //TEXT      says a line that begins with /
A message reaches everyone else as 'NAME: text'; lines of the room itself begin with '* ', as no name does. A line has at most \
4096 octets, longer ones are refused. Octets that are not UTF-8 are replaced, control characters are shown as \\u{…}. A UDP \
member comes in with its first datagram, unless that begins with '* ' as another room's would. Whoever leaves 256 KiB unread is dropped.

Lines of stdin are said by 'host'; the end of stdin ends nothing. With --json each line of stdout is an event:
  {\"event\":\"listening\",\"transport\":\"tcp|udp\",\"address\":…}
  {\"event\":\"joined\",\"name\":…,\"transport\":\"tcp|udp|terminal\",\"address\":…|null}     and the same keys with
  {\"event\":\"left\",…,\"reason\":\"quit|closed|lost|silent|slow\"}
  {\"event\":\"renamed\",…,\"to\":…}
  {\"event\":\"message\",…,\"text\":…}
  {\"event\":\"refused\",…,\"reason\":…}
  {\"event\":\"notice\",\"text\":…}     what only the host is told";
