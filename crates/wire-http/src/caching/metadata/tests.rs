use super::{LifetimeSource, ResponseMetadata};
use crate::caching::{CachePolicy, DeltaSeconds};
use crate::date::HttpDate;
use crate::status::StatusCode;

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

fn at(seconds: i64) -> HttpDate {
    HttpDate::from_unix(seconds.saturating_add(784_111_777)).unwrap()
}

fn response(fields: &[(&'static str, &'static str)]) -> ResponseMetadata<'static> {
    let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes()));
    ResponseMetadata::decode(StatusCode::OK, fields, at(0), at(2)).unwrap()
}

fn lifetime(fields: &[(&'static str, &'static str)]) -> (u32, LifetimeSource) {
    let (lifetime, source) = response(fields).freshness_lifetime(&CachePolicy::shared());
    (lifetime.get(), source)
}

/// RFC 9111 §4.2.1, in its order.
#[test]
fn the_first_source_decides() {
    let expires = ("Expires", "Sun, 06 Nov 1994 08:50:37 GMT");
    let all = [
        ("Date", DATE),
        ("Cache-Control", "max-age=20, s-maxage=10"),
        expires,
    ];
    assert_eq!(lifetime(&all), (10, LifetimeSource::SMaxage));
    let (private, source) = response(&all).freshness_lifetime(&CachePolicy::private());
    assert_eq!((private.get(), source), (20, LifetimeSource::MaxAge));
    assert_eq!(
        lifetime(&[("Date", DATE), expires]),
        (60, LifetimeSource::Expires)
    );
    // Without Date the arrival, two seconds later, takes its place.
    assert_eq!(lifetime(&[expires]), (58, LifetimeSource::Expires));
    assert_eq!(lifetime(&[]), (0, LifetimeSource::None));
}

/// RFC 9111 §5.3: an invalid date, "0" above all, is in the past.
#[test]
fn expires_that_is_no_date_has_expired() {
    for value in ["0", "-1", "", "Sun, 06 Nov 1994 08:50:37", "tomorrow"] {
        let fields = [
            ("Expires", value),
            ("Last-Modified", "Sun, 06 Nov 1993 08:49:37 GMT"),
        ];
        assert_eq!(lifetime(&fields), (0, LifetimeSource::Expires), "{value}");
    }
    assert_eq!(
        lifetime(&[("Expires", "0"), ("Cache-Control", "max-age=5")]),
        (5, LifetimeSource::MaxAge)
    );
    assert_eq!(
        lifetime(&[("Date", DATE), ("Expires", "Sun, 06 Nov 1994 08:49:36 GMT")]),
        (0, LifetimeSource::Expires)
    );
}

/// RFC 9111 §4.2.2: a tenth of the time since the last modification, only where the status allows it.
#[test]
fn heuristics() {
    let fields = [
        ("Date", DATE),
        ("Last-Modified", "Sun, 06 Nov 1994 08:48:37 GMT"),
    ];
    assert_eq!(lifetime(&fields), (6, LifetimeSource::Heuristic));
    let lines = fields.map(|(name, value)| (name, value.as_bytes()));
    let found = ResponseMetadata::decode(StatusCode::FOUND, lines, at(0), at(0)).unwrap();
    assert_eq!(
        found.freshness_lifetime(&CachePolicy::shared()).1,
        LifetimeSource::None
    );
    assert_eq!(
        lifetime(&[("Last-Modified", "Sun, 06 Nov 1904 08:49:37 GMT")]),
        (86_400, LifetimeSource::Heuristic)
    );
    assert_eq!(
        lifetime(&[("Last-Modified", "Sun, 06 Nov 2044 08:49:37 GMT")]),
        (0, LifetimeSource::Heuristic)
    );
    let off = CachePolicy {
        heuristic_percent: 0,
        ..CachePolicy::shared()
    };
    assert_eq!(
        response(&fields).freshness_lifetime(&off),
        (DeltaSeconds::ZERO, LifetimeSource::None)
    );
}

/// RFC 9111 §4.2.3.
#[test]
fn ages() {
    // Only the delay is known.
    assert_eq!(response(&[("Date", DATE)]).current_age(at(2)).get(), 2);
    // Date is older than Age says.
    assert_eq!(
        response(&[("Date", "Sun, 06 Nov 1994 08:48:37 GMT"), ("Age", "5")])
            .current_age(at(2))
            .get(),
        62
    );
    // Age is older than Date says.
    assert_eq!(
        response(&[("Date", DATE), ("Age", "100")])
            .current_age(at(12))
            .get(),
        112
    );
    // A Date in the future is no negative age.
    assert_eq!(
        response(&[("Date", "Sun, 06 Nov 1994 09:49:37 GMT")])
            .current_age(at(2))
            .get(),
        2
    );
    assert_eq!(
        response(&[("Age", "99999999999")]).current_age(at(2)),
        DeltaSeconds::MAX
    );
}

/// RFC 9111 §5.1: the first member of a list; nonsense is ignored.
#[test]
fn odd_ages() {
    assert_eq!(response(&[("Age", "7, 100")]).current_age(at(2)).get(), 9);
    assert_eq!(
        response(&[("Age", "7"), ("Age", "100")])
            .current_age(at(2))
            .get(),
        9
    );
    for value in ["-7", "7.0", "x", ""] {
        assert_eq!(
            response(&[("Age", value)]).current_age(at(2)).get(),
            2,
            "{value}"
        );
    }
}
