//! Nobody listens: too early, or on the wrong port.

use std::io;

use rustix::io::Errno;

use super::notes::Notes;
use super::sockets::{
    MOMENT, PATIENCE, accept, await_error, dial, listener, reserved, udp, udp_client, udp_deaf,
};
use crate::output::counted;

/// The client starts first.
pub(super) fn client_before_server(notes: &mut Notes) -> io::Result<()> {
    let (socket, address) = reserved()?;
    notes.state("tcp server", format!("will use {address}, has not started"));
    let early = notes.step(
        "tcp client",
        format!("connect to {address}"),
        || dial(address),
        |_| "connected".to_owned(),
    );
    notes.expect_error(&early, &[Errno::CONNREFUSED]);
    notes.step(
        "tcp server",
        "starts: listen",
        || socket.listen(8),
        |()| "listening".to_owned(),
    )?;
    notes.step(
        "tcp client",
        "connect again",
        || dial(address),
        |_| "connected".to_owned(),
    )?;

    let (server, address) = udp_deaf()?;
    let client = udp_client(address, PATIENCE)?;
    notes.state("udp server", format!("will use {address}, has not started"));
    let first = notes.send("udp client", &client, b"early")?;
    notes.expect(first == 5, "the first send succeeds");
    await_error(&client)?;
    let second = notes.send("udp client", &client, b"again");
    notes.expect_error(&second, &[Errno::CONNREFUSED]);
    notes.step(
        "udp server",
        "starts: bind",
        || Ok(rustix::net::connect_unspec(&server)?),
        |()| "bound".to_owned(),
    )?;
    notes.send("udp client", &client, b"late")?;
    let got = notes.receive("udp server", &server, 64)?;
    notes.expect(got == b"late", "only the last datagram arrives");
    server.set_read_timeout(Some(MOMENT))?;
    let more = notes.receive("udp server", &server, 64);
    notes.expect_error(&more, &[Errno::AGAIN]);
    Ok(())
}

/// The client uses another port than the server.
pub(super) fn wrong_port(notes: &mut Notes) -> io::Result<()> {
    let (server, right) = listener(8)?;
    let (_nobody, wrong) = reserved()?;
    notes.state("tcp server", format!("listens on {right}"));
    let refused = notes.step(
        "tcp client",
        format!("connect to {wrong}"),
        || dial(wrong),
        |_| "connected".to_owned(),
    );
    notes.expect_error(&refused, &[Errno::CONNREFUSED]);
    let client = notes.step(
        "tcp client",
        format!("connect to {right}"),
        || dial(right),
        |_| "connected".to_owned(),
    )?;
    let (_, from) = notes.step(
        "tcp server",
        "accept: the first it hears of anybody",
        || {
            let stream = accept(&server)?;
            let from = stream.peer_addr()?;
            Ok((stream, from))
        },
        |(_, from)| format!("a connection from {from}"),
    )?;
    notes.expect(
        client.local_addr()? == from,
        "the server only sees the client that used the right port",
    );

    let (_nobody, wrong) = udp_deaf()?;
    let connected = udp_client(wrong, PATIENCE)?;
    notes.state("udp client", format!("connect to {wrong}: names the peer"));
    notes.send("udp client", &connected, b"hello")?;
    let reply = notes.receive("udp client", &connected, 64);
    notes.expect_error(&reply, &[Errno::CONNREFUSED]);
    let (unconnected, _) = udp(MOMENT)?;
    notes.step(
        "udp client 2",
        format!("sendto {wrong}, without connect"),
        || unconnected.send_to(b"hello", wrong),
        |count| format!("{} taken", counted(*count, "octet")),
    )?;
    let reply = notes.receive("udp client 2", &unconnected, 64);
    notes.expect_error(&reply, &[Errno::AGAIN]);
    Ok(())
}
