//! `netlab text serve` and `netlab text send`.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream, UdpSocket};

use rustix::io::Errno;
use serde_json::Value;

use crate::harness::{
    PATIENCE, Server, closed_port, dial, run, run_with_input, stderr, stdout, words,
};

const ANY: &str = "127.0.0.1:0";

fn serve(chain: &str, more: &[&str]) -> Server {
    let mut args = vec!["text", "serve", chain, "--tcp", ANY, "--udp", ANY];
    args.extend(more);
    Server::start(&args, 2)
}

/// A UDP socket that talks to `server` and never waits for ever.
fn udp(server: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind(ANY).unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn exchange(socket: &UdpSocket, message: &[u8]) -> Vec<u8> {
    socket.send(message).unwrap();
    let mut buffer = vec![0; 65_536];
    let count = socket.recv(&mut buffer).unwrap();
    buffer.truncate(count);
    buffer
}

/// Sends everything, ends this side, and reads to the end.
fn converse(server: SocketAddr, message: &[u8]) -> Vec<u8> {
    let mut stream = dial(server);
    stream.write_all(message).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

pub(crate) fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Octets that no transform leaves alone and no order leaves unseen.
pub(crate) fn long_text(octets: usize) -> Vec<u8> {
    (0_u32..)
        .flat_map(|number| format!("line {number:08x} of the text\n").into_bytes())
        .take(octets)
        .collect()
}

#[test]
fn tcp_answers_octets_as_they_arrive() {
    let server = serve("uppercase", &[]);
    let mut stream = dial(server.tcp());
    let mut reply = [0; 3];
    for (sent, answered) in [("abc", "ABC"), ("d\u{e9}", "D\u{e9}"), ("\nxy", "\nXY")] {
        stream.write_all(sent.as_bytes()).unwrap();
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(reply, answered.as_bytes());
    }
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(
        stream.read(&mut reply).unwrap(),
        0,
        "the server ends when the client has"
    );
}

#[test]
fn ten_million_octets_come_back_whole_also_to_a_client_that_first_sends_everything() {
    let server = serve("rot13", &[]);
    let message = long_text(10_000_000);
    let reply = converse(server.tcp(), &message);
    assert!(textxform::Transform::apply(&mut textxform::Rot13::new(), &message).unwrap() == reply);
}

#[test]
fn a_transform_that_waits_for_the_end_answers_at_the_end() {
    let server = serve("reverse", &[]);
    let mut message = long_text(2_000_000);
    let reply = converse(server.tcp(), &message);
    message.reverse();
    assert!(message == reply);
}

#[test]
fn what_would_have_to_be_held_back_is_bounded() {
    let server = serve("reverse", &[]);
    let reply = String::from_utf8(converse(server.tcp(), &vec![b'a'; 20 << 20])).unwrap();
    assert!(
        reply
            .trim_start_matches('a')
            .starts_with("error: more than 16777216 octets would have to be held back"),
        "{}",
        reply.chars().rev().take(100).collect::<String>()
    );
    assert_eq!(converse(server.tcp(), b"abc"), b"cba");
}

#[test]
fn bad_input_over_tcp_is_told_after_what_was_right() {
    let server = serve("hex-decode", &[]);
    let reply = String::from_utf8(converse(server.tcp(), b"6f6b!")).unwrap();
    assert!(reply.starts_with("okerror: octet 4"), "{reply}");
    assert!(reply.ends_with('\n'));
    // Also to a client that goes on sending for long.
    let mut stream = dial(server.tcp());
    let mut message = b"6f6b!".to_vec();
    message.resize(3_000_000, b'0');
    let sending = stream.try_clone().unwrap();
    let sender = std::thread::spawn(move || (&sending).write_all(&message));
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    let _ = sender.join().unwrap();
    assert!(
        reply.starts_with(b"okerror: octet 4"),
        "{:?}",
        String::from_utf8_lossy(&reply)
    );
}

#[test]
fn udp_answers_each_datagram_with_one() {
    let server = serve("uppercase", &[]);
    let socket = udp(server.address("udp"));
    assert_eq!(exchange(&socket, b"hello"), b"HELLO");
    assert_eq!(exchange(&socket, b""), b"");
    let largest = long_text(65_507);
    assert!(exchange(&socket, &largest) == largest.to_ascii_uppercase());
    // The state of one datagram does not reach the next.
    let server = serve("vigenere:LEMON", &[]);
    let socket = udp(server.address("udp"));
    for _ in 0..3 {
        assert_eq!(exchange(&socket, b"attack"), b"lxfopv");
    }
}

#[test]
fn a_reply_that_no_datagram_holds_is_refused_in_words() {
    let server = serve("hex", &[]);
    let socket = udp(server.address("udp"));
    let reply = String::from_utf8(exchange(&socket, &[0; 40_000])).unwrap();
    assert_eq!(
        reply,
        "error: the reply has 80000 octets and a datagram at most 65507; send it over TCP\n"
    );
    let server = serve("hex-decode", &[]);
    let reply = String::from_utf8(exchange(&udp(server.address("udp")), b"6f6b?")).unwrap();
    assert!(reply.starts_with("error: octet 4"), "{reply}");
}

/// The length of a datagram counts 8 octets of header up to 65,535 (RFC 768). That of an IPv4 packet counts its header too (RFC
/// 791 §3.1), that of an IPv6 packet does not (RFC 8200 §3). Other systems have lower limits of their own.
#[cfg(target_os = "linux")]
#[test]
fn ipv6_carries_longer_datagrams_than_ipv4() {
    let serve = |chain, any| {
        let near = ["--allow", "127.0.0.0/8", "--allow", "::1"];
        let server = Server::start(
            &[&["text", "serve", chain, "--udp", any], &near[..]].concat(),
            1,
        );
        let port = server.address("udp").port();
        (server, port)
    };
    // A socket for one address, and one for all of both families.
    for (any, reached) in [
        ("127.0.0.1:0", &[("127.0.0.1", 65_507)][..]),
        ("[::1]:0", &[("[::1]", 65_527)]),
        ("[::]:0", &[("127.0.0.1", 65_507), ("[::1]", 65_527)]),
    ] {
        let (_echo, echo) = serve("uppercase", any);
        let (_double, double) = serve("hex", any);
        for (ip, octets_max) in reached {
            let at = format!("{ip}:{echo}");
            let send =
                |octets| run_with_input(&["text", "send", "--udp", &at], &vec![b'x'; octets]);
            let output = send(*octets_max);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            assert!(output.stdout == [vec![b'X'; *octets_max], vec![b'\n']].concat());
            let output = send(octets_max + 1);
            assert_eq!(output.status.code(), Some(1));
            assert_eq!(
                stderr(&output),
                format!(
                    "netlab: the message has {} octets and a datagram at most {octets_max}; send it with --tcp\n",
                    octets_max + 1
                )
            );
            let socket = UdpSocket::bind(format!("{ip}:0")).unwrap();
            socket.connect(format!("{ip}:{double}")).unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            // Twice as many come back, which is one less than fits, or one more.
            let half = octets_max / 2;
            assert_eq!(exchange(&socket, &vec![0; half]).len(), octets_max - 1);
            assert_eq!(
                String::from_utf8(exchange(&socket, &vec![0; half + 1])).unwrap(),
                format!(
                    "error: the reply has {} octets and a datagram at most {octets_max}; send it over TCP\n",
                    octets_max + 1
                )
            );
        }
    }
}

#[test]
fn a_thousand_clients_are_served_at_once() {
    raise_descriptor_limit();
    let server = serve("uppercase", &[]);
    let mut clients: Vec<TcpStream> = (0..1000).map(|_| dial(server.tcp())).collect();
    // All of them are connected before the first says anything, and each is answered while all the others wait.
    for (number, client) in clients.iter_mut().enumerate().rev() {
        client
            .write_all(format!("client {number:04}").as_bytes())
            .unwrap();
    }
    for (number, client) in clients.iter_mut().enumerate() {
        let mut reply = [0; 11];
        client.read_exact(&mut reply).unwrap();
        assert_eq!(reply, format!("CLIENT {number:04}").as_bytes());
    }
}

#[test]
fn clients_that_vanish_half_way_or_never_read_stop_no_one() {
    raise_descriptor_limit();
    let server = serve("uppercase", &[]);
    let message = long_text(300_000);
    let mut silent = Vec::new();
    for number in 0..300 {
        let mut client = dial(server.tcp());
        match number % 3 {
            // Gone with its answers unread, which makes the system send a reset.
            0 => drop(client.write_all(&message)),
            // Says nothing and stays.
            1 => silent.push(client),
            // Sends much and never reads.
            _ => {
                client.set_nonblocking(true).unwrap();
                while client
                    .write(&message)
                    .is_ok_and(|count| count == message.len())
                {}
                silent.push(client);
            }
        }
    }
    for _ in 0..20 {
        assert_eq!(converse(server.tcp(), b"still here"), b"STILL HERE");
    }
    drop(silent);
}

#[test]
fn idle_clients_are_closed_and_busy_ones_are_not() {
    let server = serve("uppercase", &["--idle-timeout", "0.5"]);
    let mut idle = dial(server.tcp());
    let mut busy = dial(server.tcp());
    let start = std::time::Instant::now();
    let mut octet = [0];
    while start.elapsed().as_millis() < 1500 {
        busy.write_all(b"x").unwrap();
        busy.read_exact(&mut octet).unwrap();
        assert_eq!(octet, *b"X");
    }
    assert_eq!(idle.read(&mut octet).unwrap(), 0, "closed by the server");
}

#[test]
fn connections_over_the_limit_and_strangers_are_turned_away() {
    let server = serve("uppercase", &["--max-connections", "2"]);
    let mut first = dial(server.tcp());
    let mut second = dial(server.tcp());
    let mut octet = [0];
    for client in [&mut first, &mut second] {
        client.write_all(b"x").unwrap();
        client.read_exact(&mut octet).unwrap();
    }
    let mut third = dial(server.tcp());
    assert!(matches!(third.read(&mut octet), Ok(0) | Err(_)));
    drop(first);
    // There is room again as soon as the server has seen that one is gone.
    let served = (0..1000).any(|_| {
        let mut next = dial(server.tcp());
        let _ = next.write_all(b"y");
        next.read_exact(&mut octet).is_ok()
    });
    assert!(served);

    let server = serve("uppercase", &["--allow", "192.0.2.0/24"]);
    assert!(matches!(
        dial(server.tcp()).read(&mut octet),
        Ok(0) | Err(_)
    ));
    let socket = udp(server.address("udp"));
    socket.send(b"x").unwrap();
    socket
        .set_read_timeout(Some(std::time::Duration::from_millis(300)))
        .unwrap();
    assert!(socket.recv(&mut octet).is_err());
}

#[test]
fn sigterm_lets_what_is_under_way_finish() {
    let server = serve("uppercase", &[]);
    let mut stream = dial(server.tcp());
    let message = long_text(4_000_000);
    let sending = stream.try_clone().unwrap();
    let copy = message.clone();
    (&sending).write_all(&copy).unwrap();
    let mut first = [0; 1];
    stream.read_exact(&mut first).unwrap();
    let reader = std::thread::spawn(move || {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        rest
    });
    let (code, text) = server.terminate();
    assert_eq!(code, 0);
    assert!(
        text.ends_with("netlab: stopped after 1 connection and 0 datagrams\n"),
        "{text}"
    );
    assert!(
        reader.join().unwrap() == message[1..].to_ascii_uppercase(),
        "the answers under way were cut off"
    );
}

#[test]
fn send_prints_each_reply() {
    let server = serve("uppercase", &[]);
    let tcp = server.tcp().to_string();
    let udp = server.address("udp").to_string();
    assert_eq!(
        stdout(&run(&["text", "send", &tcp, "one", "zwei ü"])),
        "ONE\nZWEI ü\n"
    );
    assert_eq!(
        stdout(&run(&["text", "send", "--tcp", &tcp, "one"])),
        "ONE\n"
    );
    assert_eq!(
        stdout(&run(&["text", "send", "--udp", &udp, "one", "", "three"])),
        "ONE\n\nTHREE\n"
    );
    let lines = run_with_input(&["text", "send", &tcp], b"first\r\nsecond\n\nlast");
    assert_eq!(stdout(&lines), "FIRST\nSECOND\n\nLAST\n");
    let json = objects(&stdout(&run(&[
        "--json", "text", "send", "--udp", &udp, "ab",
    ])));
    assert_eq!(
        (&json[0]["message"], &json[0]["reply"], &json[0]["octets"]),
        (&"ab".into(), &"AB".into(), &2.into())
    );
    let traced = run(&["--trace", "text", "send", &tcp, "ab"]);
    assert_eq!(stdout(&traced), "AB\n");
    assert_eq!(
        stderr(&traced).matches(&format!("> {tcp}: ")).count(),
        1,
        "{}",
        stderr(&traced)
    );
    assert_eq!(stderr(&traced).matches(&format!("tcp {tcp} > ")).count(), 1);
}

#[test]
fn send_brings_a_long_line_back_whole() {
    let server = serve("rot13", &[]);
    let mut line = vec![b'a'; 10_000_000];
    line.push(b'\n');
    let output = run_with_input(&["text", "send", &server.tcp().to_string()], &line);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        output.stdout.len() == line.len()
            && output.stdout[..10_000_000]
                .iter()
                .all(|octet| *octet == b'n')
    );
    let output = run_with_input(
        &["text", "send", "--udp", &server.address("udp").to_string()],
        &line,
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "netlab: the message has 10000000 octets and a datagram at most 65507; send it with --tcp\n"
    );
}

#[test]
fn send_understands_a_classic_server_that_closes_after_its_reply() {
    let listener = std::net::TcpListener::bind(ANY).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 1024];
        let count = stream.read(&mut buffer).unwrap();
        stream
            .write_all(&buffer[..count].to_ascii_uppercase())
            .unwrap();
    });
    assert_eq!(
        stdout(&run(&["text", "send", &address, "classic"])),
        "CLASSIC\n"
    );
    server.join().unwrap();
}

