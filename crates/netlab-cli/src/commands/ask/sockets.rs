//! The sockets of the experiments: loopback, free ports, and no wait without an end.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{SockRef, Socket, Type};

/// How long to wait for what must come.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait for what must not come.
pub(super) const MOMENT: Duration = Duration::from_millis(150);

/// A free port on loopback.
pub(super) fn any() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A TCP socket that has a port and does not listen: nobody else can have the port, and who connects to it is refused.
pub(super) fn reserved() -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(socket2::Domain::IPV4, Type::STREAM, None)?;
    // As every good server does; see `server-killed`.
    socket.set_reuse_address(true)?;
    socket.bind(&any().into())?;
    let address = address_of(&socket)?;
    Ok((socket, address))
}

/// A TCP server's socket with room for `backlog` connections that wait for accept.
pub(super) fn listener(backlog: i32) -> io::Result<(TcpListener, SocketAddr)> {
    let (socket, address) = reserved()?;
    socket.listen(backlog)?;
    // On Linux this bounds accept too.
    socket.set_read_timeout(Some(PATIENCE))?;
    Ok((socket.into(), address))
}

/// Connects, and bounds what is read and written later.
pub(super) fn dial(address: SocketAddr) -> io::Result<TcpStream> {
    patient(TcpStream::connect_timeout(&address, PATIENCE)?)
}

/// Accepts, and bounds what is read and written later.
pub(super) fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    patient(listener.accept()?.0)
}

/// Both ends of a TCP connection: the client's, then the server's.
pub(super) fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let (listener, address) = listener(1)?;
    let client = dial(address)?;
    Ok((client, accept(&listener)?))
}

/// A UDP socket that waits for a datagram no longer than `wait`.
pub(super) fn udp(wait: Duration) -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = UdpSocket::bind(any())?;
    socket.set_read_timeout(Some(wait))?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}

/// A UDP client of `server`.
pub(super) fn udp_client(server: SocketAddr, wait: Duration) -> io::Result<UdpSocket> {
    let (socket, _) = udp(wait)?;
    socket.connect(server)?;
    Ok(socket)
}

/// A UDP socket that has a port and hears nobody, because it is connected to itself: to others it is as if nothing were bound
/// there. [`rustix::net::connect_unspec`] opens its ears.
pub(super) fn udp_deaf() -> io::Result<(UdpSocket, SocketAddr)> {
    const ATTEMPTS: usize = 8;
    for _ in 0..ATTEMPTS {
        let (_, address) = udp(PATIENCE)?;
        // Bound by number: a port the system picked is given back when the socket is disconnected. Another process may take
        // it in between, then another one will do.
        if let Ok(socket) = UdpSocket::bind(address) {
            socket.set_read_timeout(Some(PATIENCE))?;
            socket.connect(address)?;
            return Ok((socket, address));
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

/// The address a socket is bound to.
pub(super) fn address_of(socket: &Socket) -> io::Result<SocketAddr> {
    socket
        .local_addr()?
        .as_socket()
        .ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

/// Waits until the system has an error for `socket`: a reset or an ICMP message that is still on its way.
pub(super) fn await_error(socket: &impl AsFd) -> io::Result<()> {
    // Errors and hang-ups are reported without being asked for.
    let mut fds = [PollFd::new(socket, PollFlags::empty())];
    let limit = Timespec::try_from(PATIENCE).map_err(io::Error::other)?;
    poll(&mut fds, Some(&limit))?;
    Ok(())
}

fn patient(stream: TcpStream) -> io::Result<TcpStream> {
    let socket = SockRef::from(&stream);
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}
