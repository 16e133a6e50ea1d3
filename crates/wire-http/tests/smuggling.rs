//! One named test for each attack that two parties once read in two ways. The source stands in the comment.
//!
//! Each input holds a second request that a lenient reader would find; this crate must find none.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use wire_http::{BodyEvent, Decoded, HeadScanner, Limits, Method, RequestHead, ResponseHead};

/// The targets of all requests in `input`, read as a server does, and how reading ended.
fn requests(input: &[u8]) -> (Vec<String>, &'static str) {
    let limits = Limits::new();
    let (mut targets, mut used) = (Vec::new(), 0);
    while used < input.len() {
        let (head, len) = match HeadScanner::new().request(&input[used..]) {
            Ok(Decoded::Complete { value, len }) => (value, len),
            Ok(Decoded::Incomplete) => return (targets, "incomplete"),
            Err(error) => return (targets, error.kind().name()),
        };
        targets.push(head.target_text().to_owned());
        used += len;
        let mut body = head.body(&limits);
        loop {
            match body.decode(&input[used..]) {
                Err(error) => return (targets, error.kind().name()),
                Ok(step) => {
                    used += step.consumed;
                    match step.event {
                        BodyEvent::NeedMore => return (targets, "incomplete"),
                        BodyEvent::End => break,
                        BodyEvent::Data(_) | BodyEvent::Trailers(_) => {}
                    }
                }
            }
        }
        if !head.persists() {
            return (targets, "closed");
        }
    }
    (targets, "end")
}

/// A POST to `/first` with these lines and octets after the head.
fn post(lines: &str, rest: &str) -> (Vec<String>, &'static str) {
    requests(format!("POST /first HTTP/1.1\r\nHost: a\r\n{lines}\r\n{rest}").as_bytes())
}

const SECOND: &str = "GET /second HTTP/1.1\r\nHost: a\r\n\r\n";

#[track_caller]
fn assert_refused(lines: &str, rest: &str, kind: &str) {
    let (targets, end) = post(lines, rest);
    assert!(targets.len() <= 1, "{targets:?}");
    assert_eq!(end, kind, "{lines:?} {rest:?}");
}

#[test]
fn pipelined_requests_are_read_one_after_the_other() {
    let (targets, end) = post("Content-Length: 3\r\n", &format!("abc{SECOND}"));
    assert_eq!(
        (targets, end),
        (vec!["/first".to_owned(), "/second".to_owned()], "end")
    );
    let (targets, end) = post(
        "Transfer-Encoding: chunked\r\n",
        &format!("3\r\nabc\r\n0\r\n\r\n{SECOND}"),
    );
    assert_eq!((targets.len(), end), (2, "end"));
    // hyper RUSTSEC-2020-0008, async-h1 RUSTSEC-2020-0093: the body of a GET is a body.
    let input = format!(
        "GET /first HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{SECOND}",
        SECOND.len()
    );
    assert_eq!(
        requests(input.as_bytes()),
        (vec!["/first".to_owned()], "end")
    );
}

#[test]
fn cl_te_and_te_cl() {
    // Watchfire 2005; CVE-2025-… of every year since. tinyproxy#609 forwarded both.
    let rest = format!("0\r\n\r\n{SECOND}");
    assert_refused(
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        &rest,
        "framing-conflict",
    );
    assert_refused(
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        &rest,
        "framing-conflict",
    );
}

#[test]
fn content_length_twice() {
    for second in ["0", "5"] {
        assert_refused(
            &format!("Content-Length: 5\r\nContent-Length: {second}\r\n"),
            SECOND,
            "content-length-repeated",
        );
    }
    assert_refused("Content-Length: 5, 5\r\n", SECOND, "content-length-invalid");
}

#[test]
fn content_length_with_a_sign() {
    // hyper RUSTSEC-2021-0078, Go and others: "+5".parse() is Ok(5).
    assert_refused("Content-Length: +5\r\n", SECOND, "content-length-invalid");
    assert_refused("Content-Length: -5\r\n", SECOND, "content-length-invalid");
}

#[test]
fn content_length_over_64_bits() {
    // HAProxy CVE-2021-40346 was an overflow of another length; the arithmetic is the trap.
    assert_refused(
        "Content-Length: 18446744073709551617\r\n",
        SECOND,
        "content-length-overflow",
    );
}

