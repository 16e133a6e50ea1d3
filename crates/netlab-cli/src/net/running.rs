//! The sockets of one server at work, as one thing to announce and to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use serde::Serialize;

use super::{ServerArgs, Stop, TcpHandler, TcpServer, UdpHandler, UdpServer};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::output::{Output, counted};

/// How long what is under way may still take after a server was told to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// What serves some sockets, or works for what does. Dropping it does not stop it.
pub(crate) trait AtWork: Send {
    /// The transport and address of each socket.
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)>;

    /// Finishes what is under way within [`GRACE`]. The stop flag is raised.
    fn finish(self: Box<Self>) -> Served;
}

/// How much was served over each transport that was there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Served {
    pub(crate) connections: Option<u64>,
    pub(crate) datagrams: Option<u64>,
}

/// A server being put together: bind every socket first, so that nothing is served if one fails, then start them.
pub(crate) struct Running {
    context: Context,
    limits: ServerArgs,
    stop: Stop,
    at_work: Vec<Box<dyn AtWork>>,
    addresses: Vec<(&'static str, SocketAddr)>,
}

impl Running {
    /// A server without sockets.
    pub(crate) fn new(context: &Context, limits: &ServerArgs, stop: &Stop) -> Self {
        Self {
            context: context.clone(),
            limits: limits.clone(),
            stop: stop.clone(),
            at_work: Vec::new(),
            addresses: Vec::new(),
        }
    }

    /// Starts a bound TCP socket.
    pub(crate) fn add_tcp(
        &mut self,
        server: TcpServer,
        handler: Arc<dyn TcpHandler>,
    ) -> Result<(), Failure> {
        let crew = server.start(&self.limits, &self.stop, &self.context.out, handler);
        self.add(Box::new(crew.map_err(Failure::not_started)?));
        Ok(())
    }

    /// Starts a bound UDP socket.
    pub(crate) fn add_udp(
        &mut self,
        server: UdpServer,
        handler: Arc<dyn UdpHandler>,
    ) -> Result<(), Failure> {
        let running = server.start(&self.limits, &self.stop, &self.context.out, &handler);
        self.add(Box::new(running.map_err(Failure::not_started)?));
        Ok(())
    }

    /// Takes what was started elsewhere.
    pub(crate) fn add(&mut self, at_work: Box<dyn AtWork>) {
        self.addresses.extend(at_work.addresses());
        self.at_work.push(at_work);
    }

    /// Where the first socket of a transport listens.
    pub(crate) fn address_of(&self, transport: &str) -> Option<SocketAddr> {
        self.addresses
            .iter()
            .find(|(of, _)| *of == transport)
            .map(|(_, address)| *address)
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
        let served = self.finish();
        let counts = [
            served.connections.map(|count| counted(count, "connection")),
            served.datagrams.map(|count| counted(count, "datagram")),
        ];
        let served: Vec<String> = counts.into_iter().flatten().collect();
        out.notice(&format!("netlab: stopped after {}", served.join(" and ")));
        ExitCode::Done
    }

    /// Stops accepting, lets what is under way finish (bounded), and counts what was served.
    pub(crate) fn finish(self) -> Served {
        self.stop.raise();
        let served = self.at_work.into_iter().map(|at_work| at_work.finish());
        served.fold(Served::default(), |one, other| Served {
            connections: sum(one.connections, other.connections),
            datagrams: sum(one.datagrams, other.datagrams),
        })
    }
}

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    }
}

/// The line of `--json` that says where a server listens.
#[derive(Serialize)]
struct Listening<'a> {
    event: &'static str,
    transport: &'a str,
    address: SocketAddr,
}

/// Says where a server listens, with the transport of each socket, and warns when others can reach it.
pub(crate) fn announce(
    out: &Output,
    sockets: &[(&'static str, SocketAddr)],
    limits: &ServerArgs,
) -> io::Result<()> {
    let mut reachable: Vec<String> = Vec::new();
    for (transport, address) in sockets {
        let told = out.line(&format!("listening on {transport} {address}"));
        let told = told.and_then(|()| {
            out.json(&Listening {
                event: "listening",
                transport,
                address: *address,
            })
        });
        match told {
            // Who waited for the first line may not read the second. A server is for others than the reader of its stdout.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            told => told?,
        }
        if !address.ip().to_canonical().is_loopback() {
            reachable.push(format!("{transport} {address}"));
        }
    }
    if !reachable.is_empty() {
        let who = if limits.allow.is_empty() {
            "use --allow CIDR to say from which".to_owned()
        } else {
            let blocks: Vec<String> = limits.allow.iter().map(IpNet::to_string).collect();
            format!("those in {} are served", blocks.join(", "))
        };
        out.warn(&format!(
            "{} can be reached from other machines; {who}",
            reachable.join(" and ")
        ));
    }
    Ok(())
}
