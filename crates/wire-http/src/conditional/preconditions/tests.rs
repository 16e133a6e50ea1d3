use super::{Outcome, Preconditions, Representation};
use crate::conditional::EntityTag;
use crate::date::HttpDate;
use crate::method::Method;

const OLD: &str = "Sat, 29 Oct 1994 19:43:31 GMT";
const MODIFIED: &str = "Sat, 29 Oct 1994 19:43:32 GMT";
const NEW: &str = "Sat, 29 Oct 1994 19:43:33 GMT";

fn date(value: &str) -> HttpDate {
    HttpDate::decode(value.as_bytes(), HttpDate::MIN).unwrap()
}

/// A representation with the strong tag "a", modified at MODIFIED, seen one second later.
fn outcome(method: &str, fields: &[(&'static str, &'static str)]) -> Outcome {
    let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes()));
    let current = Representation::new(
        Some(EntityTag::strong(b"a").unwrap()),
        Some(date(MODIFIED)),
        date(NEW),
    );
    Preconditions::decode(fields, date(NEW))
        .unwrap()
        .evaluate(Method::from_token(method), Some(&current))
}

fn outcome_of_nothing(method: &str, fields: &[(&'static str, &'static str)]) -> Outcome {
    let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes()));
    Preconditions::decode(fields, date(NEW))
        .unwrap()
        .evaluate(Method::from_token(method), None)
}

