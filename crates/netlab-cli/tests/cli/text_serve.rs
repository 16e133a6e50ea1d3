//! `netlab text serve` and clients that talk at the same time.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};

use textxform::{Chain, Transform as _};

use crate::harness::{Server, dial};

const ANY: &str = "127.0.0.1:0";

/// Each remembers something between two octets of some message below.
const CHAINS: [&str; 14] = [
    "vigenere:LEMON",
    "rot13|vigenere:ab|hex",
    "base64",
    "base64-decode",
    "hex-decode",
    "percent-decode",
    "crlf",
    "uppercase|crlf|dot-stuff",
    "trim",
    "nfc",
    "reverse",
    "titlecase",
    "unicode-lowercase",
    "hex-decode|unicode-uppercase",
];

/// Some of them are refused by some of the chains, half-way or at their end.
const MESSAGES: [&[u8]; 10] = [
    b"attack at dawn",
    b"",
    b"a",
    b"  Zm9v YmFy \r\n",
    b"666f6f\r\n626172",
    b"66 6",
    b"%41%zz and no more",
    "e\u{301}\u{327} ΟΔΟΣ\r".as_bytes(),
    b".\r\n.a\n\xff\xfe.",
    "Zg==ü".as_bytes(),
];

/// What came of it before it was refused, and the reason.
fn expected(chain: &str, message: &[u8]) -> Vec<u8> {
    let mut chain: Chain = chain.parse().unwrap();
    let mut reply = Vec::new();
    let result = chain
        .push(message, &mut reply)
        .and_then(|()| chain.finish(&mut reply));
    if let Err(error) = result {
        reply.extend_from_slice(format!("error: {error}\n").as_bytes());
    }
    reply
}

/// They send octet by octet in turn, each comes when the one before it has begun, and those who have said everything go while
/// others are in the middle of it: what the server remembers of one must not reach another.
#[test]
fn clients_that_talk_at_once_do_not_hear_of_each_other() {
    for chain in CHAINS {
        let server = Server::start(&["text", "serve", chain, "--tcp", ANY], 1);
        let mut clients: Vec<(&[u8], TcpStream)> = Vec::new();
        let longest = MESSAGES.iter().map(|message| message.len()).max();
        for turn in 0..=longest.unwrap().saturating_add(MESSAGES.len()) {
            if let Some(message) = MESSAGES.get(turn) {
                let stream = dial(server.tcp());
                stream.set_nodelay(true).unwrap();
                clients.push((message, stream));
            }
            for (number, (message, stream)) in clients.iter_mut().enumerate() {
                let at = turn.saturating_sub(number);
                // Who is refused may hang up while we send.
                let _ = match message.get(at) {
                    Some(octet) => stream.write_all(&[*octet]),
                    None if at == message.len() => stream.shutdown(Shutdown::Write),
                    None => Ok(()),
                };
            }
        }
        for (message, mut stream) in clients {
            let mut reply = Vec::new();
            stream.read_to_end(&mut reply).unwrap();
            assert_eq!(
                reply.escape_ascii().to_string(),
                expected(chain, message).escape_ascii().to_string(),
                "{chain}: {}",
                message.escape_ascii()
            );
        }
    }
}

/// The one that the client reached, not the one that all of them may reach.
#[test]
fn a_message_is_shown_with_the_real_address_of_the_server() {
    let args = [
        "text",
        "serve",
        "--tcp",
        "0.0.0.0:0",
        "--allow",
        "127.0.0.0/8",
        "-v",
    ];
    let server = Server::start(&args, 1);
    let address = SocketAddr::from(([127, 0, 0, 1], server.tcp().port()));
    let mut client = dial(address);
    client.write_all(b"hello").unwrap();
    client.read_exact(&mut [0; 5]).unwrap();
    let peer = client.local_addr().unwrap();
    let (_, remarks) = server.terminate();
    for (from, to) in [(peer, address), (address, peer)] {
        let line = format!("\ntcp {from} > {to}: 5 octets of data\n");
        assert!(remarks.contains(&line), "{remarks}");
    }
}

/// `telnet` sends such an octet when its user interrupts it (RFC 854), and a read stops in front of it.
#[cfg(target_os = "linux")]
#[test]
fn what_comes_behind_urgent_data_is_answered_at_once() {
    use rustix::net::{SendFlags, send};
    let server = Server::start(&["text", "serve", "--tcp", ANY], 1);
    let mut stream = dial(server.tcp());
    let mut answer = [0; 6];
    // Whoever has been here for a moment is known to the poll.
    for _ in 0..3 {
        stream.write_all(b"before").unwrap();
        stream.read_exact(&mut answer).unwrap();
    }
    server.while_it_stands_still(|| {
        stream.write_all(b"abc").unwrap();
        assert_eq!(send(&stream, b"!", SendFlags::OOB).unwrap(), 1);
        stream.write_all(b"def").unwrap();
    });
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"ABCDEF");
}
