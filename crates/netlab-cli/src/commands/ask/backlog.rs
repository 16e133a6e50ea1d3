//! The queue between the handshake and accept.

use std::io;
use std::net::TcpStream;

use super::notes::Notes;
use super::sockets::{MOMENT, accept, dial, listener};

/// The server listens and does not accept.
pub(super) fn connect_without_accept(notes: &mut Notes) -> io::Result<()> {
    let (server, address) = listener(8)?;
    notes.state("server", format!("listens on {address}, does not accept"));
    let client = notes.step(
        "client",
        format!("connect to {address}"),
        || dial(address),
        |_| "connected".to_owned(),
    )?;
    notes.send("client", &client, b"anybody?")?;
    let connection = notes.step(
        "server",
        "accept, at last",
        || accept(&server),
        |_| "a connection that already stands".to_owned(),
    )?;
    let got = notes.receive("server", &connection, 64)?;
    notes.expect(got == b"anybody?", "what was sent before accept is there");
    Ok(())
}

/// More clients than the queue holds.
pub(super) fn full_backlog(notes: &mut Notes) -> io::Result<()> {
    const CLIENTS_MAX: usize = 16;
    let (server, address) = listener(1)?;
    notes.state("server", format!("listens on {address} with backlog 1"));
    let mut queued = Vec::new();
    let mut left_out = None;
    for _ in 0..CLIENTS_MAX {
        let attempt = notes.step(
            "client",
            "connect",
            || TcpStream::connect_timeout(&address, MOMENT),
            |_| "connected".to_owned(),
        );
        match attempt {
            Ok(stream) => queued.push(stream),
            Err(error) => {
                left_out = Some(error.kind());
                break;
            }
        }
    }
    notes.expect(!queued.is_empty(), "the queue takes at least one client");
    notes.expect(
        left_out == Some(io::ErrorKind::TimedOut),
        "a client too many waits in silence",
    );
    notes.step(
        "server",
        "accept makes room",
        || accept(&server),
        |_| "one connection".to_owned(),
    )?;
    notes.step(
        "client",
        "connect",
        || dial(address),
        |_| "connected".to_owned(),
    )?;
    Ok(())
}
