use super::{Failure, Reuse, ValidateReason, may_serve_on_failure, reuse};
use crate::caching::{CachePolicy, DeltaSeconds, RequestMetadata, ResponseMetadata};
use crate::date::HttpDate;
use crate::method::Method;
use crate::status::StatusCode;

fn at(seconds: i64) -> HttpDate {
    HttpDate::from_unix(seconds.saturating_add(1_800_000_000)).unwrap()
}

fn stored(cache_control: &'static str) -> ResponseMetadata<'static> {
    let fields = [("Cache-Control", cache_control.as_bytes())];
    ResponseMetadata::decode(StatusCode::OK, fields, at(0), at(0)).unwrap()
}

fn request(cache_control: &'static str) -> RequestMetadata<'static> {
    RequestMetadata::decode(Method::GET, [("Cache-Control", cache_control.as_bytes())]).unwrap()
}

/// The decision of a shared cache, `age` seconds after the response arrived.
fn decide(asked: &'static str, answered: &'static str, age: i64) -> Reuse {
    reuse(
        &request(asked),
        &stored(answered),
        at(age),
        &CachePolicy::shared(),
    )
}

fn fresh(age: u64, remaining: u64) -> Reuse {
    Reuse::Fresh {
        age: DeltaSeconds::new(age),
        remaining: DeltaSeconds::new(remaining),
    }
}

fn stale(age: u64, staleness: u64) -> Reuse {
    Reuse::Stale {
        age: DeltaSeconds::new(age),
        staleness: DeltaSeconds::new(staleness),
    }
}

/// RFC 9111 §4.2.
#[test]
fn fresh_until_the_age_reaches_the_lifetime() {
    assert_eq!(decide("", "max-age=10", 9), fresh(9, 1));
    assert_eq!(
        decide("", "max-age=10", 10),
        Reuse::Validate(ValidateReason::Stale)
    );
    assert_eq!(
        decide("", "max-age=0", 0),
        Reuse::Validate(ValidateReason::Stale)
    );
    assert_eq!(decide("", "", 0), Reuse::Validate(ValidateReason::Stale));
}

/// RFC 9111 §5.2.1.
#[test]
fn request_directives() {
    assert_eq!(decide("max-age=5", "max-age=10", 5), fresh(5, 5));
    assert_eq!(
        decide("max-age=5", "max-age=10", 6),
        Reuse::Validate(ValidateReason::RequestMaxAge)
    );
    assert_eq!(
        decide("max-age=0", "max-age=10", 1),
        Reuse::Validate(ValidateReason::RequestMaxAge)
    );
    assert_eq!(
        decide("max-age=0", "max-age=10", 0),
        Reuse::Validate(ValidateReason::RequestMaxAge)
    );
    assert_eq!(decide("min-fresh=5", "max-age=10", 5), fresh(5, 5));
    assert_eq!(
        decide("min-fresh=5", "max-age=10", 6),
        Reuse::Validate(ValidateReason::MinFresh)
    );
    assert_eq!(
        decide("no-cache", "max-age=10", 1),
        Reuse::Validate(ValidateReason::RequestNoCache)
    );
    assert_eq!(decide("max-stale", "max-age=10", 1000), stale(1000, 990));
    assert_eq!(decide("max-stale=5", "max-age=10", 15), stale(15, 5));
    assert_eq!(
        decide("max-stale=5", "max-age=10", 16),
        Reuse::Validate(ValidateReason::Stale)
    );
    assert_eq!(
        decide("max-stale, max-age=12", "max-age=10", 13),
        Reuse::Validate(ValidateReason::RequestMaxAge)
    );
    assert_eq!(decide("only-if-cached", "max-age=10", 5), fresh(5, 5));
    assert_eq!(
        decide("only-if-cached", "max-age=10", 10),
        Reuse::GatewayTimeout(ValidateReason::Stale)
    );
    assert_eq!(decide("no-store", "max-age=10", 5), fresh(5, 5));
}

/// RFC 9111 §5.2.2.2, §5.2.2.4, §5.2.2.8, §5.2.2.10.
#[test]
fn response_directives() {
    assert_eq!(
        decide("", "no-cache, max-age=10", 1),
        Reuse::Validate(ValidateReason::ResponseNoCache)
    );
    assert_eq!(
        decide("", "no-cache=\"set-cookie\", max-age=10", 1),
        fresh(1, 9)
    );
    for forbids in [
        "max-age=10, must-revalidate",
        "max-age=10, proxy-revalidate",
        "s-maxage=10",
    ] {
        assert_eq!(
            decide("max-stale", forbids, 11),
            Reuse::Validate(ValidateReason::MustRevalidate),
            "{forbids}"
        );
    }
    let private = reuse(
        &request("max-stale"),
        &stored("max-age=10, proxy-revalidate"),
        at(11),
        &CachePolicy::private(),
    );
    assert_eq!(private, stale(11, 1));
}

/// RFC 9111 §5.4: Pragma counts only without Cache-Control.
#[test]
fn pragma() {
    let decide = |fields: &[(&'static str, &'static [u8])]| {
        let request = RequestMetadata::decode(Method::GET, fields.iter().copied()).unwrap();
        reuse(
            &request,
            &stored("max-age=10"),
            at(1),
            &CachePolicy::shared(),
        )
    };
    assert_eq!(
        decide(&[("Pragma", b"x, No-Cache")]),
        Reuse::Validate(ValidateReason::RequestNoCache)
    );
    assert_eq!(
        decide(&[("Pragma", b"no-cache"), ("Cache-Control", b"max-age=5")]),
        fresh(1, 9)
    );
}

/// RFC 5861 §3.
#[test]
fn stale_while_revalidate() {
    let expected = Reuse::StaleWhileRevalidate {
        age: DeltaSeconds::new(15),
        staleness: DeltaSeconds::new(5),
    };
    assert_eq!(
        decide("", "max-age=10, stale-while-revalidate=5", 15),
        expected
    );
    assert_eq!(
        decide("", "max-age=10, stale-while-revalidate=5", 16),
        Reuse::Validate(ValidateReason::Stale)
    );
    assert_eq!(
        decide("", "max-age=10, stale-while-revalidate=x", 10),
        Reuse::Validate(ValidateReason::Stale)
    );
    assert_eq!(
        decide(
            "",
            "max-age=10, stale-while-revalidate=5, must-revalidate",
            11
        ),
        Reuse::Validate(ValidateReason::MustRevalidate)
    );
}

/// RFC 9111 §4 and §9110 §9.2.3: HEAD may be answered by a stored GET, POST not.
#[test]
fn methods() {
    let decide = |method| {
        let request = RequestMetadata::decode(method, [("Host", &b"a"[..])]).unwrap();
        reuse(
            &request,
            &stored("max-age=10"),
            at(1),
            &CachePolicy::shared(),
        )
    };
    assert_eq!(decide(Method::HEAD), fresh(1, 9));
    assert_eq!(
        decide(Method::POST),
        Reuse::Validate(ValidateReason::Method)
    );
}

/// RFC 9111 §4.2.4 and RFC 5861 §4.
#[test]
fn failures() {
    let status = |code| Failure::Status(StatusCode::new(code).unwrap());
    let serve = |asked, answered, failure| {
        may_serve_on_failure(
            &request(asked),
            &stored(answered),
            failure,
            at(20),
            &CachePolicy::shared(),
        )
    };
    assert!(serve("", "max-age=10", Failure::Unreachable));
    assert!(!serve(
        "",
        "max-age=10, must-revalidate",
        Failure::Unreachable
    ));
    assert!(!serve("", "max-age=10, no-cache", Failure::Unreachable));
    assert!(!serve("", "s-maxage=10", Failure::Unreachable));
    assert!(!serve("no-cache", "max-age=10", Failure::Unreachable));
    assert!(!serve("", "max-age=10", status(503)));
    assert!(serve("", "max-age=10, stale-if-error=10", status(503)));
    assert!(!serve("", "max-age=10, stale-if-error=9", status(503)));
    assert!(serve("stale-if-error=10", "max-age=10", status(500)));
    assert!(!serve("", "max-age=10, stale-if-error=10", status(404)));
    assert!(!serve(
        "",
        "max-age=10, stale-if-error=10, must-revalidate",
        status(503)
    ));
}

/// RFC 9111 §3.3: stored parts are for a cache that knows what they are parts of.
#[test]
fn partial_content_is_reused_where_the_policy_says_so() {
    let fields = [("Cache-Control", &b"max-age=60"[..])];
    let stored =
        ResponseMetadata::decode(StatusCode::PARTIAL_CONTENT, fields, at(0), at(0)).unwrap();
    let mut policy = CachePolicy::shared();
    let ask = |policy: &CachePolicy| reuse(&request(""), &stored, at(1), policy);
    assert_eq!(ask(&policy), Reuse::Validate(ValidateReason::Partial));
    policy.stores_partial_content = true;
    assert_eq!(ask(&policy), fresh(1, 59));
}
