//! What an intermediary sends on: RFC 9110 §7.6 rule by rule.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use wire_http::{
    BodyKind, ErrorKind, Forward, ForwardedRequest, Limits, Method, NextHop, RequestHead,
    ResponseHead, StatusCode,
};

fn head(input: &str) -> RequestHead<'_> {
    RequestHead::decode(input.as_bytes())
        .unwrap()
        .complete()
        .unwrap()
        .0
}

/// The head sent on for `input`, with its kind of body.
fn forwarded(input: &str, next: NextHop) -> (String, BodyKind) {
    match Forward::new("lab")
        .unwrap()
        .request(&head(input), next)
        .unwrap()
    {
        ForwardedRequest::Send { request, body } => {
            let mut out = Vec::new();
            let _ = request.start(body, &mut out).unwrap();
            (String::from_utf8(out).unwrap(), body)
        }
        ForwardedRequest::Answer => panic!("not sent: {input:?}"),
    }
}

fn to_origin(input: &str) -> String {
    forwarded(input, NextHop::Origin).0
}

fn answered(response: &str, request: &str) -> String {
    let request = head(request);
    let response = ResponseHead::decode(response.as_bytes(), request.method())
        .unwrap()
        .complete()
        .unwrap()
        .0;
    let (writer, body) = Forward::new("lab")
        .unwrap()
        .response(&response, &request)
        .unwrap();
    let mut out = Vec::new();
    let _ = writer.start(body, &mut out).unwrap();
    String::from_utf8_lossy(&out).into_owned()
}

