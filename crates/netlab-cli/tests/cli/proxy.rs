//! `netlab proxy`, between raw clients and scripted origins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation here is a failed test"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use crate::harness::{PATIENCE, Server, closed_port, dial, run, stderr, stdout};
use crate::http::{Folder, converse, field, parts, serve};
use crate::http_get::Scripted;

fn proxy(more: &[&str]) -> Server {
    let mut args = vec!["proxy", "--listen", "127.0.0.1:0"];
    args.extend(more);
    Server::start(&args, 1)
}

/// A GET in absolute-form, after which the connection ends.
fn get(origin: SocketAddr, path: &str, fields: &str) -> String {
    format!(
        "GET http://{origin}{path} HTTP/1.1\r\nHost: {origin}\r\nConnection: close\r\n{fields}\r\n"
    )
}

fn ask(proxy: &Server, request: &str) -> String {
    converse(proxy.tcp(), request.as_bytes())
}

fn cache_status(text: &str) -> &str {
    field(parts(text).1, "Cache-Status").unwrap_or_default()
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// RFC 9110 §7.6, RFC 9112 §3.2.2.
#[test]
fn the_origin_gets_origin_form_without_what_concerns_one_connection() {
    let origin = Scripted::new(&[OK]);
    let proxy = proxy(&["--cache", "0"]);
    let request = format!(
        "GET http://{0}/a?b HTTP/1.1\r\nHost: other.test\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n\
         Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Stays: 1\r\n\r\n",
        origin.address
    );
    let text = ask(&proxy, &request);
    let (status, head, body) = parts(&text);
    assert_eq!((status, body), (200, "ok"));
    assert!(
        field(head, "Via").unwrap().starts_with("1.1 netlab-"),
        "{head}"
    );
    assert_eq!(field(head, "Cache-Status"), Some("netlab; fwd=bypass"));
    let request = origin.request();
    assert!(request.starts_with("GET /a?b HTTP/1.1\r\n"), "{request}");
    let lower = request.to_ascii_lowercase();
    for gone in [
        "connection",
        "x-hop",
        "keep-alive",
        "proxy-",
        "te:",
        "upgrade",
        "other.test",
    ] {
        assert!(!lower.contains(gone), "{gone} in {request}");
    }
    assert_eq!(
        field(&request, "Host"),
        Some(origin.address.to_string().as_str())
    );
    assert_eq!(field(&request, "X-Stays"), Some("1"));
    assert!(field(&request, "Via").unwrap().starts_with("1.1 netlab-"));
}

#[test]
fn the_second_time_it_comes_from_the_cache() {
    let folder = Folder::site();
    fs::write(folder.path("site/old.txt"), "old").unwrap();
    // An hour old, so that the heuristic of RFC 9111 §4.2.2 makes it fresh for minutes.
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = fs::File::options()
        .write(true)
        .open(folder.path("site/old.txt"))
        .unwrap();
    file.set_modified(hour_ago).unwrap();
    let server = serve(&folder);
    let proxy = proxy(&[]);
    let first = ask(&proxy, &get(server.tcp(), "/old.txt", ""));
    assert_eq!((parts(&first).0, parts(&first).2), (200, "old"));
    assert_eq!(cache_status(&first), "netlab; fwd=uri-miss; stored");
    let second = ask(&proxy, &get(server.tcp(), "/old.txt", ""));
    assert_eq!((parts(&second).0, parts(&second).2), (200, "old"));
    assert!(
        cache_status(&second).starts_with("netlab; hit; ttl="),
        "{second}"
    );
    assert!(field(parts(&second).1, "Age").is_some());
    let url = format!("http://{}/old.txt", server.tcp());
    let through = format!("http://{}", proxy.tcp());
    let output = run(&["http", "get", "--proxy", &through, "--json", &url]);
    let answer: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["body"], "old");
    // A part of it, and nothing of it, come from there too.
    let part = ask(
        &proxy,
        &get(server.tcp(), "/old.txt", "Range: bytes=1-1\r\n"),
    );
    assert_eq!((parts(&part).0, parts(&part).2), (206, "l"));
    let tag = field(parts(&second).1, "ETag").unwrap();
    let same = ask(
        &proxy,
        &get(
            server.tcp(),
            "/old.txt",
            &format!("If-None-Match: {tag}\r\n"),
        ),
    );
    assert_eq!((parts(&same).0, parts(&same).2), (304, ""));
    let head = get(server.tcp(), "/old.txt", "").replacen("GET", "HEAD", 1);
    let head = ask(&proxy, &head);
    assert_eq!((parts(&head).0, parts(&head).2), (200, ""));
    assert_eq!(field(parts(&head).1, "Content-Length"), Some("3"));
}

