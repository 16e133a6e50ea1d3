//! `netlab dissect`.

use std::path::PathBuf;

use serde_json::Value;

#[cfg(target_os = "linux")]
use crate::harness::words;
use crate::harness::{Server, run, run_with_input, stderr, stdout};

fn objects(args: &[&str], input: &[u8]) -> (i32, Vec<Value>) {
    let line = [&["dissect", "--json"], args].concat();
    let output = run_with_input(&line, input);
    assert_eq!(stderr(&output), "");
    let objects = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output.status.code().unwrap(), objects)
}

const QUERY: &str = "123401000001000000000000037777770765786d61706c6503636f6d0000010001";

#[test]
fn a_dns_message_has_the_members_of_rfc_8427() {
    let (code, objects) = objects(&["--as", "dns", "--input", "hex"], QUERY.as_bytes());
    assert_eq!(code, 0);
    let [object] = objects.as_slice() else {
        panic!("{objects:?}")
    };
    assert_eq!(object["verdict"], "accept");
    assert_eq!(object["protocol"], "dns");
    assert_eq!(object["octets"], QUERY.len() / 2);
    assert_eq!(object["message"]["ID"], 0x1234);
    assert_eq!(object["message"]["RD"], true);
}

#[test]
fn lines_keep_their_numbers_and_empty_ones_give_nothing() {
    let input = format!("{QUERY}\n\n{QUERY}00\nxyz\n{QUERY}\n");
    let (code, objects) = objects(&["--as", "dns", "--input", "hex-lines"], input.as_bytes());
    assert_eq!(code, 20);
    let verdicts: Vec<_> = objects
        .iter()
        .map(|object| {
            (
                object["line"].as_u64().unwrap(),
                object["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [(1, "accept"), (3, "refuse"), (4, "refuse"), (5, "accept")]
    );
    // Left-over octets are refused where they begin.
    assert_eq!(objects[1]["offset"], QUERY.len() / 2);
    assert_eq!(objects[1]["kind"], "trailing-octets");
}

/// A line of other octets is wrong like any other; it does not end the input.
#[test]
fn a_line_that_is_no_text_is_refused_in_its_place() {
    let input = [QUERY.as_bytes(), b"\n\xff\xfe\n", QUERY.as_bytes()].concat();
    let (code, objects) = objects(&["--as", "dns", "--input", "hex-lines"], &input);
    assert_eq!(code, 20);
    let verdicts: Vec<_> = objects.iter().map(|object| &object["verdict"]).collect();
    assert_eq!(verdicts, ["accept", "refuse", "accept"]);
    assert_eq!(objects[1]["line"], 2);
    assert_eq!(objects[1]["kind"], "not-hexadecimal");
}

#[test]
fn a_stream_of_dns_messages_is_taken_apart_one_by_one() {
    let framed = format!("{:04x}{QUERY}", QUERY.len() / 2);
    let input = format!("{framed}{framed}{}", &framed[..20]);
    let (code, objects) = objects(&["--as", "dns-tcp", "--input", "hex"], input.as_bytes());
    assert_eq!(code, 0);
    let verdicts: Vec<_> = objects
        .iter()
        .map(|object| object["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["accept", "accept", "incomplete"]);
    assert_eq!(objects[0]["octets"], QUERY.len() / 2 + 2);
}

#[test]
fn pipelined_requests_end_at_the_first_refusal() {
    let input = b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n\
                  GET /b HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n\
                  GET /c HTTP/1.1\r\nHost: h\r\n\r\n";
    let (code, objects) = objects(&["--as", "http-request", "--input", "raw"], input);
    assert_eq!(code, 20);
    let [first, second] = objects.as_slice() else {
        panic!("{objects:?}")
    };
    assert_eq!(first["message"]["framing"]["kind"], "chunked");
    assert_eq!(first["message"]["body_hex"], "616263");
    assert_eq!(
        first["message"]["trailers"],
        serde_json::json!([["X", "y"]])
    );
    assert_eq!(second["verdict"], "refuse");
    assert_eq!(second["status"], 400);
    assert!(second["reference"].as_str().unwrap().starts_with("RFC 911"));
}

#[test]
fn what_follows_a_close_is_no_request() {
    let input = b"GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    let (code, objects) = objects(&["--as", "http-request", "--input", "raw"], input);
    assert_eq!((code, objects.len()), (0, 1));
}

#[test]
fn a_response_is_read_as_the_answer_to_its_request() {
    let input = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let (_, to_get) = objects(&["--as", "http-response", "--input", "raw"], input);
    assert_eq!(to_get[0]["message"]["status"], 200);
    assert_eq!(to_get[0]["message"]["body_hex"], "68656c6c6f");
    let (_, to_head) = objects(
        &[
            "--as",
            "http-response",
            "--input",
            "raw",
            "--request-method",
            "HEAD",
        ],
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    );
    assert_eq!(to_head[0]["verdict"], "accept");
    assert_eq!(to_head[0]["message"]["framing"]["kind"], "none");
}

/// The members stand in the order in which they are documented.
#[test]
fn an_http_message_as_json() {
    let cases = [
        (
            "http-request",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi",
            r#"{"verdict":"accept","protocol":"http-request","octets":50,"message":{"method":"POST","target":"/a","version":"HTTP/1.1","fields":[["Host","h"],["Content-Length","2"]],"framing":{"kind":"content-length","length":2},"body_hex":"6869","trailers":[]}}"#,
        ),
        (
            "http-response",
            "HTTP/1.1 204 No Content\r\n\r\n",
            r#"{"verdict":"accept","protocol":"http-response","octets":27,"message":{"version":"HTTP/1.1","status":204,"reason":"No Content","fields":[],"framing":{"kind":"none"},"body_hex":"","trailers":[]}}"#,
        ),
    ];
    for (protocol, input, expected) in cases {
        let line = ["dissect", "--json", "--input", "raw", "--as", protocol];
        let output = run_with_input(&line, input.as_bytes());
        assert_eq!(stdout(&output), format!("{expected}\n"));
    }
}

#[test]
fn what_a_response_answers_is_a_method() {
    let output = run(&["dissect", "--request-method", "G T", "-"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "netlab: invalid value 'G T' for '--request-method <METHOD>': not a method: octet 1: octet 0x20 in the method; --help shows the usage\n"
    );
}

#[test]
fn half_a_message_is_incomplete_and_no_failure() {
    let (code, objects) = objects(
        &["--as", "http-request", "--input", "raw"],
        b"GET / HTTP/1.1\r\nHost: h\r\n",
    );
    assert_eq!(code, 0);
    assert_eq!(
        objects,
        [serde_json::json!({"verdict": "incomplete", "protocol": "http-request"})]
    );
}

#[test]
fn the_human_form_shows_octets_field_value_and_meaning() {
    let output = run_with_input(&["dissect", "--as", "dns"], QUERY.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    let line = text.lines().find(|line| line.contains(" RD ")).unwrap();
    assert!(
        line.contains("2-2") && line.ends_with("recursion is desired"),
        "{line}"
    );
    // RFC 6840 section 5.7.
    let line = text.lines().find(|line| line.contains(" AD ")).unwrap();
    assert!(line.contains("the client does not ask"), "{line}");
}

#[test]
fn both_forms_of_our_own_captures_are_read_back() {
    let server = Server::start(&["dns", "serve", "--listen", "127.0.0.1:0"], 2);
    let at = format!("@{}", server.address("udp"));
    for form in ["pdu", "tcp"] {
        for transport in [&[][..], &["--tcp"]] {
            let path: PathBuf = std::env::temp_dir().join(format!(
                "netlab-{}-{form}-{}.pcapng",
                std::process::id(),
                transport.len()
            ));
            let file = path.to_str().unwrap();
            let base = [
                "dns",
                "query",
                &at,
                "www.lab.test",
                "--capture",
                file,
                "--capture-form",
                form,
            ];
            let output = run(&[&base[..], transport].concat());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            // Ports that the system picked tell nobody what a stream holds.
            let as_protocol = match (form, transport) {
                ("tcp", ["--tcp"]) => "dns-tcp",
                _ => "auto",
            };
            let (code, objects) = objects(&["--as", as_protocol, file], b"");
            std::fs::remove_file(&path).unwrap();
            assert_eq!(code, 0, "{form} {transport:?} {objects:?}");
            let responses: Vec<_> = objects
                .iter()
                .map(|object| object["message"]["QR"].clone())
                .collect();
            assert_eq!(responses, [false, true], "{form} {transport:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_error_of_reading_names_the_file() {
    let output = run(&["dissect", "/proc/self/mem"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: cannot read /proc/self/mem: {}\n",
            words(rustix::io::Errno::IO)
        )
    );
}

/// As `text apply`, `dns check` and `dns serve` say it.
#[test]
fn a_directory_is_exit_3() {
    let directory = std::env::temp_dir();
    let directory = directory.to_str().unwrap();
    let output = run(&["dissect", directory]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        stderr(&output),
        format!("netlab: cannot open {directory}: is a directory\n")
    );
}

/// RFC 7766 section 6.2.1.1: queries may be pipelined.
#[test]
fn a_stream_of_dns_messages_is_known_by_its_first() {
    let framed = format!("{:04x}{QUERY}", QUERY.len() / 2);
    let input = format!("{framed}{framed}{}", &framed[..20]);
    let (code, objects) = objects(&["--input", "hex"], input.as_bytes());
    assert_eq!(code, 0);
    assert_eq!(objects.len(), 3, "{objects:?}");
    assert_eq!(objects[0]["protocol"], "dns-tcp");
}

#[test]
fn a_missing_file_is_exit_3() {
    let output = run(&["dissect", "/nowhere/file"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        stderr(&output),
        "netlab: cannot open /nowhere/file: no such file or directory\n"
    );
}

/// RFC 9112 section 7.1: each part of a chunked body stands at its own octets.
#[test]
fn each_part_of_a_chunked_body_has_its_octets() {
    let body = "005;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nX: 1\r\nY: 2\r\n\r\n";
    let message = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
    let output = run_with_input(&["dissect"], message.as_bytes());
    let text = stdout(&output);
    let parts: Vec<(&str, &str)> = text
        .lines()
        .skip_while(|line| !line.contains("end of head"))
        .skip(1)
        .filter_map(|line| {
            let (range, rest) = line.trim_start().split_once(' ')?;
            let (first, last) = range.split_once('-')?;
            let part = first.parse::<usize>().ok()?..=last.parse::<usize>().ok()?;
            Some((&message[part], rest.split_whitespace().nth(1)?))
        })
        .collect();
    assert_eq!(
        parts,
        [
            ("005;a=b", "chunk-size"),
            ("hello", "chunk-data"),
            ("3", "chunk-size"),
            ("abc", "chunk-data"),
            ("0", "last-chunk"),
            ("X: 1", "X"),
            ("Y: 2", "Y"),
        ],
        "{text}"
    );
}

/// RFC 6891 section 6.1.2: an option has a code and a length before its data.
#[test]
fn each_option_of_edns_has_its_octets() {
    let query = "1234010000010000000000010161000001000100002904d0000000000016\
        000a00083132333435363738 fde900020aff 00030000"
        .replace(' ', "");
    let output = run_with_input(&["dissect", "--input", "hex"], query.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.ends_with("an option of EDNS"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let said: Vec<_> = lines.iter().map(|words| (words[0], words[2])).collect();
    assert_eq!(
        said,
        [
            ("30-41", "COOKIE"),
            ("42-47", "OPT65001"),
            ("48-51", "NSID")
        ],
        "{text}"
    );
    assert_eq!(lines[0][3], "3132333435363738");
}

/// What a value means is said of that value.
#[test]
fn meanings_are_of_the_value_at_hand() {
    for (input, name, meaning) in [
        (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            "status-code",
            "another protocol from here",
        ),
        (
            "HTTP/1.1 304 Not Modified\r\n\r\n",
            "status-code",
            "still good",
        ),
        ("12340100000100000000000001610000010003", "QCLASS", "CH"),
        (
            "12340100000100000000000001610000010001",
            "QCLASS",
            "Internet",
        ),
    ] {
        let text = stdout(&run_with_input(&["dissect"], input.as_bytes()));
        let line = text.lines().find(|line| line.contains(name)).unwrap();
        assert!(line.trim_end().ends_with(meaning), "{line}");
    }
}

/// The lines of the table that are no heading.
fn table(args: &[&str], input: &[u8]) -> String {
    let output = run_with_input(&[&["dissect"], args].concat(), input);
    assert_eq!(stderr(&output), "");
    stdout(&output)
}

/// RFC 1035 section 4.1: what stands before a fault is as good as ever.
#[test]
fn what_stands_before_a_fault_is_taken_apart() {
    // Two questions by its header; the second has a label of a kind that is not in use (RFC 6891 section 5).
    let message =
        b"\x12\x34\x01\0\0\x02\0\x07\0\0\0\0\x03www\x04test\0\0\x01\0\x01\x40\0\0\x01\0\x01";
    let text = table(&["--as", "dns", "--input", "raw"], message);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("malformed DNS message: octet 26 (question 1)"),
        "{text}"
    );
    for (name, value) in [("QDCOUNT", "2"), ("ANCOUNT", "7"), ("QNAME", "www.test.")] {
        let line = lines.iter().find(|line| line.contains(name)).unwrap();
        assert!(line.split_whitespace().any(|word| word == value), "{line}");
    }
    let fault = lines.iter().find(|line| line.contains("fault")).unwrap();
    assert!(fault.trim_start().starts_with("26-31"), "{fault}");
}

#[test]
fn what_there_is_of_a_message_is_taken_apart() {
    let text = table(
        &["--input", "raw"],
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
    );
    assert!(
        text.contains("Content-Length") && text.contains("abc"),
        "{text}"
    );
    assert!(
        text.contains("\nnot whole: more octets are needed\n"),
        "{text}"
    );
    let text = table(
        &["--as", "dns-tcp", "--input", "hex"],
        b"0030 1234 0100 0001",
    );
    assert!(text.starts_with("the start of a DNS message\n"), "{text}");
}
