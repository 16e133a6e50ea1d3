//! `netlab greet`: the server that speaks first, and closes.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{
    Conversation, InOneGo, Running, ServerArgs, Stop, TcpHandler, TcpServer, TimedStream,
};
use crate::show::Transport;

/// Where to listen and what to say.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:12345")]
    pub(crate) listen: SocketAddr,
    /// What everybody is told, with a line end where it has none
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "Thank You for Connecting",
        allow_hyphen_values = true
    )]
    pub(crate) message: String,
    #[command(flatten)]
    pub(crate) limits: ServerArgs,
}

/// Greets until a signal ends it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    start(args, context, &Stop::on_signals()?)?.run()
}

/// The server, at work.
pub(crate) fn start(args: &Args, context: &Context, stop: &Stop) -> anyhow::Result<Running> {
    let server = TcpServer::bind(args.listen)?;
    let mut running = Running::new(context, &args.limits, stop);
    let greeting = Greeting {
        octets: with_line_end(&args.message).into_bytes(),
        context: context.clone(),
    };
    running.add_tcp(server, Arc::new(greeting))?;
    Ok(running)
}

fn with_line_end(message: &str) -> String {
    let end = if message.ends_with('\n') { "" } else { "\n" };
    format!("{message}{end}")
}

struct Greeting {
    octets: Vec<u8>,
    context: Context,
}

impl TcpHandler for Greeting {
    fn begin(
        self: Arc<Self>,
        stream: TimedStream,
        peer: SocketAddr,
    ) -> io::Result<Box<dyn Conversation>> {
        let greet = move |stream| self.greet(stream, peer);
        Ok(Box::new(InOneGo::new(stream, greet)))
    }
}

impl Greeting {
    fn greet(&self, mut stream: TimedStream, peer: SocketAddr) -> io::Result<()> {
        if self.context.tap.is_watched() {
            let local = stream.local_addr()?;
            self.context.tap.connected(peer, local);
            let tap = &self.context.tap;
            tap.see_data(Transport::Tcp, local, peer, &self.octets);
        }
        stream.set_under_way(true);
        stream.write_all(&self.octets)?;
        stream.linger();
        Ok(())
    }
}
