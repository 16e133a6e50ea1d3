//! Limits of heads, and the heads of responses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

mod verdicts;

use self::verdicts::{accept, accept_octets, refuse, refuse_with};
use wire_http::{
    Decoded, Error, ErrorKind, Framing, Limits, Method, RequestHead, ResponseHead, Version,
};

fn answer(input: &[u8], method: Method<'_>) -> Result<Framing, Error> {
    ResponseHead::decode(input, method).map(|decoded| match decoded {
        Decoded::Complete { value, .. } => value.framing(),
        Decoded::Incomplete => panic!("incomplete: {}", input.escape_ascii()),
    })
}

// ---- Limits ----

#[test]
fn a_long_start_line_is_answered_414_before_it_ends() {
    let limits = Limits::new();
    let line = |octets: usize| format!("GET /{} HTTP/1.1", "a".repeat(octets - 14));
    let whole = |octets| format!("{}\r\nHost: a\r\n\r\n", line(octets));
    assert!(
        RequestHead::decode(whole(limits.start_line).as_bytes())
            .unwrap()
            .complete()
            .is_some()
    );
    let error = refuse(&whole(limits.start_line + 1));
    assert_eq!(
        (
            error.kind().name(),
            error.offset(),
            error.suggested_status().code()
        ),
        ("start-line-too-long", 8192, 414)
    );
    assert_eq!(refuse(&line(limits.start_line + 3)), error);
}

/// RFC 9112 §3: 501 for a method longer than any implemented; 414 is for a long request-target, and none has begun.
#[test]
fn a_long_method_is_answered_501_before_it_ends() {
    let limits = Limits::new();
    for octets in [limits.start_line + 3, 100_000] {
        let error = refuse(&format!("{} / HTTP/1.1\r\n", "A".repeat(octets)));
        assert_eq!(
            (
                error.kind().name(),
                error.offset(),
                error.suggested_status().code(),
                error.reference()
            ),
            ("method-too-long", 8192, 501, "RFC 9112 section 3")
        );
        assert_eq!(refuse(&"A".repeat(octets)), error);
    }
    // An octet that no method has is refused first.
    assert_eq!(
        refuse(&format!("A\u{1}{}", "A".repeat(100_000)))
            .kind()
            .name(),
        "method"
    );
}

#[test]
fn a_large_head_is_answered_431_before_it_ends() {
    let large = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", "x".repeat(70_000));
    let error = refuse(&large);
    assert_eq!(
        (
            error.kind().name(),
            error.offset(),
            error.suggested_status().code()
        ),
        ("head-too-long", 65_536, 431)
    );
    let mut exact = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX: {}",
        "x".repeat(65_536 - 28 - 4)
    );
    exact.push_str("\r\n\r\n");
    assert_eq!(exact.len(), 65_536);
    assert!(
        RequestHead::decode(exact.as_bytes())
            .unwrap()
            .complete()
            .is_some()
    );
    exact.insert(30, 'x');
    assert_eq!(refuse(&exact), error);
}

#[test]
fn many_field_lines_are_answered_431_and_may_be_allowed() {
    let with = |count: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "X: y\r\n".repeat(count - 1)
        )
    };
    assert_eq!(accept(&with(64)).fields().len(), 64);
    let error = refuse(&with(65));
    assert_eq!(
        (
            error.kind().name(),
            error.offset(),
            error.suggested_status().code()
        ),
        ("too-many-field-lines", 25 + 63 * 6, 431)
    );
    let mut limits = Limits::new();
    limits.field_lines = 200;
    let input = with(200);
    let (head, len) = RequestHead::decode_with(input.as_bytes(), &limits)
        .unwrap()
        .complete()
        .unwrap();
    assert_eq!((head.fields().len(), len), (200, input.len()));
    assert_eq!(head.fields().iter().last().unwrap().value(), "y");
    assert_eq!(head.host().unwrap().as_str(), "a");
    limits.field_lines = 1;
    assert_eq!(
        refuse_with(with(2).as_bytes(), &limits).kind(),
        &ErrorKind::TooManyFieldLines { max: 1 }
    );
}

/// RFC 9112 §6.3: what decides the framing does so in any line, be it the last of many.
#[test]
fn the_last_of_many_lines_counts_as_the_first() {
    let many = "X: y\r\n".repeat(60);
    let with = |line: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{many}{line}\r\n");
    for (line, framing) in [
        ("Content-Length: 5\r\n", Framing::ContentLength(5)),
        ("Transfer-Encoding: chunked\r\n", Framing::Chunked),
    ] {
        let input = with(line);
        assert_eq!(accept(&input).framing(), framing);
    }
    assert!(!accept(&with("Connection: close\r\n")).persists());
    for (line, name) in [
        ("Host: b\r\n", "host-repeated"),
        (
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "content-length-repeated",
        ),
        ("A: b\nC: d\r\n", "bare-line-feed"),
    ] {
        assert_eq!(refuse(&with(line)).kind().name(), name, "{line:?}");
    }
}

