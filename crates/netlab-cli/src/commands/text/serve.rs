//! `netlab text serve`: TCP answers octets as they arrive, UDP each datagram with one datagram.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use textxform::{Chain, Transform as _};

use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{
    Answer, Backlog, DATAGRAM_OCTETS_MAX, Running, ServerArgs, Stop, TcpHandler, TcpServer,
    TimedStream, UdpHandler, UdpServer, duplex,
};
use crate::show::{Protocol, Seen, Transport};

/// What to answer, and where.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// A transform or several: "uppercase|rot13"
    #[arg(value_name = "CHAIN", default_value = "uppercase", value_parser = super::parse_chain)]
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
    let server = Arc::new(TextServer {
        chain: args.chain.clone(),
        context: context.clone(),
        backlog: Backlog::default(),
    });
    let mut running = Running::new(context, &args.limits, stop);
    if let Some(tcp) = tcp {
        running.add_tcp(tcp, Arc::<TextServer>::clone(&server))?;
    }
    if let Some(udp) = udp {
        let handler: Arc<dyn UdpHandler> = server;
        running.add_udp(udp, &handler)?;
    }
    Ok(running)
}

struct TextServer {
    chain: Chain,
    context: Context,
    backlog: Backlog,
}

impl TcpHandler for TextServer {
    fn serve(&self, stream: TimedStream, peer: SocketAddr) -> io::Result<()> {
        let local = stream.local_addr()?;
        let (mut stream, idle, stop) = stream.into_parts();
        let mut conversation = Conversation {
            chain: self.chain.clone(),
            context: &self.context,
            local,
            peer,
        };
        duplex(&mut stream, idle, &stop, &self.backlog, &mut conversation)
    }
}

/// One TCP client: the chain keeps what a later piece may need.
struct Conversation<'c> {
    chain: Chain,
    context: &'c Context,
    local: SocketAddr,
    peer: SocketAddr,
}

impl Conversation<'_> {
    fn see(&self, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        if !octets.is_empty() {
            self.context.tap.see(&Seen {
                transport: Transport::Tcp,
                from,
                to,
                protocol: Protocol::Data,
                octets,
            });
        }
    }
}

impl Answer for Conversation<'_> {
    fn piece(&mut self, input: Option<&[u8]>, output: &mut Vec<u8>) -> io::Result<()> {
        let before = output.len();
        let result = match input {
            Some(octets) => {
                self.see(self.peer, self.local, octets);
                self.chain.push(octets, output)
            }
            None => self.chain.finish(output),
        };
        self.see(
            self.local,
            self.peer,
            output.get(before..).unwrap_or_default(),
        );
        result.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
    }
}

impl UdpHandler for TextServer {
    fn datagram(
        &self,
        socket: &UdpSocket,
        datagram: &[u8],
        peer: SocketAddr,
        reply: &mut Vec<u8>,
    ) -> bool {
        let mut chain = self.chain.clone();
        let result = chain
            .push(datagram, reply)
            .and_then(|()| chain.finish(reply));
        if let Err(error) = result {
            *reply = format!("error: {error}\n").into_bytes();
        } else if reply.len() > DATAGRAM_OCTETS_MAX {
            *reply = format!(
                "error: the reply has {} octets and a datagram at most {DATAGRAM_OCTETS_MAX}; send it over TCP\n",
                reply.len()
            )
            .into_bytes();
        }
        if self.context.tap.is_watched()
            && let Ok(local) = socket.local_addr()
        {
            for (from, to, octets) in [(peer, local, datagram), (local, peer, reply.as_slice())] {
                self.context.tap.see(&Seen {
                    transport: Transport::Udp,
                    from,
                    to,
                    protocol: Protocol::Data,
                    octets,
                });
            }
        }
        true
    }
}
