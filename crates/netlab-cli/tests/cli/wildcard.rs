//! Servers on UDP sockets that are bound to every address: they answer from the address that the client asked. The clients are
//! connected, so what comes from any other address they do not hear.

use std::fs::File;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_file::pcapng::{Block, PcapNgReader};
use rustix::process::Signal;
use wire_dns::Rcode;

use crate::harness::{PATIENCE, Server, run, stderr, stdout};
use crate::name_servers::{Client, Lab, zones};

const EVERYWHERE: [&str; 2] = ["0.0.0.0:0", "[::]:0"];

/// Nobody else is to come in while a test runs.
const NEAR: [&str; 4] = ["--allow", "127.0.0.0/8", "--allow", "::1"];

/// The addresses under which a client on this machine finds a server bound to `any`, the first of which the system never picks
/// by itself.
fn addresses(any: &str) -> &'static [&'static str] {
    match any {
        "[::]:0" => &["127.0.0.2", "127.0.0.3", "::1", "127.0.0.1"],
        _ => &["127.0.0.2", "127.0.0.3", "127.0.0.1"],
    }
}

fn serve(any: &str, more: &[&str]) -> Server {
    Server::start(
        &[&["text", "serve", "--udp", any][..], &NEAR, more].concat(),
        1,
    )
}

fn at(server: &Server, ip: &str) -> SocketAddr {
    let ip: IpAddr = ip.parse().unwrap();
    SocketAddr::new(ip, server.address("udp").port())
}

/// Somebody who hears only the address that he talks to.
fn client(server: SocketAddr) -> UdpSocket {
    let any = if server.is_ipv4() {
        "127.0.0.1:0"
    } else {
        "[::1]:0"
    };
    let socket = UdpSocket::bind(any).unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn hear(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = vec![0; 65_536];
    let count = socket.recv(&mut buffer).unwrap();
    buffer.truncate(count);
    buffer
}

/// As `--verbose` shows it: on a socket for both families, addresses of IPv4 are mapped.
fn shown(address: SocketAddr, any: &str) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if any == "[::]:0" => {
            SocketAddr::new(ip.to_ipv6_mapped().into(), address.port())
        }
        _ => address,
    }
}

#[test]
fn the_address_that_was_asked_answers() {
    for any in EVERYWHERE {
        let server = serve(any, &[]);
        for ip in addresses(any) {
            let client = client(at(&server, ip));
            for message in ["hello", "", "again"] {
                client.send(message.as_bytes()).unwrap();
                let reply = String::from_utf8(hear(&client)).unwrap();
                assert_eq!(reply, message.to_uppercase(), "{any} {ip}");
            }
        }
    }
}

/// Several are taken and answered with one system call: those of one client, of the same length and not, and those of clients
/// that came to different addresses.
#[test]
fn the_address_that_was_asked_answers_also_when_many_ask_at_once() {
    const EACH: usize = 48;
    for any in EVERYWHERE {
        let server = serve(any, &[]);
        let clients: Vec<UdpSocket> = addresses(any)
            .iter()
            .map(|ip| client(at(&server, ip)))
            .collect();
        for (is_in_turn, is_alike) in [(true, true), (true, false), (false, true), (false, false)] {
            // What waits until the server goes on is a batch.
            server.signal(Signal::STOP);
            let message = |index: usize| match is_alike {
                true => format!("message {index:02}"),
                false => format!("message {index:02}{}", "!".repeat(index)),
            };
            let send = |client: &UdpSocket, index| {
                client.send(message(index).as_bytes()).unwrap();
            };
            if is_in_turn {
                (0..EACH).for_each(|index| clients.iter().for_each(|client| send(client, index)));
            } else {
                clients
                    .iter()
                    .for_each(|client| (0..EACH).for_each(|index| send(client, index)));
            }
            server.signal(Signal::CONT);
            for client in &clients {
                let mut replies: Vec<Vec<u8>> = (0..EACH).map(|_| hear(client)).collect();
                // The server has more than one thread.
                replies.sort();
                let expected = (0..EACH).map(|index| message(index).to_uppercase().into_bytes());
                assert!(replies.into_iter().eq(expected), "{any}");
            }
        }
    }
}

