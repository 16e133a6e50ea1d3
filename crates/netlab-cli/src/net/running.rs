//! The sockets of one server at work, as one thing to announce and to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::listen::RunningTcp;
use super::udp_server::RunningUdp;
use super::{ServerArgs, Stop, TcpHandler, TcpServer, UdpHandler, UdpServer, announce};
use crate::context::Context;
use crate::exit::ExitCode;

/// How long what is under way may still take after a server was told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A server being put together: bind every socket first, so that nothing is served if one fails, then start them.
pub(crate) struct Running {
    context: Context,
    limits: ServerArgs,
    stop: Stop,
    tcp: Vec<RunningTcp>,
    udp: Vec<RunningUdp>,
    addresses: Vec<(&'static str, SocketAddr)>,
}

impl Running {
    /// A server without sockets.
    pub(crate) fn new(context: &Context, limits: &ServerArgs, stop: &Stop) -> Self {
        Self {
            context: context.clone(),
            limits: limits.clone(),
            stop: stop.clone(),
            tcp: Vec::new(),
            udp: Vec::new(),
            addresses: Vec::new(),
        }
    }

    /// Starts a bound TCP socket.
    pub(crate) fn add_tcp(
        &mut self,
        server: TcpServer,
        handler: Arc<dyn TcpHandler>,
    ) -> std::io::Result<()> {
        let address = server.address();
        let running = server.start(&self.limits, &self.stop, &self.context.out, handler)?;
        self.tcp.push(running);
        self.addresses.push(("tcp", address));
        Ok(())
    }

    /// Starts a bound UDP socket.
    pub(crate) fn add_udp(
        &mut self,
        server: UdpServer,
        handler: &Arc<dyn UdpHandler>,
    ) -> std::io::Result<()> {
        let address = server.address();
        let running = server.start(&self.limits, &self.stop, &self.context.out, handler)?;
        self.udp.push(running);
        self.addresses.push(("udp", address));
        Ok(())
    }

    /// Where the first TCP socket listens.
    pub(crate) fn tcp_address(&self) -> Option<SocketAddr> {
        self.address_of("tcp")
    }

    /// Where the first UDP socket listens.
    pub(crate) fn udp_address(&self) -> Option<SocketAddr> {
        self.address_of("udp")
    }

    /// Prints where it listens, then serves until a signal or the flag ends it.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        for (transport, address) in &self.addresses {
            announce(&self.context.out, transport, *address)?;
        }
        self.stop.wait();
        let out = self.context.out.clone();
        let (connections, datagrams) = self.finish();
        let mut served = Vec::new();
        if let Some(count) = connections {
            served.push(format!("{count} connections"));
        }
        if let Some(count) = datagrams {
            served.push(format!("{count} datagrams"));
        }
        out.notice(&format!("netlab: stopped after {}", served.join(" and ")));
        Ok(ExitCode::Done)
    }

    /// Stops accepting, lets what is under way finish (bounded), and counts what was served.
    pub(crate) fn finish(self) -> (Option<u64>, Option<u64>) {
        self.stop.raise();
        let connections =
            (!self.tcp.is_empty()).then(|| self.tcp.iter().map(RunningTcp::served).sum());
        let datagrams =
            (!self.udp.is_empty()).then(|| self.udp.iter().map(RunningUdp::served).sum());
        for server in self.tcp {
            server.finish(GRACE);
        }
        for server in self.udp {
            server.finish();
        }
        (connections, datagrams)
    }

    fn address_of(&self, transport: &str) -> Option<SocketAddr> {
        self.addresses
            .iter()
            .find(|(of, _)| *of == transport)
            .map(|(_, address)| *address)
    }
}
