//! `IP_PKTINFO` and `IPV6_PKTINFO` (RFC 3542 §6): the system tells where a datagram was sent, and is told from where one goes.

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use self::linux::{PacketInfo, receive, request, send, socket_address};
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use self::unknown::{receive, request, send};

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::io::{self, IoSlice, IoSliceMut};
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
    use std::os::fd::{AsFd, AsRawFd as _};

    use nix::cmsg_space;
    use nix::libc::{in_addr, in_pktinfo, in6_addr, in6_pktinfo};
    use nix::sys::socket::{
        ControlMessage, ControlMessageOwned, MsgFlags, RecvMsg, SockaddrStorage, recvmsg, sendmsg,
        setsockopt, sockopt,
    };

    use super::super::udp_socket::Ends;

    /// From which address a datagram goes.
    ///
    /// A socket for both families tells and takes addresses of IPv4 as mapped ones, in the form of IPv6.
    pub(in super::super) enum PacketInfo {
        V4(in_pktinfo),
        V6(in6_pktinfo),
    }

    impl PacketInfo {
        /// Says to send from `local`; `None` if that is every address.
        pub(in super::super) fn from_local(local: SocketAddr) -> Option<Self> {
            match local {
                SocketAddr::V4(local) => (!local.ip().is_unspecified()).then(|| {
                    Self::V4(in_pktinfo {
                        ipi_ifindex: 0,
                        ipi_spec_dst: in_addr {
                            s_addr: u32::from_ne_bytes(local.ip().octets()),
                        },
                        ipi_addr: in_addr { s_addr: 0 },
                    })
                }),
                SocketAddr::V6(local) => (!local.ip().is_unspecified()).then(|| {
                    Self::V6(in6_pktinfo {
                        ipi6_addr: in6_addr {
                            s6_addr: local.ip().octets(),
                        },
                        #[allow(
                            clippy::useless_conversion,
                            reason = "on Android the number has a sign"
                        )]
                        ipi6_ifindex: local.scope_id().try_into().unwrap_or_default(),
                    })
                }),
            }
        }

        /// As the system takes it.
        pub(in super::super) const fn control(&self) -> ControlMessage<'_> {
            match self {
                Self::V4(info) => ControlMessage::Ipv4PacketInfo(info),
                Self::V6(info) => ControlMessage::Ipv6PacketInfo(info),
            }
        }

        /// Room for what the system tells or takes with each datagram of a socket that is bound to `address`.
        pub(in super::super) fn room(address: SocketAddr) -> Vec<u8> {
            if address.is_ipv4() {
                cmsg_space!(in_pktinfo)
            } else {
                cmsg_space!(in6_pktinfo)
            }
        }

        /// Where a datagram was sent that came to a socket bound to `bound`.
        pub(in super::super) fn local<S>(
            message: &RecvMsg<'_, '_, S>,
            bound: SocketAddr,
        ) -> SocketAddr {
            let told = message
                .cmsgs()
                .ok()
                .and_then(|mut told| told.find_map(|one| told_address(&one, bound.port())));
            told.unwrap_or(bound)
        }
    }

    /// The address of which the system tells, unless it is one from which nothing is sent.
    fn told_address(told: &ControlMessageOwned, port: u16) -> Option<SocketAddr> {
        let address: SocketAddr = match told {
            // Not the address in the packet, which may be one for many: the one under which we got it.
            ControlMessageOwned::Ipv4PacketInfo(info) => {
                let ip = Ipv4Addr::from(info.ipi_spec_dst.s_addr.to_ne_bytes());
                SocketAddrV4::new(ip, port).into()
            }
            ControlMessageOwned::Ipv6PacketInfo(info) => {
                let ip = Ipv6Addr::from(info.ipi6_addr.s6_addr);
                // Without its link such an address says nothing (RFC 4007 §6).
                #[allow(
                    clippy::useless_conversion,
                    reason = "on Android the number has a sign"
                )]
                let scope_id = if ip.is_unicast_link_local() {
                    info.ipi6_ifindex.try_into().unwrap_or_default()
                } else {
                    0
                };
                SocketAddrV6::new(ip, port, 0, scope_id).into()
            }
            _ => return None,
        };
        let is_for_many = match address.ip().to_canonical() {
            IpAddr::V4(ip) => ip.is_multicast() || ip.is_broadcast(),
            IpAddr::V6(ip) => ip.is_multicast(),
        };
        (!is_for_many && !address.ip().is_unspecified()).then_some(address)
    }

    /// Asks the system to tell, of a socket for `address`.
    pub(in super::super) fn request(socket: &impl AsFd, address: SocketAddr) -> io::Result<()> {
        if address.is_ipv4() {
            setsockopt(socket, sockopt::Ipv4PacketInfo, &true)?;
        } else {
            setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true)?;
        }
        Ok(())
    }

    /// Receives a datagram on a socket that is bound to `bound`.
    pub(in super::super) fn receive(
        socket: &UdpSocket,
        buffer: &mut [u8],
        bound: SocketAddr,
    ) -> io::Result<(usize, Ends)> {
        let mut room = PacketInfo::room(bound);
        let mut buffers = [IoSliceMut::new(buffer)];
        let message = recvmsg::<SockaddrStorage>(
            socket.as_raw_fd(),
            &mut buffers,
            Some(&mut room),
            MsgFlags::empty(),
        )?;
        let peer = message.address.as_ref().and_then(socket_address);
        let ends = Ends {
            peer: peer.ok_or(io::ErrorKind::InvalidData)?,
            local: PacketInfo::local(&message, bound),
        };
        Ok((message.bytes, ends))
    }

    /// Sends a datagram.
    pub(in super::super) fn send(socket: &UdpSocket, octets: &[u8], ends: Ends) -> io::Result<()> {
        let info = PacketInfo::from_local(ends.local).ok_or(io::ErrorKind::InvalidInput)?;
        sendmsg(
            socket.as_raw_fd(),
            &[IoSlice::new(octets)],
            &[info.control()],
            MsgFlags::empty(),
            Some(&SockaddrStorage::from(ends.peer)),
        )?;
        Ok(())
    }

    /// An address as the system gives it.
    pub(in super::super) fn socket_address(address: &SockaddrStorage) -> Option<SocketAddr> {
        let v4 = || {
            address
                .as_sockaddr_in()
                .map(|it| SocketAddrV4::from(*it).into())
        };
        let v6 = || {
            address
                .as_sockaddr_in6()
                .map(|it| SocketAddrV6::from(*it).into())
        };
        v4().or_else(v6)
    }
}

/// Systems on which nobody has looked at it: the request fails, so the rest is not used.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod unknown {
    use std::io;
    use std::net::{SocketAddr, UdpSocket};

    use socket2::Socket;

    use super::super::udp_socket::Ends;

    pub(in super::super) fn request(_socket: &Socket, _address: SocketAddr) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in super::super) fn receive(
        _socket: &UdpSocket,
        _buffer: &mut [u8],
        _bound: SocketAddr,
    ) -> io::Result<(usize, Ends)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(in super::super) fn send(
        _socket: &UdpSocket,
        _octets: &[u8],
        _ends: Ends,
    ) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
