//! A bound UDP socket, and to which of its addresses a datagram came.
//!
//! A socket that is bound to every address of the machine does not say by itself where a datagram was sent, and its answers go
//! out from whatever address the system picks: whoever asked another one takes them for a stranger's. Where the system can tell,
//! such a socket asks it, and says with each answer from which address it goes. One that is bound to a single address needs none
//! of this, and nothing of it is done.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};

use socket2::{Domain, Protocol, SockRef, Socket, Type};

use super::packet_info;

/// Both ends of a connection, or of a datagram that came in; what answers it goes between the same two.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Ends {
    /// The other side.
    pub(crate) peer: SocketAddr,
    /// This side; of a datagram the address that the socket is bound to, where the system does not tell.
    pub(crate) local: SocketAddr,
}

/// The largest payload of a datagram to or from `peer`: 65,535 less 8 octets of UDP header (RFC 768), and over IPv4 less 20 of its
/// own (RFC 791 §3.1), which the length of an IPv6 packet does not count (RFC 8200 §3).
pub(crate) fn datagram_octets_max(peer: IpAddr) -> usize {
    match peer.to_canonical() {
        IpAddr::V4(_) => 65_507,
        IpAddr::V6(_) => 65_527,
    }
}

/// Has datagrams that a link on the way cannot carry cut there (RFC 791 §3.2), or over IPv6 by this machine once it was told (RFC
/// 8200 §5). Linux would rather forbid it, lose them, and end a connected socket's waiting with "message too long" instead.
pub(super) fn let_routers_fragment(socket: &UdpSocket) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::net::sockopt::{
            Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, set_ip_mtu_discover, set_ipv6_mtu_discover,
        };
        // Both, since a socket of IPv6 may carry IPv4; of the other family it is refused, and without it all else works.
        let _ = set_ip_mtu_discover(socket, Ipv4PathMtuDiscovery::DONT);
        let _ = set_ipv6_mtu_discover(socket, Ipv6PathMtuDiscovery::DONT);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = socket;
}

/// A UDP socket of a server.
#[derive(Debug)]
pub(crate) struct DatagramSocket {
    socket: UdpSocket,
    address: SocketAddr,
    /// Whether the system tells of each datagram where it was sent.
    tells_local: bool,
}

impl DatagramSocket {
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        // Before it is bound, so that there is no datagram of which it is not told.
        let tells_local = address.ip().to_canonical().is_unspecified()
            && packet_info::request(&socket, address).is_ok();
        socket.bind(&address.into())?;
        let socket = UdpSocket::from(socket);
        let_routers_fragment(&socket);
        Ok(Self {
            address: socket.local_addr()?,
            socket,
            tells_local,
        })
    }

    /// The address that it is bound to, with the port the system picked.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the system tells of each datagram where it was sent.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) const fn tells_local(&self) -> bool {
        self.tells_local
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
        if self.tells_local {
            return packet_info::receive(&self.socket, buffer, local);
        }
        let (count, peer) = self.socket.recv_from(buffer)?;
        Ok((count, Ends { peer, local }))
    }

    /// Sends a datagram from `ends.local` to `ends.peer`.
    pub(crate) fn send(&self, octets: &[u8], ends: Ends) -> io::Result<()> {
        // What the system refuses to send from there (it may be the address of a group) goes from where it likes.
        if self.tells_local && packet_info::send(&self.socket, octets, ends).is_ok() {
            return Ok(());
        }
        self.socket.send_to(octets, ends.peer).map(drop)
    }
}

impl AsRawFd for DatagramSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}
