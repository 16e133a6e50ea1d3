//! To the types of the `http` crate and back.
#![cfg(feature = "http")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use wire_http::{
    Decoded, ErrorKind, Method, RequestHead, RequestWriter, ResponseHead, ResponseWriter,
    StatusCode,
};

#[test]
fn a_request_goes_there_and_back() {
    let input = b"POST /a?b=c HTTP/1.1\r\nHost: x.test\r\nX-A: 1\r\nx-a: \xff\r\nContent-Length: 2\r\nConnection: close\r\n\r\n";
    let Decoded::Complete { value: head, .. } = RequestHead::decode(input).unwrap() else {
        panic!()
    };
    let request = http::Request::try_from(&head).unwrap();
    assert_eq!(
        (request.method(), request.uri().path()),
        (&http::Method::POST, "/a")
    );
    assert_eq!(request.version(), http::Version::HTTP_11);
    assert_eq!(
        request
            .headers()
            .get_all("x-a")
            .iter()
            .map(|value| value.as_bytes().to_vec())
            .collect::<Vec<_>>(),
        [b"1".to_vec(), b"\xff".to_vec()]
    );
    let mut out = Vec::new();
    RequestWriter::try_from(&request)
        .unwrap()
        .send(b"hi", &mut out)
        .unwrap();
    assert_eq!(out, b"POST /a?b=c HTTP/1.1\r\nHost: x.test\r\nx-a: 1\r\nx-a: \xff\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
}

#[test]
fn the_uri_names_the_host() {
    let request = http::Request::get("http://x.test:81/y")
        .header("host", "other")
        .body(())
        .unwrap();
    let mut out = Vec::new();
    RequestWriter::try_from(&request)
        .unwrap()
        .send(b"", &mut out)
        .unwrap();
    assert_eq!(out, b"GET /y HTTP/1.1\r\nHost: x.test:81\r\n\r\n");
    let tunnel = http::Request::connect("x.test:443").body(()).unwrap();
    out.clear();
    RequestWriter::try_from(&tunnel)
        .unwrap()
        .send(b"", &mut out)
        .unwrap();
    assert_eq!(
        out,
        b"CONNECT x.test:443 HTTP/1.1\r\nHost: x.test:443\r\n\r\n"
    );
    let nowhere = http::Request::get("/y").body(()).unwrap();
    assert_eq!(
        RequestWriter::try_from(&nowhere).unwrap_err().kind(),
        &ErrorKind::HostEmpty
    );
    // RFC 9112 §3.2.3: CONNECT has authority form, whatever else the URI has.
    let tunnel = http::Request::connect("http://x.test:443/y")
        .body(())
        .unwrap();
    out.clear();
    RequestWriter::try_from(&tunnel)
        .unwrap()
        .send(b"", &mut out)
        .unwrap();
    assert_eq!(
        out,
        b"CONNECT x.test:443 HTTP/1.1\r\nHost: x.test:443\r\n\r\n"
    );
    for (version, major, minor) in [
        (http::Version::HTTP_09, 0, 9),
        (http::Version::HTTP_2, 2, 0),
        (http::Version::HTTP_3, 3, 0),
    ] {
        let other = http::Request::get("http://x/")
            .version(version)
            .body(())
            .unwrap();
        let error = RequestWriter::try_from(&other).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::VersionUnsupported { major, minor }
        );
        assert_eq!(
            error.suggested_status(),
            StatusCode::HTTP_VERSION_NOT_SUPPORTED
        );
    }
}

#[test]
fn a_response_goes_there_and_back() {
    let input = b"HTTP/1.1 404 Gone fishing\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n";
    let Decoded::Complete { value: head, .. } = ResponseHead::decode(input, Method::GET).unwrap()
    else {
        panic!()
    };
    let response = http::Response::try_from(&head).unwrap();
    assert_eq!(response.status(), http::StatusCode::NOT_FOUND);
    let mut out = Vec::new();
    ResponseWriter::try_from(&response)
        .unwrap()
        .send(b"", &mut out)
        .unwrap();
    assert_eq!(
        out,
        b"HTTP/1.1 404 Not Found\r\nset-cookie: a\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n"
    );
}

#[test]
fn every_status_code_is_in_both() {
    for code in 100..=999 {
        let status = StatusCode::new(code).unwrap();
        assert_eq!(StatusCode::from(http::StatusCode::from(status)), status);
    }
}

/// RFC 9112 §9.6: `close` is said by whoever made the message; the other options are the writer's.
#[test]
fn of_connection_close_is_kept() {
    for (connection, closes) in [
        ("close", true),
        ("upgrade, CLOSE ", true),
        ("keep-alive", false),
        ("closed", false),
    ] {
        let request = http::Request::get("http://a.test/")
            .header("Upgrade", "h2c")
            .header("Connection", connection)
            .body(())
            .unwrap();
        let mut out = Vec::new();
        RequestWriter::try_from(&request)
            .unwrap()
            .send(b"", &mut out)
            .unwrap();
        let fields = if closes { "Connection: close\r\n" } else { "" };
        let sent = String::from_utf8(out).unwrap();
        assert_eq!(
            sent,
            format!("GET / HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n")
        );

        let response = http::Response::builder()
            .header("Connection", connection)
            .body(())
            .unwrap();
        let writer = ResponseWriter::try_from(&response).unwrap();
        assert_eq!(writer.persists(), !closes);
    }
}