/// RFC 9111 §4.3: a 304 makes the stored response fresh again.
#[test]
fn stale_content_is_validated() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nETag: \"1\"\r\nX-A: old\r\nContent-Length: 3\r\n\r\none",
        "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\nX-A: new\r\nContent-Length: 99\r\n\r\n",
        "HTTP/1.1 200 OK\r\nETag: \"2\"\r\nContent-Length: 3\r\n\r\ntwo",
    ]);
    let proxy = proxy(&[]);
    ask(&proxy, &get(origin.address, "/", ""));
    assert!(!origin.request().contains("If-None-Match"));
    let confirmed = ask(&proxy, &get(origin.address, "/", ""));
    let (status, head, body) = parts(&confirmed);
    assert_eq!((status, body), (200, "one"));
    assert_eq!(field(head, "X-A"), Some("new"));
    assert_eq!(
        cache_status(&confirmed),
        "netlab; fwd=stale; fwd-status=304"
    );
    assert_eq!(field(&origin.request(), "If-None-Match"), Some("\"1\""));
    let fresh = ask(&proxy, &get(origin.address, "/", ""));
    assert!(cache_status(&fresh).starts_with("netlab; hit"), "{fresh}");
    let asked = ask(
        &proxy,
        &get(origin.address, "/", "Cache-Control: no-cache\r\n"),
    );
    assert_eq!(parts(&asked).2, "two");
    assert_eq!(cache_status(&asked), "netlab; fwd=request; stored");
}

/// RFC 9111 §4.3.3: a 304 that names no validator confirms what its request asked about.
#[test]
fn a_304_without_validators_confirms_what_is_stored() {
    for validator in [
        "ETag: \"1\"",
        "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
    ] {
        let origin = Scripted::new(&[
            &format!(
                "HTTP/1.1 200 OK\r\nCache-Control: no-cache\r\n{validator}\r\nContent-Length: 3\r\n\r\none"
            ),
            "HTTP/1.1 304 Not Modified\r\n\r\n",
        ]);
        let proxy = proxy(&[]);
        ask(&proxy, &get(origin.address, "/", ""));
        let confirmed = ask(&proxy, &get(origin.address, "/", ""));
        let (status, _, body) = parts(&confirmed);
        assert_eq!((status, body), (200, "one"), "{confirmed}");
    }
}

