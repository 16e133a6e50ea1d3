//! Request lines: every rule with its section, every refusal with its octet and status.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

mod verdicts;

use self::verdicts::{accept, refusal, refuse, refuse_with};
use wire_http::{Decoded, ErrorKind, Limits, RequestHead, RequestTarget, Version};

// ---- RFC 9112 §2.2: message parsing ----

#[test]
fn one_empty_line_before_the_request_line_is_skipped_rfc_9112_2_2() {
    let head = accept("\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(
        (
            head.method_range(),
            head.target_range(),
            head.version_range()
        ),
        (2..5, 6..8, 9..17)
    );
    assert_eq!(
        refusal("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").0,
        "empty-lines"
    );
    assert_eq!(refuse("\r\n\r\n").offset(), 2);
    let mut limits = Limits::new();
    limits.empty_lines = 0;
    for head in [
        &b"\r\nGET / HTTP/1.1\r\n"[..],
        b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        assert_eq!(refuse_with(head, &limits).offset(), 0);
    }
    limits.empty_lines = 3;
    assert!(
        RequestHead::decode_with(b"\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", &limits)
            .unwrap()
            .complete()
            .is_some()
    );
}

#[test]
fn bare_line_feeds_are_refused_everywhere_rfc_9112_2_2() {
    for (input, offset) in [
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0),
        ("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 2),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", 14),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", 23),
        ("GET / HTTP/1.1\r\nHost: a\nB: c\r\n\r\n", 23),
        ("GET / HTTP/1.1\r\nHost: a\r\nB: c\n\r\n", 29),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n", 25),
        ("GET / HTTP/1.1\nHost: a\n\n", 14),
    ] {
        assert_eq!(
            refusal(input),
            ("bare-line-feed", offset, 400, "RFC 9112 section 2.2"),
            "{input:?}"
        );
    }
}