#[test]
fn a_lost_datagram_is_asked_for_again() {
    let server = UdpSocket::bind(ANY).unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    let address = server.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let mut buffer = [0; 100];
        let (count, _) = server.recv_from(&mut buffer).unwrap();
        assert_eq!(&buffer[..count], b"again");
        let (count, client) = server.recv_from(&mut buffer).unwrap();
        assert_eq!(&buffer[..count], b"again");
        server.send_to(b"AGAIN", client).unwrap();
    });
    let output = run(&[
        "text",
        "send",
        "--udp",
        "--timeout",
        "0.2",
        "--retries",
        "30",
        &address,
        "again",
    ]);
    assert_eq!(stdout(&output), "AGAIN\n", "{}", stderr(&output));
    answering.join().unwrap();
}

#[test]
fn late_and_foreign_datagrams_are_not_taken_for_the_reply() {
    let server = UdpSocket::bind(ANY).unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    let stranger = UdpSocket::bind(ANY).unwrap();
    let address = server.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let mut buffer = [0; 100];
        let (_, first) = server.recv_from(&mut buffer).unwrap();
        stranger.send_to(b"FOREIGN", first).unwrap();
        server.send_to(b"ONE", first).unwrap();
        let (_, second) = server.recv_from(&mut buffer).unwrap();
        // A second reply to the first message, late: it goes to a socket that is gone.
        let _ = server.send_to(b"LATE", first);
        stranger.send_to(b"FOREIGN", second).unwrap();
        server.send_to(b"TWO", second).unwrap();
    });
    let output = run(&["text", "send", "--udp", &address, "one", "two"]);
    assert_eq!(stdout(&output), "ONE\nTWO\n", "{}", stderr(&output));
    answering.join().unwrap();
}

