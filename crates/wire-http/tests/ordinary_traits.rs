//! What programs expect of any value: texts that fill a width, keys of maps, arguments of writers.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use std::collections::{HashMap, HashSet};

use wire_http::credentials::{Credentials, decode_challenges};
use wire_http::media_type::MediaType;
use wire_http::parameter::Parameter;
use wire_http::{
    Authority, ErrorKind, FieldName, FieldValue, Method, RequestHead, RequestTarget, StatusCode,
    Version, cookie, query,
};

/// A line of a log has columns.
#[test]
fn texts_fill_the_width_asked_for() {
    let authority = Authority::new("a.test:80").unwrap();
    let name = FieldName::new("Host").unwrap();
    assert_eq!(
        format!("{:<8}|{:>10}|", Method::GET, Version::Http11),
        "GET     |  HTTP/1.1|"
    );
    assert_eq!(
        format!("{authority:>10}|{name:<6}|{:<5}|", StatusCode::OK),
        " a.test:80|Host  |200  |"
    );
}

/// RFC 3986 §3.2.2: hosts are compared without regard to case, so they are the same key too.
#[test]
fn authorities_and_targets_are_keys() {
    let [one, other] = ["A.test:80", "a.TEST:80"].map(|text| Authority::new(text).unwrap());
    let no_port = Authority::new("a.test").unwrap();
    assert_eq!(HashSet::from([one, other, no_port]).len(), 2);
    let [one, other] = ["http://A.test/x", "http://a.test/x"]
        .map(|text| RequestTarget::new(text, Method::GET).unwrap());
    assert_eq!(HashSet::from([one, other]).len(), 1);
}

fn fields(lines: &str) -> RequestHead<'_> {
    let (head, _) = RequestHead::decode(lines.as_bytes())
        .unwrap()
        .complete()
        .unwrap();
    head
}

/// RFC 9110 §5.1: names without regard to case; §5.5: values are octets.
#[test]
fn field_lines_are_equal_when_they_say_the_same() {
    let [one, same, other] = ["Accept", "aCCEPT", "Accepu"].map(|n| FieldName::new(n).unwrap());
    assert!(one == same && one != other);
    assert!(one == *"accept" && one == "ACCEPT" && one != *"accep" && one != "accepts");
    assert_eq!(HashSet::from([one, same, other]).len(), 2);
    let text: &str = one.as_ref();
    assert_eq!(text, "Accept");

    let value = FieldValue::new(b"a\xff").unwrap();
    assert!(value == b"a\xff" && value == b"a\xff"[..] && value != b"A\xff");
    assert!(value != b"a"[..] && value != "a" && value != *"a");
    let value = FieldValue::new(b"ab").unwrap();
    assert!(value == "ab" && value == *"ab" && value != "aB" && value != *"aB");

    let head = "GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
    let (one, same) = (fields(head), head.replace("Host", "hOST"));
    assert_eq!(one.fields(), fields(&same).fields());
    for other in [
        head.replace("B: c", "B: C"),
        head.replace("B: c", "C: c"),
        head.replace("B: c\r\n", ""),
        head.replace("Host: a\r\nB: c", "B: c\r\nHost: a"),
    ] {
        assert_ne!(one.fields(), fields(&other).fields(), "{other:?}");
    }
    assert!(!one.fields().is_empty() && fields("GET / HTTP/1.0\r\n\r\n").fields().is_empty());
    assert!(one.fields().contains("b") && !one.fields().contains("a"));
}

/// RFC 9110 §8.3.1 and §11.6.1: names and types without regard to case, values of parameters with it.
#[test]
fn values_with_parameters_are_equal_when_they_say_the_same() {
    let read = |text: &'static str| MediaType::decode(text.as_bytes()).unwrap();
    let html = read("text/html;a=b");
    assert_eq!(html, read("TEXT/Html; A=\"b\""));
    for other in [
        "text/html",
        "text/html;a=B",
        "text/html;c=b",
        "text/htm;a=b",
        "tex/html;a=b",
    ] {
        assert_ne!(html, read(other), "{other}");
    }
    assert!(html.is("Text", "HTML") && !html.is("text", "plain") && !html.is("image", "html"));
    let charset = read("text/html;charset=UTF-8").charset().unwrap();
    assert!(charset.eq_ignore_ascii_case(b"utf-8") && !charset.eq_ignore_ascii_case(b"utf-9"));

    let read = |text: &'static str| decode_challenges([text.as_bytes()]).unwrap().remove(0);
    let basic = read("Basic realm=\"a\"");
    assert_eq!(basic, read("bASIC Realm=a"));
    for other in ["Digest realm=a", "Basic realm=b", "Basic", "Basic YQ=="] {
        assert_ne!(basic, read(other), "{other}");
    }
    let digest = Credentials::decode(b"Digest username=u, uri=\"/\"").unwrap();
    let names: Vec<_> = digest.parameters().iter().map(Parameter::name).collect();
    assert_eq!(
        (digest.scheme(), names),
        ("Digest", vec!["username", "uri"])
    );
}

/// RFC 9110 §15: the first digit is the class, and what has none is treated as 5xx.
#[test]
fn each_status_is_of_one_class() {
    for code in 100..=999 {
        let status = StatusCode::new(code).unwrap();
        assert_eq!(u16::from(status), code);
        let class = [
            status.is_informational(),
            status.is_successful(),
            status.is_redirection(),
            status.is_client_error(),
            status.is_server_error(),
        ];
        let mut expected = [false; 5];
        expected[usize::from(code / 100 - 1).min(4)] = true;
        assert_eq!(class, expected, "{code}");
    }
    let method: &str = Method::PATCH.as_ref();
    assert_eq!(method, "PATCH");
}

/// RFC 6265 §4.2.1 and the WHATWG URL standard §5.2, from maps of strings as programs have them.
#[test]
fn pairs_come_from_what_has_strings() {
    let pairs = HashMap::from([("a".to_owned(), "b c".to_owned())]);
    assert_eq!(query::encode_pairs(&pairs), "a=b+c");
    assert_eq!(query::encode_pairs([("a", String::from("é"))]), "a=%C3%A9");
    assert_eq!(cookie::encode_pairs(&pairs).unwrap(), b"a=b c");
    assert_eq!(cookie::encode_pairs([("a", b"b")]).unwrap(), b"a=b");
}

/// Without the standard library a map is ordered, and RFC 9110 §5.1 compares names without regard to case.
#[test]
fn methods_and_field_names_are_ordered_keys() {
    let names = ["b", "A", "ab", "B-c", "a"].map(|name| FieldName::new(name).unwrap());
    let sorted: Vec<_> = names
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert_eq!(
        sorted,
        ["A", "ab", "b", "B-c"].map(|name| FieldName::new(name).unwrap())
    );
    let handlers = BTreeMap::from([(Method::PUT, 2), (Method::GET, 1)]);
    assert_eq!(handlers.get(&Method::GET), Some(&1));
    assert!(handlers.keys().is_sorted());
}

/// Faults are counted by their kind.
#[test]
fn kinds_of_errors_are_keys() {
    let mut faults = HashMap::new();
    for input in [
        "GET / HTTP/1.1\r\n\r\n",
        "PUT / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
    ] {
        let error = RequestHead::decode(input.as_bytes()).unwrap_err();
        *faults.entry(*error.kind()).or_insert(0) += 1;
    }
    assert_eq!(faults.get(&ErrorKind::HostMissing), Some(&2));
    assert_eq!(faults.len(), 2);
}
