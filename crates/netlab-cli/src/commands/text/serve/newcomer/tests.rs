//! Turns of newcomers, with nothing around the transform and as any client has them.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Instant;

use socket2::SockRef;
use textxform::Transform as _;

use super::{Desk, Heard, Newcomer, Peer, Turn, turns};
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
    desk.is_quick &= is_quick;
    let newcomer = Newcomer::new(mio::net::TcpStream::from_std(here), Peer(None));
    (desk, newcomer, there)
}

/// The newcomer, if it still is one, and what became of it otherwise, if anybody is to know.
fn turn(newcomer: Newcomer, desk: &mut Desk) -> (Option<Newcomer>, Option<Heard>) {
    let mut newcomers = vec![newcomer];
    let heard = turns(&mut newcomers, desk, Instant::now()).pop();
    (newcomers.pop(), heard)
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
        assert_eq!(desk.is_quick, is_quick);
        let (Some(newcomer), None) = turn(newcomer, &mut desk) else {
            panic!("something to remember");
        };
        assert_eq!(read(&mut there, 7), b"A LINE\n");
        there.shutdown(Shutdown::Write).unwrap();
        let (None, None | Some(Heard::Over(_, Ok(())))) = turn(newcomer, &mut desk) else {
            panic!("still there");
        };
        assert_eq!(there.read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn a_chain_with_a_memory_goes_on_where_it_was() {
    let (mut desk, newcomer, mut there) = meet("rot13|vigenere:AB", true);
    assert!(!desk.is_quick);
    there.write_all(b"nnn").unwrap();
    let (None, Some(Heard::Client(mut client, Turn::Wait { for_writing: false }))) =
        turn(newcomer, &mut desk)
    else {
        panic!("nothing to remember");
    };
    assert_eq!(read(&mut there, 3), b"aba");
    there.write_all(b"nnn").unwrap();
    client.turn(&mut desk, false, Instant::now());
    assert_eq!(read(&mut there, 3), b"bab");
    // The next client's key begins with its first letter.
    assert!(desk.shared.is_at_start());
}

/// Several are read before the first is answered; the buffer holds what some of them said, the others have the next one.
#[test]
fn everybody_gets_an_answer_of_their_own() {
    let (mut desk, first, there) = meet("rot13", true);
    let (mut newcomers, mut ends) = (vec![first], vec![there]);
    for _ in 0..9 {
        let (_, newcomer, there) = meet("rot13", true);
        newcomers.push(newcomer);
        ends.push(there);
    }
    let count = desk.input.len() / 4;
    for (letter, (newcomer, there)) in (b'a'..).zip(newcomers.iter().zip(&mut ends)) {
        there.write_all(&vec![letter; count]).unwrap();
        arrived(newcomer, count);
    }
    let heard = turns(&mut newcomers, &mut desk, Instant::now());
    for (letter, there) in (b'n'..).zip(&mut ends) {
        assert_eq!(read(there, count), vec![letter; count]);
    }
    // Whose piece filled the buffer may have more to say.
    assert_eq!(newcomers.len() + heard.len(), 10);
    for heard in heard {
        assert!(matches!(heard, Heard::Client(_, Turn::Again)));
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
        let (None, Some(Heard::Client(mut client, Turn::Again))) = turn(newcomer, &mut desk) else {
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
        let (None, Some(Heard::Client(mut client, Turn::Wait { for_writing: true }))) =
            turn(newcomer, &mut desk)
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