/// RFC 9111 §4.1, §3, §4.4, §5.2.1.7.
#[test]
fn the_cache_keeps_apart_what_must_be() {
    let varying = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\nContent-Length: 2\r\n\r\n{body}"
        )
    };
    let private =
        "HTTP/1.1 200 OK\r\nCache-Control: private, max-age=60\r\nContent-Length: 2\r\n\r\nmy";
    let done = "HTTP/1.1 204 No Content\r\n\r\n".to_owned();
    let answers = [
        varying("en"),
        varying("de"),
        private.into(),
        private.into(),
        done,
        varying("EN"),
    ];
    let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
    let origin = Scripted::new(&answers);
    let proxy = proxy(&[]);
    let language = |language: &str| {
        ask(
            &proxy,
            &get(
                origin.address,
                "/",
                &format!("Accept-Language: {language}\r\n"),
            ),
        )
    };
    assert_eq!(parts(&language("en")).2, "en");
    let german = language("de");
    assert_eq!(
        (parts(&german).2, cache_status(&german)),
        ("de", "netlab; fwd=vary-miss; stored")
    );
    for wanted in ["en", "de"] {
        let text = language(wanted);
        assert_eq!(parts(&text).2, wanted);
        assert!(cache_status(&text).starts_with("netlab; hit"), "{text}");
    }
    for _ in 0..2 {
        let text = ask(&proxy, &get(origin.address, "/mine", ""));
        assert_eq!(cache_status(&text), "netlab; fwd=uri-miss");
    }
    let missing = ask(
        &proxy,
        &get(origin.address, "/none", "Cache-Control: only-if-cached\r\n"),
    );
    assert_eq!(parts(&missing).0, 504);
    // What was changed is forgotten.
    let delete = get(origin.address, "/", "").replacen("GET", "DELETE", 1);
    assert_eq!(parts(&ask(&proxy, &delete)).0, 204);
    let text = language("en");
    assert_eq!(
        (parts(&text).2, cache_status(&text)),
        ("EN", "netlab; fwd=uri-miss; stored")
    );
}

/// RFC 9112 §7.1: chunks in, chunks out, but not the same ones.
#[test]
fn bodies_are_framed_anew_both_ways() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n\
                   5;x=y\r\nhello\r\n0\r\nX-T: 1\r\n\r\n";
    let origin = Scripted::new(&[chunked, "HTTP/1.0 200 OK\r\n\r\nuntil the end", OK]);
    let proxy = proxy(&["--cache", "0"]);
    let request = format!(
        "POST http://{0}/ HTTP/1.1\r\nHost: {0}\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n",
        origin.address
    );
    let request = request + &get(origin.address, "/", "");
    let text = ask(&proxy, &request);
    let answers: Vec<&str> = text.split("HTTP/1.1 ").skip(1).collect();
    assert_eq!(answers.len(), 2, "{text}");
    assert!(
        answers[0].ends_with("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        "{text}"
    );
    assert!(!answers[0].contains("Trailer"));
    assert!(answers[1].contains("Transfer-Encoding: chunked"));
    assert!(
        answers[1].contains("until the end") && answers[1].ends_with("\r\n0\r\n\r\n"),
        "{text}"
    );
    let sent = origin.request();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert_eq!(field(head, "Transfer-Encoding"), Some("chunked"));
    assert_eq!(field(head, "Content-Length"), None);
    assert!(
        !body.contains("a=b") && !body.contains("X: y") && body.ends_with("0\r\n\r\n"),
        "{body}"
    );
    origin.request();
    // HTTP/1.0 knows no chunks: the end of the connection ends the body.
    let origin = Scripted::new(&[chunked]);
    let old = format!("GET http://{}/ HTTP/1.0\r\n\r\n", origin.address);
    let text = ask(&proxy, &old);
    assert!(
        parts(&text).1.contains("Connection: close") && parts(&text).2 == "hello",
        "{text}"
    );
}

/// RFC 9112 §9.3.2, with an origin that closes between: order is kept, the origin's connection is used again.
#[test]
fn pipelined_requests_are_answered_in_order() {
    let answer = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let closing = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nb";
    let answers = [answer("a"), closing.to_owned(), answer("c"), answer("d")];
    let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
    let origin = Scripted::new(&answers);
    let proxy = proxy(&[]);
    let mut octets = String::new();
    for path in ["/1", "/2", "/3"] {
        octets += &format!(
            "GET http://{0}{path} HTTP/1.1\r\nHost: {0}\r\n\r\n",
            origin.address
        );
    }
    octets += &get(origin.address, "/4", "");
    let text = ask(&proxy, &octets);
    let bodies: String = text
        .split("HTTP/1.1 200 OK")
        .skip(1)
        .map(|answer| answer.split_once("\r\n\r\n").unwrap().1)
        .collect();
    assert_eq!(bodies, "abcd", "{text}");
    for path in ["/1", "/2", "/3", "/4"] {
        assert!(origin.request().starts_with(&format!("GET {path} ")));
    }
}

