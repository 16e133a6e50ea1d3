//! Turns of newcomers, with nothing around the transform and as any client has them.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Instant;

use socket2::SockRef;
use textxform::Transform as _;

use super::{Desk, Heard, Newcomer, Peer, Turn};
use crate::context::Context;
use crate::output::Output;
use crate::show::Tap;

/// A desk whose clients are answered quickly or not, a newcomer of it, and the newcomer's own end. Both ends wait for the other.
fn meet(chain: &str, is_quick: bool) -> (Desk, Newcomer, TcpStream) {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let listener = TcpListener::bind(any).unwrap();
    let there = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (here, _) = listener.accept().unwrap();
    let (out, _) = Output::captured();
    let tap = Tap::default();
    let mut desk = Desk::new(Context { out, tap }, chain.parse().unwrap());
    assert!(desk.is_quick, "{chain}");
    desk.is_quick = is_quick;
    let newcomer = Newcomer {
        stream: mio::net::TcpStream::from_std(here),
        peer: Peer(None),
    };
    (desk, newcomer, there)
}

fn read(there: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut octets = vec![0; count];
    there.read_exact(&mut octets).unwrap();
    octets
}

/// Waits until `count` octets are there to be read.
fn arrived(newcomer: &Newcomer, count: usize) {
    let mut seen = vec![0; count];
    assert!((0..10_000_000).any(|_| newcomer.stream.peek(&mut seen).ok() == Some(count)));
}

#[test]
fn who_sends_a_line_and_goes_stays_a_newcomer() {
    for is_quick in [true, false] {
        let (mut desk, newcomer, mut there) = meet("uppercase", is_quick);
        there.write_all(b"a line\n").unwrap();
        let Heard::Newcomer(newcomer) = newcomer.turn(&mut desk, Instant::now()) else {
            panic!("something to remember");
        };
        assert_eq!(read(&mut there, 7), b"A LINE\n");
        there.shutdown(Shutdown::Write).unwrap();
        assert!(matches!(
            newcomer.turn(&mut desk, Instant::now()),
            Heard::Over(_, Ok(()))
        ));
    }
}

#[test]
fn a_chain_with_a_memory_goes_on_where_it_was() {
    for is_quick in [true, false] {
        let (mut desk, newcomer, mut there) = meet("vigenere:AB", is_quick);
        let now = Instant::now();
        there.write_all(b"aaa").unwrap();
        let Heard::Client(mut client, Turn::Wait { for_writing: false }) =
            newcomer.turn(&mut desk, now)
        else {
            panic!("nothing to remember");
        };
        assert_eq!(read(&mut there, 3), b"aba");
        there.write_all(b"aaa").unwrap();
        client.turn(&mut desk, false, now);
        assert_eq!(read(&mut there, 3), b"bab");
        // The next client's key begins with its first letter.
        assert!(desk.shared.is_at_start());
    }
}

#[test]
fn who_sent_more_than_a_piece_has_another_turn() {
    for is_quick in [true, false] {
        let (mut desk, newcomer, mut there) = meet("uppercase", is_quick);
        let piece = desk.input.len();
        there.write_all(&vec![b'a'; piece + 1]).unwrap();
        arrived(&newcomer, piece + 1);
        let now = Instant::now();
        let Heard::Client(mut client, Turn::Again) = newcomer.turn(&mut desk, now) else {
            panic!("the rest is forgotten");
        };
        assert!(matches!(
            client.turn(&mut desk, false, now),
            Turn::Wait { for_writing: false }
        ));
        assert_eq!(read(&mut there, piece + 1), vec![b'A'; piece + 1]);
    }
}

#[test]
fn what_the_system_does_not_take_is_kept() {
    for is_quick in [true, false] {
        let (mut desk, newcomer, mut there) = meet("uppercase", is_quick);
        // The answer before fills the socket, which does not grow meanwhile.
        SockRef::from(&newcomer.stream)
            .set_send_buffer_size(1)
            .unwrap();
        rustix::io::ioctl_fionbio(&newcomer.stream, true).unwrap();
        let before = vec![b'0'; 1 << 20];
        let mut filled = 0;
        while let Ok(count) = (&newcomer.stream).write(&before) {
            filled += count;
        }
        // The system may still take some octets of this one.
        let late = vec![b'a'; desk.input.len() - 1];
        there.write_all(&late).unwrap();
        arrived(&newcomer, late.len());
        let now = Instant::now();
        let Heard::Client(mut client, Turn::Wait { for_writing: true }) =
            newcomer.turn(&mut desk, now)
        else {
            panic!("the answer is lost");
        };
        assert_eq!(read(&mut there, filled), vec![b'0'; filled]);
        for _ in 0..10_000_000 {
            if client.has_everything() {
                break;
            }
            client.turn(&mut desk, false, now);
        }
        assert_eq!(read(&mut there, late.len()), vec![b'A'; late.len()]);
    }
}
