//! What `--verbose` and `--capture` tell of messages, the same for every command.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use etherparse::{SlicedPacket, TransportSlice};
use pcap_file::pcapng::{Block, PcapNgReader};

use crate::harness::{Server, dial, run, run_with_input, stderr, stdout};

/// A file of this test's own.
fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("netlab-{name}-{}.pcapng", std::process::id()))
}

/// The ports of the first TCP packet of a capture and whether it opens a connection; how many octets follow in all.
fn first_packet(path: &Path) -> (u16, u16, bool, usize) {
    let mut reader = PcapNgReader::new(File::open(path).unwrap()).unwrap();
    let mut first = None;
    let mut octets = 0;
    while let Some(block) = reader.next_block() {
        if let Block::EnhancedPacket(packet) = block.unwrap() {
            let sliced = SlicedPacket::from_ip(&packet.data).unwrap();
            let Some(TransportSlice::Tcp(tcp)) = sliced.transport else {
                panic!("not TCP: {sliced:?}");
            };
            let opens = tcp.syn() && !tcp.ack();
            first.get_or_insert((tcp.source_port(), tcp.destination_port(), opens));
            octets += tcp.payload().len();
        }
    }
    std::fs::remove_file(path).unwrap();
    let (source, destination, opens) = first.expect("the capture has packets");
    (source, destination, opens, octets)
}