/// RFC 9112 §9.3.1: an origin may end a kept connection at any time; what can be repeated is, once.
#[test]
fn a_kept_connection_that_ended_is_replaced() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let origin = std::thread::spawn(move || {
        // Each says that it goes on, and then does not: at once, or when the next request is there.
        for waits_for_another in [false, true, false] {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            read_head(&mut stream);
            stream.write_all(OK.as_bytes()).unwrap();
            if waits_for_another {
                read_head(&mut stream);
            }
        }
    });
    let proxy = proxy(&["--cache", "0"]);
    for _ in 0..3 {
        assert_eq!(parts(&ask(&proxy, &get(at, "/", ""))).2, "ok");
    }
    origin.join().unwrap();
}

/// RFC 9110 §9.3.2, §15.3.5, §15.4.5: no body, whatever the fields say.
#[test]
fn answers_without_body_have_none() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: \"x\"\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        OK,
    ]);
    let proxy = proxy(&["--cache", "0"]);
    let target = format!("http://{0}/ HTTP/1.1\r\nHost: {0}\r\n", origin.address);
    let octets = format!(
        "HEAD {target}\r\nGET {target}If-None-Match: \"x\"\r\n\r\nPUT {target}Content-Length: 0\r\n\r\nGET {target}Connection: close\r\n\r\n"
    );
    let text = ask(&proxy, &octets);
    let answers: Vec<&str> = text.split("HTTP/1.1 ").skip(1).collect();
    assert_eq!(answers.len(), 4, "{text}");
    for (answer, status) in answers.iter().zip(["200", "304", "204", "200"]) {
        assert!(answer.starts_with(status), "{text}");
    }
    assert!(answers[0].contains("Content-Length: 1000") && answers[0].ends_with("\r\n\r\n"));
    assert!(answers[3].ends_with("\r\n\r\nok"));
}

/// RFC 9110 §9.3.6: what follows CONNECT is either a body or the tunnel's, so a head that claims a body opens none.
#[test]
fn connect_with_a_body_is_refused() {
    let origin = Scripted::new(&[OK]);
    let proxy = proxy(&["--allow-port", &origin.address.port().to_string()]);
    for framing in ["Content-Length: 3", "Transfer-Encoding: chunked"] {
        let request = format!(
            "CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n{framing}\r\n\r\nabc",
            origin.address
        );
        let text = ask(&proxy, &request);
        let (status, head, _) = parts(&text);
        assert_eq!(status, 400, "{text}");
        assert_eq!(field(head, "Connection"), Some("close"));
    }
}

