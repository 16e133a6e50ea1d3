//! The loop, round by round.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use mio::Events;

use super::{Parts, QUIET, Streams};
use crate::context::Context;
use crate::net::{ServerArgs, Stop};
use crate::output::Output;
use crate::show::Tap;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A loop that does not run yet, and the flag that ends it.
fn uppercase() -> (Streams, SocketAddr, Stop) {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let listener = TcpListener::bind(any).unwrap();
    let address = listener.local_addr().unwrap();
    let (out, _) = Output::captured();
    let stop = Stop::new();
    let streams = Streams::new(Parts {
        listener,
        chain: "uppercase".parse().unwrap(),
        limits: ServerArgs::default(),
        stop: stop.clone(),
        context: Context {
            out,
            tap: Tap::default(),
        },
    });
    (streams.unwrap(), address, stop)
}

/// Each has sent `x`, and gets all that it has to, then the end.
fn assert_answered(clients: &[TcpStream]) {
    for mut client in clients {
        let mut reply = Vec::new();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client.read_to_end(&mut reply).unwrap();
        assert_eq!(reply, b"X");
    }
}

#[test]
fn a_client_that_sends_without_pause_has_one_turn_a_round() {
    let (mut streams, address, _) = uppercase();
    let mut events = Events::with_capacity(16);
    let mut busy = TcpStream::connect(address).unwrap();
    busy.set_nonblocking(true).unwrap();
    // It is seated, and the poll tells of it.
    streams.round(&mut events);
    assert_eq!(streams.clients.len(), 1);
    let mut piece = vec![b'a'; 1 << 20];
    for _ in 0..500 {
        let _ = busy.read(&mut piece);
        let _ = busy.write(&piece);
        streams.round(&mut events);
        assert!(streams.again.len() <= 1, "{:?}", streams.again);
    }
}

#[test]
fn who_connected_before_the_stop_is_answered() {
    let (streams, address, stop) = uppercase();
    let clients: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut client = TcpStream::connect(address).unwrap();
            client.write_all(b"x").unwrap();
            client
        })
        .collect();
    stop.raise();
    assert_eq!(streams.run(), 50);
    assert_answered(&clients);
}

/// The poll tells of so many at a time: the others are not to be taken for silent.
#[test]
fn a_stop_waits_for_what_the_poll_has_not_told_of_yet() {
    let (mut streams, address, stop) = uppercase();
    let mut events = Events::with_capacity(4);
    let clients: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    for _ in 0..3 {
        streams.round(&mut events);
    }
    assert_eq!(streams.clients.len(), 20);
    for (_, seat) in &mut streams.clients {
        // Silent for longer than a server that stops would wait.
        seat.client.active = seat.client.active.checked_sub(2 * QUIET).unwrap();
    }
    for mut client in &clients {
        client.write_all(b"x").unwrap();
    }
    stop.raise();
    while streams.round(&mut events) {}
    drop(streams);
    assert_answered(&clients);
}

/// Both are there when the server looks, but one after the other.
#[test]
fn who_comes_when_another_has_gone_is_not_one_too_many() {
    let (mut streams, address, _) = uppercase();
    streams.limits.max_connections = 1;
    let mut events = Events::with_capacity(16);
    let clients: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut client = TcpStream::connect(address).unwrap();
            client.write_all(b"x").unwrap();
            client.shutdown(Shutdown::Write).unwrap();
            client
        })
        .collect();
    for _ in 0..3 {
        streams.round(&mut events);
    }
    assert_eq!((streams.served, streams.present()), (2, 0));
    assert_answered(&clients);
}

#[test]
fn who_is_one_too_many_is_turned_away() {
    let (mut streams, address, _) = uppercase();
    streams.limits.max_connections = 1;
    let mut events = Events::with_capacity(16);
    let first = TcpStream::connect(address).unwrap();
    let mut second = TcpStream::connect(address).unwrap();
    for _ in 0..2 {
        streams.round(&mut events);
    }
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(second.read(&mut [0]).unwrap(), 0);
    assert_eq!((streams.served, streams.present()), (1, 1));
    drop(first);
}