#[test]
fn a_captured_connection_is_opened_by_its_client_also_where_the_server_speaks_first() {
    let path = file("greet");
    let capture = ["--capture", path.to_str().unwrap(), "--capture-form", "tcp"];
    for serve in [&["greet", "--listen"][..], &["chat", "serve", "--tcp"]] {
        let args = [serve, &["127.0.0.1:0"], &capture].concat();
        let server = Server::start(&args, 1);
        let port = server.tcp().port();
        let mut client = dial(server.tcp());
        let mut octet = [0];
        client.read_exact(&mut octet).unwrap();
        let client_port = client.local_addr().unwrap().port();
        server.terminate();
        let (source, destination, opens, octets) = first_packet(&path);
        assert_eq!((source, destination, opens), (client_port, port, true));
        assert!(octets > 10, "{octets}");
    }
    let greet = Server::start(&["greet", "--listen", "127.0.0.1:0"], 1);
    let chat = Server::start(&["chat", "serve", "--tcp", "127.0.0.1:0"], 1);
    let (greet, chat) = (greet.tcp(), chat.tcp());
    let port = greet.port().to_string();
    for (client, server) in [
        (vec!["connect", &*greet.to_string()], greet),
        (vec!["scan", "127.0.0.1", "--banner", "-p", &*port], greet),
        (vec!["chat", "join", &*chat.to_string()], chat),
    ] {
        let args = [client, capture.to_vec()].concat();
        let output = run(&args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        let (_, destination, opens, octets) = first_packet(&path);
        assert_eq!((destination, opens), (server.port(), true), "{args:?}");
        assert!(octets > 10, "{octets}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_capture_that_cannot_be_written_is_told_before_anything_is_done() {
    let output = run(&["text", "list", "--capture", "/dev/full"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(output.stdout, b"");
    assert_eq!(
        stderr(&output),
        "netlab: cannot write the capture /dev/full: no space left on device\n"
    );
}

#[test]
fn verbose_tells_of_each_message_in_a_line() {
    let server = Server::start(
        &[
            "text",
            "serve",
            "--tcp",
            "127.0.0.1:0",
            "--udp",
            "127.0.0.1:0",
            "-v",
        ],
        2,
    );
    for transport in ["tcp", "udp"] {
        let address = server.address(transport).to_string();
        let flag = format!("--{transport}");
        let output = run_with_input(&["text", "send", &flag, &address, "-v"], b"hello\n");
        assert_eq!(output.stdout, b"HELLO\n");
        let text = stderr(&output);
        let connected = format!("connected to {address}\n");
        let lines: Vec<&str> = match transport {
            "tcp" => text.strip_prefix(&connected).unwrap().lines().collect(),
            _ => text.lines().collect(),
        };
        assert_eq!(lines.len(), 2, "{text}");
        assert!(
            lines[0].starts_with(&format!("{transport} 127.0.0.1:"))
                && lines[0].ends_with(&format!(" > {address}: 5 octets of data")),
            "{text}"
        );
        assert!(
            lines[1].starts_with(&format!("{transport} {address} > 127.0.0.1:")),
            "{text}"
        );
    }
    let mut client = dial(server.tcp());
    client.write_all(b"abc").unwrap();
    let mut reply = [0; 3];
    client.read_exact(&mut reply).unwrap();
    drop(client);
    let udp = server.address("udp");
    let (_, text) = server.terminate();
    assert!(text.contains(": 3 octets of data\n"), "{text}");
    assert!(text.contains(&format!("udp {udp} > 127.0.0.1:")), "{text}");
}

#[test]
fn verbose_tells_of_each_connection_of_a_client() {
    let text = Server::start(&["text", "serve", "--tcp", "127.0.0.1:0"], 1);
    let dns = Server::start(&["dns", "serve", "--listen", "127.0.0.1:0"], 2);
    let http = Server::start(&["http", "serve", "--listen", "127.0.0.1:0"], 1);
    let (at, url) = (format!("@{}", dns.tcp()), format!("http://{}/", http.tcp()));
    let (text_at, query) = (text.tcp().to_string(), ["dns", "query", "--tcp"]);
    for (args, server) in [
        (vec!["text", "send", &text_at, "hello"], &text),
        ([&query[..], &[&at, "www.lab.test"]].concat(), &dns),
        ([&query[..], &[&at, "lab.test", "AXFR"]].concat(), &dns),
        (vec!["http", "get", &url], &http),
        (vec!["http", "inspect", &url], &http),
    ] {
        let told = stderr(&run(&[&["-v"], &args[..]].concat()));
        let connected = format!("connected to {}\n", server.tcp());
        assert!(told.starts_with(&connected), "{args:?}: {told}");
    }
}

/// Wireshark takes a file for damaged that has a packet of more than 262,144 octets.
#[test]
fn a_long_message_is_captured_in_packets_that_wireshark_opens() {
    let path = file("long");
    let server = Server::start(&["text", "serve", "--tcp", "127.0.0.1:0"], 1);
    let long = [vec![b'x'; 1_000_000], vec![b'\n']].concat();
    let address = server.tcp().to_string();
    let args = [
        "text",
        "send",
        &address,
        "--capture",
        path.to_str().unwrap(),
    ];
    let output = run_with_input(&args, &long);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut reader = PcapNgReader::new(File::open(&path).unwrap()).unwrap();
    let (mut messages, mut replies) = (0, 0);
    while let Some(block) = reader.next_block() {
        if let Block::EnhancedPacket(packet) = block.unwrap() {
            assert!(packet.data.len() <= 262_144, "{}", packet.data.len());
            // Behind the tags, the last of which is all zeros.
            let tags = packet
                .data
                .windows(4)
                .position(|tag| tag == [0; 4])
                .unwrap();
            let octets = packet.data.iter().skip(tags);
            let count = |octet| octets.clone().filter(|found| **found == octet).count();
            messages += count(b'x');
            replies += count(b'X');
        }
    }
    std::fs::remove_file(path).unwrap();
    assert_eq!((messages, replies), (1_000_000, 1_000_000));
}

/// Its pieces were judged one by one, the later ones as DNS.
#[test]
fn a_long_message_of_a_capture_is_dissected_whole() {
    let path = file("pieces");
    let capture = path.to_str().unwrap();
    let server = Server::start(&["http", "inspect", "--listen", "127.0.0.1:0"], 1);
    let url = format!("http://{}/", server.tcp());
    let long = "x".repeat(300_000);
    let args = ["http", "get", "-d", "@-", &url, "--capture", capture];
    let output = run_with_input(&args, long.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let (from_file, through_pipe) = (
        run(&["dissect", "--json", capture]),
        run_with_input(&["dissect", "--json"], &std::fs::read(&path).unwrap()),
    );
    std::fs::remove_file(path).unwrap();
    for output in [from_file, through_pipe] {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let messages: Vec<(String, String)> = stdout(&output)
            .lines()
            .map(|line| {
                let object: serde_json::Value = serde_json::from_str(line).unwrap();
                (object["verdict"].to_string(), object["packets"].to_string())
            })
            .collect();
        let accepted = |packets: &str| ("\"accept\"".to_owned(), packets.to_owned());
        assert_eq!(messages, [accepted("[1,3]"), accepted("[4,6]")]);
    }
}

/// It was called a DNS message.
#[test]
fn what_an_http_server_refused_is_a_refused_request_in_its_capture() {
    let path = file("refused");
    let capture = path.to_str().unwrap();
    let args = [
        "http",
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--capture",
        capture,
    ];
    let server = Server::start(&args, 1);
    let mut stream = dial(server.tcp());
    stream.write_all(b"\x16\x03\x01 no HTTP\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    let output = run(&["dissect", "--json", capture]);
    std::fs::remove_file(path).unwrap();
    assert_eq!(output.status.code(), Some(20));
    let said = stdout(&output);
    let refused = r#""verdict":"refuse","protocol":"http-request","offset":0"#;
    assert!(said.contains(refused), "{said}");
    assert!(!said.contains("dns"), "{said}");
}

/// A limit on files stands for a full disk: what fits is kept whole, and that it ends is said once.
#[test]
fn a_capture_that_no_disk_holds_ends_with_a_whole_message() {
    let server = Server::start(&["text", "serve", "--udp", "127.0.0.1:0"], 1);
    let address = server.address("udp").to_string();
    for form in ["pdu", "tcp"] {
        let path = file(form);
        // Of 512 octets each; without the trap the signal would end the process.
        let limited = "trap '' XFSZ; ulimit -f 4; exec \"$@\"";
        let netlab = env!("CARGO_BIN_EXE_netlab");
        let output = std::process::Command::new("sh")
            .args(["-c", limited, "sh", netlab, "text", "send", "--udp"])
            .args([&*address, "--capture", path.to_str().unwrap()])
            .args(["--capture-form", form])
            .args(["message"; 100])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(stdout(&output), "MESSAGE\n".repeat(100));
        let said = stderr(&output);
        let end = "cannot write the capture: file too large; it ends here\n";
        assert_eq!(said.matches("capture").count(), 1, "{said}");
        assert!(said.ends_with(end), "{said}");
        let length = std::fs::metadata(&path).unwrap().len();
        let mut reader = PcapNgReader::new(File::open(&path).unwrap()).unwrap();
        let mut packets = 0;
        while let Some(block) = reader.next_block() {
            packets += usize::from(matches!(block.unwrap(), Block::EnhancedPacket(_)));
        }
        assert!(length <= 4 * 1024 && packets > 5, "{length} {packets}");
        std::fs::remove_file(&path).unwrap();
    }
}
