//! Field lines, Host, Connection, Expect and Upgrade of a request: every rule with its section.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

mod verdicts;

use self::verdicts::{accept, refusal, refuse, refuse_with};
use wire_http::{Decoded, ErrorKind, Limits, RequestHead};

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
        // RFC 3986 §2.1: both are digits.
        ("a%4z", 1),
        ("a%z4", 1),
        // Long enough to be looked at sixteen octets at a time, and two of them wrong.
        ("0123456789<>cdef", 10),
        ("0123456789abcdef<123456789abcde>", 16),
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
    // RFC 9112 §3.2: an empty Host is another one than that of the target.
    let empty = "GET http://a.test/ HTTP/1.1\r\nHost:\r\n\r\n";
    let error = refuse_with(empty.as_bytes(), &limits);
    assert_eq!((error.kind().name(), error.offset()), ("host-other", 34));
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
