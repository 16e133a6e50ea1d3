//! `netlab proxy`, between raw clients and scripted origins.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener};

use crate::harness::{PATIENCE, Server, closed_port, dial, has_curl, run, stderr};
use crate::http::{Folder, converse, field, parts, serve};
use crate::http_get::Scripted;
use crate::proxy_bodies::read_head;

pub(crate) fn proxy(more: &[&str]) -> Server {
    let mut args = vec!["proxy", "--listen", "127.0.0.1:0"];
    args.extend(more);
    Server::start(&args, 1)
}

/// A GET in absolute-form, after which the connection ends.
pub(crate) fn get(origin: SocketAddr, path: &str, fields: &str) -> String {
    format!(
        "GET http://{origin}{path} HTTP/1.1\r\nHost: {origin}\r\nConnection: close\r\n{fields}\r\n"
    )
}

pub(crate) fn ask(proxy: &Server, request: &str) -> String {
    converse(proxy.tcp(), request.as_bytes())
}

pub(crate) fn cache_status(text: &str) -> &str {
    field(parts(text).1, "Cache-Status").unwrap_or_default()
}

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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

/// Browsers do not encode all that RFC 3986 §3.4 would have them encode (WHATWG URL, query percent-encode set), and RFC 9110 §7.6
/// wants path and query passed on as they came.
#[test]
fn what_browsers_leave_unencoded_is_passed_on_as_it_came() {
    let origin = Scripted::new(&[OK]);
    let proxy = proxy(&[]);
    let target = "/a[1]|{}^`?filter[name]=x&sure=100%&y={1|2}\\^`";
    let text = ask(&proxy, &get(origin.address, target, ""));
    assert_eq!(parts(&text).0, 200, "{text}");
    let request = origin.request();
    assert!(
        request.starts_with(&format!("GET {target} HTTP/1.1\r\n")),
        "{request}"
    );
    for target in ["/<", "/\"", "/\u{e4}", "/#a", "/\u{7f}"] {
        let text = ask(&proxy, &get(origin.address, target, ""));
        assert_eq!(parts(&text).0, 400, "{target}: {text}");
    }
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
    // RFC 9211 §2: not in what was not made from something stored.
    assert_eq!(field(head, "Cache-Status"), None);
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
        "GET http://none..invalid/ HTTP/1.1\r\nHost: none..invalid\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(parts(&text).0, 502);
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

/// RFC 9110 §9.3.7: `*` is whoever receives it, which here is the proxy.
#[test]
fn options_for_the_proxy_itself_are_answered() {
    let proxy = proxy(&[]);
    let text = ask(
        &proxy,
        "OPTIONS * HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
    );
    let (status, head, _) = parts(&text);
    assert_eq!(status, 204);
    assert!(field(head, "Allow").is_some_and(|allow| allow.contains("CONNECT")));
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
    if !has_curl() {
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
