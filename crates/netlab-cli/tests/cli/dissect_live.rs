//! `netlab dissect` of a capture that is still being written.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::captures::{QUERY, RAW, REQUEST, capture, ipv4, tcp, tcp_back, udp};
use crate::harness::{PATIENCE, netlab};

const HEAD: &[u8] = b"HEAD / HTTP/1.1\r\nHost: www.test\r\n\r\n";
/// Whole only as an answer to HEAD.
const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

/// A dissection at work, and who writes its capture.
struct Live {
    child: Child,
    input: ChildStdin,
    said: Receiver<Value>,
}

impl Live {
    /// With the header of a capture written.
    fn start() -> Self {
        let mut child = netlab(&["dissect", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = child.stdout.take().unwrap();
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::<ChildStdout>::new(output).lines() {
                let _ = tell.send(serde_json::from_str(&line.unwrap()).unwrap());
            }
        });
        let mut live = Self { child, input, said };
        live.input.write_all(&capture(RAW, &[])).unwrap();
        live
    }

    fn write(&mut self, packets: &[Vec<u8>]) {
        let file = capture(RAW, packets);
        self.input.write_all(&file[24..]).unwrap();
    }

    /// The protocol of the next message.
    fn next(&self) -> Value {
        let said = self.said.recv_timeout(PATIENCE).unwrap();
        assert_eq!(said["verdict"], "accept", "{said}");
        said["protocol"].clone()
    }

    /// What it says behind everything that was taken, its exit status and its last words.
    fn end(mut self) -> (Vec<Value>, i32, String) {
        drop(self.input);
        let status = self.child.wait().unwrap();
        let mut text = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        (self.said.iter().collect(), status.code().unwrap(), text)
    }
}

/// The same segment with FIN.
fn fin(mut packet: Vec<u8>) -> Vec<u8> {
    packet[20 + 13] |= 1;
    packet
}

fn syn_back(sequence: u32) -> Vec<u8> {
    let mut packet = tcp_back(sequence, b"");
    packet[20 + 13] |= 2;
    packet
}

#[test]
fn a_datagram_is_told_of_while_more_may_come() {
    let mut live = Live::start();
    for _ in 0..2 {
        live.write(&[ipv4(17, 0, &udp(QUERY))]);
        assert_eq!(live.next(), "dns");
    }
    assert_eq!(live.end(), (Vec::new(), 0, String::new()));
}

#[test]
fn a_connection_is_told_of_when_both_sides_have_ended_it() {
    let (asked, answered) = (1 + HEAD.len() as u32, 1 + RESPONSE.len() as u32);
    let mut live = Live::start();
    live.write(&[tcp(true, 0, b""), syn_back(0)]);
    live.write(&[tcp(false, 1, HEAD), fin(tcp_back(1, RESPONSE))]);
    // Sent once more, it still was the last.
    live.write(&[tcp_back(1, RESPONSE)]);
    live.write(&[ipv4(17, 0, &udp(QUERY))]);
    // So far nothing is told of the connection.
    assert_eq!(live.next(), "dns");
    live.write(&[fin(tcp(false, asked, b""))]);
    assert_eq!(live.next(), "http-request");
    assert_eq!(live.next(), "http-response");
    // Sent once more, it is no new message; a new connection between the same ends has one.
    live.write(&[tcp(false, 1, HEAD), fin(tcp_back(answered, b""))]);
    let far = 1 << 31;
    live.write(&[tcp(true, far, b""), fin(tcp(false, far + 1, REQUEST))]);
    let (rest, code, said) = live.end();
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert_eq!(rest[0]["message"]["method"], "GET");
    assert_eq!((code, said.as_str()), (0, ""));
}

#[test]
fn what_has_not_ended_is_told_of_at_the_end() {
    let mut live = Live::start();
    live.write(&[tcp(true, 0, b""), tcp(false, 1, REQUEST)]);
    live.write(&[ipv4(17, 0, &udp(QUERY))]);
    assert_eq!(live.next(), "dns");
    let (rest, code, _) = live.end();
    assert_eq!(rest[0]["protocol"], "http-request");
    assert_eq!((rest.len(), code), (1, 0));
}

#[test]
fn a_signal_ends_the_reading_and_nothing_is_lost() {
    let mut live = Live::start();
    live.write(&[tcp(true, 0, b""), tcp(false, 1, REQUEST)]);
    live.write(&[ipv4(17, 0, &udp(QUERY))]);
    // Once it has told of something, it waits for signals.
    assert_eq!(live.next(), "dns");
    kill_process(Pid::from_child(&live.child), Signal::INT).unwrap();
    assert_eq!(live.next(), "http-request");
    assert_eq!(live.child.wait().unwrap().code(), Some(0));
}