#[test]
fn bare_carriage_returns_are_refused_everywhere_rfc_9112_2_2() {
    for (input, offset) in [
        ("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0),
        ("GET / HTTP/1.1\rHost: a\r\n\r\n", 14),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 23),
        ("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 23),
        ("GET / HTTP/1.1\r\nHost: a\r\n\rX", 25),
        ("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 14),
    ] {
        assert_eq!(
            refusal(input),
            ("bare-carriage-return", offset, 400, "RFC 9112 section 2.2"),
            "{input:?}"
        );
    }
}

#[test]
fn whitespace_before_the_first_field_is_refused_rfc_9112_2_2() {
    for blank in [" ", "\t", "   "] {
        let input = format!("GET / HTTP/1.1\r\n{blank}Host: a\r\nHost: a\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("leading-whitespace", 16, 400, "RFC 9112 section 2.2")
        );
    }
    assert_eq!(
        refusal("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n").0,
        "leading-whitespace"
    );
}

// ---- RFC 9112 §3: request line ----

#[test]
fn the_method_is_a_token_rfc_9112_3_1() {
    for method in ["GET", "get", "M-SEARCH", "!#$%&'*+-.^_`|~09Az"] {
        assert_eq!(
            accept(&format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .method()
                .as_str(),
            method
        );
    }
    for (input, offset) in [
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0),
        ("\tGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0),
        ("G\u{0}T / HTTP/1.1\r\nHost: a\r\n\r\n", 1),
        ("GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 2),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 3),
        ("GET\r\nHost: a\r\n\r\n", 3),
        ("G\u{e9}T / HTTP/1.1\r\nHost: a\r\n\r\n", 1),
        ("\u{16}\u{3}\u{1}", 0),
        ("{\"json\"}", 0),
    ] {
        assert_eq!(
            refusal(input),
            ("method", offset, 400, "RFC 9112 section 3.1"),
            "{input:?}"
        );
    }
}

#[test]
fn single_spaces_part_the_request_line_rfc_9112_3() {
    for (input, name, offset) in [
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "target-missing", 4),
        ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", "version", 6),
        ("GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", "target", 5),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "version", 14),
        ("GET / HTTP/1.1\t\r\nHost: a\r\n\r\n", "version", 14),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "version", 7),
        ("GET HTTP/1.1\r\nHost: a\r\n\r\n", "version", 12),
        ("GET /\u{b}HTTP/1.1\r\nHost: a\r\n\r\n", "target", 5),
    ] {
        let (kind, at, status, _) = refusal(input);
        assert_eq!((kind, at, status), (name, offset, 400), "{input:?}");
    }
}

#[test]
fn four_forms_of_target_rfc_9112_3_2() {
    let cases = [
        (
            "GET /a/b;c=d?e=f/g?h HTTP/1.1\r\nHost: x\r\n\r\n",
            "origin",
            Some("/a/b;c=d"),
            Some("e=f/g?h"),
            Some("x"),
        ),
        (
            "GET //a HTTP/1.1\r\nHost: x\r\n\r\n",
            "origin",
            Some("//a"),
            None,
            Some("x"),
        ),
        (
            "GET /? HTTP/1.1\r\nHost: x\r\n\r\n",
            "origin",
            Some("/"),
            Some(""),
            Some("x"),
        ),
        (
            "GET http://Y:8080/p?q HTTP/1.1\r\nHost: Y:8080\r\n\r\n",
            "absolute",
            Some("/p"),
            Some("q"),
            Some("Y:8080"),
        ),
        (
            "GET http://y HTTP/1.1\r\nHost: y\r\n\r\n",
            "absolute",
            Some(""),
            None,
            Some("y"),
        ),
        (
            "GET http://y?q HTTP/1.1\r\nHost: y\r\n\r\n",
            "absolute",
            Some(""),
            Some("q"),
            Some("y"),
        ),
        (
            "GET HTTPS://[::1]/ HTTP/1.1\r\nHost: [::1]\r\n\r\n",
            "absolute",
            Some("/"),
            None,
            Some("[::1]"),
        ),
        (
            "CONNECT y:443 HTTP/1.1\r\nHost: y:443\r\n\r\n",
            "authority",
            None,
            None,
            Some("y:443"),
        ),
        (
            "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: a\r\n\r\n",
            "authority",
            None,
            None,
            Some("[2001:db8::1]:443"),
        ),
        (
            "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
            "asterisk",
            None,
            None,
            Some("x"),
        ),
        (
            "OPTIONS /x HTTP/1.1\r\nHost: x\r\n\r\n",
            "origin",
            Some("/x"),
            None,
            Some("x"),
        ),
    ];
    for (input, form, path, query, host) in cases {
        let head = accept(input);
        let name = match head.target() {
            RequestTarget::Origin { .. } => "origin",
            RequestTarget::Absolute { .. } => "absolute",
            RequestTarget::Authority(_) => "authority",
            RequestTarget::Asterisk => "asterisk",
        };
        assert_eq!(
            (name, head.target().path(), head.target().query()),
            (form, path, query),
            "{input:?}"
        );
        assert_eq!(head.host().map(|host| host.as_str()), host, "{input:?}");
        assert_eq!(head.target().to_string(), head.target_text());
        let (method, target) = (head.method(), head.target_text());
        assert_eq!(RequestTarget::new(target, method), Ok(head.target()));
    }
}

#[test]
fn a_form_that_does_not_go_with_the_method_is_refused_rfc_9112_3_2() {
    for (line, offset) in [
        ("GET *", 4),
        ("PUT *", 4),
        ("options *", 8),
        ("GET a.test:80", 4),
        ("GET a.test", 4),
        ("OPTIONS a.test:80", 8),
        ("CONNECT /", 8),
        ("CONNECT /a:80", 8),
        ("CONNECT http://a.test/", 8),
        ("CONNECT *", 8),
        ("GET mailto:x@a.test", 4),
        ("GET ?a", 4),
        ("GET a/b", 4),
        ("GET ://a/", 4),
        ("GET 1http://a/", 4),
        ("GET **", 4),
    ] {
        let input = format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("target-form", offset, 400, "RFC 9112 section 3.2"),
            "{input:?}"
        );
    }
}

#[test]
fn the_authority_of_a_target_is_host_and_port_rfc_9110_4_2() {
    for (line, offset) in [
        ("GET http:///a", 11),
        ("GET http://user@a.test/", 15),
        ("GET http://user:pw@a.test/", 16),
        ("GET http://a.test:x/", 18),
        ("GET http://:80/", 11),
        ("CONNECT a.test", 14),
        ("CONNECT a.test:", 14),
        ("CONNECT a.test:0", 14),
        ("CONNECT a.test:65536", 19),
        ("CONNECT user@a.test:80", 12),
        ("CONNECT :80", 8),
    ] {
        let input = format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("target-authority", offset, 400, "RFC 9110 section 4.2"),
            "{input:?}"
        );
    }
}