const GET: &str = "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn hop_by_hop_fields_end_here_rfc_9110_7_6_1() {
    let sent = to_origin(
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: x-one, X-Two,keep-alive\r\nX-One: 1\r\nKeep-Alive: 5\r\nx-two: 2\r\nX-One: 3\r\n\
         Proxy-Connection: keep-alive\r\nTE: trailers\r\nTrailer: A\r\nUpgrade: h2c\r\nProxy-Authorization: Basic x\r\nAccept: */*\r\n\r\n",
    );
    assert_eq!(
        sent,
        "GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nVia: 1.1 lab\r\n\r\n"
    );
}

#[test]
fn connection_names_any_number_of_fields_rfc_9110_7_6_1() {
    let mut input = String::from("GET / HTTP/1.1\r\nHost: a.test\r\n");
    for number in 0..1000_u32 {
        // In no order, in another case, several on a line.
        let named = number.wrapping_mul(7919) % 1000;
        input += &format!("X-{number:04}: ends\r\nY-{number:04}: goes on\r\n");
        input += &format!("Connection: close, x-{named:04}, TE, x-{named:04}\r\n");
    }
    input += "\r\n";
    let mut limits = Limits::new();
    limits.field_lines = 4000;
    limits.head = 1 << 20;
    let (head, _) = RequestHead::decode_with(input.as_bytes(), &limits)
        .unwrap()
        .complete()
        .unwrap();
    let forward = Forward::new("lab").unwrap();
    let Ok(ForwardedRequest::Send { request, .. }) = forward.request(&head, NextHop::Origin) else {
        panic!()
    };
    let mut sent = Vec::new();
    request.send(b"", &mut sent).unwrap();
    let sent = String::from_utf8(sent).unwrap();
    assert_eq!(sent.matches(": goes on\r\n").count(), 1000);
    assert_eq!(sent.matches(": ends\r\n").count(), 0);
}

#[test]
fn host_comes_from_the_target_rfc_9112_3_2_2() {
    for (target, line, host) in [
        ("http://b:81/x?y", "GET /x?y", "b:81"),
        ("http://b", "GET /", "b"),
        ("http://b?q", "GET /?q", "b"),
        ("HTTP://[::1]/", "GET /", "[::1]"),
    ] {
        let sent = to_origin(&format!(
            "GET {target} HTTP/1.1\r\nAccept: z\r\nHost: other\r\n\r\n"
        ));
        assert_eq!(
            sent,
            format!("{line} HTTP/1.1\r\nHost: {host}\r\nAccept: z\r\nVia: 1.1 lab\r\n\r\n"),
            "{target}"
        );
    }
    let old = to_origin("GET http://b/ HTTP/1.0\r\n\r\n");
    assert_eq!(old, "GET / HTTP/1.1\r\nHost: b\r\nVia: 1.0 lab\r\n\r\n");
}

#[test]
fn the_next_proxy_gets_absolute_form_rfc_9112_3_2_2() {
    let proxy = |input| forwarded(input, NextHop::Proxy).0;
    assert!(
        proxy("GET http://b:81/x HTTP/1.1\r\nHost: b:81\r\n\r\n")
            .starts_with("GET http://b:81/x HTTP/1.1\r\nHost: b:81\r\n")
    );
    assert!(
        proxy("GET /x HTTP/1.1\r\nHost: b\r\n\r\n")
            .starts_with("GET http://b/x HTTP/1.1\r\nHost: b\r\n")
    );
    assert!(
        proxy("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n")
            .starts_with("CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n")
    );
}

#[test]
fn options_for_a_server_ends_as_asterisk_rfc_9112_3_2_4() {
    assert!(
        to_origin("OPTIONS http://b:8001 HTTP/1.1\r\nHost: b\r\n\r\n")
            .starts_with("OPTIONS * HTTP/1.1\r\nHost: b:8001\r\n")
    );
    assert!(
        to_origin("OPTIONS http://b/ HTTP/1.1\r\nHost: b\r\n\r\n")
            .starts_with("OPTIONS / HTTP/1.1\r\n")
    );
    // RFC 9112 §3.2: it may be nobody's in particular.
    assert_eq!(
        to_origin("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"),
        "OPTIONS * HTTP/1.1\r\nHost: \r\nVia: 1.1 lab\r\n\r\n"
    );
    // Only the last proxy sends `*`.
    let proxy = |input| forwarded(input, NextHop::Proxy).0;
    assert!(
        proxy("OPTIONS * HTTP/1.1\r\nHost: b:8001\r\n\r\n")
            .starts_with("OPTIONS http://b:8001 HTTP/1.1\r\nHost: b:8001\r\n")
    );
}

#[test]
fn framing_is_made_anew_rfc_9112_6_1() {
    for (lines, body, expected) in [
        (
            "Content-Length: 0005\r\n",
            BodyKind::Known(5),
            "Content-Length: 5\r\n",
        ),
        (
            "tRANSFER-encoding: Chunked\r\n",
            BodyKind::Chunked,
            "Transfer-Encoding: chunked\r\n",
        ),
        (
            "Connection: content-length\r\nContent-Length: 5\r\n",
            BodyKind::Known(5),
            "Content-Length: 5\r\n",
        ),
        (
            "Connection: host\r\n",
            BodyKind::Empty,
            "Content-Length: 0\r\n",
        ),
    ] {
        let (sent, kind) = forwarded(
            &format!("POST http://a/ HTTP/1.1\r\nHost: a\r\n{lines}\r\n"),
            NextHop::Origin,
        );
        assert_eq!(
            sent,
            format!("POST / HTTP/1.1\r\nHost: a\r\nVia: 1.1 lab\r\n{expected}\r\n")
        );
        assert_eq!(kind, body);
    }
    // A length of 0 is said again, also by a method that need not say it.
    let (sent, kind) = forwarded(
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        NextHop::Origin,
    );
    assert_eq!(
        sent,
        "GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 lab\r\nContent-Length: 0\r\n\r\n"
    );
    assert_eq!(kind, BodyKind::Known(0));
}

#[test]
fn max_forwards_is_counted_for_trace_and_options_rfc_9110_7_6_2() {
    let forward = Forward::new("lab").unwrap();
    let zero = "TRACE http://a/ HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n";
    assert_eq!(
        forward.request(&head(zero), NextHop::Origin),
        Ok(ForwardedRequest::Answer)
    );
    assert!(to_origin(&zero.replace(": 0", ": 10")).contains("Max-Forwards: 9\r\n"));
    assert!(
        to_origin(&zero.replace("TRACE", "OPTIONS").replace(": 0", ": 1"))
            .contains("Max-Forwards: 0\r\n")
    );
    assert!(to_origin(&zero.replace("TRACE", "GET")).contains("Max-Forwards: 0\r\n"));
}

#[test]
fn an_expectation_goes_on_from_http_1_1_only_rfc_9110_10_1_1() {
    let with = |version| {
        to_origin(&format!(
            "POST http://a/ HTTP/{version}\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
        ))
    };
    assert!(with("1.1").contains("Expect: 100-continue\r\n"));
    assert!(!with("1.0").contains("Expect"));
}

#[test]
fn via_is_added_after_those_before_rfc_9110_7_6_3() {
    let sent = to_origin("GET http://a/ HTTP/1.1\r\nHost: a\r\nVia: 1.0 first\r\n\r\n");
    assert!(sent.ends_with("Via: 1.0 first\r\nVia: 1.1 lab\r\n\r\n"));
    for bad in ["", "a b", "a\r\n", "a,b", "é"] {
        assert!(Forward::new(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let forward = Forward::new("lab").unwrap();
    assert!(
        forward
            .request(
                &head("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
                NextHop::Origin
            )
            .is_err()
    );
    assert!(
        forward
            .request(&head("GET / HTTP/1.0\r\n\r\n"), NextHop::Origin)
            .is_err()
    );
}

/// RFC 9110 §9.3.6, §9.3.8: neither method has content, and a writer sends none. Saying that there is none is no content.
#[test]
fn content_of_trace_and_connect_is_refused_and_not_promised() {
    for (start, next) in [
        ("TRACE / HTTP/1.1\r\nHost: a:80\r\n", NextHop::Origin),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n", NextHop::Proxy),
    ] {
        for framing in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
            let input = format!("{start}{framing}\r\n\r\n");
            let error = Forward::new("lab")
                .unwrap()
                .request(&head(&input), next)
                .unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::BodyKindNotAllowed, "{input}");
            assert_eq!(error.suggested_status(), StatusCode::BAD_REQUEST);
        }
        let input = format!("{start}Content-Length: 0\r\n\r\n");
        let (sent, body) = forwarded(&input, next);
        assert_eq!(body, BodyKind::Empty);
        assert!(!sent.contains("Content-Length"), "{sent}");
    }
}

/// RFC 9110 §8.6: an interim response has no Content-Length; what an origin says there describes nothing, after HEAD either.
#[test]
fn a_length_in_an_interim_response_is_left_out() {
    for method in ["GET", "HEAD"] {
        assert_eq!(
            answered(
                "HTTP/1.1 103 x\r\nContent-Length: 9\r\n\r\n",
                &GET.replace("GET", method)
            ),
            "HTTP/1.1 103 x\r\nVia: 1.1 lab\r\n\r\n"
        );
    }
}

#[test]
fn responses_lose_what_concerns_the_origin_connection() {
    let sent = answered(
        "HTTP/1.0 200 Fine\r\nConnection: x\r\nX: 1\r\nKeep-Alive: 1\r\nContent-Length: 03\r\nETag: \"a\"\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n",
        GET,
    );
    assert_eq!(
        sent,
        "HTTP/1.1 200 Fine\r\nETag: \"a\"\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nVia: 1.0 lab\r\nContent-Length: 3\r\n\r\n"
    );
}

#[test]
fn a_body_until_close_is_chunked_for_those_who_know_chunks() {
    let response = "HTTP/1.1 200 OK\r\n\r\n";
    assert!(answered(response, GET).ends_with("Transfer-Encoding: chunked\r\n\r\n"));
    let old = "GET http://a/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    assert!(answered(response, old).ends_with("Connection: close\r\n\r\n"));
    assert!(
        answered("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", old)
            .contains("Connection: close\r\n")
    );
}

#[test]
fn bodiless_responses_keep_what_they_describe() {
    let to_head = GET.replace("GET", "HEAD");
    assert!(
        answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", &to_head)
            .ends_with("Content-Length: 9\r\n\r\n")
    );
    assert_eq!(
        answered("HTTP/1.1 200 OK\r\n\r\n", &to_head),
        "HTTP/1.1 200 OK\r\nVia: 1.1 lab\r\n\r\n"
    );
    assert!(
        answered("HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", GET)
            .ends_with("Content-Length: 9\r\n\r\n")
    );
    assert_eq!(
        answered("HTTP/1.1 304 x\r\n\r\n", GET),
        "HTTP/1.1 304 x\r\nVia: 1.1 lab\r\n\r\n"
    );
    assert_eq!(
        answered("HTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n", GET),
        "HTTP/1.1 204 x\r\nVia: 1.1 lab\r\n\r\n"
    );
    // RFC 9110 §15.3.5, §15.3.6: a length that HEAD is told does not describe a body that there never is.
    assert_eq!(
        answered("HTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n", &to_head),
        "HTTP/1.1 204 x\r\nVia: 1.1 lab\r\n\r\n"
    );
    assert_eq!(
        answered("HTTP/1.1 205 x\r\nContent-Length: 9\r\n\r\n", &to_head),
        "HTTP/1.1 205 x\r\nVia: 1.1 lab\r\nContent-Length: 0\r\n\r\n"
    );
    // RFC 9110 §15.3.6: an empty chunked body is none either.
    assert_eq!(
        answered("HTTP/1.1 205 x\r\nTransfer-Encoding: chunked\r\n\r\n", GET),
        "HTTP/1.1 205 x\r\nVia: 1.1 lab\r\nContent-Length: 0\r\n\r\n"
    );
    // RFC 9110 §9.3.6: nor is there one where a tunnel begins, whatever is said of it.
    for lines in [
        "",
        "Content-Length: 9\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        assert_eq!(
            answered(
                &format!("HTTP/1.1 200 OK\r\n{lines}\r\n"),
                "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"
            ),
            "HTTP/1.1 200 OK\r\nVia: 1.1 lab\r\n\r\n",
            "{lines:?}"
        );
    }
    assert_eq!(
        answered("HTTP/1.1 103 x\r\nLink: y\r\n\r\n", GET),
        "HTTP/1.1 103 x\r\nLink: y\r\nVia: 1.1 lab\r\n\r\n"
    );
    let request = head(GET);
    let switch = b"HTTP/1.1 101 x\r\nUpgrade: y\r\nConnection: upgrade\r\n\r\n";
    let (switch, _) = ResponseHead::decode(switch, Method::GET)
        .unwrap()
        .complete()
        .unwrap();
    assert_eq!(switch.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert!(
        Forward::new("lab")
            .unwrap()
            .response(&switch, &request)
            .is_err()
    );
}

#[test]
fn a_forwarded_request_gives_up_fields_and_goes_elsewhere() {
    let input = "GET http://a/x HTTP/1.1\r\nHost: a\r\nA: 1\r\nAB: 2\r\na: 3\r\nB: A: 4\r\n\r\n";
    let ForwardedRequest::Send { mut request, body } = Forward::new("lab")
        .unwrap()
        .request(&head(input), NextHop::Origin)
        .unwrap()
    else {
        panic!("not sent");
    };
    for reserved in ["Host", "connection", "Content-Length"] {
        let refused = request.remove_field(reserved).unwrap_err();
        assert_eq!(refused.kind(), &ErrorKind::FieldReserved);
    }
    assert_eq!(
        request.retarget("/y z", "b").unwrap_err().kind(),
        &ErrorKind::Target { octet: b' ' }
    );
    assert_eq!(
        request.retarget("http://c/", "b").unwrap_err().kind(),
        &ErrorKind::HostOther
    );
    request
        .remove_field("a")
        .unwrap()
        .remove_field("C")
        .unwrap()
        .retarget("/y", "b:81")
        .unwrap();
    let mut out = Vec::new();
    let _ = request.start(body, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "GET /y HTTP/1.1\r\nHost: b:81\r\nAB: 2\r\nB: A: 4\r\nVia: 1.1 lab\r\n\r\n"
    );
}
