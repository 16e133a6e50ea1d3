//! What the writers write, and what they refuse to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use wire_http::{
    BodyKind, ErrorKind, Framing, HeadScanner, Method, RequestHead, RequestWriter, ResponseHead,
    ResponseWriter, StatusCode, Version,
};

fn text(octets: &[u8]) -> &str {
    core::str::from_utf8(octets).unwrap()
}

/// The response to a request with `method` and `version`, started with `body`.
fn started(
    status: u16,
    method: Method<'_>,
    version: Version,
    body: BodyKind,
) -> Result<String, ErrorKind> {
    let mut out = Vec::new();
    let status = StatusCode::new(status).unwrap();
    match ResponseWriter::to(status, method, version, true).start(body, &mut out) {
        Ok(_) => Ok(text(&out).to_owned()),
        Err(error) => {
            assert!(out.is_empty());
            Err(*error.kind())
        }
    }
}

#[test]
fn framing_fields_follow_from_the_body_rfc_9112_6() {
    let get = |status, body| started(status, Method::GET, Version::Http11, body).unwrap();
    assert_eq!(
        get(200, BodyKind::Empty),
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    );
    assert_eq!(
        get(200, BodyKind::Known(12)),
        "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"
    );
    assert_eq!(
        get(200, BodyKind::Known(u64::MAX)),
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"
    );
    assert_eq!(
        get(200, BodyKind::Chunked),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    assert_eq!(
        get(200, BodyKind::UntilClose),
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(
        get(299, BodyKind::Empty),
        "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n"
    );
}

#[test]
fn statuses_without_body_say_nothing_of_a_length_rfc_9110_8_6() {
    let get = |status, body| started(status, Method::GET, Version::Http11, body);
    assert_eq!(
        get(204, BodyKind::Empty).unwrap(),
        "HTTP/1.1 204 No Content\r\n\r\n"
    );
    assert_eq!(
        get(100, BodyKind::Empty).unwrap(),
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    assert_eq!(
        get(304, BodyKind::Empty).unwrap(),
        "HTTP/1.1 304 Not Modified\r\n\r\n"
    );
    assert_eq!(
        get(304, BodyKind::Known(9)).unwrap(),
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
    );
    assert_eq!(
        get(205, BodyKind::Empty).unwrap(),
        "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"
    );
    for status in [100, 103, 204, 205] {
        for body in [BodyKind::Known(1), BodyKind::Chunked, BodyKind::UntilClose] {
            assert_eq!(
                get(status, body),
                Err(ErrorKind::BodyKindNotAllowed),
                "{status} {body:?}"
            );
        }
    }
    let connect = |status, body| started(status, Method::CONNECT, Version::Http11, body);
    assert_eq!(
        connect(200, BodyKind::Empty).unwrap(),
        "HTTP/1.1 200 OK\r\n\r\n"
    );
    assert_eq!(
        connect(200, BodyKind::Known(1)),
        Err(ErrorKind::BodyKindNotAllowed)
    );
    assert_eq!(
        connect(403, BodyKind::Known(1)).unwrap(),
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 1\r\n\r\n"
    );
}

#[test]
fn a_head_request_is_answered_with_a_head_rfc_9110_9_3_2() {
    for (body, line) in [
        (BodyKind::Known(5), "Content-Length: 5\r\n"),
        (BodyKind::Empty, "Content-Length: 0\r\n"),
        (BodyKind::Chunked, "Transfer-Encoding: chunked\r\n"),
        (BodyKind::UntilClose, ""),
    ] {
        assert_eq!(
            started(200, Method::HEAD, Version::Http11, body).unwrap(),
            format!("HTTP/1.1 200 OK\r\n{line}\r\n")
        );
    }
    let mut out = Vec::new();
    let response = ResponseWriter::to(StatusCode::OK, Method::HEAD, Version::Http11, true);
    let mut body = response.start(BodyKind::Known(5), &mut out).unwrap();
    let len = out.len();
    assert!(body.is_suppressed() && body.persists());
    let get = ResponseWriter::to(StatusCode::OK, Method::GET, Version::Http11, true);
    assert!(
        !get.start(BodyKind::Known(5), &mut Vec::new())
            .unwrap()
            .is_suppressed()
    );
    body.write(b"hello", &mut out).unwrap();
    body.finish(&mut out).unwrap();
    assert_eq!(out.len(), len);
}

#[test]
fn http_1_0_clients_get_no_chunks_rfc_9112_6_1() {
    let old = |body| started(200, Method::GET, Version::Http10, body).unwrap();
    assert_eq!(
        old(BodyKind::Chunked),
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(
        old(BodyKind::Known(1)),
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n"
    );
}

#[test]
fn the_answer_closes_when_the_request_does() {
    for (input, connection) in [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "Connection: close\r\n",
        ),
        ("GET / HTTP/1.0\r\n\r\n", "Connection: close\r\n"),
        (
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "Connection: keep-alive\r\n",
        ),
    ] {
        let (head, _) = RequestHead::decode(input.as_bytes())
            .unwrap()
            .complete()
            .unwrap();
        let response = ResponseWriter::answering(&head, StatusCode::OK);
        assert_eq!(response.persists(), head.persists());
        let mut out = Vec::new();
        response.send(b"x", &mut out).unwrap();
        assert_eq!(
            text(&out),
            format!("HTTP/1.1 200 OK\r\n{connection}Content-Length: 1\r\n\r\nx"),
            "{input:?}"
        );
    }
}

#[test]
fn framing_and_connection_cannot_be_set_by_hand() {
    let mut response = ResponseWriter::new(StatusCode::OK);
    for name in [
        "Content-Length",
        "transfer-encoding",
        "CONNECTION",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Upgrade",
    ] {
        assert_eq!(
            response.field(name, "x").unwrap_err().kind(),
            &ErrorKind::FieldReserved,
            "{name}"
        );
    }
    let mut request = RequestWriter::new(Method::GET, "/", "a").unwrap();
    for name in [
        "Content-Length",
        "transfer-encoding",
        "CONNECTION",
        "host",
        "TE",
        "Upgrade",
    ] {
        assert_eq!(
            request.field(name, "x").unwrap_err().kind(),
            &ErrorKind::FieldReserved,
            "{name}"
        );
    }
}

#[test]
fn no_value_splits_the_response() {
    // hyper RUSTSEC-2017-0002, trillium RUSTSEC-2024-0009.
    for octet in (0..0x20_u8).chain([0x7f]).filter(|octet| *octet != b'\t') {
        let mut response = ResponseWriter::new(StatusCode::OK);
        let value = [b'a', octet, b'b'];
        let error = response.field("X", value).unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (&ErrorKind::FieldValue { octet }, 1)
        );
        assert_eq!(
            response.reason(&value).unwrap_err().kind(),
            &ErrorKind::Reason { octet }
        );
        assert!(response.upgrade(text(&value)).is_err());
        assert_eq!(
            response,
            ResponseWriter::new(StatusCode::OK),
            "nothing was added"
        );
    }
    let mut response = ResponseWriter::new(StatusCode::OK);
    for name in ["", "a b", "a:", "a\r\nb", "é"] {
        assert!(response.field(name, "x").is_err(), "{name:?}");
    }
    assert!(response.field("X", " a").is_err() && response.field("X", "a\t").is_err());
}

#[test]
fn no_target_and_no_host_splits_the_request() {
    for target in [
        "",
        "/a b",
        "/a\r\nX: y",
        "/\0",
        "/a#b",
        "/%zz",
        "a",
        "*",
        "http:///x",
        "é",
    ] {
        assert!(
            RequestWriter::new(Method::GET, target, "a").is_err(),
            "{target:?}"
        );
    }
    for host in ["", "a b", "a\r\nX: y", "u@a", "a:b", "[::1"] {
        assert!(
            RequestWriter::new(Method::GET, "/", host).is_err(),
            "{host:?}"
        );
    }
    let other = RequestWriter::new(Method::GET, "http://a/", "b").unwrap_err();
    assert_eq!(other.kind(), &ErrorKind::HostOther);
    assert!(RequestWriter::new(Method::OPTIONS, "*", "").is_ok());
    assert!(RequestWriter::new(Method::CONNECT, "a:80", "a:80").is_ok());
    assert!(RequestWriter::new(Method::CONNECT, "/", "a:80").is_err());
}

#[test]
fn requests_say_how_long_they_are_rfc_9112_6() {
    let write = |method, version, body| {
        let mut out = Vec::new();
        let mut request = RequestWriter::new(method, "/", "a").unwrap();
        request.version(version);
        request
            .start(body, &mut out)
            .map(|_| text(&out).to_owned())
            .map_err(|error| *error.kind())
    };
    let end = |length: &str| format!("Host: a\r\n{length}\r\n");
    let get = write(Method::GET, Version::Http11, BodyKind::Empty).unwrap();
    assert_eq!(get, format!("GET / HTTP/1.1\r\n{}", end("")));
    let post = write(Method::POST, Version::Http11, BodyKind::Empty).unwrap();
    assert_eq!(
        post,
        format!("POST / HTTP/1.1\r\n{}", end("Content-Length: 0\r\n"))
    );
    assert!(
        write(Method::POST, Version::Http11, BodyKind::Chunked)
            .unwrap()
            .contains("Transfer-Encoding: chunked\r\n")
    );
    for refused in [
        write(Method::POST, Version::Http11, BodyKind::UntilClose),
        write(Method::POST, Version::Http10, BodyKind::Chunked),
        write(Method::TRACE, Version::Http11, BodyKind::Known(1)),
    ] {
        assert_eq!(refused, Err(ErrorKind::BodyKindNotAllowed));
    }
}

#[test]
fn connection_names_its_options() {
    let mut out = Vec::new();
    let mut request = RequestWriter::new(Method::GET, "/", "a").unwrap();
    request
        .upgrade("websocket")
        .unwrap()
        .te("trailers")
        .unwrap()
        .close();
    request.send(b"", &mut out).unwrap();
    assert_eq!(
        text(&out),
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nTE: trailers\r\nConnection: close, upgrade, TE\r\n\r\n"
    );
}

/// RFC 9112 §9.3.
#[test]
fn a_request_says_whether_the_connection_persists() {
    for (version, keep_alive, close, persists) in [
        (Version::Http11, false, false, true),
        (Version::Http11, false, true, false),
        (Version::Http10, false, false, false),
        (Version::Http10, true, false, true),
        (Version::Http10, true, true, false),
    ] {
        let mut request = RequestWriter::new(Method::GET, "/", "a").unwrap();
        request.version(version);
        if keep_alive {
            request.keep_alive();
        }
        if close {
            request.close();
        }
        let mut out = Vec::new();
        let body = request.start(BodyKind::Empty, &mut out).unwrap();
        assert_eq!(body.persists(), persists, "{}", out.escape_ascii());
    }
}

/// RFC 9110 §15.2 and §9.3.6: an interim response and the start of a tunnel leave the connection as it is.
#[test]
fn what_does_not_end_the_exchange_says_nothing_of_the_connection() {
    for (status, method, says_close) in [
        (100, Method::POST, false),
        (103, Method::GET, false),
        (101, Method::GET, true),
        (200, Method::CONNECT, false),
        (403, Method::CONNECT, true),
        (200, Method::GET, true),
    ] {
        let status = StatusCode::new(status).unwrap();
        let mut out = Vec::new();
        let body = ResponseWriter::to(status, method, Version::Http11, false)
            .start(BodyKind::Empty, &mut out)
            .unwrap();
        assert_eq!(
            text(&out).contains("Connection: close\r\n"),
            says_close,
            "{status} {method}"
        );
        assert_eq!(body.persists(), !says_close, "{status} {method}");
    }
}

#[test]
fn a_wrong_number_of_octets_is_an_error() {
    let response = ResponseWriter::new(StatusCode::OK);
    let mut out = Vec::new();
    let mut body = response.start(BodyKind::Known(3), &mut out).unwrap();
    body.write(b"ab", &mut out).unwrap();
    assert_eq!(
        body.write(b"cd", &mut out).unwrap_err().kind(),
        &ErrorKind::BodyOctetsTooMany { declared: 3 }
    );
    assert_eq!(
        body.count(2).unwrap_err().kind(),
        &ErrorKind::BodyOctetsTooMany { declared: 3 }
    );
    let short = body.clone().finish(&mut out).unwrap_err();
    assert_eq!(
        short.kind(),
        &ErrorKind::BodyOctetsTooFew {
            declared: 3,
            written: 2
        }
    );
    body.count(1).unwrap();
    assert!(out.ends_with(b"\r\n\r\nab"));
    body.finish(&mut out).unwrap();
    let mut body = response.start(BodyKind::Empty, &mut out).unwrap();
    assert_eq!(
        body.write(b"x", &mut out).unwrap_err().kind(),
        &ErrorKind::BodyOctetsTooMany { declared: 0 }
    );
}

#[test]
fn trailers_need_chunks_rfc_9110_6_5() {
    let mut out = Vec::new();
    let known = ResponseWriter::new(StatusCode::OK)
        .start(BodyKind::Known(0), &mut out)
        .unwrap();
    let error = known
        .finish_with_trailers(&[("A", b"b")], &mut out)
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TrailersNotAllowed);
    out.clear();
    let mut body = ResponseWriter::new(StatusCode::OK)
        .start(BodyKind::Chunked, &mut out)
        .unwrap();
    body.write(b"hello", &mut out).unwrap();
    body.write(b"", &mut out).unwrap();
    body.finish_with_trailers(&[("Digest", b"x")], &mut out)
        .unwrap();
    assert!(out.ends_with(b"\r\n\r\n5\r\nhello\r\n0\r\nDigest: x\r\n\r\n"));
}

#[test]
fn an_output_without_room_is_an_error_and_stays_untouched() {
    let mut space = [0_u8; 20];
    let mut out = &mut space[..];
    let error = ResponseWriter::new(StatusCode::OK)
        .send(b"hello", &mut out)
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::OutputFull { needed: 38 });
    assert_eq!(out.len(), 20);
    let mut just = [0_u8; 43];
    let mut rest = &mut just[..];
    ResponseWriter::new(StatusCode::OK)
        .send(b"hello", &mut rest)
        .unwrap();
    assert!(rest.is_empty());
    let mut chunked = Vec::new();
    let mut body = ResponseWriter::new(StatusCode::OK)
        .start(BodyKind::Chunked, &mut chunked)
        .unwrap();
    assert!(body.write(&[b'x'; 16], &mut out).is_err());
    body.write(b"x", &mut out).unwrap();
    body.finish(&mut out).unwrap();
    assert_eq!(&space[..11], b"1\r\nx\r\n0\r\n\r\n");
}

