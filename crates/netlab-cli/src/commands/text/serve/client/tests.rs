//! A client that takes its time, on a clock of the test's own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use textxform::Chain;

use super::{Client, Desk, NOTICE, Newcomer, Peer, Phase, Turn};
use crate::context::Context;
use crate::output::Output;
use crate::show::Tap;

const IDLE: Duration = Duration::from_secs(60);

/// A desk, a client of it, and that client's own end.
fn meet(chain: &str) -> (Desk, Client, std::net::TcpStream, Instant) {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let listener = TcpListener::bind(any).unwrap();
    let local = listener.local_addr().unwrap();
    let there = std::net::TcpStream::connect(local).unwrap();
    let (here, peer) = listener.accept().unwrap();
    here.set_nonblocking(true).unwrap();
    let (out, _) = Output::captured();
    let context = Context {
        out,
        tap: Tap::default(),
    };
    let chain: Chain = chain.parse().unwrap();
    let now = Instant::now();
    let newcomer = Newcomer::new(
        mio::net::TcpStream::from_std(here),
        Peer(Some(Box::new(peer))),
    );
    let client = Client::new(newcomer, now);
    (Desk::new(context, chain), client, there, now)
}

/// Sends until the server has to keep answers that nobody takes, and then what it refuses.
fn refuse_who_does_not_read(
    desk: &mut Desk,
    client: &mut Client,
    there: &mut std::net::TcpStream,
    now: Instant,
) {
    there.set_nonblocking(true).unwrap();
    let digits = vec![b'6'; 100_000];
    for _ in 0..10_000 {
        // What is still with the system on its way here adds to it.
        let octets: &[u8] = if client.left() < 1 << 20 {
            &digits
        } else {
            b"!"
        };
        let _ = there.write(octets);
        assert!(!matches!(client.turn(desk, false, now), Turn::Over(_)));
        if matches!(client.phase, Phase::Refused { .. }) {
            break;
        }
    }
    assert!(matches!(client.phase, Phase::Refused { .. }));
    assert!(!client.has_everything());
}

#[test]
fn who_is_refused_has_its_time_once_it_took_everything_right() {
    let (mut desk, mut client, mut there, now) = meet("hex-decode");
    refuse_who_does_not_read(&mut desk, &mut client, &mut there, now);
    // It may be slow as long as it is not idle.
    assert_eq!(client.deadline(IDLE), now.checked_add(IDLE));
    let later = now.checked_add(Duration::from_secs(30)).unwrap();
    let mut reply = Vec::new();
    let mut piece = vec![0; 1 << 20];
    for _ in 0..10_000 {
        if let Ok(count) = there.read(&mut piece) {
            reply.extend_from_slice(&piece[..count]);
        }
        assert!(!matches!(
            client.turn(&mut desk, false, later),
            Turn::Over(_)
        ));
        if client.has_everything() {
            break;
        }
    }
    assert_eq!(client.deadline(IDLE), later.checked_add(NOTICE));
    drop(client);
    there.set_nonblocking(false).unwrap();
    there.read_to_end(&mut reply).unwrap();
    assert!(reply.starts_with(b"ffff") && reply.len() > 1 << 20);
    assert!(reply.ends_with(b"found 0x21\n"));
}

#[test]
fn what_is_sent_after_a_refusal_does_not_keep_a_client_from_being_idle() {
    let (mut desk, mut client, mut there, now) = meet("hex-decode");
    refuse_who_does_not_read(&mut desk, &mut client, &mut there, now);
    let later = now.checked_add(Duration::from_secs(30)).unwrap();
    for _ in 0..100 {
        let _ = there.write(b"more");
        client.turn(&mut desk, false, later);
    }
    assert_eq!(client.deadline(IDLE), now.checked_add(IDLE));
}