/// RFC 9110 §13.1.1.
#[test]
fn if_match() {
    assert_eq!(outcome("PUT", &[("If-Match", "\"a\"")]), Outcome::Perform);
    assert_eq!(
        outcome("PUT", &[("If-Match", "\"xyzzy\", \"a\"")]),
        Outcome::Perform
    );
    assert_eq!(
        outcome("PUT", &[("If-Match", "\"xyzzy\""), ("if-match", "\"a\"")]),
        Outcome::Perform
    );
    assert_eq!(
        outcome("PUT", &[("If-Match", "W/\"a\"")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome("GET", &[("If-Match", "\"b\"")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(outcome("PUT", &[("If-Match", " * ")]), Outcome::Perform);
    assert_eq!(
        outcome("PUT", &[("If-Match", "")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome_of_nothing("PUT", &[("If-Match", "*")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome_of_nothing("DELETE", &[("If-Match", "\"a\"")]),
        Outcome::PreconditionFailed
    );
}

/// RFC 9110 §13.1.2.
#[test]
fn if_none_match() {
    assert_eq!(
        outcome("GET", &[("If-None-Match", "W/\"a\"")]),
        Outcome::NotModified
    );
    assert_eq!(
        outcome("HEAD", &[("If-None-Match", "\"b\", \"a\"")]),
        Outcome::NotModified
    );
    assert_eq!(
        outcome("PUT", &[("If-None-Match", "\"a\"")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome("GET", &[("If-None-Match", "\"b\"")]),
        Outcome::Perform
    );
    assert_eq!(
        outcome("PUT", &[("If-None-Match", "*")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome("GET", &[("If-None-Match", "*")]),
        Outcome::NotModified
    );
    assert_eq!(
        outcome_of_nothing("PUT", &[("If-None-Match", "*")]),
        Outcome::Perform
    );
}

/// RFC 9110 §13.1.3 and §13.1.4.
#[test]
fn dates() {
    assert_eq!(
        outcome("GET", &[("If-Modified-Since", MODIFIED)]),
        Outcome::NotModified
    );
    assert_eq!(
        outcome("GET", &[("If-Modified-Since", NEW)]),
        Outcome::NotModified
    );
    assert_eq!(
        outcome("GET", &[("If-Modified-Since", OLD)]),
        Outcome::Perform
    );
    assert_eq!(
        outcome("POST", &[("If-Modified-Since", NEW)]),
        Outcome::Perform
    );
    assert_eq!(
        outcome("GET", &[("If-Modified-Since", "yesterday")]),
        Outcome::Perform
    );
    assert_eq!(
        outcome(
            "GET",
            &[("If-Modified-Since", NEW), ("If-Modified-Since", NEW)]
        ),
        Outcome::Perform
    );
    assert_eq!(
        outcome("PUT", &[("If-Unmodified-Since", MODIFIED)]),
        Outcome::Perform
    );
    assert_eq!(
        outcome("PUT", &[("If-Unmodified-Since", OLD)]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome("PUT", &[("If-Unmodified-Since", "0")]),
        Outcome::Perform
    );
    assert_eq!(
        outcome_of_nothing("PUT", &[("If-Unmodified-Since", OLD)]),
        Outcome::Perform
    );
}

/// RFC 9110 §13.2.2: tags go before dates, and the date is then not looked at.
#[test]
fn order() {
    assert_eq!(
        outcome(
            "GET",
            &[("If-Match", "\"a\""), ("If-Unmodified-Since", OLD)]
        ),
        Outcome::Perform
    );
    assert_eq!(
        outcome(
            "GET",
            &[("If-None-Match", "\"b\""), ("If-Modified-Since", NEW)]
        ),
        Outcome::Perform
    );
    assert_eq!(
        outcome(
            "GET",
            &[("If-None-Match", "\"a\""), ("If-Modified-Since", OLD)]
        ),
        Outcome::NotModified
    );
    assert_eq!(
        outcome("GET", &[("If-Match", "\"b\""), ("If-None-Match", "\"a\"")]),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome("GET", &[("If-Match", "\"a\""), ("If-None-Match", "\"a\"")]),
        Outcome::NotModified
    );
    assert_eq!(
        outcome(
            "GET",
            &[("If-Unmodified-Since", OLD), ("If-None-Match", "\"a\"")]
        ),
        Outcome::PreconditionFailed
    );
    assert_eq!(
        outcome(
            "GET",
            &[
                ("If-None-Match", "\"a\""),
                ("Range", "bytes=0-0"),
                ("If-Range", "\"b\"")
            ]
        ),
        Outcome::NotModified
    );
}

/// RFC 9110 §13.1.5.
#[test]
fn if_range() {
    let with_range = |value| outcome("GET", &[("Range", "bytes=0-0"), ("If-Range", value)]);
    assert_eq!(with_range("\"a\""), Outcome::Perform);
    assert_eq!(with_range("\"b\""), Outcome::PerformWithoutRange);
    assert_eq!(with_range("W/\"a\""), Outcome::PerformWithoutRange);
    assert_eq!(with_range(MODIFIED), Outcome::Perform);
    assert_eq!(with_range(NEW), Outcome::PerformWithoutRange);
    assert_eq!(with_range(OLD), Outcome::PerformWithoutRange);
    assert_eq!(with_range("a"), Outcome::PerformWithoutRange);
    assert_eq!(outcome("GET", &[("If-Range", "\"b\"")]), Outcome::Perform);
    assert_eq!(
        outcome("HEAD", &[("Range", "bytes=0-0"), ("If-Range", "\"b\"")]),
        Outcome::Perform
    );
}

/// RFC 9110 §8.8.2.2: a date of this very second is weak.
#[test]
fn if_range_with_a_date_that_may_change_again() {
    let fields = [
        ("Range", &b"bytes=0-0"[..]),
        ("If-Range", MODIFIED.as_bytes()),
    ];
    let current = Representation::new(None, Some(date(MODIFIED)), date(MODIFIED));
    let preconditions = Preconditions::decode(fields, date(NEW)).unwrap();
    assert_eq!(
        preconditions.evaluate(Method::GET, Some(&current)),
        Outcome::PerformWithoutRange
    );
}

/// RFC 9110 §13.2.1.
#[test]
fn methods_that_select_nothing_ignore_conditions() {
    for method in ["CONNECT", "OPTIONS", "TRACE"] {
        assert_eq!(
            outcome(method, &[("If-Match", "\"b\""), ("If-None-Match", "*")]),
            Outcome::Perform
        );
    }
}

#[test]
fn broken_tags_are_refused_and_located() {
    for (name, value, offset) in [
        ("If-Match", "\"a\", b", 5),
        ("If-None-Match", "*, \"a\"", 0),
        ("If-None-Match", "\"a\" \"b\"", 4),
    ] {
        assert_eq!(
            Preconditions::decode([(name, value.as_bytes())], date(NEW))
                .unwrap_err()
                .offset(),
            offset
        );
    }
    assert!(
        Preconditions::decode([("If-Match", &b"*"[..]), ("If-Match", b"\"a\"")], date(NEW))
            .is_err()
    );
}

/// RFC 9110 §13.1.2, §13.1.3: what is no tag matches none, and the date beside it does not count; If-Match still protects.
#[test]
fn a_reading_request_passes_over_a_broken_if_none_match() {
    let current = Representation::new(
        Some(EntityTag::strong(b"a").unwrap()),
        Some(date(MODIFIED)),
        date(NEW),
    );
    let broken = [
        ("If-None-Match", b"a".as_slice()),
        ("If-Modified-Since", MODIFIED.as_bytes()),
    ];
    let preconditions = Preconditions::decode_reading(broken, date(NEW)).unwrap();
    assert_eq!(
        preconditions.evaluate(Method::GET, Some(&current)),
        Outcome::Perform
    );
    assert!(Preconditions::decode(broken, date(NEW)).is_err());
    let sound = [("If-None-Match", b"\"a\"".as_slice())];
    let preconditions = Preconditions::decode_reading(sound, date(NEW)).unwrap();
    assert_eq!(
        preconditions.evaluate(Method::GET, Some(&current)),
        Outcome::NotModified
    );
    let broken = [("If-Match", b"a".as_slice())];
    assert!(Preconditions::decode_reading(broken, date(NEW)).is_err());
}

/// RFC 9110 §14.2: Range alone is no condition.
#[test]
fn a_range_without_condition_is_served() {
    assert_eq!(outcome("GET", &[("Range", "bytes=0-1")]), Outcome::Perform);
}

#[test]
fn each_condition_is_found_by_its_name() {
    for (place, (name, value)) in [
        ("If-Match", "*"),
        ("If-None-Match", "*"),
        ("If-Modified-Since", OLD),
        ("If-Unmodified-Since", OLD),
        ("If-Range", "\"a\""),
    ]
    .into_iter()
    .enumerate()
    {
        let read = Preconditions::decode([(name, value.as_bytes())], date(NEW)).unwrap();
        assert!(!read.is_empty(), "{name}");
        let mut expected = [false; 5];
        expected[place] = true;
        assert_eq!(
            [
                read.if_match().is_some(),
                read.if_none_match().is_some(),
                read.if_modified_since() == Some(date(OLD)),
                read.if_unmodified_since() == Some(date(OLD)),
                read.if_range().is_some(),
            ],
            expected,
            "{name}"
        );
    }
    let none = Preconditions::decode([("Range", &b"bytes=0-1"[..])], date(NEW)).unwrap();
    assert!(none.is_empty());
}
