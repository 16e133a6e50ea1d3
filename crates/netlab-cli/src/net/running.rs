//! The sockets of one server at work, as one thing to announce and to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::listen::RunningTcp;
use super::udp_server::RunningUdp;
use super::{ServerArgs, Stop, TcpHandler, TcpServer, UdpHandler, UdpServer, announce};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::output::counted;

/// How long what is under way may still take after a server was told to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// A server at work that serves its sockets in a loop of its own.
pub(crate) trait OwnLoop: Send {
    /// The transport and address of each socket.
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)>;

    /// Ends the loop within [`GRACE`], and counts connections and datagrams. The stop flag is raised.
    fn finish(self: Box<Self>) -> (Option<u64>, Option<u64>);
}

/// A server being put together: bind every socket first, so that nothing is served if one fails, then start them.
pub(crate) struct Running {
    context: Context,
    limits: ServerArgs,
    stop: Stop,
    tcp: Vec<RunningTcp>,
    udp: Vec<RunningUdp>,
    own_loops: Vec<Box<dyn OwnLoop>>,
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
            own_loops: Vec::new(),
            addresses: Vec::new(),
        }
    }

    /// Starts a bound TCP socket.
    pub(crate) fn add_tcp(
        &mut self,
        server: TcpServer,
        handler: Arc<dyn TcpHandler>,
    ) -> Result<(), Failure> {
        let address = server.address();
        let running = server
            .start(&self.limits, &self.stop, &self.context.out, handler)
            .map_err(Failure::not_started)?;
        self.tcp.push(running);
        self.addresses.push(("tcp", address));
        Ok(())
    }

    /// Starts a bound UDP socket.
    pub(crate) fn add_udp(
        &mut self,
        server: UdpServer,
        handler: &Arc<dyn UdpHandler>,
    ) -> Result<(), Failure> {
        let address = server.address();
        let running = server
            .start(&self.limits, &self.stop, &self.context.out, handler)
            .map_err(Failure::not_started)?;
        self.udp.push(running);
        self.addresses.push(("udp", address));
        Ok(())
    }

    /// Takes a server that has a loop of its own.
    pub(crate) fn add_own_loop(&mut self, own_loop: Box<dyn OwnLoop>) {
        self.addresses.extend(own_loop.addresses());
        self.own_loops.push(own_loop);
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
        announce(&self.context.out, &self.addresses, &self.limits)?;
        Ok(self.serve())
    }

    /// Serves until a signal or the flag ends it, for a server that has announced itself.
    pub(crate) fn serve(self) -> ExitCode {
        /// Longer than servers take to finish, one kind of socket after the other.
        const END_MAX: Duration = GRACE.saturating_mul(2);
        self.stop.wait();
        // Whoever reads our stderr may have stopped reading: then whatever says something waits, and so does the end. A system
        // that has no thread left for this ends the server without it.
        let _ = std::thread::Builder::new()
            .name("end".to_owned())
            .spawn(|| {
                std::thread::sleep(END_MAX);
                std::process::exit(0);
            });
        let out = self.context.out.clone();
        let (connections, datagrams) = self.finish();
        let served: Vec<String> = [(connections, "connection"), (datagrams, "datagram")]
            .into_iter()
            .filter_map(|(count, what)| count.map(|count| (count, what)))
            .map(|(count, what)| counted(count, what))
            .collect();
        out.notice(&format!("netlab: stopped after {}", served.join(" and ")));
        ExitCode::Done
    }

    /// Stops accepting, lets what is under way finish (bounded), and counts what was served.
    pub(crate) fn finish(self) -> (Option<u64>, Option<u64>) {
        self.stop.raise();
        let mut connections = None;
        for server in self.tcp {
            connections = sum(connections, Some(server.finish()));
        }
        let mut datagrams = None;
        for server in self.udp {
            datagrams = sum(datagrams, Some(server.finish()));
        }
        for own_loop in self.own_loops {
            let (more_connections, more_datagrams) = own_loop.finish();
            connections = sum(connections, more_connections);
            datagrams = sum(datagrams, more_datagrams);
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

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}
