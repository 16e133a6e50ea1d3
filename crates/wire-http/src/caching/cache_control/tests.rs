use super::{CacheControl, Directive, FieldNames, MaxStale};
use crate::caching::DeltaSeconds;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

fn control(value: &'static str) -> CacheControl<'static> {
    CacheControl::decode([value.as_bytes()]).unwrap()
}

/// RFC 9111 §5.2: tokens and quoted strings alike; names without regard to case; unknown ones kept.
#[test]
fn reads_directives() {
    let read = control("MAX-AGE=\"3600\", , no-Transform, Community=\"UCI\"");
    assert_eq!(read.max_age(), Some(DeltaSeconds::new(3600)));
    assert!(read.no_transform());
    assert_eq!(
        read.directives()[2],
        Directive::new("community", Some(b"UCI")).unwrap()
    );
    let community = read.directives()[2];
    assert_eq!(community.name(), "Community");
    assert_eq!(community.argument().unwrap(), b"UCI");
    for other in [
        Directive::new("community", Some(b"uci")),
        Directive::new("community", None),
        Directive::new("commune", Some(b"UCI")),
    ] {
        assert_ne!(community, other.unwrap());
    }
    // RFC 8246 §2.
    let immutable = control("max-age=1, Immutable");
    assert!(immutable.immutable() && !read.immutable());
    assert!(!immutable.no_transform());
    assert_eq!(
        CacheControl::decode([&b"no-store"[..], b"", b"private"])
            .unwrap()
            .directives()
            .len(),
        2
    );
}

/// RFC 9111 §4.2.1: the first of several; what is no number is stale.
#[test]
fn freshness_is_never_guessed() {
    assert_eq!(
        control("max-age=1, max-age=2").max_age(),
        Some(DeltaSeconds::new(1))
    );
    for value in [
        "max-age",
        "max-age=-1",
        "max-age=1.5",
        "max-age=\"\"",
        "max-age=a",
        "max-age=\" 5\"",
        "max-age='5'",
    ] {
        assert_eq!(
            control(value).max_age(),
            Some(DeltaSeconds::ZERO),
            "{value}"
        );
    }
    assert_eq!(
        control("max-age=99999999999999").max_age(),
        Some(DeltaSeconds::MAX)
    );
    assert_eq!(control("min-fresh=x").min_fresh(), Some(DeltaSeconds::MAX));
    assert_eq!(control("max-stale").max_stale(), Some(MaxStale::Any));
    assert_eq!(
        control("max-stale=x").max_stale(),
        Some(MaxStale::AtMost(DeltaSeconds::ZERO))
    );
    assert_eq!(
        control("max-stale=5").max_stale(),
        Some(MaxStale::AtMost(DeltaSeconds::new(5)))
    );
}

/// RFC 9111 §5.2.2.4 and §5.2.2.7.
#[test]
fn qualified_forms() {
    let names =
        |names: &[&str]| FieldNames::Some(names.iter().map(|name| String::from(*name)).collect());
    assert_eq!(
        control("no-cache=\"Set-Cookie, X-A\"").no_cache(),
        names(&["set-cookie", "x-a"])
    );
    assert_eq!(control("private=x").private(), names(&["x"]));
    assert_eq!(
        control("private=x, private=\"y\"").private(),
        names(&["x", "y"])
    );
    for value in [
        "private",
        "private=x, private",
        "private=\"\"",
        "private=\"a b\"",
        "private=\"a,\u{e9}\"",
    ] {
        assert_eq!(control(value).private(), FieldNames::All, "{value}");
    }
    assert_eq!(control("public").private(), FieldNames::Absent);
}

#[test]
fn an_argument_too_many_allows_nothing() {
    assert!(!control("public=no").public());
    assert!(!control("must-understand=1").must_understand());
    assert!(control("no-store=0").no_store());
}

#[test]
fn refuses_what_is_no_list_and_says_where() {
    for (value, offset) in [
        ("max-age=60; public", 10),
        ("max-age = 60", 8),
        ("max-age= 60", 8),
        ("=5", 0),
        ("a, \"b\"", 3),
        ("private=\"x", 10),
    ] {
        assert_eq!(
            CacheControl::decode([value.as_bytes()])
                .unwrap_err()
                .offset(),
            offset,
            "{value}"
        );
    }
}

#[test]
fn writes_what_it_read() {
    let written = CacheControl::new(vec![
        Directive::new("max-age", Some(b"60")).unwrap(),
        Directive::new("private", Some(b"a, b")).unwrap(),
        Directive::new("no-transform", None).unwrap(),
    ]);
    let mut out = Vec::new();
    written.encode(&mut out);
    assert_eq!(out, b"max-age=60, private=\"a, b\", no-transform");
    assert_eq!(CacheControl::decode([&out[..]]).unwrap(), written);
    assert!(Directive::new("a b", None).is_err());
}
