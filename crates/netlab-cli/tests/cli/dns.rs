//! `netlab dns`: query, serve, check, convert.

use std::net::UdpSocket;
use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{
    PATIENCE, Server, closed_port, dial_udp, dns_message, run, run_with_input, stderr, stdout,
};

pub(crate) fn lab() -> Server {
    Server::start(&["dns", "serve", "--listen", "127.0.0.1:0"], 2)
}

/// As dig: `-p` for the port, `-t` for the type.
#[test]
fn query_takes_port_and_type_as_dig_does() {
    let server = lab();
    let port = server.address("udp").port().to_string();
    let asks = |args: &[&str]| {
        let line = ["dns", "query", "@127.0.0.1", "-p", &port, "--short"];
        let output = run(&[&line, args].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(asks(&["www.lab.test"]), "127.0.0.1\n");
    let mail = "10 mail.lab.test.\n20 mail2.lab.test.\n";
    assert_eq!(asks(&["-t", "MX", "lab.test"]), mail);
    assert_eq!(asks(&["lab.test", "-t", "mx"]), mail);
    let wrong = run(&["dns", "query", "lab.test", "-t", "NONE"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("'NONE' is no record type"),
        "{}",
        stderr(&wrong)
    );
}

fn at(server: &Server) -> String {
    format!("@{}", server.address("udp"))
}

/// A file of this test run that is removed when dropped.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netlab-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A server of the zone in a file.
fn serve(zone: &TempFile) -> Server {
    Server::start(
        &[
            "dns",
            "serve",
            "--zone",
            zone.path(),
            "--listen",
            "127.0.0.1:0",
        ],
        2,
    )
}

#[test]
fn an_answer_is_printed_in_digs_layout() {
    let server = lab();
    let output = run(&["dns", "query", &at(&server), "www.lab.test", "A"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.starts_with(";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: ")
    );
    assert!(
        text.contains(
            "\n;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n\
             ;; WARNING: recursion requested but not available\n\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("\n;; ANSWER SECTION:\nwww.lab.test.\t\t300\tIN\tA\t127.0.0.1\n"),
        "{text}"
    );
    assert!(text.contains("\n;; SERVER: 127.0.0.1#"), "{text}");
    let output = run(&["dns", "query", &at(&server), "--no-recurse", "www.lab.test"]);
    assert!(!stdout(&output).contains("WARNING"));
}

#[test]
fn type_and_name_come_in_any_order_and_several_types_give_several_answers() {
    let server = lab();
    let at = at(&server);
    let output = run(&["dns", "query", "--short", "MX", "lab.test", &at]);
    assert_eq!(stdout(&output), "10 mail.lab.test.\n20 mail2.lab.test.\n");
    let output = run(&["dns", "query", "--short", &at, "www.lab.test", "A", "AAAA"]);
    assert_eq!(stdout(&output), "127.0.0.1\n::1\n");
}

#[test]
fn all_that_a_name_has_is_asked_for_over_tcp() {
    let server = lab();
    for (record_type, transport) in [("ANY", "tcp"), ("A", "udp")] {
        let output = run(&[
            "dns",
            "query",
            &at(&server),
            "--json",
            "www.lab.test",
            record_type,
        ]);
        let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(answer["transport"], transport, "{record_type}");
    }
}

#[test]
fn a_truncated_answer_is_asked_for_again_over_tcp() {
    let server = lab();
    let output = run(&[
        "dns",
        "query",
        &at(&server),
        "big.lab.test",
        "TXT",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["transport"], "tcp");
    assert_eq!(answer["message"]["ANCOUNT"], 8);
    assert_eq!(answer["message"]["TC"], false);
}

#[test]
fn nxdomain_is_an_answer_and_with_fail_exit_10() {
    let server = lab();
    let at = at(&server);
    let output = run(&["dns", "query", &at, "nowhere.lab.test"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("status: NXDOMAIN"));
    // RFC 2308 §3: the SOA record is in the authority section.
    assert!(stdout(&output).contains("AUTHORITY SECTION:\nlab.test.\t\t60\tIN\tSOA\t"));
    for name in [["nowhere.lab.test", "A"], ["www.lab.test", "MX"]] {
        let output = run(&["dns", "query", "--fail", &at, name[0], name[1]]);
        assert_eq!(output.status.code(), Some(10), "{name:?}");
    }
}

/// As dig does: what ICMP says may be wrong the next moment, and anybody can say it.
#[test]
fn a_port_that_is_unreachable_is_asked_again() {
    let at = format!("@127.0.0.1:{}", closed_udp_port());
    let output = run(&["-v", "dns", "query", &at, "--retries", "2", "www.lab.test"]);
    assert_eq!(output.status.code(), Some(7));
    let said = stderr(&output);
    let tries = said.matches(": connection refused\n").count();
    assert_eq!(tries, 3, "{said}");
}

fn closed_udp_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

#[test]
fn names_of_others_are_refused() {
    let server = lab();
    let output = run(&["dns", "query", &at(&server), "example.com"]);
    assert!(stdout(&output).contains("status: REFUSED"));
}

#[test]
fn nobody_answering_is_exit_28_or_7() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = format!("@{}", silent.local_addr().unwrap());
    let output = run(&[
        "dns",
        "query",
        &at,
        "a.",
        "--timeout",
        "0.2",
        "--retries",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(28));
    assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
    let at = format!("@127.0.0.1:{}", closed_port());
    let output = run(&["dns", "query", &at, "a.", "--tcp"]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: cannot connect to {}: connection refused; is a server listening there?\n",
            &at[1..]
        )
    );
}

#[test]
fn only_a_reply_with_the_same_id_and_question_counts() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    let at = format!("@{}", server.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let mut buffer = [0; 512];
        let (count, peer) = server.recv_from(&mut buffer).unwrap();
        let mut reply = buffer[..count].to_vec();
        reply[2] |= 0x80;
        let mut other_id = reply.clone();
        other_id[0] ^= 0xff;
        let mut other_name = reply.clone();
        other_name[13] = b'b';
        // Status REFUSED marks the replies that must not be taken.
        other_id[3] |= 5;
        other_name[3] |= 5;
        for datagram in [&b"rubbish"[..], &other_id, &other_name, &reply] {
            server.send_to(datagram, peer).unwrap();
        }
    });
    let output = run(&["dns", "query", &at, "a.", "--bufsize", "0"]);
    answering.join().unwrap();
    assert!(
        stdout(&output).contains("status: NOERROR"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_query_is_in_the_capture_even_if_no_answer_comes() {
    // It takes the query and closes.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("@{}", listener.local_addr().unwrap());
    let closing = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        dns_message(&mut stream);
    });
    let capture = TempFile::new("unanswered.pcapng", "");
    let output = run(&[
        "dns",
        "query",
        "--tcp",
        &server,
        "www.lab.test",
        "--capture",
        capture.path(),
    ]);
    closing.join().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: {} closed the connection before its answer was whole; does it serve DNS over TCP?\n",
            server.trim_start_matches('@')
        )
    );
    let seen = stdout(&run(&["dissect", "--json", capture.path()]));
    assert!(seen.contains(r#""QNAME":"www.lab.test.""#), "{seen}");
}

#[test]
fn a_malformed_query_gets_formerr_and_the_server_goes_on() {
    let server = lab();
    let socket = dial_udp(server.address("udp"));
    // Not even a header: nothing to answer. Then one question announced, none there.
    socket.send(b"rubbish").unwrap();
    socket
        .send(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        .unwrap();
    let mut buffer = [0; 512];
    let count = socket.recv(&mut buffer).unwrap();
    assert_eq!(
        &buffer[..count],
        b"\x12\x34\x81\x01\x00\x00\x00\x00\x00\x00\x00\x00"
    );
    let output = run(&["dns", "query", "--short", &at(&server), "www.lab.test"]);
    assert_eq!(stdout(&output), "127.0.0.1\n");
}

/// RFC 7873 §5.2.2: a cookie of seven octets gets FORMERR; RFC 6891 §6.1.1: what has OPT is answered with OPT; §6.1.3: to
/// another version the answer is BADVERS, whatever its options are.
#[test]
fn a_malformed_option_gets_formerr_with_question_and_opt() {
    let server = lab();
    let socket = dial_udp(server.address("udp"));
    let question = b"\x04none\x00\x00\x01\x00\x01";
    for (version, flags_low, extended_rcode) in [(0, 1, 0), (1, 0, 1)] {
        let query = [
            &b"\x00\x02\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01"[..],
            question,
            b"\x00\x00\x29\x04\xD0\x00",
            &[version],
            b"\x80\x00\x00\x0B\x00\x0A\x00\x07cookies",
        ];
        socket.send(&query.concat()).unwrap();
        let mut buffer = [0; 512];
        let count = socket.recv(&mut buffer).unwrap();
        let reply = [
            &b"\x00\x02\x81"[..],
            &[flags_low],
            b"\x00\x01\x00\x00\x00\x00\x00\x01",
            question,
            b"\x00\x00\x29\x04\xD0",
            &[extended_rcode],
            b"\x00\x00\x00\x00\x00",
        ];
        assert_eq!(buffer[..count], reply.concat());
    }
}

#[test]
fn a_response_is_never_answered() {
    let server = lab();
    let socket = dial_udp(server.address("udp"));
    let response = b"\x00\x01\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    let query = b"\x00\x02\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04none\x00\x00\x01\x00\x01";
    socket.send(response).unwrap();
    socket.send(query).unwrap();
    let mut buffer = [0; 512];
    let count = socket.recv(&mut buffer).unwrap();
    assert_eq!(buffer[..count][..2], query[..2]);
}

/// RFC 8945 §5.2.1, §5.3.2: NOTAUTH, and a TSIG record that says BADKEY and is not signed itself.
#[test]
fn a_signed_query_is_told_that_its_key_is_not_known() {
    let server = lab();
    let socket = dial_udp(server.address("udp"));
    let mut query = b"\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\
        \x03www\x03lab\x04test\x00\x00\x01\x00\x01\
        \x03key\x00\x00\xFA\x00\xFF\x00\x00\x00\x00\x00\x3D\x0Bhmac-sha256\x00\
        \x00\x00\x00\x00\x00\x01\x01\x2C\x00\x20"
        .to_vec();
    query.extend([0xAA; 32]);
    query.extend(b"\x12\x34\x00\x00\x00\x00");
    socket.send(&query).unwrap();
    let mut buffer = [0; 512];
    let count = socket.recv(&mut buffer).unwrap();
    let hex: String = buffer[..count]
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    let shown = stdout(&run(&["dns", "convert", "--message", &hex]));
    assert!(shown.contains("status: NOTAUTH"), "{shown}");
    let tsig = shown
        .lines()
        .find(|line| line.contains("TSIG\thmac-sha256."))
        .unwrap();
    // Fudge, an empty MAC, the original ID, the error, no other data.
    assert!(tsig.ends_with(" 300 0 4660 BADKEY 0"), "{shown}");
}

#[test]
fn a_zone_from_a_file_is_served() {
    let zone = TempFile::new(
        "served.zone",
        "$ORIGIN example.org.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n",
    );
    let server = serve(&zone);
    let output = run(&["dns", "query", "--short", &at(&server), "ns.example.org"]);
    assert_eq!(stdout(&output), "192.0.2.1\n");
}

#[test]
fn a_signed_zone_proves_what_is_not_there() {
    // RFC 4035 §3.1.3.2: NSEC that cover the name and the wildcard, with their signatures, for those who set DO.
    let zone = TempFile::new(
        "signed.zone",
        "$ORIGIN example.\n$TTL 60\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\n@ NSEC b NS SOA RRSIG NSEC\n\
         b NS ns1\nb NSEC ns1 NS RRSIG NSEC\nb RRSIG NSEC 13 2 60 20300101000000 20250101000000 1 @ AA==\n\
         ns1 A 192.0.2.1\nns1 NSEC @ A RRSIG NSEC\n",
    );
    let server = serve(&zone);
    let output = run(&["dns", "query", "--dnssec", &at(&server), "ml.example"]);
    let text = stdout(&output);
    for record in [
        "b.example.\t\t60\tIN\tNSEC\tns1.example. NS RRSIG NSEC",
        "b.example.\t\t60\tIN\tRRSIG\tNSEC 13 2 60",
        "example.\t\t60\tIN\tNSEC\tb.example. NS SOA RRSIG NSEC",
    ] {
        assert!(text.contains(record), "{text}");
    }
    let output = run(&["dns", "query", &at(&server), "ml.example"]);
    assert!(!stdout(&output).contains("NSEC"), "{}", stdout(&output));
}

#[test]
fn a_bad_zone_is_exit_3_with_its_place() {
    let zone = TempFile::new(
        "bad.zone",
        "$ORIGIN x.\n@ 60 SOA ns h 1 2 3 4 5\n@ 60 A 1.2.3\n",
    );
    let output = run(&[
        "dns",
        "serve",
        "--zone",
        zone.path(),
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(stdout(&output), "");
    let text = stderr(&output);
    let expected = format!("netlab: bad zone {}:3:8: not an IPv4 address", zone.path());
    assert!(text.starts_with(&expected), "{text}");
    let output = run(&[
        "dns",
        "serve",
        "--zone",
        "/nowhere/zone",
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_zone_is_given_once() {
    let text = "$ORIGIN x.\n@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n";
    let (zone, again) = (
        TempFile::new("one.zone", text),
        TempFile::new("two.zone", text),
    );
    let args = ["dns", "serve", "--listen", "127.0.0.1:0", "--zone"];
    let output = run(&[&args, &[zone.path(), "--zone", again.path()][..]].concat());
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: the zone x. is given twice, the second time by {}\n",
            again.path()
        )
    );
}

#[test]
fn check_lists_every_fault() {
    let zone = TempFile::new(
        "check.zone",
        "$ORIGIN x.\n@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 1.2.3\nfine 60 A 192.0.2.1\nbad 60 NOTYPE 1\n",
    );
    let output = run(&["dns", "check", zone.path()]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(
        text.contains(&format!("{}:4:9: not an IPv4 address\n", zone.path())),
        "{text}"
    );
    assert!(text.contains(&format!("{}:6:8: ", zone.path())), "{text}");
}

#[test]
fn check_reads_stdin() {
    let zone = b"@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n";
    let output = run_with_input(&["dns", "check", "-", "--origin", "x.test"], zone);
    assert_eq!(stdout(&output), "zone x.test.: 3 records, OK\n");
    assert_eq!(output.status.code(), Some(0));
    let output = run_with_input(&["dns", "check", "-"], b"x. 60 A 1.2.3\n");
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(
        text.starts_with("stdin:1:9: not an IPv4 address\n"),
        "{text}"
    );
}

#[test]
fn check_says_which_file_it_cannot_include() {
    let zone = TempFile::new("include.zone", "$INCLUDE nowhere\n");
    let output = run(&["dns", "check", zone.path()]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    let line = text.lines().next().unwrap();
    assert!(
        line.starts_with(&format!("{}:1:1: cannot include ", zone.path())),
        "{line}"
    );
    assert!(
        line.ends_with("nowhere: no such file or directory"),
        "{line}"
    );
}

#[test]
fn convert_goes_every_way() {
    let text = "www.example.com.\t300\tIN\tMX\t10 mail.example.com.";
    let wire = "03777777076578616d706c6503636f6d00000f00010000012c0014000a046d61696c076578616d706c6503636f6d00";
    let generic =
        "www.example.com. 300 CLASS1 TYPE15 \\# 20 000a046d61696c076578616d706c6503636f6d00";
    let convert = |args: &[&str], input: &str| {
        let line = [&["dns", "convert"], args].concat();
        let output = run_with_input(&line, format!("{input}\n").as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).trim_end().to_owned()
    };
    assert_eq!(convert(&["--to", "hex"], text), wire);
    assert_eq!(convert(&["--to", "hex", "-"], text), wire);
    assert_eq!(convert(&["--from", "hex", "--to", "text"], wire), text);
    assert_eq!(
        convert(&["--from", "hex", "--to", "generic"], wire),
        generic
    );
    assert_eq!(
        convert(&["--from", "generic", "--to", "text"], generic),
        text
    );
    let json: Value = serde_json::from_str(&convert(&["--to", "json"], text)).unwrap();
    assert_eq!(json["TYPEname"], "MX");
    assert_eq!(json["rdata"], "10 mail.example.com.");
}

#[test]
fn convert_goes_on_behind_a_bad_line_and_exits_with_20() {
    let input = "a. 1 IN A 1.2.3.4\nnonsense\nb. 1 IN A 1.2.3.5\n";
    let output = run_with_input(&["dns", "convert", "--to", "hex"], input.as_bytes());
    assert_eq!(output.status.code(), Some(20));
    let lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("error: "), "{lines:?}");
    assert!(lines[2].ends_with("01020305"));
    let output = run_with_input(&["dns", "convert", "--to", "json"], b"nonsense\n");
    let object: Value = serde_json::from_str(stdout(&output).trim()).unwrap();
    assert!(object["error"].is_string() && object["offset"].is_number());
}

/// RFC 1035 §5.1: a line may be blank, with or without a comment; named-checkzone and others write such lines between records.
#[test]
fn convert_passes_over_comments() {
    let input = "; of 2026\na. 1 IN A 1.2.3.4\n\t\t; resign=20260101\n\n";
    let output = run_with_input(&["dns", "convert", "--to", "generic"], input.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(stdout(&output), "a. 1 CLASS1 TYPE1 \\# 4 01020304\n");
}

/// A shell makes several arguments of a record that is not in quotes.
#[test]
fn convert_tells_of_the_quotes_that_are_missing() {
    let words = ["www.lab.test.", "60", "IN", "A", "127.0.0.1"];
    let line = |words: &[&str]| run(&[&["dns", "convert"], words].concat());
    let output = line(&words);
    assert_eq!(output.status.code(), Some(20));
    assert_eq!(stdout(&output).lines().count(), words.len());
    assert!(stderr(&output).contains("in quotes"), "{}", stderr(&output));
    assert_eq!(stderr(&line(&["a. 1 IN A 1.2.3.4", "nonsense"])), "");
}

#[test]
fn convert_writes_messages_anew_with_compression() {
    // One question, two answers with the owner written out each time.
    let name = "0377777703666f6f00";
    let answer = format!("{name}00010001000000010004c0000201");
    let message = format!("000181000001000200000000{name}00010001{answer}{answer}");
    let output = run(&["dns", "convert", "--message", "--to", "hex", &message]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let compressed = "c00c00010001000000010004c0000201";
    assert_eq!(
        stdout(&output).trim_end(),
        format!("000181000001000200000000{name}00010001{compressed}{compressed}")
    );
    let output = run(&["dns", "convert", "--message", "--to", "json", &message]);
    let json: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["ANCOUNT"], 2);
}