#[test]
fn what_is_written_is_read() {
    let mut out = Vec::new();
    ResponseWriter::new(StatusCode::NOT_FOUND)
        .reason(b"caf\xe9")
        .unwrap()
        .field("A", b"\xff")
        .unwrap()
        .send(b"no", &mut out)
        .unwrap();
    let (head, len) = ResponseHead::decode(&out, Method::GET)
        .unwrap()
        .complete()
        .unwrap();
    assert_eq!(
        (head.status(), head.reason(), head.framing()),
        (
            StatusCode::NOT_FOUND,
            &b"caf\xe9"[..],
            Framing::ContentLength(2)
        )
    );
    assert_eq!(&out[len..], b"no");
}

/// RFC 9110 §9.3.2: HEAD gets no content, whatever is wrong with it, so nothing is there to be taken for another response.
#[test]
fn a_refused_head_is_answered_without_content() {
    for (received, is_head) in [
        (&b"HEAD / HTTP/1.1\r\n\r\n"[..], true),
        (b"\r\nHEAD / HTTP/1.1\nHost: a\n\n", true),
        (b"HEAD  / HTTP/1.1\r\n", true),
        (b"HEAD / HTTP/2.0\r\n", true),
        (b"HEAD / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", true),
        (b"HEAD / HTTP/1.1\r\nHost: a\r\nExpect: b\r\n\r\n", true),
        (
            b"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: b\r\n\r\n",
            true,
        ),
        (
            b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: b c\r\n\r\n",
            true,
        ),
        // No method was read, or another.
        (b"HEAD\t/ HTTP/1.1\r\n", false),
        (b" HEAD / HTTP/1.1\r\n", false),
        (b"\r\n\r\nHEAD / HTTP/1.1\r\n", false),
        (b"head / HTTP/1.1\r\n\r\n", false),
        (b"HEADS / HTTP/1.1\r\n\r\n", false),
        (b"GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\n", false),
    ] {
        let text = received.escape_ascii();
        let error = RequestHead::decode(received).unwrap_err();
        assert_eq!(error.refuses_head(), is_head, "{text}");
        assert_eq!(error.moved_by(7).refuses_head(), is_head, "{text}");
        let mut out = Vec::new();
        ResponseWriter::send_refusal(&error, &mut out).unwrap();
        let method = if is_head { Method::HEAD } else { Method::GET };
        let (head, len) = ResponseHead::decode(&out, method)
            .unwrap()
            .complete()
            .unwrap();
        assert_eq!(head.status(), error.suggested_status(), "{text}");
        assert_eq!(out.len() == len, is_head, "{text}");
        assert!(!head.persists(), "{text}");
        // In pieces it is the same.
        let mut scanner = HeadScanner::new();
        let pieces = (1..=received.len()).find_map(|end| scanner.request(&received[..end]).err());
        assert_eq!(pieces, Some(error), "{text}");
    }
}