#[test]
fn empty_content_length() {
    // HAProxy CVE-2023-40225.
    assert_refused("Content-Length:\r\n", SECOND, "content-length-invalid");
}

#[test]
fn empty_field_name() {
    // HAProxy CVE-2023-25725.
    assert_refused(": x\r\nContent-Length: 5\r\n", SECOND, "field-name-empty");
}

#[test]
fn obscured_transfer_encoding() {
    // tiny_http RUSTSEC-2020-0031 (space before the colon), tinyproxy CVE-2026-54387 (`chunked,`), sozu#726 (`chunked` and a
    // tab, which is optional whitespace), Portswigger's list of obfuscations.
    let chunks = format!("0\r\n\r\n{SECOND}");
    for (line, kind) in [
        ("Transfer-Encoding : chunked", "space-before-colon"),
        ("Transfer-Encoding\t: chunked", "space-before-colon"),
        (" Transfer-Encoding: chunked", "line-folding"),
        ("X: y\n Transfer-Encoding: chunked", "bare-line-feed"),
        ("X: y\nTransfer-Encoding: chunked", "bare-line-feed"),
        ("X: y\rTransfer-Encoding: chunked", "bare-carriage-return"),
        ("Transfer-Encoding: xchunked", "chunked-not-final"),
        ("Transfer-Encoding: chunked,", "transfer-encoding-invalid"),
        ("Transfer-Encoding: \u{b}chunked", "field-value"),
        ("Transfer-Encoding: chunked\u{c}", "field-value"),
        ("Transfer-Encoding: \0chunked", "field-value"),
        (
            "Transfer-Encoding: chunked\u{a0}",
            "transfer-encoding-invalid",
        ),
        ("Transfer-Encoding: 'chunked'", "chunked-not-final"),
        ("Transfer-Encoding:\r\n chunked", "line-folding"),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "transfer-encoding-repeated",
        ),
        (
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            "transfer-encoding-repeated",
        ),
        ("Transfer-\0Encoding: chunked", "field-name"),
        ("Transfer-Encoding", "colon-missing"),
    ] {
        assert_refused(&format!("X-First: 1\r\n{line}\r\n"), &chunks, kind);
    }
    // A tab after the value is whitespace, and the coding counts.
    assert_eq!(post("Transfer-Encoding: chunked\t\r\n", &chunks).0.len(), 2);
}

#[test]
fn several_transfer_encodings() {
    // hyper RUSTSEC-2021-0020: only the last of several lines was looked at.
    assert_refused(
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n",
        SECOND,
        "transfer-encoding-repeated",
    );
}

#[test]
fn transfer_encoding_in_http_1_0() {
    // pingora RUSTSEC-2026-0034.
    let input = format!(
        "POST /first HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n{SECOND}"
    );
    assert_eq!(
        requests(input.as_bytes()),
        (vec![], "transfer-encoding-in-http10")
    );
}

#[test]
fn chunk_sizes_that_are_none() {
    // httparse::parse_chunk_size gives 0 for an empty line; tiny_http took a plus sign; Node an underscore.
    let te = "Transfer-Encoding: chunked\r\n";
    for (chunk, kind) in [
        ("\r\n\r\n", "chunk-size"),
        (";a\r\n\r\n", "chunk-size"),
        ("+0\r\n\r\n", "chunk-size"),
        ("-0\r\n\r\n", "chunk-size"),
        ("0x0\r\n\r\n", "chunk-size"),
        ("0_0\r\n\r\n", "chunk-size"),
        (" 0\r\n\r\n", "chunk-size"),
        ("0 \r\n\r\n", "chunk-size"),
        ("g\r\n\r\n", "chunk-size"),
    ] {
        assert_refused(te, &format!("{chunk}{SECOND}"), kind);
    }
}

#[test]
fn chunk_size_overflow() {
    // hyper RUSTSEC-2021-0079.
    assert_refused(
        "Transfer-Encoding: chunked\r\n",
        "f0000000000000003\r\nabc\r\n0\r\n\r\n",
        "chunk-size-overflow",
    );
}