#[test]
fn no_server_is_told_apart_from_no_reply() {
    let closed = format!("127.0.0.1:{}", closed_port());
    let output = run(&["text", "send", &closed, "x"]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: cannot connect to {closed}: connection refused; is a server listening there?\n"
        )
    );
    // On loopback the system reports at once that nobody has the port.
    let output = run(&["text", "send", "--udp", &closed, "x"]);
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: cannot reach {closed} over UDP: connection refused; is a server listening there, and is it the UDP port and not the TCP one?\n"
        )
    );

    let silent = UdpSocket::bind(ANY).unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let output = run(&[
        "text",
        "send",
        "--udp",
        "--timeout",
        "0.1",
        "--retries",
        "1",
        &address,
        "x",
    ]);
    assert_eq!(output.status.code(), Some(28));
    assert!(
        stderr(&output).starts_with(&format!(
            "netlab: no reply from {address} after 2 datagrams; is a UDP server"
        )),
        "{}",
        stderr(&output)
    );

    let silent = std::net::TcpListener::bind(ANY).unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let output = run(&["text", "send", "--timeout", "0.3", &address, "x"]);
    assert_eq!(output.status.code(), Some(28), "{}", stderr(&output));
}

#[test]
fn a_name_with_two_addresses_is_found_over_udp_on_either() {
    let server = serve("uppercase", &[]);
    let port = server.address("udp").port();
    let output = run(&[
        "text",
        "send",
        "--udp",
        &format!("localhost:{port}"),
        "name",
    ]);
    assert_eq!(stdout(&output), "NAME\n", "{}", stderr(&output));
}