/// Where a line starts fits in 16 bits by default, and not where the caller allows more.
#[test]
fn a_head_beyond_65536_octets_is_read_where_it_is_allowed() {
    let mut limits = Limits::new();
    limits.head = 200_000;
    let line = |name: &str, octets: usize| format!("{name}: {}\r\n", "x".repeat(octets));
    let long = line("A", 40_000) + &line("B", 40_000);
    let input = format!("GET / HTTP/1.1\r\n{long}Host: a\r\nC: last\r\n\r\n");
    let (head, len) = RequestHead::decode_with(input.as_bytes(), &limits)
        .unwrap()
        .complete()
        .unwrap();
    assert_eq!(len, input.len());
    assert_eq!(head.host().unwrap().as_str(), "a");
    assert_eq!(head.fields().get("c").unwrap(), "last");
    let names: Vec<_> = head
        .fields()
        .iter()
        .map(|line| line.name().as_str())
        .collect();
    assert_eq!(names, ["A", "B", "Host", "C"]);
}

// ---- RFC 9112 §4: responses ----

#[test]
fn status_lines_keep_their_grammar_rfc_9112_4() {
    let ok = |line: &str| {
        answer(
            format!("{line}\r\nContent-Length: 0\r\n\r\n").as_bytes(),
            Method::GET,
        )
    };
    for line in [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 ",
        "HTTP/1.0 404 Not  Found\t!",
        "HTTP/1.1 999 x",
        "HTTP/1.1 100 Continue",
    ] {
        assert!(ok(line).is_ok(), "{line:?}");
    }
    for (line, name, offset) in [
        ("HTTP/1.1 200", "reason", 12),
        ("HTTP/1.1 20 OK", "status-code", 11),
        ("HTTP/1.1 2000 OK", "reason", 12),
        ("HTTP/1.1 2x0 OK", "status-code", 10),
        ("HTTP/1.1  200 OK", "status-code", 9),
        ("HTTP/1.1 099 OK", "status-code", 9),
        ("HTTP/1.1 +20 OK", "status-code", 9),
        ("HTTP/1.1\t200 OK", "version", 8),
        ("HTTP/1.1", "version", 8),
        (" HTTP/1.1 200 OK", "version", 0),
        ("ICY 200 OK", "version", 0),
        ("http/1.1 200 OK", "version", 0),
        ("HTTP/1.12 200 OK", "version", 8),
        ("HTTP/2.0 200 OK", "version-unsupported", 8),
        ("HTTP/1.1 200 O\0K", "reason", 14),
        ("HTTP/1.1 200 O\rK", "bare-carriage-return", 14),
        ("HTTP/1.1 200 OK\n", "bare-line-feed", 15),
        ("\r\nHTTP/1.1 200 OK", "version", 0),
        ("\r\n\r\nHTTP/1.1 200 OK", "version", 0),
    ] {
        let error = ok(line).unwrap_err();
        assert_eq!(
            (error.kind().name(), error.offset()),
            (name, offset),
            "{line:?}"
        );
    }
}

#[test]
fn the_parts_of_a_response_are_named() {
    let input = b"HTTP/1.0 299 caf\xe9 au lait\r\nA: b\r\n\r\n";
    let (head, len) = ResponseHead::decode(input, Method::GET)
        .unwrap()
        .complete()
        .unwrap();
    assert_eq!(len, input.len());
    assert_eq!(
        (head.version(), head.status().code(), head.reason()),
        (Version::Http10, 299, &b"caf\xe9 au lait"[..])
    );
    assert_eq!(&input[head.reason_range()], head.reason());
    assert_eq!(&input[head.status_range()], b"299");
    assert_eq!(&input[head.version_range()], b"HTTP/1.0");
    assert_eq!(head.framing(), Framing::UntilClose);
    assert!(!head.persists());
}

#[test]
fn lenient_responses_may_end_lines_with_lf_alone() {
    let mut limits = Limits::new();
    for input in [
        "HTTP/1.1 200 OK\nContent-Length: 3\nX: y \t\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\nX: y\r\n\n",
        "HTTP/1.1 200\r\nContent-Length: 3\r\nX: y\r\n\r\n",
        "HTTP/1.1 200\nContent-Length: 3\nX: y\n\r\n",
    ] {
        assert!(
            ResponseHead::decode_with(input.as_bytes(), Method::GET, &limits).is_err(),
            "{input:?}"
        );
        limits.lenient_response = true;
        let decoded = ResponseHead::decode_with(input.as_bytes(), Method::GET, &limits);
        let (head, len) = decoded.unwrap().complete().unwrap();
        assert_eq!(
            (head.framing(), len),
            (Framing::ContentLength(3), input.len()),
            "{input:?}"
        );
        assert_eq!(head.fields().get("x").unwrap(), "y");
        limits.lenient_response = false;
    }
    limits.lenient_response = true;
    for input in [
        "HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\n c\n\n",
        "HTTP/1.1 200 OK\rA: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        assert!(
            ResponseHead::decode_with(input.as_bytes(), Method::GET, &limits).is_err(),
            "{input:?}"
        );
    }
    assert!(
        RequestHead::decode_with(b"GET / HTTP/1.1\nHost: a\n\n", &limits).is_err(),
        "requests are never lenient"
    );
}

#[test]
fn every_octet_short_is_incomplete_and_not_wrong() {
    let request = b"\r\nPOST /%41 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
    for end in 0..request.len() {
        assert_eq!(
            RequestHead::decode(&request[..end]),
            Ok(Decoded::Incomplete),
            "{end}"
        );
    }
    for end in 0..response.len() {
        assert_eq!(
            ResponseHead::decode(&response[..end], Method::GET),
            Ok(Decoded::Incomplete),
            "{end}"
        );
    }
    assert_eq!(accept_octets(request).framing(), Framing::ContentLength(3));
}