#[test]
fn only_octets_of_a_uri_stand_in_a_target_rfc_9112_3_2() {
    for octet in 0_u8..=255 {
        let mut input = b"GET /x? HTTP/1.1\r\nHost: a\r\n\r\n".to_vec();
        input.insert(7, octet);
        let uri = octet.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&octet);
        match RequestHead::decode(&input) {
            Ok(_) => assert!(uri, "{octet:#04x}"),
            Err(error) => {
                assert!(!uri, "{octet:#04x} {error}");
                let offset = if octet == b' ' { 8 } else { 7 };
                assert_eq!(
                    (error.offset(), error.suggested_status().code()),
                    (offset, 400),
                    "{octet:#04x} {error}"
                );
            }
        }
    }
    assert_eq!(refusal("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n").0, "target");
    assert_eq!(
        refusal("GET http://a#b HTTP/1.1\r\nHost: a\r\n\r\n").0,
        "target"
    );
}

#[test]
fn a_percent_sign_needs_two_digits_rfc_3986_2_1() {
    assert_eq!(
        accept("GET /%41%fF%00 HTTP/1.1\r\nHost: a\r\n\r\n").target_text(),
        "/%41%fF%00"
    );
    for (target, offset) in [
        ("/%", 5),
        ("/%4", 5),
        ("/a%zz", 6),
        ("/%4g", 5),
        ("/%%41", 5),
        ("/?%u00", 6),
    ] {
        let input = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("percent-encoding", offset, 400, "RFC 3986 section 2.1"),
            "{input:?}"
        );
    }
    // Both have to come before one of them can be wrong.
    assert_eq!(RequestHead::decode(b"GET /%z"), Ok(Decoded::Incomplete));
    assert_eq!(refuse("GET /%zz").offset(), 5);
}

#[test]
fn the_lenient_target_takes_what_browsers_leave_unencoded() {
    let mut limits = Limits::new();
    limits.lenient_target = true;
    let input = b"GET /a|b?c[]={d}&e=^`\\%zz HTTP/1.1\r\nHost: a\r\n\r\n";
    assert!(
        RequestHead::decode_with(input, &limits)
            .unwrap()
            .complete()
            .is_some()
    );
    for bad in [
        &b"GET /<a HTTP/1.1\r\n"[..],
        b"GET /\" HTTP/1.1\r\n",
        b"GET /#a HTTP/1.1\r\n",
        b"GET /\x80 HTTP/1.1\r\n",
    ] {
        assert_eq!(
            refuse_with(bad, &limits).kind().name(),
            "target",
            "{}",
            bad.escape_ascii()
        );
    }
    assert_eq!(
        refuse_with(b"GET http://a|b/ HTTP/1.1\r\n", &limits).offset(),
        12
    );
}

#[test]
fn version_is_exactly_http_1_0_or_1_1_rfc_9112_2_3() {
    assert_eq!(accept("GET / HTTP/1.0\r\n\r\n").version(), Version::Http10);
    for version in [
        "http/1.1",
        "Http/1.1",
        "HTTP/1",
        "HTTP/11",
        "HTTP/1.",
        "HTTP/.1",
        "HTTP/1.1.1",
        "HTTP/1.10",
        "HTTP/01.1",
        "HTTP/1,1",
        "HTTP 1.1",
        "HTTPS/1.1",
        "HTTP/a.b",
        "HTTP/+1.1",
        "1.1",
        "HTTP/",
        "HTTP/1.1a",
        "SIP/2.0",
    ] {
        let (name, _, status, section) = refusal(&format!("GET / {version}\r\nHost: a\r\n\r\n"));
        assert_eq!(
            (name, status, section),
            ("version", 400, "RFC 9112 section 2.3"),
            "{version}"
        );
    }
    assert_eq!(refusal("GET /\r\n\r\n").0, "version");
    assert_eq!(refusal("GET / \r\n\r\n").0, "version");
    assert_eq!(refusal("GET /\r\nHost: a\r\n\r\n").0, "version");
}

#[test]
fn another_version_is_answered_505_rfc_9110_15_6_6() {
    for version in [
        "HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/0.0",
    ] {
        let (name, _, status, _) = refusal(&format!("GET / {version}\r\nHost: a\r\n\r\n"));
        assert_eq!((name, status), ("version-unsupported", 505), "{version}");
    }
    assert_eq!(
        refuse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").kind(),
        &ErrorKind::VersionUnsupported { major: 2, minor: 0 }
    );
}
