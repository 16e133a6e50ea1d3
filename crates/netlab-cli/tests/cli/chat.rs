//! `netlab chat`: the members are raw sockets, as `nc` and `nc -u` would be, or the tool itself.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Child, ChildStdout, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::harness::{Server, dial, dial_udp, netlab, stderr};

const BOTH: [&str; 6] = [
    "chat",
    "serve",
    "--tcp",
    "127.0.0.1:0",
    "--udp",
    "127.0.0.1:0",
];

/// Lines that a wait may pass over before it gives up.
const LINES_MAX: usize = 100_000;

pub(crate) fn room(extra: &[&str]) -> Server {
    Server::start(&[&BOTH[..], extra].concat(), 2)
}

/// Somebody with a TCP connection.
pub(crate) struct Person {
    reader: BufReader<TcpStream>,
}

impl Person {
    pub(crate) fn comes(address: SocketAddr) -> Self {
        Self {
            reader: BufReader::new(dial(address)),
        }
    }

    /// Comes in, and waits for the welcome and the new name.
    pub(crate) fn named(address: SocketAddr, name: &str) -> Self {
        let mut person = Self::comes(address);
        person.says(&format!("/nick {name}"));
        person.waits_for(&format!("* you are {name} now"));
        person
    }

    pub(crate) fn says(&mut self, line: &str) {
        self.sends(format!("{line}\n").as_bytes());
    }

    pub(crate) fn sends(&mut self, octets: &[u8]) {
        self.reader.get_mut().write_all(octets).unwrap();
    }

    pub(crate) fn hears(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        line.trim_end_matches('\n').to_owned()
    }

    /// Hears lines until `expected`; gives those before.
    pub(crate) fn waits_for(&mut self, expected: &str) -> Vec<String> {
        let mut before = Vec::new();
        for _ in 0..LINES_MAX {
            let line = self.hears();
            if line == expected {
                return before;
            }
            assert!(!line.is_empty(), "the end before '{expected}': {before:?}");
            before.push(line);
        }
        panic!("no '{expected}' in {LINES_MAX} lines");
    }

    /// Everything until the server closes.
    fn rest(mut self) -> String {
        let mut octets = Vec::new();
        self.reader.read_to_end(&mut octets).unwrap();
        String::from_utf8(octets).unwrap()
    }
}

/// Somebody with a UDP socket.
struct Correspondent {
    socket: UdpSocket,
}

impl Correspondent {
    fn new(server: SocketAddr) -> Self {
        let socket = dial_udp(server);
        Self { socket }
    }

    fn says(&self, line: &str) {
        self.socket.send(line.as_bytes()).unwrap();
    }

    fn hears(&self) -> String {
        let mut buffer = [0; 65_536];
        let count = self.socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer.get(..count).unwrap().to_vec()).unwrap()
    }

    fn waits_for(&self, expected: &str) {
        for _ in 0..LINES_MAX {
            if self.hears() == expected {
                return;
            }
        }
        panic!("no '{expected}'");
    }
}

#[test]
fn tcp_and_udp_people_share_a_room() {
    let mut server = room(&[]);
    let mut alice = Person::comes(server.tcp());
    let welcome = alice.hears();
    assert!(welcome.starts_with("* welcome, guest-1; "), "{welcome}");

    let uma = Correspondent::new(server.address("udp"));
    uma.says("hello from a datagram\n");
    assert!(uma.hears().starts_with("* welcome, guest-2; 2 are here; "));
    assert_eq!(alice.hears(), "* guest-2 joined");
    assert_eq!(alice.hears(), "guest-2: hello from a datagram");

    alice.says("/nick alice");
    assert_eq!(alice.hears(), "* you are alice now");
    assert_eq!(uma.hears(), "* guest-1 is alice now\n");
    alice.says("hi");
    assert_eq!(uma.hears(), "alice: hi\n");
    uma.says("/nick ALICE");
    assert_eq!(uma.hears(), "* you are ALICE-2 now (ALICE is taken)\n");
    assert_eq!(alice.hears(), "* guest-2 is ALICE-2 now");
    alice.says("/who");
    assert_eq!(alice.hears(), "* 2 here: alice (you), ALICE-2");
    uma.says("/quit");
    assert_eq!(uma.hears(), "* good-bye\n");
    assert_eq!(alice.hears(), "* ALICE-2 left");
    alice.says("/quit");
    assert_eq!(alice.rest(), "* good-bye\n");

    for expected in [
        "* guest-1 joined (tcp ",
        "* guest-2 joined (udp ",
        "guest-2: hello from a datagram",
        "* guest-1 is alice now",
        "alice: hi",
        "* guest-2 is ALICE-2 now",
        "* ALICE-2 left (quit)",
        "* alice left (quit)",
    ] {
        let line = server.line();
        assert!(line.starts_with(expected), "{line}");
    }
}