#[test]
fn a_port_in_use_is_told_before_anything_is_served() {
    let server = serve("uppercase", &[]);
    let udp = server.address("udp").to_string();
    let output = run(&["text", "serve", "--tcp", ANY, "--udp", &udp]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).starts_with(&format!(
        "netlab: cannot listen on udp {udp}: {}",
        words(Errno::ADDRINUSE)
    )));
}

/// A thousand connections need more than the usual soft limit, on this side as well.
pub(crate) fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    let _: Result<(), io::Error> = setrlimit(Resource::Nofile, raised).map_err(io::Error::from);
}

/// Answers of one length to one peer leave together; each is a datagram of its own all the same.
#[test]
fn datagrams_asked_for_at_once_are_answered_one_by_one() {
    let server = serve("uppercase", &[]);
    let client = udp(server.address("udp"));
    let alike: Vec<String> = (0..100)
        .map(|number| format!("message {number:04}"))
        .collect();
    let unlike: Vec<String> = (0..100).map(|number| "x".repeat(number)).collect();
    for messages in [alike, unlike] {
        for message in &messages {
            client.send(message.as_bytes()).unwrap();
        }
        let mut buffer = [0; 2048];
        let mut replies: Vec<Vec<u8>> = (0..messages.len())
            .map(|_| {
                let count = client.recv(&mut buffer).unwrap();
                buffer[..count].to_vec()
            })
            .collect();
        // Several threads may answer.
        replies.sort();
        let mut expected: Vec<Vec<u8>> = messages
            .iter()
            .map(|message| message.to_ascii_uppercase().into_bytes())
            .collect();
        expected.sort();
        assert_eq!(replies, expected);
    }
}
