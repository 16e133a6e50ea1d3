//! Bodies through `netlab proxy`, and those who vanish in the middle of one.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use crate::harness::{PATIENCE, closed_port, dial};
use crate::http::{field, parts};
use crate::http_get::Scripted;
use crate::proxy::{OK, ask, get, proxy};

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

/// RFC 9110 §10.1.1, RFC 9112 §9.6: whether the client sends the body after a final answer is its own choice, so the answer is the
/// last of its connection and says so.
#[test]
fn an_answer_that_comes_in_place_of_100_is_the_last() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = origin.local_addr().unwrap();
    let closed = SocketAddr::from(([127, 0, 0, 1], closed_port()));
    let proxy = proxy(&["--block", "blocked.test"]);
    for (at, expected) in [
        (open.to_string(), 413),
        (closed.to_string(), 502),
        ("blocked.test".to_owned(), 403),
    ] {
        let request = format!(
            "PUT http://{at}/ HTTP/1.1\r\nHost: {at}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        );
        let mut client = dial(proxy.tcp());
        client.write_all(request.as_bytes()).unwrap();
        if expected == 413 {
            let (mut stream, _) = origin.accept().unwrap();
            read_head(&mut stream);
            let answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
        }
        let head = read_head(&mut client);
        assert!(head.starts_with(&format!("HTTP/1.1 {expected} ")), "{head}");
        assert_eq!(field(&head, "Connection"), Some("close"), "{head}");
    }
}

pub(crate) fn read_head(stream: &mut TcpStream) -> String {
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

/// What a slow origin has sent is passed on while it thinks: a head without content, a chunk of which the end has come, and
/// what was answered to requests before.
#[test]
fn a_slow_origin_is_heard_as_it_speaks() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = origin.local_addr().unwrap();
    let proxy = proxy(&[]);
    let mut client = dial(proxy.tcp());
    let request = |path| format!("GET http://{at}{path} HTTP/1.1\r\nHost: {at}\r\n\r\n");
    let requests = request("/first") + &request("/second");
    client.write_all(requests.as_bytes()).unwrap();
    let (mut stream, _) = origin.accept().unwrap();
    read_head(&mut stream);
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head).unwrap();
    read_head(&mut client);
    for text in ["5\r\nhello\r\n", "7\r\n world!\r\n", "0\r\n\r\n"] {
        stream.write_all(text.as_bytes()).unwrap();
        let mut octets = vec![0; text.len()];
        client.read_exact(&mut octets).unwrap();
        assert_eq!(String::from_utf8(octets).unwrap(), text);
    }
}

/// What a client says while its request is with the origin waits, and so does that it has ended its side (RFC 9112 §9.6).
#[test]
fn a_client_may_go_on_and_end_while_a_slow_origin_thinks() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = origin.local_addr().unwrap();
    // So long that its end would be noticed.
    let proxy = proxy(&["--cache", "0", "--idle-timeout", "600"]);
    let mut client = dial(proxy.tcp());
    let request = |path| format!("GET http://{at}{path} HTTP/1.1\r\nHost: {at}\r\n\r\n");
    let answer = |text| format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{text}");
    client.write_all(request("/a").as_bytes()).unwrap();
    let (mut stream, _) = origin.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(read_head(&mut stream).starts_with("GET /a "));
    stream.write_all(answer("a").as_bytes()).unwrap();
    assert!(read_head(&mut client).ends_with("\r\n\r\n"));
    client.read_exact(&mut [0]).unwrap();
    // From here on the proxy knows the client as one that is kept.
    client.write_all(request("/b").as_bytes()).unwrap();
    assert!(read_head(&mut stream).starts_with("GET /b "));
    client.write_all(request("/c").as_bytes()).unwrap();
    stream.write_all(answer("b").as_bytes()).unwrap();
    assert!(read_head(&mut stream).starts_with("GET /c "));
    client.shutdown(Shutdown::Write).unwrap();
    stream.write_all(answer("c").as_bytes()).unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    let bodies: Vec<&str> = rest
        .match_indices("\r\n\r\n")
        .filter_map(|(at, _)| rest.get(at + 4..at + 5))
        .collect();
    assert_eq!(bodies, ["b", "c"]);
}

/// Waiting for an origin costs a connection on either side, and no thread.
#[cfg(target_os = "linux")]
#[test]
fn many_clients_wait_for_a_slow_origin() {
    const CLIENTS: usize = 300;
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = origin.local_addr().unwrap();
    let proxy = proxy(&["--cache", "0"]);
    let before = proxy.threads();
    let mut waiting = Vec::new();
    for _ in 0..CLIENTS {
        let mut client = dial(proxy.tcp());
        let request = format!("GET http://{at}/ HTTP/1.1\r\nHost: {at}\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        let (mut stream, _) = origin.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        read_head(&mut stream);
        waiting.push((client, stream));
    }
    // Those that connected last may be there still.
    let more = proxy.threads().saturating_sub(before);
    assert!(more < CLIENTS / 4, "{more} threads more");
    for (client, stream) in waiting.iter_mut().rev() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        stream.write_all(answer.as_bytes()).unwrap();
        assert!(read_head(client).starts_with("HTTP/1.1 200 "));
    }
}