#[test]
fn characters_broken_across_segments_stay_whole_and_rubbish_is_harmless() {
    let server = room(&[]);
    let mut alice = Person::named(server.tcp(), "alice");
    let mut bob = Person::named(server.tcp(), "bob");
    alice.waits_for("* guest-2 is bob now");
    for octet in "grüße €\r\n".as_bytes() {
        alice.sends(&[*octet]);
    }
    assert_eq!(bob.hears(), "alice: grüße €");
    alice.sends(b"\xff\xfe\x1b[2J\x07\xe2\x82\n");
    assert_eq!(
        bob.hears(),
        "alice: \u{fffd}\u{fffd}\\u{1b}[2J\\u{7}\u{fffd}"
    );
    alice.sends("x".repeat(5000).as_bytes());
    alice.sends(b"\n");
    assert_eq!(alice.hears(), "* not sent: a line has at most 4096 octets");
    let longest = "y".repeat(4096);
    alice.says(&longest);
    assert_eq!(bob.hears(), format!("alice: {longest}"));
    alice.sends(b"no end");
    alice
        .reader
        .get_ref()
        .shutdown(std::net::Shutdown::Write)
        .unwrap();
    assert_eq!(bob.hears(), "alice: no end");
    assert_eq!(bob.hears(), "* alice left");
    assert_eq!(alice.rest(), "");
}

#[test]
fn a_member_that_does_not_read_is_dropped_and_the_others_hear_everything() {
    const ROUNDS: usize = 20_000;
    let server = room(&["-q"]);
    let mut slow = Person::named(server.tcp(), "slow");
    let mut alice = Person::named(server.tcp(), "alice");
    let mut bob = Person::named(server.tcp(), "bob");
    alice.waits_for("* guest-3 is bob now");
    let text = "z".repeat(4000);
    let mut dropped_after = None;
    for round in 0..ROUNDS {
        alice.says(&text);
        let mut line = bob.hears();
        if line.starts_with("* slow") {
            assert_eq!(line, "* slow left (does not read)");
            dropped_after = Some(round);
            line = bob.hears();
        }
        assert_eq!(line.len(), "alice: ".len() + text.len());
        if dropped_after.is_some() {
            break;
        }
    }
    assert!(dropped_after.is_some(), "never dropped");
    // What the system had taken comes first, in whole lines, and then the reason.
    let mut last = String::new();
    for _ in 0..LINES_MAX {
        let line = slow.hears();
        if line.is_empty() {
            break;
        }
        assert!(
            line.starts_with("* ") || line.len() == "alice: ".len() + text.len(),
            "{line}"
        );
        last = line;
    }
    assert_eq!(
        last,
        "* good-bye: you did not read what was said; some of it is lost"
    );
}

/// Short lines grow on their way: each is sent on behind a name.
#[test]
fn a_member_that_reads_is_not_dropped_for_much_that_is_said_at_once() {
    const LINES: usize = 4000;
    let server = room(&["-q"]);
    let name = "\u{10428}".repeat(24);
    let mut talker = Person::named(server.tcp(), &name);
    let mut alice = Person::named(server.tcp(), "alice");
    talker.sends("x\n".repeat(LINES).as_bytes());
    talker.says("that is all");
    let heard = alice.waits_for(&format!("{name}: that is all"));
    assert_eq!(heard.len(), LINES);
    talker.says("/who");
    talker.waits_for(&format!("* 2 here: {name} (you), alice"));
}

#[test]
fn people_who_vanish_leave_the_room() {
    let server = room(&[]);
    let mut alice = Person::named(server.tcp(), "alice");
    for name in ["one", "two", "three"] {
        let mut person = Person::named(server.tcp(), name);
        person.sends(b"half a li");
        // With unread octets in its buffer the system resets the connection.
        alice.says("are you there?");
        drop(person);
    }
    let mut left = 0;
    for _ in 0..LINES_MAX {
        let line = alice.hears();
        if line.ends_with(" left (connection lost)") || line.ends_with(" left") {
            left += 1;
            if left == 3 {
                break;
            }
        }
    }
    alice.says("/who");
    alice.waits_for("* 1 here: alice (you)");
}

#[test]
fn whoever_is_silent_for_too_long_leaves() {
    let server = room(&["--idle-timeout", "0.3"]);
    let uma = Correspondent::new(server.address("udp"));
    uma.says("hi");
    assert!(uma.hears().starts_with("* welcome"));
    assert_eq!(uma.hears(), "* good-bye: you were silent for too long\n");
    let person = Person::comes(server.tcp());
    let rest = person.rest();
    assert!(
        rest.ends_with("* good-bye: you were silent for too long\n"),
        "{rest}"
    );
    uma.says("back");
    assert!(uma.hears().starts_with("* welcome, guest-3"));
}