/// RFC 9110 §15.3.6, §15.6.3: content behind 205 is the origin's mistake, not the client's.
#[test]
fn a_205_with_content_is_a_bad_gateway() {
    let origin = Scripted::new(&[
        "HTTP/1.1 205 Reset Content\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]);
    let proxy = proxy(&[]);
    let text = ask(&proxy, &get(origin.address, "/", ""));
    assert_eq!(parts(&text).0, 502, "{text}");
    let text = ask(&proxy, &get(origin.address, "/", ""));
    let (status, head, body) = parts(&text);
    assert_eq!((status, body), (205, ""), "{text}");
    assert_eq!(field(head, "Content-Length"), Some("0"));
}

/// RFC 9112 §11.2: what two readers could read in two ways never reaches an origin.
#[test]
fn smuggling_shapes_stop_at_the_proxy() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    origin.set_nonblocking(true).unwrap();
    let at = origin.local_addr().unwrap();
    let proxy = proxy(&[]);
    for (fields, body) in [
        (
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"),
        ("Content-Length: 4, 4\r\n", "abcd"),
        ("Content-Length: +4\r\n", "abcd"),
        ("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n",
        ),
        ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding:\x0bchunked\r\n", "0\r\n\r\n"),
        ("X: y\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "5 \r\nhello\r\n0\r\n\r\n"),
        (
            "Transfer-Encoding: chunked\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
        ),
        ("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "5\r\nhelloX\r\n0\r\n\r\n"),
        (
            "Transfer-Encoding: chunked\r\n",
            "0\r\nContent-Length: 5\r\n\r\n",
        ),
        ("Host: other.test\r\n", ""),
    ] {
        let request = format!(
            "POST http://{at}/ HTTP/1.1\r\nHost: {at}\r\n{fields}\r\n{body}GET http://{at}/smuggled HTTP/1.1\r\nHost: {at}\r\n\r\n"
        );
        let text = ask(&proxy, &request);
        let (status, head, _) = parts(&text);
        assert!(matches!(status, 400 | 501), "{fields}{body}: {text}");
        assert_eq!(field(head, "Connection"), Some("close"), "{fields}");
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    }
    assert!(origin.accept().is_err(), "something reached the origin");
}

/// What a client says in part is not taken for a whole request.
#[test]
fn a_client_that_vanishes_in_its_body_leaves_no_request_behind() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = origin.local_addr().unwrap();
    let proxy = proxy(&[]);
    let mut client = dial(proxy.tcp());
    let head = format!("POST http://{at}/ HTTP/1.1\r\nHost: {at}\r\nContent-Length: 100\r\n\r\n");
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(b"only a part").unwrap();
    let (mut stream, _) = origin.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    drop(client);
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.ends_with("only a part"), "{text}");
    // The proxy goes on.
    let other = Scripted::new(&[OK]);
    assert_eq!(parts(&ask(&proxy, &get(other.address, "/", ""))).2, "ok");
}

/// RFC 9112 §8: content that is cut is not made whole.
#[test]
fn an_origin_that_vanishes_in_its_body_shows() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 100\r\nConnection: close\r\n\r\npart",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\npart\r\n",
        OK,
    ]);
    let proxy = proxy(&[]);
    let cut = ask(&proxy, &get(origin.address, "/", ""));
    assert_eq!(parts(&cut).2, "part");
    assert_eq!(field(parts(&cut).1, "Content-Length"), Some("100"));
    let cut = ask(&proxy, &get(origin.address, "/", ""));
    assert!(
        parts(&cut).2.contains("part") && !cut.ends_with("0\r\n\r\n"),
        "{cut}"
    );
    // Neither was stored.
    assert_eq!(parts(&ask(&proxy, &get(origin.address, "/", ""))).2, "ok");
}

/// RFC 9110 §15.6.3, §15.6.5.
#[test]
fn failing_origins_have_their_status() {
    let proxy = proxy(&["--idle-timeout", "0.5"]);
    let closed = SocketAddr::from(([127, 0, 0, 1], closed_port()));
    let text = ask(&proxy, &get(closed, "/", ""));
    let (status, head, body) = parts(&text);
    assert_eq!(status, 502);
    assert_eq!(
        field(head, "Proxy-Status"),
        Some("netlab; error=connection_refused")
    );
    assert!(body.contains("connection refused"), "{body}");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let text = ask(&proxy, &get(silent.local_addr().unwrap(), "/", ""));
    assert_eq!(parts(&text).0, 504);
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\nX y: z\r\n\r\n",
        "HTTP/1.1 200",
        &"HTTP/1.1 102 Processing\r\n\r\n".repeat(1000),
    ] {
        let origin = Scripted::new(&[answer]);
        let text = ask(&proxy, &get(origin.address, "/", ""));
        let last = text
            .rsplit("HTTP/1.1 ")
            .find(|answer| !answer.starts_with("102"));
        assert!(
            last.is_some_and(|last| last.starts_with("502")),
            "{answer}: {text}"
        );
    }
    let text = ask(
        &proxy,
        "GET http://none.invalid/ HTTP/1.1\r\nHost: none.invalid\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(parts(&text).0, 502);
}

