//! Messages and streams.

use std::io;
use std::net::TcpStream;

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use super::notes::Notes;
use super::sockets::{MOMENT, PATIENCE, pair, udp, udp_client};

/// Twelve octets sent, five received.
pub(super) fn short_receive(notes: &mut Notes) -> io::Result<()> {
    const MESSAGE: &[u8; 12] = b"Hello, world";
    let (client, server) = pair()?;
    notes.send("tcp client", &client, MESSAGE)?;
    await_octets(&server, MESSAGE.len())?;
    let head = notes.receive("tcp server", &server, 5)?;
    let tail = notes.receive("tcp server", &server, 64)?;
    notes.expect(
        (head.as_slice(), tail.as_slice()) == (b"Hello", b", world"),
        "TCP keeps the rest",
    );

    let (server, address) = udp(PATIENCE)?;
    let client = udp_client(address, PATIENCE)?;
    notes.send("udp client", &client, MESSAGE)?;
    let head = notes.receive("udp server", &server, 5)?;
    notes.expect(head == b"Hello", "UDP gives the first octets");
    server.set_read_timeout(Some(MOMENT))?;
    let tail = notes.receive("udp server", &server, 64);
    notes.expect_error(&tail, &[Errno::AGAIN]);
    Ok(())
}

/// Two messages, one buffer.
pub(super) fn two_sends_one_receive(notes: &mut Notes) -> io::Result<()> {
    let (client, server) = pair()?;
    notes.send("tcp client", &client, b"Hello, ")?;
    notes.send("tcp client", &client, b"world")?;
    await_octets(&server, 12)?;
    let got = notes.receive("tcp server", &server, 64)?;
    notes.expect(got == b"Hello, world", "TCP glues the two sends together");

    let (server, address) = udp(PATIENCE)?;
    let client = udp_client(address, PATIENCE)?;
    notes.send("udp client", &client, b"Hello, ")?;
    notes.send("udp client", &client, b"world")?;
    let first = notes.receive("udp server", &server, 64)?;
    let second = notes.receive("udp server", &server, 64)?;
    notes.expect(
        (first.as_slice(), second.as_slice()) == (b"Hello, ", b"world"),
        "UDP keeps the two datagrams apart",
    );
    Ok(())
}

/// Waits until `count` octets can be received, without taking any.
fn await_octets(stream: &TcpStream, count: usize) -> io::Result<()> {
    let mut seen = vec![0; count];
    recv(
        stream,
        seen.as_mut_slice(),
        RecvFlags::PEEK | RecvFlags::WAITALL,
    )?;
    Ok(())
}
