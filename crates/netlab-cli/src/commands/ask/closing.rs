//! How a connection ends.

use std::io;
use std::net::Shutdown;

use rustix::io::Errno;
use socket2::{Domain, Socket, Type};

use super::notes::Notes;
use super::sockets::{accept, await_error, dial, listener, pair};

/// The system closes a killed server's sockets; so do we here.
pub(super) fn server_killed(notes: &mut Notes) -> io::Result<()> {
    let (client, server) = pair()?;
    notes.state("server", "is killed; the system closes its sockets");
    drop(server);
    let end = notes.receive("client", &client, 64)?;
    notes.expect(end.is_empty(), "the client reads the end of the stream");
    notes.send("client", &client, b"hello?")?;
    await_error(&client)?;
    let broken = notes.send("client", &client, b"hello??");
    notes.expect_error(&broken, &[Errno::PIPE, Errno::CONNRESET]);

    let (client, server) = pair()?;
    notes.send("client 2", &client, b"unread")?;
    // The octets must have arrived before the server dies; peeking proves it.
    server.peek(&mut [0; 6])?;
    notes.state("server", "is killed before it reads that");
    drop(server);
    let reset = notes.receive("client 2", &client, 64);
    notes.expect_error(&reset, &[Errno::CONNRESET]);

    let (server, address) = listener(1)?;
    let client = dial(address)?;
    let connection = accept(&server)?;
    notes.state(
        "server",
        format!("is killed on {address}; client 3 closes too"),
    );
    drop((server, connection));
    io::Read::read(&mut &client, &mut [0; 1])?;
    drop(client);
    let restart = |reuse: bool| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(reuse)?;
        socket.bind(&address.into())?;
        socket.listen(1)
    };
    let plain = notes.step(
        "server",
        "starts again: bind to the same port",
        || restart(false),
        |()| "bound".to_owned(),
    );
    notes.expect_error(&plain, &[Errno::ADDRINUSE]);
    notes.step(
        "server",
        "starts again with SO_REUSEADDR",
        || restart(true),
        |()| "listening".to_owned(),
    )
}

/// One direction ends.
pub(super) fn half_close(notes: &mut Notes) -> io::Result<()> {
    let (client, server) = pair()?;
    notes.send("client", &client, b"question")?;
    notes.step(
        "client",
        "shutdown of its sending side",
        || client.shutdown(Shutdown::Write),
        |()| "done".to_owned(),
    )?;
    let question = notes.receive("server", &server, 64)?;
    let end = notes.receive("server", &server, 64)?;
    notes.expect(
        question == b"question" && end.is_empty(),
        "the server reads the question and then the end of the stream",
    );
    notes.send("server", &server, b"answer")?;
    let answer = notes.receive("client", &client, 64)?;
    notes.expect(answer == b"answer", "the client still receives");
    let more = notes.send("client", &client, b"more");
    notes.expect_error(&more, &[Errno::PIPE]);
    Ok(())
}