/// RFC 9111 §4.2.4.
#[test]
fn stale_content_serves_while_the_origin_is_away() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nContent-Length: 3\r\nConnection: close\r\n\r\nold",
    ]);
    let proxy = proxy(&[]);
    ask(&proxy, &get(origin.address, "/", ""));
    origin.request();
    let text = ask(&proxy, &get(origin.address, "/", ""));
    assert_eq!((parts(&text).0, parts(&text).2), (200, "old"), "{text}");
    assert_eq!(cache_status(&text), "netlab; fwd=stale");
}

#[test]
fn requests_that_are_not_for_a_proxy_are_refused_with_a_way_out() {
    let origin = Scripted::new(&[OK]);
    let proxy = proxy(&[]);
    let text = ask(
        &proxy,
        "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(parts(&text).0, 400);
    assert!(text.contains("set it as the proxy"), "{text}");
    for (target, status) in [
        ("https://a.test/", 501),
        ("ftp://a.test/", 501),
        ("http://user@a.test/", 400),
        ("http://user:pass@a.test/", 400),
        ("http:///x", 400),
    ] {
        let text = ask(
            &proxy,
            &format!("GET {target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"),
        );
        assert_eq!(parts(&text).0, status, "{target}: {text}");
    }
    // RFC 9110 §7.6.3: its own name in Via is a circle.
    let text = ask(
        &proxy,
        &get(origin.address, "/", "Cache-Control: no-store\r\n"),
    );
    let via = field(parts(&text).1, "Via").unwrap().to_owned();
    let text = ask(
        &proxy,
        &get(origin.address, "/", &format!("Via: 1.0 fred, {via}\r\n")),
    );
    assert_eq!(parts(&text).0, 508);
    let itself = get(proxy.tcp(), "/", "");
    assert_eq!(parts(&ask(&proxy, &itself)).0, 508);
    // RFC 9110 §7.6.2.
    let trace = get(origin.address, "/", "Max-Forwards: 0\r\n").replacen("GET", "TRACE", 1);
    assert_eq!(parts(&ask(&proxy, &trace)).0, 405);
}

/// A client that is not on this machine gets to no inner address: not directly, and not out of the cache.
#[test]
fn clients_elsewhere_do_not_reach_inner_addresses() {
    // The address that this machine has for others; nothing is sent.
    let outer = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket
            .connect("198.51.100.1:9")
            .and_then(|()| socket.local_addr())
    });
    let Some(outer) = outer.ok().filter(|address| !address.ip().is_loopback()) else {
        println!("skipped: this machine has no address but loopback");
        return;
    };
    let fresh = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok";
    let origin = Scripted::new(&[fresh]);
    let proxy = Server::start(&["proxy", "--listen", "0.0.0.0:0", "-q"], 1);
    let near = SocketAddr::from(([127, 0, 0, 1], proxy.tcp().port()));
    let far = SocketAddr::new(outer.ip(), proxy.tcp().port());
    let request = get(origin.address, "/", "");
    assert_eq!(parts(&converse(near, request.as_bytes())).0, 200);
    let text = converse(far, request.as_bytes());
    let (status, head, _) = parts(&text);
    assert_eq!(status, 403, "{text}");
    assert_eq!(
        field(head, "Proxy-Status"),
        Some("netlab; error=destination_ip_prohibited")
    );
    assert!(cache_status(&converse(near, request.as_bytes())).contains("hit"));
}

