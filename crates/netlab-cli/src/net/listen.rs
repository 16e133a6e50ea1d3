//! Binding and listening, and a TCP server from outside.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use socket2::{Domain, Protocol, Socket, Type};

use super::connect::system_text;
use super::crew::{Conversation, Crew};
use super::descriptors::raise_descriptor_limit;
use super::{ServerArgs, Stop, TimedStream};
use crate::exit::Failure;
use crate::output::Output;

/// What a server does with each connection.
pub(crate) trait TcpHandler: Send + Sync + 'static {
    /// Begins the conversation with a client that has connected.
    fn begin(
        self: Arc<Self>,
        stream: TimedStream,
        peer: SocketAddr,
    ) -> io::Result<Box<dyn Conversation>>;

    /// Says no to a connection over the limit, without waiting for anything. Closing it says enough by default.
    fn turn_away(&self, _stream: &TcpStream) {}
}

/// A bound socket that does not accept yet.
#[derive(Debug)]
pub(crate) struct TcpServer {
    listener: TcpListener,
    address: SocketAddr,
}

impl TcpServer {
    /// Binds and listens, and makes room for as many connections as the system lets this process have.
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, Failure> {
        // Those who find no descriptor wait at the door.
        let _ = raise_descriptor_limit();
        let listener = listen(address).map_err(|error| bind_failure("tcp", address, &error))?;
        let address = listener
            .local_addr()
            .map_err(|error| bind_failure("tcp", address, &error))?;
        Ok(Self { listener, address })
    }

    /// Where it listens, with the port the system picked.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The socket, for a server that accepts in a loop of its own.
    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }

    /// Starts to accept.
    pub(super) fn start(
        self,
        limits: &ServerArgs,
        stop: &Stop,
        out: &Output,
        handler: Arc<dyn TcpHandler>,
    ) -> io::Result<Arc<Crew>> {
        Crew::start(self.listener, self.address, limits, stop, out, handler)
    }
}

/// The failure to bind, with the way out.
pub(super) fn bind_failure(transport: &str, address: SocketAddr, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::AddrInUse if address.port() == 0 => {
            "; the system has no free port left to pick".to_owned()
        }
        io::ErrorKind::AddrInUse => {
            "; is another server running there? Port 0 picks a free one".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "; ports below 1024 need privileges, choose a higher one".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("; does this machine have the address {}?", address.ip())
        }
        // No other argument is wrong here.
        io::ErrorKind::InvalidInput if address.is_ipv6() => {
            let ip = address.ip();
            format!("; an address of a link needs the number of its interface, as in [{ip}%2]")
        }
        _ => String::new(),
    };
    Failure::cannot_start(format!(
        "cannot listen on {transport} {address}: {}{hint}",
        system_text(error)
    ))
}

/// `address` as a client on this machine reaches it.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    /// The system cuts this to its own limit; std would ask for 128.
    const BACKLOG: i32 = 4096;
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A restarted server must not wait for the old one's connections to be forgotten.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::bind_failure;

    #[test]
    fn the_way_out_fits_the_address() {
        for (address, errno, way_out) in [
            ("127.0.0.1:0", Errno::ADDRINUSE, "no free port left to pick"),
            ("127.0.0.1:80", Errno::ADDRINUSE, "Port 0 picks a free one"),
            ("[fe80::1]:80", Errno::INVAL, "as in [fe80::1%2]"),
        ] {
            let failure = bind_failure("tcp", address.parse().unwrap(), &errno.into());
            assert!(failure.to_string().ends_with(way_out), "{failure}");
        }
    }
}
