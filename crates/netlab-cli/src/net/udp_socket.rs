//! A bound UDP socket, and both ends of what comes to it.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// Both ends of a datagram that came in; what answers it goes between the same two.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Ends {
    /// Who sent it.
    pub(crate) peer: SocketAddr,
    /// The address that the socket is bound to.
    pub(crate) local: SocketAddr,
}

/// A UDP socket of a server.
#[derive(Debug)]
pub(crate) struct DatagramSocket {
    socket: UdpSocket,
    address: SocketAddr,
}

impl DatagramSocket {
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        socket.bind(&address.into())?;
        let socket = UdpSocket::from(socket);
        Ok(Self {
            address: socket.local_addr()?,
            socket,
        })
    }

    /// The address that it is bound to, with the port the system picked.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Room for bursts; the system cuts it to its own limit, and a refusal only means its default stays.
    pub(super) fn make_room(&self, octets: usize) {
        let _ = SockRef::from(&self.socket).set_recv_buffer_size(octets);
    }

    pub(crate) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.socket.set_nonblocking(nonblocking)
    }

    /// Receives a datagram: how many octets it has, and its ends.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, Ends)> {
        let local = self.address;
        let (count, peer) = self.socket.recv_from(buffer)?;
        Ok((count, Ends { peer, local }))
    }

    /// Sends a datagram to `ends.peer`.
    pub(crate) fn send(&self, octets: &[u8], ends: Ends) -> io::Result<()> {
        self.socket.send_to(octets, ends.peer).map(drop)
    }
}

impl AsRawFd for DatagramSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}
