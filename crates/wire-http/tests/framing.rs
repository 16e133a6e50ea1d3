//! The framing decision: RFC 9112 §6.3 whole, for requests and responses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use wire_http::{
    BodyDecoder, Decoded, ErrorKind, Framing, Limits, Method, RequestHead, ResponseHead,
};

/// The framing of a POST with these lines, or name, octet within the lines, and status of the refusal.
fn request(version: &str, lines: &str) -> Result<Framing, (&'static str, usize, u16)> {
    let start = format!("POST / HTTP/{version}\r\nHost: a\r\n");
    match RequestHead::decode(format!("{start}{lines}\r\n").as_bytes()) {
        Ok(Decoded::Complete { value, .. }) => Ok(value.framing()),
        Ok(Decoded::Incomplete) => panic!("incomplete: {lines:?}"),
        Err(error) => Err((
            error.kind().name(),
            error.offset() - start.len(),
            error.suggested_status().code(),
        )),
    }
}

fn response(
    status: &str,
    method: Method<'_>,
    lines: &str,
) -> Result<(Framing, bool), &'static str> {
    let input = format!("HTTP/1.1 {status} x\r\n{lines}\r\n");
    match ResponseHead::decode(input.as_bytes(), method) {
        Ok(Decoded::Complete { value, .. }) => Ok((value.framing(), value.persists())),
        Ok(Decoded::Incomplete) => panic!("incomplete: {lines:?}"),
        Err(error) => Err(error.kind().name()),
    }
}

#[test]
fn a_request_without_either_field_has_no_body_rfc_9112_6_3_item_7() {
    assert_eq!(request("1.1", ""), Ok(Framing::None));
    assert_eq!(request("1.0", "Connection: close\r\n"), Ok(Framing::None));
}

#[test]
fn content_length_is_one_run_of_digits_rfc_9110_8_6() {
    for (value, length) in [
        ("0", 0),
        ("5", 5),
        ("00005", 5),
        (" \t7\t ", 7),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(
            request("1.1", &format!("Content-Length:{value}\r\n")),
            Ok(Framing::ContentLength(length)),
            "{value:?}"
        );
        assert_eq!(
            request("1.0", &format!("content-length:{value}\r\n")),
            Ok(Framing::ContentLength(length)),
            "{value:?}"
        );
    }
    for (value, within) in [
        ("", 0),
        ("+3", 0),
        ("-3", 0),
        ("-0", 0),
        ("3 3", 1),
        ("0x3", 1),
        ("1_0", 1),
        ("\"3\"", 0),
        ("3, 3", 1),
        ("3,3", 1),
        ("3, 4", 1),
        (",3", 0),
        ("3,", 1),
        ("3.0", 1),
        ("3e1", 1),
        ("3;a", 1),
        ("three", 0),
        ("\u{b2}", 0),
        ("3\tx", 1),
        ("1 0", 1),
        ("٣", 0),
    ] {
        let refused = request("1.1", &format!("Content-Length: {value}\r\n"));
        assert_eq!(
            refused,
            Err(("content-length-invalid", 16 + within, 400)),
            "{value:?}"
        );
    }
    for value in [
        "18446744073709551616",
        "99999999999999999999",
        "100000000000000000000000000000000000000000",
    ] {
        let (name, _, status) =
            request("1.1", &format!("Content-Length: {value}\r\n")).unwrap_err();
        assert_eq!((name, status), ("content-length-overflow", 400), "{value}");
    }
}

#[test]
fn content_length_is_there_once_rfc_9112_6_3_item_5() {
    for second in ["3", "4", "", "3, 3"] {
        let refused = request(
            "1.1",
            &format!("Content-Length: 3\r\nCONTENT-length: {second}\r\n"),
        );
        assert_eq!(
            refused,
            Err(("content-length-repeated", 19, 400)),
            "{second:?}"
        );
    }
}

#[test]
fn a_length_over_the_limit_is_answered_413() {
    let mut limits = Limits::new();
    limits.body = 10;
    let head = |length| format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    assert!(RequestHead::decode_with(head(10).as_bytes(), &limits).is_ok());
    let error = RequestHead::decode_with(head(11).as_bytes(), &limits).unwrap_err();
    assert_eq!(
        (
            error.kind().name(),
            error.offset(),
            error.suggested_status().code()
        ),
        ("body-too-long", 42, 413)
    );
}

#[test]
fn content_length_beside_transfer_encoding_is_refused_rfc_9112_6_1() {
    for (lines, at) in [
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 38),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 44),
        ("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", 44),
        ("Transfer-Encoding: x\r\nContent-Length: y\r\n", 38),
    ] {
        assert_eq!(
            request("1.1", lines),
            Err(("framing-conflict", at, 400)),
            "{lines:?}"
        );
        assert_eq!(
            request("1.0", lines),
            Err(("framing-conflict", at, 400)),
            "{lines:?}"
        );
    }
}