#[test]
fn line_feeds_in_chunk_lines() {
    // Go CVE-2025-22871 (LF ends the size), Kestrel CVE-2025-55315 and netty CVE-2025-58056 (LF in an extension), the TERM.EXT
    // and EXT.TERM findings of 2025.
    let te = "Transfer-Encoding: chunked\r\n";
    assert_refused(te, &format!("0\n\r\n{SECOND}"), "chunk-size");
    assert_refused(te, &format!("0;a\nX\r\n\r\n{SECOND}"), "bare-line-feed");
    assert_refused(te, &format!("0;\n{SECOND}"), "bare-line-feed");
    assert_refused(te, &format!("0;a=\"\n\"\r\n\r\n{SECOND}"), "bare-line-feed");
    assert_refused(
        te,
        &format!("0;a\rX\r\n\r\n{SECOND}"),
        "bare-carriage-return",
    );
    assert_refused(te, &format!("0\r\n\n{SECOND}"), "bare-line-feed");
}

#[test]
fn two_octets_after_chunk_data() {
    // h11 CVE-2025-43859: any two octets were taken for CRLF. SPILL of 2025: more data than the size says.
    let te = "Transfer-Encoding: chunked\r\n";
    assert_refused(te, &format!("1\r\naXX0\r\n\r\n{SECOND}"), "chunk-data-end");
    assert_refused(
        te,
        &format!("1\r\na\n\n0\r\n\r\n{SECOND}"),
        "chunk-data-end",
    );
    assert_refused(
        te,
        &format!("1\r\nab\r\n0\r\n\r\n{SECOND}"),
        "chunk-data-end",
    );
}

#[test]
fn extensions_without_end() {
    // Go CVE-2023-39326: one octet of data under kilobytes of extension, over and over.
    let te = "Transfer-Encoding: chunked\r\n";
    assert_refused(
        te,
        &format!("1;{}\r\n", "a".repeat(300)),
        "chunk-extension-line-too-long",
    );
    let chunk = format!("1;{}\r\nx\r\n", "a".repeat(200));
    assert_refused(te, &chunk.repeat(30), "chunk-extensions-too-long");
}

#[test]
fn trailers_that_would_rewrite_the_head() {
    let te = "Transfer-Encoding: chunked\r\n";
    for name in [
        "Content-Length",
        "Transfer-Encoding",
        "Host",
        "Authorization",
        "Cookie",
        "Connection",
        "X-Forwarded-For",
    ] {
        assert_refused(
            te,
            &format!("0\r\n{name}: 1\r\n\r\n{SECOND}"),
            "trailer-forbidden",
        );
    }
    assert_refused(
        te,
        &format!("0\r\nA : 1\r\n\r\n{SECOND}"),
        "space-before-colon",
    );
    assert_refused(
        te,
        &format!("0\r\n{}\r\n", "A: b\r\n".repeat(17)),
        "too-many-trailer-lines",
    );
    assert_refused(
        te,
        &format!("0\r\nA: {}", "b".repeat(9000)),
        "trailers-too-long",
    );
}

#[test]
fn requests_without_a_version() {
    // llhttp#877: a versionless line that ends with LF.
    assert_eq!(
        requests(b"GET /\n\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n"),
        (vec![], "version")
    );
    assert_eq!(
        requests(b"GET /\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n"),
        (vec![], "version")
    );
}

#[test]
fn octets_after_close_are_no_request() {
    let input = format!("GET /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n{SECOND}");
    assert_eq!(
        requests(input.as_bytes()),
        (vec!["/first".to_owned()], "closed")
    );
}

#[test]
fn a_response_to_head_is_over_after_its_head() {
    // pingora CVE-2025-4366, and every client that waits for the body of a HEAD.
    let input = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let (head, len) = ResponseHead::decode(input, Method::HEAD)
        .unwrap()
        .complete()
        .unwrap();
    assert!(head.body(&Limits::new()).is_done());
    assert!(
        ResponseHead::decode(&input[len..], Method::GET)
            .unwrap()
            .complete()
            .is_some()
    );
}

#[test]
fn nothing_follows_a_switch_before_it_is_agreed() {
    // pingora RUSTSEC-2026-0033: octets passed on before 101. The request's own body comes first, and its framing holds.
    let input = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabcGET /";
    let (head, len) = RequestHead::decode(input).unwrap().complete().unwrap();
    assert_eq!(head.upgrade().unwrap(), "x");
    let mut body = head.body(&Limits::new());
    assert_eq!(body.decode(&input[len..]).unwrap().consumed, 3);
    assert!(body.is_done());
}