#[test]
fn a_thousand_members_hear_each_other() {
    const MEMBERS: usize = 1000;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    if limit.maximum.is_some_and(|maximum| maximum < 1200) {
        println!("skipped: this system allows a process {limit:?} open files");
        return;
    }
    rustix::process::setrlimit(
        rustix::process::Resource::Nofile,
        rustix::process::Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )
    .unwrap();
    let server = room(&["-q"]);
    let mut people: Vec<Person> = (0..MEMBERS).map(|_| Person::comes(server.tcp())).collect();
    let last = format!("* guest-{MEMBERS} joined");
    // Everybody is in once the first one has heard so.
    people[0].waits_for(&last);
    people[0].says("hello, all of you");
    people[MEMBERS / 2].says("hello to you too");
    for (index, person) in people.iter_mut().enumerate() {
        let (mut hello, mut answer) = (index == 0, index == MEMBERS / 2);
        for _ in 0..2 * MEMBERS {
            if hello && answer {
                break;
            }
            let line = person.hears();
            hello |= line.ends_with(": hello, all of you");
            answer |= line.ends_with(": hello to you too");
        }
        assert!(hello && answer, "member {index}");
    }
}

#[test]
fn two_people_take_turns() {
    let server = room(&["--stop-and-wait"]);
    let mut alice = Person::comes(server.tcp());
    alice.waits_for("* two people take turns here; wait for the second");
    let bob = Correspondent::new(server.address("udp"));
    bob.says("first");
    bob.waits_for("* you and guest-1 take turns, one message at a time; either may begin\n");
    alice.waits_for("guest-2: first");
    bob.says("second");
    assert_eq!(
        bob.hears(),
        "* not sent: it is guest-1's turn; wait for the answer\n"
    );
    alice.says("answer");
    assert_eq!(bob.hears(), "guest-1: answer\n");
    bob.says("now");
    assert_eq!(alice.hears(), "guest-2: now", "the second one was not sent");
    let mut carol = Person::comes(server.tcp());
    carol.waits_for("* guest-1 and guest-2 take turns; listen, and wait until one of them leaves");
    carol.says("me too");
    assert_eq!(
        carol.hears(),
        "* not sent: guest-1 and guest-2 take turns; wait until one of them leaves"
    );
}

/// A forged datagram, or a port used again, can make one room a member of another: two that answer each other never stop.
#[test]
fn a_room_does_not_answer_a_room() {
    let server = room(&["--stop-and-wait"]);
    let peer = Correspondent::new(server.address("udp"));
    peer.says("* welcome, guest-1; nobody else is here yet\n");
    peer.says("* good-bye: the room is full; try again later\n");
    peer.says("\n");
    assert!(peer.hears().starts_with("* welcome, guest-1; nobody else "));
    assert!(peer.hears().starts_with("* two people take turns here"));
    peer.says("* not sent: nobody is here to answer; wait for a second person\n");
    peer.says("* waves\n");
    peer.says("/who\n");
    // A person may say so, and hears why it was not sent.
    assert!(peer.hears().starts_with("* not sent: nobody is here "));
    assert_eq!(peer.hears(), "* 1 here: guest-1 (you)\n");
}

#[test]
fn strangers_and_a_crowd_are_turned_away() {
    let server = room(&["--allow", "192.0.2.0/24"]);
    let mut end = [0; 1];
    let outcome = dial(server.tcp()).read(&mut end);
    assert!(
        matches!(&outcome, Ok(0))
            || outcome.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
    );

    let server = room(&["--max-connections", "2"]);
    let mut alice = Person::named(server.tcp(), "alice");
    let uma = Correspondent::new(server.address("udp"));
    uma.says("hi");
    alice.waits_for("guest-2: hi");
    let full = "* good-bye: the room is full; try again later\n";
    assert_eq!(Person::comes(server.tcp()).rest(), full);
    let other = Correspondent::new(server.address("udp"));
    other.says("hi");
    assert_eq!(other.hears(), full);
    alice.says("/who");
    assert_eq!(alice.hears(), "* 2 here: alice (you), guest-2");
}

#[test]
fn one_flag_alone_serves_only_that_transport() {
    for (flag, transport) in [("--tcp", "tcp"), ("--udp", "udp")] {
        let server = Server::start(&["chat", "serve", flag, "127.0.0.1:0"], 1);
        assert_ne!(server.address(transport).port(), 0);
        let (code, text) = server.terminate();
        assert_eq!(code, 0);
        let counted = if transport == "tcp" {
            "connections"
        } else {
            "datagrams"
        };
        assert_eq!(text, format!("netlab: stopped after 0 {counted}\n"));
    }
}