#[test]
fn transfer_encoding_is_chunked_and_nothing_else_rfc_9112_6_1() {
    for value in ["chunked", "Chunked", "CHUNKED", "\tchunked \t"] {
        assert_eq!(
            request("1.1", &format!("Transfer-Encoding:{value}\r\n")),
            Ok(Framing::Chunked),
            "{value:?}"
        );
    }
    for (value, name, status) in [
        ("", "transfer-encoding-invalid", 400),
        ("chunked;q=1", "transfer-encoding-invalid", 400),
        ("chunked; a=b", "transfer-encoding-invalid", 400),
        ("chunked,", "transfer-encoding-invalid", 400),
        (",chunked", "transfer-encoding-invalid", 400),
        ("chunked\u{a0}", "transfer-encoding-invalid", 400),
        ("\"chunked\"", "transfer-encoding-invalid", 400),
        ("chunked chunked", "transfer-encoding-invalid", 400),
        ("chunked\tx", "transfer-encoding-invalid", 400),
        ("gzip;q=1, chunked", "transfer-encoding-invalid", 400),
        ("chunked, chunked", "chunked-not-final", 400),
        ("chunked, identity", "chunked-not-final", 400),
        ("identity", "chunked-not-final", 400),
        ("gzip", "chunked-not-final", 400),
        ("xchunked", "chunked-not-final", 400),
        ("chunkedx", "chunked-not-final", 400),
        ("chunke", "chunked-not-final", 400),
        ("gzip, chunked", "transfer-coding-unsupported", 501),
        ("identity, chunked", "transfer-coding-unsupported", 501),
        ("x, y ,chunked", "transfer-coding-unsupported", 501),
    ] {
        let (kind, _, code) =
            request("1.1", &format!("Transfer-Encoding: {value}\r\n")).unwrap_err();
        assert_eq!((kind, code), (name, status), "{value:?}");
    }
}

#[test]
fn transfer_encoding_is_there_once_rfc_9112_6_1() {
    for (first, second) in [
        ("chunked", "chunked"),
        ("gzip", "chunked"),
        ("chunked", ""),
        ("chunked", "identity"),
    ] {
        let lines = format!("Transfer-Encoding: {first}\r\nTransfer-Encoding: {second}\r\n");
        assert_eq!(
            request("1.1", &lines),
            Err(("transfer-encoding-repeated", 21 + first.len(), 400)),
            "{lines:?}"
        );
    }
}

#[test]
fn transfer_encoding_in_http_1_0_is_refused_rfc_9112_6_1() {
    assert_eq!(
        request("1.0", "Transfer-Encoding: chunked\r\n"),
        Err(("transfer-encoding-in-http10", 19, 400))
    );
    let input = b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let error = ResponseHead::decode(input, Method::GET).unwrap_err();
    assert_eq!(error.kind().name(), "transfer-encoding-in-http10");
}

/// RFC 9112 §7.1 has no blanks after a chunk-size; the tolerance for them is one for responses.
#[test]
fn no_tolerance_counts_for_the_body_of_a_request() {
    let mut limits = Limits::new();
    limits.lenient_response = true;
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (head, _) = RequestHead::decode_with(request, &limits)
        .unwrap()
        .complete()
        .unwrap();
    let body = b"2 \r\nab\r\n0\r\n\r\n";
    let error = head.body(&limits).decode(body).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ChunkSize { octet: b'\r' });
    let response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (head, _) = ResponseHead::decode_with(response, Method::GET, &limits)
        .unwrap()
        .complete()
        .unwrap();
    assert!(head.body(&limits).decode(body).is_ok());
}

#[test]
fn names_that_only_look_alike_frame_nothing() {
    for line in [
        "Content_Length: 3",
        "Transfer_Encoding: chunked",
        "X-Content-Length: 3",
        "Content-Lengt: 3",
        "Content-Length1: 3",
        // Two octets that differ by the same bit.
        "Cnotent-Length: 3",
        "Bontent-Kength: 3",
        "Uransfer-Fncoding: chunked",
    ] {
        assert_eq!(
            request("1.1", &format!("{line}\r\n")),
            Ok(Framing::None),
            "{line}"
        );
    }
}

// ---- Responses ----

