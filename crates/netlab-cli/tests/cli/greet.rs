//! `netlab greet`: speaks first, and closes.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use crate::harness::{Server, dial, run, stdout};
use crate::text::raise_descriptor_limit;

fn greet(more: &[&str]) -> Server {
    let mut args = vec!["greet", "--listen", "127.0.0.1:0"];
    args.extend(more);
    Server::start(&args, 1)
}

fn heard(server: SocketAddr) -> Vec<u8> {
    let mut said = Vec::new();
    dial(server).read_to_end(&mut said).unwrap();
    said
}

#[test]
fn the_default_is_the_classic_sentence() {
    assert_eq!(heard(greet(&[]).tcp()), b"Thank You for Connecting\n");
}

#[test]
fn any_message_is_said_as_it_is() {
    for message in ["two\nlines", "grüß dich 你好", "--looks-like-a-flag", ""] {
        let server = greet(&[&format!("--message={message}")]);
        assert_eq!(
            heard(server.tcp()),
            format!("{message}\n").as_bytes(),
            "{message:?}"
        );
    }
    // A line end that is there already is not doubled.
    let server = greet(&["--message=one\ntwo\r\n"]);
    assert_eq!(heard(server.tcp()), b"one\ntwo\r\n");
}

#[test]
fn many_are_greeted_while_silent_ones_stay() {
    raise_descriptor_limit();
    let server = greet(&[]);
    let stay: Vec<_> = (0..1000).map(|_| dial(server.tcp())).collect();
    for _ in 0..50 {
        assert_eq!(heard(server.tcp()), b"Thank You for Connecting\n");
    }
    // Those who stayed were greeted too.
    for mut client in stay {
        let mut said = Vec::new();
        client.read_to_end(&mut said).unwrap();
        assert_eq!(said, b"Thank You for Connecting\n");
    }
}

#[test]
fn a_client_that_talks_first_still_hears_the_greeting() {
    let server = greet(&[]);
    let mut client = dial(server.tcp());
    client.write_all(&[b'x'; 10_000]).unwrap();
    let mut said = Vec::new();
    client.read_to_end(&mut said).unwrap();
    assert_eq!(said, b"Thank You for Connecting\n");
}

#[test]
fn strangers_are_not_greeted() {
    let server = greet(&["--allow", "192.0.2.7"]);
    let mut said = Vec::new();
    // A reset is a way to close as well.
    let _ = dial(server.tcp()).read_to_end(&mut said);
    assert_eq!(said, b"");
    let server = greet(&["--allow", "192.0.2.7", "--allow", "127.0.0.0/8"]);
    assert_eq!(heard(server.tcp()), b"Thank You for Connecting\n");
}

#[test]
fn connect_hears_several_lines() {
    let server = greet(&["--message", "one\ntwo"]);
    let text = stdout(&run(&["connect", &server.tcp().to_string()]));
    assert!(
        text.contains("\none\ntwo\n  the server closed the connection\n"),
        "{text}"
    );
}
