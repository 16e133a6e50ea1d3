//! `netlab http inspect`, spoken to in octets.

use std::net::SocketAddr;

use crate::harness::{Server, netlab, run, stderr, stdout};
use crate::http::{Folder, converse, field, get, parts, serve};

/// RFC 9110 §9.3.6, §15.5.6: a refused CONNECT says what is allowed; what was meant for the tunnel is not read.
#[test]
fn nothing_is_read_after_connect() {
    let folder = Folder::site();
    for server in [serve(&folder), inspect()] {
        let request = format!(
            "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n{}",
            get("/", "")
        );
        let text = converse(server.tcp(), request.as_bytes());
        let (status, head, _) = parts(&text);
        assert_eq!(status, 405);
        assert!(
            field(head, "Allow").is_some_and(|allowed| allowed.contains("GET")),
            "{text}"
        );
        assert_eq!(field(head, "Connection"), Some("close"));
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    }
}

/// RFC 9110 §15.5.9: also where only the rest of a body is missing.
#[test]
fn half_a_body_gets_408() {
    let args = [
        "http",
        "inspect",
        "--listen",
        "127.0.0.1:0",
        "--idle-timeout",
        "0.5",
    ];
    let server = Server::start(&args, 1);
    let request = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\nhalf";
    let text = converse(server.tcp(), request.as_bytes());
    let (status, head, _) = parts(&text);
    assert_eq!((status, field(head, "Connection")), (408, Some("close")));
}

fn inspect() -> Server {
    Server::start(&["http", "inspect", "--listen", "127.0.0.1:0"], 1)
}

#[test]
fn inspect_answers_with_what_it_was_asked() {
    let server = inspect();
    let octets = "POST /x?y HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
                  PUT /z HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nConnection: close\r\n\r\nde";
    let text = converse(server.tcp(), octets.as_bytes());
    let answers: Vec<&str> = text.split("HTTP/1.1 ").skip(1).collect();
    assert_eq!(answers.len(), 2, "{text}");
    for (answer, body) in answers.iter().zip(["POST /x?y\nabc", "PUT /z\nde"]) {
        assert!(answer.starts_with("200 OK\r\n"), "{answer}");
        let (head, content) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(content, body);
        assert_eq!(field(head, "Content-Type"), Some("text/plain"));
    }
}

/// RFC 9112 §2.2, §6: the status of the refusal, and nothing after it is read.
#[test]
fn inspect_refuses_and_closes() {
    let server = inspect();
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";
    for (request, status) in [
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
            400,
        ),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
    ] {
        let text = converse(server.tcp(), format!("{request}{smuggled}").as_bytes());
        let (got, head, _) = parts(&text);
        assert_eq!(got, status, "{request}");
        assert_eq!(field(head, "Connection"), Some("close"), "{request}");
        // RFC 9110 §6.6.1: a server with a clock puts Date into every 4xx.
        assert!(field(head, "Date").is_some(), "{request}");
        assert!(!text.contains("smuggled"), "{text}");
    }
}

/// RFC 9110 §7.8: what follows an offer to change the protocol is not read as a request.
#[test]
fn a_fault_in_a_body_is_counted_from_the_start_of_the_message() {
    let server = inspect();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = converse(server.tcp(), format!("{head}3\r\nabcX").as_bytes());
    let place = format!("octet {}: ", head.len() + "3\r\nabc".len());
    assert!(answer.contains(&place), "{answer}");
}

#[test]
fn nothing_is_read_after_upgrade() {
    let server = inspect();
    let request = "GET /first HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n\
                   GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n";
    let text = converse(server.tcp(), request.as_bytes());
    let (status, head, body) = parts(&text);
    assert_eq!((status, body), (200, "GET /first\n"));
    assert_eq!(field(head, "Connection"), Some("close"));
}

#[test]
fn inspect_shows_fields_and_warns() {
    let mut server = inspect();
    let request = get("/x", "User-Agent: () { :; }; echo\r\n");
    assert_eq!(parts(&converse(server.tcp(), request.as_bytes())).0, 200);
    let mut shown = String::new();
    while !shown.contains("Shellshock") {
        shown += &server.line();
        shown.push('\n');
    }
    assert!(shown.contains("HTTP request GET /x"), "{shown}");
    assert!(shown.contains("whom the request is for"), "{shown}");
}

#[test]
fn inspect_speaks_json() {
    use std::io::BufRead as _;
    let args = ["http", "inspect", "--listen", "127.0.0.1:0", "--json"];
    let mut child = netlab(&args)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next =
        || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let address: SocketAddr = next()["address"].as_str().unwrap().parse().unwrap();
    converse(address, get("/x", "").as_bytes());
    let message = next();
    assert_eq!(message["verdict"], "accept");
    assert_eq!(message["message"]["target"], "/x");
    assert_eq!(message["message"]["framing"]["kind"], "none");
    converse(
        address,
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
    );
    let refusal = next();
    assert_eq!(refusal["verdict"], "refuse");
    assert_eq!(refusal["status"], 400);
    assert!(!refusal["warnings"].as_array().unwrap().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn inspect_looks_at_a_response() {
    let folder = Folder::site();
    let server = serve(&folder);
    let url = format!("http://{}/a.txt", server.tcp());
    let output = run(&["http", "inspect", &url]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.contains("HTTP response 200 OK"), "{text}");
    assert!(text.contains("names this version of the content"), "{text}");
}

/// It is all that the command is for.
#[test]
#[cfg(target_os = "linux")]
fn a_response_that_cannot_be_shown_is_a_failure() {
    let folder = Folder::site();
    let server = serve(&folder);
    let url = format!("http://{}/a.txt", server.tcp());
    for json in [&[][..], &["--json"]] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let args = [&["http", "inspect", &url][..], json].concat();
        let output = netlab(&args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            stderr(&output),
            "netlab: cannot write to stdout: no space left on device\n"
        );
    }
}
