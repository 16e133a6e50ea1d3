//! What programs expect of any value: texts that fill a width, keys of maps, arguments of writers.

use std::collections::{HashMap, HashSet};

use wire_http::{Authority, FieldName, Method, RequestTarget, StatusCode, Version, cookie, query};

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

/// RFC 6265 §4.2.1 and the WHATWG URL standard §5.2, from maps of strings as programs have them.
#[test]
fn pairs_come_from_what_has_strings() {
    let pairs = HashMap::from([("a".to_owned(), "b c".to_owned())]);
    assert_eq!(query::encode_pairs(&pairs), "a=b+c");
    assert_eq!(query::encode_pairs([("a", String::from("é"))]), "a=%C3%A9");
    assert_eq!(cookie::encode_pairs(&pairs).unwrap(), b"a=b c");
    assert_eq!(cookie::encode_pairs([("a", b"b")]).unwrap(), b"a=b");
}
