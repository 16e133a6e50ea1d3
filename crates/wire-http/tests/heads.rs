//! Request and response heads: every rule with its section, every refusal with its octet and status.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use wire_http::{
    Decoded, Error, ErrorKind, Framing, Limits, Method, RequestHead, RequestTarget, ResponseHead,
    Version,
};

fn accept(input: &str) -> RequestHead<'_> {
    accept_octets(input.as_bytes())
}

fn accept_octets(input: &[u8]) -> RequestHead<'_> {
    match RequestHead::decode(input) {
        Ok(Decoded::Complete { value, .. }) => value,
        other => panic!("{}: {other:?}", input.escape_ascii()),
    }
}

fn refuse(input: &str) -> Error {
    refuse_with(input.as_bytes(), &Limits::new())
}

fn refuse_with(input: &[u8], limits: &Limits) -> Error {
    match RequestHead::decode_with(input, limits) {
        Err(error) => error,
        Ok(other) => panic!("{} passed: {other:?}", input.escape_ascii()),
    }
}

/// `name`, offset, status and section of the refusal.
fn refusal(input: &str) -> (&'static str, usize, u16, &'static str) {
    let error = refuse(input);
    (
        error.kind().name(),
        error.offset(),
        error.suggested_status().code(),
        error.reference(),
    )
}

fn answer(input: &[u8], method: Method<'_>) -> Result<Framing, Error> {
    ResponseHead::decode(input, method).map(|decoded| match decoded {
        Decoded::Complete { value, .. } => value.framing(),
        Decoded::Incomplete => panic!("incomplete: {}", input.escape_ascii()),
    })
}

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
    assert_eq!(refuse_with(b"\r\nGET / HTTP/1.1\r\n", &limits).offset(), 0);
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

// ---- RFC 9112 §5, RFC 9110 §5: field lines ----

#[test]
fn whitespace_before_the_colon_is_refused_rfc_9112_5_1() {
    for name in ["Host ", "Host\t", "Content-Length ", "Transfer-Encoding "] {
        let input = format!("GET / HTTP/1.1\r\nHost: a\r\n{name}: 1\r\n\r\n");
        let at = 25 + name.len() - 1;
        assert_eq!(
            refusal(&input),
            ("space-before-colon", at, 400, "RFC 9112 section 5.1"),
            "{name:?}"
        );
    }
}