#[test]
fn a_message_is_shown_with_the_address_that_was_asked() {
    for any in EVERYWHERE {
        let server = serve(any, &["-v"]);
        let mut lines = Vec::new();
        for ip in addresses(any) {
            let address = at(&server, ip);
            let client = client(address);
            client.send(b"hello").unwrap();
            hear(&client);
            let peer = shown(client.local_addr().unwrap(), any);
            let address = shown(address, any);
            for (from, to) in [(peer, address), (address, peer)] {
                lines.push(format!("udp {from} > {to}: 5 octets of data"));
            }
        }
        let (_, text) = server.terminate();
        for line in lines {
            let is_there = text.lines().any(|shown| shown.starts_with(&line));
            assert!(is_there, "no '{line}' in {text}");
        }
    }
}

#[test]
fn a_message_is_captured_with_the_address_that_was_asked() {
    let path = std::env::temp_dir().join(format!("netlab-every-{}.pcapng", std::process::id()));
    let capture = ["--capture", path.to_str().unwrap(), "--capture-form", "tcp"];
    for any in EVERYWHERE {
        let server = serve(any, &capture);
        let mut expected = Vec::new();
        for ip in addresses(any) {
            let address = at(&server, ip);
            let client = client(address);
            client.send(b"hello").unwrap();
            hear(&client);
            let peer = client.local_addr().unwrap();
            expected.extend([(peer, address), (address, peer)]);
        }
        server.terminate();
        assert_eq!(ends_of_datagrams(&path), expected, "{any}");
        std::fs::remove_file(&path).unwrap();
    }
}

/// Source and destination of each datagram in a capture.
fn ends_of_datagrams(path: &std::path::Path) -> Vec<(SocketAddr, SocketAddr)> {
    let mut reader = PcapNgReader::new(File::open(path).unwrap()).unwrap();
    let mut ends = Vec::new();
    while let Some(block) = reader.next_block() {
        if let Block::EnhancedPacket(packet) = block.unwrap() {
            let sliced = SlicedPacket::from_ip(&packet.data).unwrap();
            let (from, to): (IpAddr, IpAddr) = match sliced.net.unwrap() {
                NetSlice::Ipv4(ip) => (
                    ip.header().source_addr().into(),
                    ip.header().destination_addr().into(),
                ),
                NetSlice::Ipv6(ip) => (
                    ip.header().source_addr().into(),
                    ip.header().destination_addr().into(),
                ),
                net => panic!("not IP: {net:?}"),
            };
            let Some(TransportSlice::Udp(udp)) = sliced.transport else {
                panic!("not UDP");
            };
            ends.push((
                SocketAddr::new(from, udp.source_port()),
                SocketAddr::new(to, udp.destination_port()),
            ));
        }
    }
    ends
}

#[test]
fn a_room_talks_to_a_member_from_the_address_where_he_came_in() {
    for any in EVERYWHERE {
        let room = Server::start(
            &[&["chat", "serve", "--udp", any, "-v"][..], &NEAR].concat(),
            1,
        );
        let members: Vec<UdpSocket> = addresses(any)
            .iter()
            .map(|ip| client(at(&room, ip)))
            .collect();
        for (index, member) in members.iter().enumerate() {
            member.send(b"").unwrap();
            let welcome = String::from_utf8(hear(member)).unwrap();
            let name = format!("* welcome, guest-{}; ", index + 1);
            assert!(welcome.starts_with(&name), "{any}: {welcome}");
            for other in members.iter().take(index) {
                let told = String::from_utf8(hear(other)).unwrap();
                assert_eq!(told, format!("* guest-{} joined\n", index + 1), "{any}");
            }
        }
        let (first, others) = members.split_first().unwrap();
        first.send(b"hello\n").unwrap();
        for other in others {
            assert_eq!(hear(other), b"guest-1: hello\n", "{any}");
        }
        let peer = shown(first.local_addr().unwrap(), any);
        let address = shown(first.peer_addr().unwrap(), any);
        let (_, text) = room.terminate();
        // The good-bye too.
        assert!(String::from_utf8(hear(first)).unwrap().starts_with("* "));
        for (from, to) in [(peer, address), (address, peer)] {
            let line = format!("udp {from} > {to}: ");
            assert!(text.lines().any(|shown| shown.starts_with(&line)), "{text}");
        }
    }
}

