//! `netlab dns serve` over TCP (RFC 7766).

use std::io::{ErrorKind, Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::dns::lab;
use crate::harness::{Server, dial, dns_message};

/// RFC 7766 §6.2.3: the server closes what is idle, and a message that never ends is no better.
#[test]
fn a_query_over_tcp_that_never_ends_is_not_waited_for() {
    const OCTETS_MAX: usize = 3000;
    let args = ["--listen", "127.0.0.1:0", "--idle-timeout", "0.5"];
    let server = Server::start(&[&["dns", "serve"][..], &args].concat(), 2);
    let mut stream = dial(server.tcp());
    let wait = std::time::Duration::from_millis(20);
    stream.set_read_timeout(Some(wait)).unwrap();
    stream.write_all(&[255, 255]).unwrap();
    let has_ended = (0..OCTETS_MAX).any(|_| {
        // The server may have ended already.
        let _ = stream.write_all(&[0]);
        !matches!(stream.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
    });
    assert!(has_ended);
}

/// A query with its length in front, as TCP has it.
fn query_over_tcp(id: u8) -> Vec<u8> {
    let mut query = vec![0, 29, 0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    query.extend(b"\x03www\x03lab\x04test\x00\x00\x01\x00\x01");
    query[1] = u8::try_from(query.len() - 2).unwrap();
    query
}

#[test]
fn queries_over_one_tcp_connection_are_answered_in_order() {
    let server = lab();
    let mut stream = dial(server.tcp());
    // Two at once, the second cut in the middle.
    let second = query_over_tcp(2);
    stream
        .write_all(&[&query_over_tcp(1)[..], &second[..7]].concat())
        .unwrap();
    stream.write_all(&second[7..]).unwrap();
    for id in [1, 2] {
        let reply = dns_message(&mut stream);
        assert_eq!(reply[1], id);
        assert!(reply.ends_with(&[127, 0, 0, 1]));
    }
}

/// RFC 7766 section 6.2.1.1: a client may pipeline, and no other waits for it.
#[test]
fn who_never_stops_asking_over_tcp_keeps_nobody_else_waiting() {
    /// More than the server has loops.
    const BUSY: usize = 20;
    let server = lab();
    let (is_over, queries) = (AtomicBool::new(false), query_over_tcp(1).repeat(1000));
    let answered = std::thread::scope(|scope| {
        for _ in 0..BUSY {
            let mut stream = dial(server.tcp());
            let mut replies = stream.try_clone().unwrap();
            scope.spawn(move || std::io::copy(&mut replies, &mut std::io::sink()));
            let (is_over, queries) = (&is_over, &queries);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) && stream.write_all(queries).is_ok() {}
                // The server may have ended already.
                let _ = stream.shutdown(std::net::Shutdown::Both);
            });
        }
        let ask = || {
            let mut stream = dial(server.tcp());
            stream.write_all(&query_over_tcp(2))?;
            stream.read_exact(&mut [0; 2])
        };
        let answered: Vec<_> = (0..20).map(|_| ask()).take_while(Result::is_ok).collect();
        is_over.store(true, Ordering::Relaxed);
        answered.len()
    });
    assert_eq!(answered, 20);
}

/// Elsewhere than on Linux it is not seen from outside that the server stops.
#[cfg(target_os = "linux")]
#[test]
fn who_always_has_another_query_does_not_keep_the_server_from_stopping() {
    let server = lab();
    let address = server.tcp();
    let mut stream = dial(address);
    let mut ask = || {
        stream.write_all(&query_over_tcp(1))?;
        let mut reply = vec![0; 2];
        stream.read_exact(&mut reply)?;
        let length = usize::from(u16::from_be_bytes([reply[0], reply[1]]));
        stream.read_exact(&mut vec![0; length])
    };
    ask().unwrap();
    let ending = std::thread::spawn(move || server.terminate());
    while std::net::TcpStream::connect(address).is_ok() && ask().is_ok() {}
    assert!((0..100).any(|_| ask().is_err()));
    assert_eq!(ending.join().unwrap().0, 0);
}