#[test]
fn field_names_are_tokens_rfc_9110_5_1() {
    assert_eq!(
        refusal("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        ("field-name-empty", 25, 400, "RFC 9110 section 5.1")
    );
    for octet in 0_u8..=255 {
        let mut input = b"GET / HTTP/1.1\r\nHost: a\r\nXY: b\r\n\r\n".to_vec();
        input.insert(26, octet);
        let token = octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
        match RequestHead::decode(&input) {
            Ok(_) => assert!(token || octet == b':', "{octet:#04x}"),
            Err(error) => {
                assert!(!token, "{octet:#04x}");
                assert_eq!(
                    (error.offset(), error.suggested_status().code()),
                    (26, 400),
                    "{octet:#04x} {error}"
                );
            }
        }
    }
}

#[test]
fn a_line_without_colon_is_refused_rfc_9112_5_1() {
    for line in ["Nonsense", "X"] {
        let input = format!("GET / HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n");
        assert_eq!(
            refusal(&input),
            (
                "colon-missing",
                25 + line.len(),
                400,
                "RFC 9112 section 5.1"
            )
        );
    }
}

#[test]
fn line_folding_is_refused_rfc_9112_5_2() {
    for blank in [" ", "\t", " \t "] {
        let input = format!("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n{blank}c\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("line-folding", 31, 400, "RFC 9112 section 5.2")
        );
    }
    assert_eq!(
        refusal("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n \r\n\r\n").0,
        "line-folding"
    );
    assert_eq!(
        refusal("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n").0,
        "line-folding"
    );
}

#[test]
fn values_have_no_controls_rfc_9110_5_5() {
    for octet in 0_u8..=255 {
        let mut input = b"GET / HTTP/1.1\r\nHost: a\r\nX: ab\r\n\r\n".to_vec();
        input.insert(29, octet);
        let allowed = matches!(octet, b'\t' | b' '..=b'~' | 0x80..);
        match RequestHead::decode(&input) {
            Ok(Decoded::Complete { value, .. }) => {
                assert!(allowed, "{octet:#04x}");
                assert_eq!(
                    value.fields().get("x").unwrap().as_bytes(),
                    [b'a', octet, b'b']
                );
            }
            Ok(Decoded::Incomplete) => panic!("{octet:#04x}"),
            Err(error) => {
                assert!(!allowed, "{octet:#04x}");
                assert_eq!(
                    (error.offset(), error.suggested_status().code()),
                    (29, 400),
                    "{octet:#04x} {error}"
                );
            }
        }
    }
}

#[test]
fn whitespace_around_a_value_is_dropped_rfc_9112_5() {
    let head = accept("GET / HTTP/1.1\r\nHost:a\r\nX: \t b c\t \r\nE:\r\nF: \t\r\n\r\n");
    assert_eq!(head.fields().get("x").unwrap(), "b c");
    assert_eq!(head.fields().get("e").unwrap(), "");
    assert_eq!(head.fields().get("f").unwrap(), "");
    let ranges: Vec<_> = head
        .fields()
        .iter()
        .map(|line| (line.name_range(), line.value_range()))
        .collect();
    assert_eq!(
        ranges,
        [
            (16..20, 21..22),
            (24..25, 29..32),
            (36..37, 38..38),
            (40..41, 44..44)
        ]
    );
}

#[test]
fn order_case_and_repetition_are_kept_rfc_9110_5_3() {
    let head = accept("GET / HTTP/1.1\r\nhOST: a\r\nB: 1\r\nb: 2, \"3,4\\\",\" ,,5\r\n\r\n");
    let lines: Vec<_> = head
        .fields()
        .iter()
        .map(|line| (line.name().to_string(), line.value().to_string()))
        .collect();
    assert_eq!(lines[0].0, "hOST");
    assert_eq!(head.fields().get_all("B").count(), 2);
    assert_eq!(head.fields().get_only("B"), None);
    assert_eq!(head.fields().get_only("host").unwrap(), "a");
    let members: Vec<_> = head
        .fields()
        .list("b")
        .map(|member| member.to_string())
        .collect();
    assert_eq!(members, ["1", "2", "\"3,4\\\",\"", "5"]);
    assert!(head.fields().list_contains("B", "5") && !head.fields().list_contains("B", "3"));
    assert_eq!(head.fields().iter().len(), 3);
}

// ---- RFC 9112 §3.2: Host ----

#[test]
fn host_is_there_once_rfc_9112_3_2() {
    assert_eq!(
        refusal("GET / HTTP/1.1\r\n\r\n"),
        ("host-missing", 16, 400, "RFC 9112 section 3.2")
    );
    assert_eq!(
        refusal("GET / HTTP/1.1\r\nX-Host: a\r\n\r\n").0,
        "host-missing"
    );
    assert_eq!(refusal("GET http://a/ HTTP/1.1\r\n\r\n").0, "host-missing");
    assert_eq!(refusal("CONNECT a:80 HTTP/1.1\r\n\r\n").0, "host-missing");
    for second in ["b", "a", ""] {
        let input = format!("GET / HTTP/1.1\r\nHost: a\r\nHOST: {second}\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("host-repeated", 25, 400, "RFC 9112 section 3.2")
        );
    }
    assert_eq!(
        refusal("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n").0,
        "host-repeated"
    );
    assert!(accept("GET / HTTP/1.0\r\n\r\n").host().is_none());
}

#[test]
fn host_is_a_host_with_an_optional_port_rfc_9112_3_2() {
    for value in [
        "a.test",
        "A.TEST:8080",
        "127.0.0.1",
        "[::1]:80",
        "[v1.a:b]",
        "a:",
        "xn--bcher-kva.example",
        "a%20b",
        "_dmarc",
        "a.test.",
    ] {
        let input = format!("GET / HTTP/1.1\r\nHost: {value}\r\n\r\n");
        assert_eq!(accept(&input).host().unwrap().as_str(), value);
    }
    for (value, within) in [
        ("a b", 1),
        ("a, b", 2),
        ("a/b", 1),
        ("http://a", 5),
        ("u@a", 1),
        ("u:p@a", 2),
        ("a:8a", 3),
        ("a:-1", 2),
        ("a:99999", 6),
        ("a:80:80", 4),
        (":80", 0),
        ("[::1", 0),
        ("[::g]", 1),
        ("::1", 0),
        ("a%2", 1),
        ("a\\b", 1),
        ("a\"b", 1),
        ("a?b", 1),
        ("a#b", 1),
        ("a\tb", 1),
        ("\u{e9}.test", 0),
        ("<a>", 0),
        ("a^b", 1),
        ("{a}", 0),
    ] {
        let input = format!("GET / HTTP/1.1\r\nHost: {value}\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("host-invalid", 22 + within, 400, "RFC 9112 section 3.2"),
            "{value:?}"
        );
        let absolute = format!("GET http://a.test/ HTTP/1.1\r\nHost: {value}\r\n\r\n");
        assert_eq!(
            refuse(&absolute).kind(),
            &ErrorKind::HostInvalid,
            "{value:?}"
        );
        let old = format!("GET / HTTP/1.0\r\nHost: {value}\r\n\r\n");
        assert_eq!(refuse(&old).kind(), &ErrorKind::HostInvalid, "{value:?}");
    }
}

#[test]
fn an_empty_host_is_for_targets_that_need_none_rfc_9112_3_2() {
    assert_eq!(
        refusal("GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        ("host-empty", 21, 400, "RFC 9112 section 3.2")
    );
    assert_eq!(
        refusal("GET / HTTP/1.1\r\nHost: \t\r\n\r\n").0,
        "host-empty"
    );
    assert!(
        accept("OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n")
            .host()
            .is_none()
    );
    assert_eq!(
        accept("GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n")
            .host()
            .unwrap()
            .as_str(),
        "a"
    );
}

#[test]
fn the_target_wins_over_host_rfc_9112_3_2_2() {
    let input = "GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n";
    assert_eq!(accept(input).host().unwrap().as_str(), "a.test");
    let mut limits = Limits::new();
    limits.refuse_other_host = true;
    let error = refuse_with(input.as_bytes(), &limits);
    assert_eq!(
        (
            error.kind().name(),
            error.offset(),
            error.suggested_status().code()
        ),
        ("host-other", 35, 400)
    );
    for same in [
        "GET http://A.test/ HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
        "GET https://a.test:443/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
    ] {
        assert!(
            RequestHead::decode_with(same.as_bytes(), &limits).is_ok(),
            "{same:?}"
        );
    }
}

// ---- RFC 9112 §9, RFC 9110 §7.6.1, §7.8, §10.1.1 ----

#[test]
fn connections_persist_as_rfc_9112_9_3_says() {
    for (version, connection, persists) in [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: CLOSE\r\n", false),
        ("1.1", "Connection: keep-alive, close\r\n", false),
        (
            "1.1",
            "Connection: keep-alive\r\nConnection: close\r\n",
            false,
        ),
        ("1.1", "Connection: , x ,,close,\r\n", false),
        ("1.1", "Connection: closed\r\n", true),
        ("1.1", "Connection:\r\n", true),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ] {
        let input = format!("GET / HTTP/{version}\r\nHost: a\r\n{connection}\r\n");
        assert_eq!(accept(&input).persists(), persists, "{input:?}");
    }
    for value in ["close;x", "\"close\"", "a b", "keep-alive close", "@"] {
        let input = format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: {value}\r\n\r\n");
        assert_eq!(
            refusal(&input),
            ("connection-invalid", 37, 400, "RFC 9110 section 7.6.1"),
            "{value:?}"
        );
    }
}

#[test]
fn expectations_are_100_continue_or_417_rfc_9110_10_1_1() {
    let with = |version: &str, expect: &str| {
        format!("POST / HTTP/{version}\r\nHost: a\r\nContent-Length: 1\r\nExpect: {expect}\r\n\r\n")
    };
    assert!(accept(&with("1.1", "100-continue")).expects_continue());
    assert!(accept(&with("1.1", "100-Continue")).expects_continue());
    assert!(!accept(&with("1.0", "100-continue")).expects_continue());
    assert!(!accept(&with("1.0", "other")).expects_continue());
    for value in [
        "200-ok",
        "100-continue, other",
        "100-continue=1",
        "100-",
        "\"100-continue\"",
    ] {
        let error = refuse(&with("1.1", value));
        assert_eq!(
            (error.kind(), error.suggested_status().code()),
            (&ErrorKind::ExpectationUnknown, 417),
            "{value:?}"
        );
    }
    assert!(
        !accept("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").expects_continue()
    );
}

#[test]
fn upgrade_needs_its_connection_option_rfc_9110_7_8() {
    let with = |lines: &str| format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    assert_eq!(
        accept(&with("Upgrade: websocket\r\nConnection: Upgrade\r\n"))
            .upgrade()
            .unwrap(),
        "websocket"
    );
    assert_eq!(accept(&with("Upgrade: websocket\r\n")).upgrade(), None);
    assert_eq!(accept(&with("Connection: upgrade\r\n")).upgrade(), None);
    let old = "GET / HTTP/1.0\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n";
    assert_eq!(accept(old).upgrade(), None);
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