#[test]
fn a_signal_closes_the_room_with_a_word_to_everyone() {
    let server = room(&[]);
    let alice = Person::named(server.tcp(), "alice");
    let uma = Correspondent::new(server.address("udp"));
    uma.says("hi");
    assert!(uma.hears().starts_with("* welcome"));
    let ending = std::thread::spawn(move || server.terminate());
    assert!(alice.rest().ends_with("* good-bye: the room closes\n"));
    uma.waits_for("* good-bye: the room closes\n");
    let (code, text) = ending.join().unwrap();
    assert_eq!(code, 0);
    assert_eq!(text, "netlab: stopped after 1 connection and 1 datagram\n");
}

#[test]
fn the_host_takes_part_and_the_end_of_stdin_ends_nothing() {
    let mut child = netlab(&BOTH)
        .arg("--json")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let tcp = events.next().unwrap();
    assert_eq!(tcp["event"], "listening");
    let address = tcp["address"].as_str().unwrap().parse().unwrap();
    let mut alice = Person::named(address, "alice");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all("grüß dich\n".as_bytes()).unwrap();
    alice.waits_for("host: grüß dich");
    drop(stdin);
    assert_eq!(alice.hears(), "* host left");
    alice.says("still open?");
    let message = events.find(|event| event["event"] == "message" && event["name"] == "alice");
    let message = message.unwrap();
    assert_eq!(message["text"], "still open?");
    assert_eq!(message["transport"], "tcp");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A room with a host, whom the test plays, and where it is.
fn hosted() -> (Child, BufReader<ChildStdout>, SocketAddr) {
    let mut child = netlab(&BOTH)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    let address = first.trim_end().strip_prefix("listening on tcp ").unwrap();
    (child, stdout, address.parse().unwrap())
}

#[test]
fn the_host_closes_the_room_with_quit() {
    let (mut child, _stdout, address) = hosted();
    let alice = Person::named(address, "alice");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"/quit\n").unwrap();
    let rest = alice.rest();
    assert!(rest.ends_with("* good-bye: the room closes\n"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A client that keeps its side open, as `nc` does at a terminal, gives the room a moment to end in.
#[test]
fn a_signal_while_the_room_ends_is_no_second_one() {
    let (mut child, _stdout, address) = hosted();
    let mut client = dial(address);
    client.read_exact(&mut [0; 9]).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"/quit\n").unwrap();
    client.read_to_end(&mut Vec::new()).unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stderr(&output),
        "netlab: stopped after 1 connection and 0 datagrams\n"
    );
}

/// `telnet` sends such an octet when its user interrupts it (RFC 854), and a read stops in front of it.
#[cfg(target_os = "linux")]
#[test]
fn what_comes_behind_urgent_data_is_heard_at_once() {
    use rustix::net::{SendFlags, send};
    let server = room(&[]);
    let mut ann = Person::named(server.tcp(), "ann");
    let mut bob = Person::named(server.tcp(), "bob");
    server.while_it_stands_still(|| {
        ann.sends(b"good");
        assert_eq!(send(ann.reader.get_ref(), b"!", SendFlags::OOB).unwrap(), 1);
        ann.says(" day");
    });
    bob.waits_for("ann: good day");
}

/// With a line of his the poll does not tell that he can be written to, and nobody else has to be.
#[cfg(target_os = "linux")]
#[test]
fn what_is_said_by_one_who_is_alone_and_reads_nothing_is_shown() {
    const ROUNDS_MAX: usize = 2000;
    let mut server = Server::start(&["chat", "serve", "--tcp", "127.0.0.1:0"], 1);
    let mut person = Person::comes(server.tcp());
    rustix::net::sockopt::set_socket_recv_buffer_size(person.reader.get_ref(), 4096).unwrap();
    assert!(server.line().starts_with("* guest-1 joined "));
    let questions = "/who\n".repeat(1000);
    for round in 0..ROUNDS_MAX {
        // The second line comes in a turn of its own, where nothing is answered, and when what was printed before is done with.
        for said in [format!("{questions}asked {round}"), format!("said {round}")] {
            person.says(&said);
            let last = said.lines().last().unwrap();
            let shown = server.line();
            if shown == "* guest-1 left (slow)" {
                return;
            }
            assert_eq!(shown, format!("guest-1: {last}"));
            std::thread::park_timeout(std::time::Duration::from_millis(10));
        }
    }
    panic!("who reads nothing was not dropped");
}