#[test]
fn blocked_places_get_403_with_the_rule() {
    let folder = Folder::new();
    fs::write(
        folder.path("rules"),
        "# mine\n*.ads.test\n\n127.0.0.1/private/ # not this\n",
    )
    .unwrap();
    let origin = Scripted::new(&[OK, OK]);
    let proxy = proxy(&[
        "--block",
        "bad.test",
        "--block-file",
        &folder.text("rules"),
        "--cache",
        "0",
    ]);
    for url in [
        "http://bad.test/",
        "http://BAD.test:81/x",
        "http://x.ads.test/",
    ] {
        let text = ask(
            &proxy,
            &format!("GET {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        );
        assert_eq!(parts(&text).0, 403, "{url}");
        assert!(text.contains("is blocked by the rule"), "{text}");
    }
    for (path, status) in [
        ("/private/x", 403),
        ("/%70rivate/x", 403),
        ("/a/../private/x", 403),
        ("/privat", 200),
    ] {
        assert_eq!(
            parts(&ask(&proxy, &get(origin.address, path, ""))).0,
            status,
            "{path}"
        );
    }
    let text = ask(
        &proxy,
        "CONNECT bad.test:443 HTTP/1.1\r\nHost: bad.test:443\r\n\r\n",
    );
    assert_eq!(parts(&text).0, 403);
    fs::write(folder.path("rules"), "fine.test\nno pattern\n").unwrap();
    let output = run(&[
        "proxy",
        "--listen",
        "127.0.0.1:0",
        "--block-file",
        &folder.text("rules"),
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("rules:2: 'no pattern' is not a pattern"),
        "{}",
        stderr(&output)
    );
}

/// RFC 9110 §9.3.6.
#[test]
fn tunnels_carry_anything_to_allowed_ports_only() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut octets = [0; 1024];
        while let Ok(count @ 1..) = stream.read(&mut octets) {
            let reversed: Vec<u8> = octets[..count].iter().rev().copied().collect();
            stream.write_all(&reversed).unwrap();
        }
    });
    let port = at.port().to_string();
    let proxy = proxy(&["--allow-port", &port]);
    let mut stream = dial(proxy.tcp());
    write!(stream, "CONNECT {at} HTTP/1.1\r\nHost: {at}\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(
        !head.contains("Content-Length") && !head.contains("Transfer-Encoding"),
        "{head}"
    );
    for text in [&b"\x00\xffGET"[..], b"again"] {
        stream.write_all(text).unwrap();
        let mut answer = vec![0; text.len()];
        reader.read_exact(&mut answer).unwrap();
        answer.reverse();
        assert_eq!(answer, text);
    }
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(reader.read(&mut [0]).unwrap(), 0);
    let other = closed_port();
    let text = ask(
        &proxy,
        &format!("CONNECT 127.0.0.1:{other} HTTP/1.1\r\nHost: 127.0.0.1:{other}\r\n\r\n"),
    );
    assert_eq!(parts(&text).0, 403);
    assert!(text.contains(&format!("--allow-port {other}")), "{text}");
}

/// RFC 9110 §15.2: each 1xx goes on at once; §10.1.1: the origin says whether it wants the body.
#[test]
fn interim_answers_and_expectations_go_through() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = origin.local_addr().unwrap();
    let proxy = proxy(&[]);
    let mut client = dial(proxy.tcp());
    write!(client, "PUT http://{at}/ HTTP/1.1\r\nHost: {at}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n").unwrap();
    let (mut stream, _) = origin.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = read_head(&mut stream);
    assert_eq!(field(&request, "Expect"), Some("100-continue"));
    stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    assert!(read_head(&mut client).starts_with("HTTP/1.1 100 "));
    client.write_all(b"body").unwrap();
    let mut body = [0; 4];
    stream.read_exact(&mut body).unwrap();
    assert_eq!(&body, b"body");
    stream
        .write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        .unwrap();
    assert!(read_head(&mut client).contains("Link: </x>"));
    stream
        .write_all(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    assert!(read_head(&mut client).starts_with("HTTP/1.1 417 "));
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut octet = [0];
    while !text.ends_with("\r\n\r\n") {
        stream.read_exact(&mut octet).unwrap();
        text.push(char::from(octet[0]));
    }
    text
}