#[test]
fn a_name_server_answers_from_the_address_that_was_asked() {
    for any in EVERYWHERE {
        let server = Server::start(&[&["dns", "serve", "--listen", any][..], &NEAR].concat(), 2);
        for ip in addresses(any) {
            let at = format!("@{}", at(&server, ip));
            let output = run(&["dns", "query", &at, "www.lab.test", "A", "--retries", "0"]);
            assert_eq!(output.status.code(), Some(0), "{any} {}", stderr(&output));
            assert!(stdout(&output).contains("www.lab.test."), "{any} {ip}");
        }
    }
}

/// What has to be found first is sent when the one who asked is long out of sight.
#[test]
fn a_name_server_that_asks_others_answers_from_the_address_that_was_asked() {
    for any in EVERYWHERE {
        let lab = Lab::new(vec![zones(&[(
            "test.",
            "@ NS ns\nns A 127.0.42.1\nwww A 192.0.2.80\nftp A 192.0.2.81\nirc A 192.0.2.82\nnntp A 192.0.2.83\n",
        )])]);
        let upstream = lab.socket(0).to_string();
        let args = [
            "dns",
            "serve",
            "--forward",
            &upstream,
            "--listen",
            any,
            "-v",
        ];
        let server = Server::start(&[&args[..], &NEAR].concat(), 2);
        let mut lines = Vec::new();
        for (ip, name) in addresses(any).iter().zip(["www", "ftp", "irc", "nntp"]) {
            let address = at(&server, ip);
            let client = Client::of(client(address));
            let response = client.address(&format!("{name}.test"));
            assert_eq!(response.rcode, Rcode::NOERROR, "{any} {ip}");
            assert_eq!(response.answers.len(), 1, "{any} {ip}");
            let peer = shown(client.local_addr(), any);
            let address = shown(address, any);
            for (from, to) in [(peer, address), (address, peer)] {
                lines.push(format!("udp {from} > {to}: "));
            }
        }
        let (_, text) = server.terminate();
        for line in lines {
            let is_there = text.lines().any(|shown| shown.starts_with(&line));
            assert!(is_there, "no '{line}' in {text}");
        }
    }
}

/// Nothing can be sent from an address that means everybody on a link; what came there is answered from one that is the server's.
#[test]
fn what_was_sent_to_everybody_is_answered() {
    for any in EVERYWHERE {
        let server = serve(any, &[]);
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.set_broadcast(true).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        let everybody = at(&server, "127.255.255.255");
        // One alone, several of one length, several of several.
        for (messages, expected) in [
            (&["one"][..], &["ONE"][..]),
            (&["two", "two"], &["TWO", "TWO"]),
            (&["three", "four"], &["FOUR", "THREE"]),
        ] {
            server.signal(Signal::STOP);
            for message in messages {
                client.send_to(message.as_bytes(), everybody).unwrap();
            }
            server.signal(Signal::CONT);
            let mut replies: Vec<String> = messages
                .iter()
                .map(|_| {
                    let mut buffer = [0; 16];
                    let (count, from) = client.recv_from(&mut buffer).unwrap();
                    assert_eq!(from, at(&server, "127.0.0.1"), "{any}");
                    String::from_utf8(buffer[..count].to_vec()).unwrap()
                })
                .collect();
            // The server has more than one thread.
            replies.sort_unstable();
            assert_eq!(replies, expected, "{any}");
        }
    }
}