#[test]
fn some_responses_never_have_a_body_rfc_9112_6_3_item_1() {
    for (status, method) in [
        ("200", Method::HEAD),
        ("204", Method::GET),
        ("304", Method::GET),
        ("100", Method::POST),
        ("103", Method::GET),
    ] {
        for lines in [
            "",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
        ] {
            assert_eq!(
                response(status, method, lines).map(|(framing, _)| framing),
                Ok(Framing::None),
                "{status} {lines:?}"
            );
        }
    }
    // The length is that of another response, whatever may be read here.
    let mut limits = Limits::new();
    limits.body = 5;
    let (head, _) = ResponseHead::decode_with(
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n",
        Method::HEAD,
        &limits,
    )
    .unwrap()
    .complete()
    .unwrap();
    assert_eq!(head.framing(), Framing::None);
    // They may describe the length of another response, but not in two ways.
    assert_eq!(
        response("304", Method::GET, "Content-Length: 5, 5\r\n"),
        Err("content-length-invalid")
    );
    assert_eq!(
        response(
            "200",
            Method::HEAD,
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
        ),
        Err("framing-conflict")
    );
}

#[test]
fn a_successful_connect_opens_a_tunnel_rfc_9110_9_3_6() {
    for lines in [
        "",
        "Content-Length: 5\r\n",
        "Content-Length: x\r\nTransfer-Encoding: y\r\n",
    ] {
        assert_eq!(
            response("200", Method::CONNECT, lines),
            Ok((Framing::None, false)),
            "{lines:?}"
        );
    }
    assert_eq!(
        response("407", Method::CONNECT, "Content-Length: 5\r\n"),
        Ok((Framing::ContentLength(5), true))
    );
    let input =
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    let (head, _) = ResponseHead::decode(input, Method::GET)
        .unwrap()
        .complete()
        .unwrap();
    assert!(head.is_tunnel() && !head.persists());
    assert_eq!(head.upgrade().unwrap(), "websocket");
}

#[test]
fn other_responses_are_framed_as_they_say_or_end_with_the_connection_rfc_9112_6_3_item_8() {
    assert_eq!(
        response("200", Method::GET, "Content-Length: 5\r\n"),
        Ok((Framing::ContentLength(5), true))
    );
    assert_eq!(
        response("200", Method::GET, "Transfer-Encoding: chunked\r\n"),
        Ok((Framing::Chunked, true))
    );
    assert_eq!(
        response("200", Method::GET, ""),
        Ok((Framing::UntilClose, false))
    );
    assert_eq!(
        response("205", Method::GET, "Content-Length: 0\r\n"),
        Ok((Framing::ContentLength(0), true))
    );
}

#[test]
fn responses_are_as_strict_as_requests() {
    for (lines, name) in [
        (
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "content-length-repeated",
        ),
        ("Content-Length: 5, 5\r\n", "content-length-invalid"),
        ("Content-Length: -1\r\n", "content-length-invalid"),
        ("Content-Length:\r\n", "content-length-invalid"),
        ("Transfer-Encoding: gzip\r\n", "chunked-not-final"),
        ("Transfer-Encoding: identity\r\n", "chunked-not-final"),
        (
            "Transfer-Encoding: gzip, chunked\r\n",
            "transfer-coding-unsupported",
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "framing-conflict",
        ),
    ] {
        assert_eq!(response("200", Method::GET, lines), Err(name), "{lines:?}");
    }
}

#[test]
fn a_bodiless_response_that_claims_a_body_ends_the_connection() {
    assert_eq!(
        response("204", Method::GET, "Content-Length: 5\r\n"),
        Ok((Framing::None, false))
    );
    assert_eq!(
        response("204", Method::GET, "Transfer-Encoding: chunked\r\n"),
        Ok((Framing::None, false))
    );
    assert_eq!(
        response("204", Method::GET, "Content-Length: 0\r\n"),
        Ok((Framing::None, true))
    );
    assert_eq!(
        response("304", Method::GET, "Content-Length: 5\r\n"),
        Ok((Framing::None, true))
    );
}

/// RFC 9112 §6.3: when a body has ended, what follows is another message; the end of the connection is no octet.
#[test]
fn a_body_says_when_it_has_ended() {
    for (framing, input) in [
        (Framing::None, &b""[..]),
        (Framing::ContentLength(2), b"ab"),
        (Framing::Chunked, b"2\r\nab\r\n0\r\nA: b\r\n\r\n"),
        (Framing::UntilClose, b"ab"),
    ] {
        let mut body = BodyDecoder::new(framing);
        let mut used = 0;
        for end in 0..=input.len() {
            let ends = end == input.len() && framing != Framing::UntilClose;
            loop {
                let step = body.decode(&input[used..end]).unwrap();
                used += step.consumed;
                if step.consumed == 0 {
                    break;
                }
            }
            assert_eq!(body.is_done(), ends, "{framing:?} after {end} octets");
        }
    }
}