/// Neither side waits for the other: an origin that answers while it reads gets all, and so does the client.
#[test]
fn long_bodies_stream_both_ways_at_once() {
    const OCTETS: usize = 4_000_000;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_head(&mut stream);
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {OCTETS}\r\n\r\n"
        )
        .unwrap();
        let mut octets = vec![0; 65536];
        let mut left = OCTETS;
        while left > 0 {
            let count = stream.read(&mut octets).unwrap();
            assert!(count > 0);
            stream.write_all(&octets[..count]).unwrap();
            left -= count;
        }
    });
    let proxy = proxy(&[]);
    let mut stream = dial(proxy.tcp());
    write!(stream, "POST http://{at}/ HTTP/1.1\r\nHost: {at}\r\nContent-Length: {OCTETS}\r\nConnection: close\r\n\r\n").unwrap();
    let content: Vec<u8> = (0..OCTETS)
        .map(|number| u8::try_from(number % 253).unwrap())
        .collect();
    let mut writer = stream.try_clone().unwrap();
    let sent = content.clone();
    let writing = std::thread::spawn(move || writer.write_all(&sent).unwrap());
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    writing.join().unwrap();
    assert!(answer.ends_with(&content));
}

/// An origin that answers before it has read everything is heard, and the proxy does not wait for the rest.
#[test]
fn an_early_answer_is_passed_on() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = origin.local_addr().unwrap();
    let proxy = proxy(&[]);
    let mut client = dial(proxy.tcp());
    write!(
        client,
        "POST http://{at}/ HTTP/1.1\r\nHost: {at}\r\nContent-Length: 1000000\r\n\r\nx"
    )
    .unwrap();
    let (mut stream, _) = origin.accept().unwrap();
    read_head(&mut stream);
    stream
        .write_all(
            b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        )
        .unwrap();
    assert!(read_head(&mut client).starts_with("HTTP/1.1 413 "));
}

#[test]
fn hostile_and_silent_clients_stop_nobody() {
    let proxy = proxy(&[]);
    let silent: Vec<_> = (0..20).map(|_| dial(proxy.tcp())).collect();
    for octets in [
        &b"\x16\x03\x01\x02\x00\x01"[..],
        b"\xff\xff\xff",
        b"GET http://127.0.0.1:1/",
        b"\r\n\r\n\r\n",
    ] {
        let mut stream = dial(proxy.tcp());
        stream.write_all(octets).unwrap();
    }
    let origin = Scripted::new(&[OK]);
    assert_eq!(parts(&ask(&proxy, &get(origin.address, "/", ""))).2, "ok");
    drop(silent);
}

#[test]
fn curl_is_content() {
    if std::process::Command::new("curl")
        .arg("-V")
        .output()
        .is_err()
    {
        println!("skipped: there is no curl");
        return;
    }
    let folder = Folder::site();
    let server = serve(&folder);
    let port = server.tcp().port().to_string();
    let proxy = proxy(&["--allow-port", &port]);
    let url = format!("http://{}/a.txt", server.tcp());
    let through = format!("http://{}", proxy.tcp());
    for more in [
        &[][..],
        &["--proxytunnel"],
        &["-0"],
        &["-r", "0-9"],
        &[&url],
    ] {
        let output = std::process::Command::new("curl")
            .args(["-s", "--noproxy", "", "--max-time", "30", "-x", &through])
            .args(more)
            .arg(&url)
            .output()
            .unwrap();
        let times = if more == [&url] { 2 } else { 1 };
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "0123456789".repeat(times),
            "{more:?}"
        );
    }
}
