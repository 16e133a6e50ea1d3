//! Who has a port.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use rustix::io::Errno;
use rustix::net::sockopt::set_socket_reuseport;
use socket2::{Domain, Socket, Type};

use super::notes::Notes;
use super::sockets::{PATIENCE, address_of, any};

/// A listener whose number nobody else uses over UDP or on the next loopback address. The system sees to TCP on one address
/// only, so the port is one that UDP had free.
fn listener_alone() -> io::Result<(Socket, SocketAddr)> {
    const TRIES: usize = 32;
    let mut tries = 1..TRIES;
    loop {
        let over_udp = UdpSocket::bind(any())?;
        let address = over_udp.local_addr()?;
        let first = bind(address, |socket| socket.set_reuse_address(true)).and_then(|first| {
            first.listen(8)?;
            #[cfg(target_os = "linux")]
            bind(next_loopback(address), |_| Ok(()))?;
            Ok(first)
        });
        match first {
            Ok(first) => return Ok((first, address)),
            Err(error) if tries.next().is_none() => return Err(error),
            Err(_) => {}
        }
    }
}

/// The same port on 127.0.0.2: only on Linux is all of 127.0.0.0/8 this machine.
#[cfg(target_os = "linux")]
fn next_loopback(address: SocketAddr) -> SocketAddr {
    ([127, 0, 0, 2], address.port()).into()
}

/// The same port twice.
pub(super) fn two_servers_one_port(notes: &mut Notes) -> io::Result<()> {
    let (_first, address) = listener_alone()?;
    notes.state("server 1", format!("listens on tcp {address}"));
    let bound = || "bound".to_owned();
    let second = notes.step(
        "server 2",
        format!("bind tcp {address}"),
        || bind(address, |_| Ok(())),
        |_| bound(),
    );
    notes.expect_error(&second, &[Errno::ADDRINUSE]);
    let second = notes.step(
        "server 2",
        "bind with SO_REUSEADDR, and listen",
        || {
            let socket = bind(address, |socket| socket.set_reuse_address(true))?;
            socket.listen(8)
        },
        |()| bound(),
    );
    notes.expect_error(&second, &[Errno::ADDRINUSE]);
    notes.step(
        "server 2",
        format!("bind udp {address}"),
        || UdpSocket::bind(address),
        |_| bound(),
    )?;
    #[cfg(target_os = "linux")]
    {
        let other = next_loopback(address);
        notes.step(
            "server 2",
            format!("bind tcp {other}"),
            || bind(other, |_| Ok(())),
            |_| bound(),
        )?;
    }
    let shared = |socket: &Socket| Ok(set_socket_reuseport(socket, true)?);
    let third = bind(any(), shared)?;
    third.listen(8)?;
    let address = address_of(&third)?;
    notes.state(
        "server 3",
        format!("listens on tcp {address}, SO_REUSEPORT"),
    );
    notes.step(
        "server 4",
        format!("bind tcp {address} with SO_REUSEPORT"),
        || bind(address, shared)?.listen(8),
        |()| "listening: the system deals out the connections".to_owned(),
    )?;
    Ok(())
}

/// A connection with one end.
pub(super) fn self_connect(notes: &mut Notes) -> io::Result<()> {
    // The time limit is for connect too.
    let socket = bind(any(), |socket| socket.set_write_timeout(Some(PATIENCE)))?;
    let address = address_of(&socket)?;
    notes.state(
        "client",
        format!("has the port of {address}; nobody listens"),
    );
    notes.step(
        "client",
        format!("connect to {address}"),
        || socket.connect(&address.into()),
        |()| "connected".to_owned(),
    )?;
    let peer = notes.step(
        "client",
        "ask for its own address and its peer's",
        || {
            let peer = socket.peer_addr()?;
            Ok((address_of(&socket)?, peer.as_socket()))
        },
        |(local, peer)| {
            let peer = peer.map_or_else(String::new, |peer| peer.to_string());
            format!("{local} and {peer}")
        },
    )?;
    notes.expect(Some(peer.0) == peer.1, "both ends are the same");
    notes.send("client", &socket, b"hello, me")?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let got = notes.receive("client", &socket, 64)?;
    notes.expect(got == b"hello, me", "it receives what it sent");
    // An orderly close would keep the port in TIME_WAIT.
    socket.set_linger(Some(core::time::Duration::ZERO))
}

fn bind(
    address: SocketAddr,
    prepare: impl FnOnce(&Socket) -> io::Result<()>,
) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    prepare(&socket)?;
    socket.bind(&address.into())?;
    Ok(socket)
}
