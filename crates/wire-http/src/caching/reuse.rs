//! Answering from the store (RFC 9111 §4, RFC 5861).

use crate::caching::{
    CachePolicy, DeltaSeconds, FieldNames, MaxStale, RequestMetadata, ResponseMetadata,
};
use crate::date::HttpDate;
use crate::status::StatusCode;

/// What to do with a stored response whose URI and [`Vary`](crate::caching::Vary) match the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9111 section 4 leaves these five"
)]
pub enum Reuse {
    /// Answer with it, and with this `Age`.
    Fresh {
        /// The age to send (§5.1).
        age: DeltaSeconds,
        /// For how much longer it is fresh.
        remaining: DeltaSeconds,
    },
    /// Answer with it although it is stale: the client said so by `max-stale`.
    Stale {
        /// The age to send.
        age: DeltaSeconds,
        /// For how long it has been stale.
        staleness: DeltaSeconds,
    },
    /// Answer with it although it is stale, and validate it in the background (`stale-while-revalidate`).
    StaleWhileRevalidate {
        /// The age to send.
        age: DeltaSeconds,
        /// For how long it has been stale.
        staleness: DeltaSeconds,
    },
    /// Ask the origin first, with the stored validators if there are any.
    Validate(ValidateReason),
    /// Answer 504: the client wants nothing from the origin (`only-if-cached`), and this will not do.
    GatewayTimeout(ValidateReason),
}

/// Why a stored response cannot be used as it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ValidateReason {
    /// The method is neither GET nor HEAD.
    Method,
    /// The stored response is partial.
    Partial,
    /// The request says `no-cache` (or `Pragma: no-cache`).
    RequestNoCache,
    /// The response says `no-cache`.
    ResponseNoCache,
    /// It is older than the request's `max-age`.
    RequestMaxAge,
    /// It is not fresh for as long as the request's `min-fresh`.
    MinFresh,
    /// It is stale.
    Stale,
    /// It is stale, and the origin forbids that whatever the client takes.
    MustRevalidate,
}

/// Whether a stored response may answer the request at `now` (RFC 9111 §4), as seen by this kind of cache.
///
/// The caller has found it by its [`CacheKey`](crate::caching::CacheKey) and `Vary` key; the stored response is one to
/// GET. A `Range` or precondition of the request is then applied to the answer, as an origin would.
///
/// ```
/// use wire_http::StatusCode;
/// use wire_http::caching::{CachePolicy, RequestMetadata, ResponseMetadata, Reuse, ValidateReason, reuse};
/// use wire_http::date::HttpDate;
///
/// let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).expect("before the year 10000");
/// let stored = [("Cache-Control", &b"max-age=60, stale-while-revalidate=30"[..])];
/// let stored = ResponseMetadata::decode(StatusCode::OK, stored, at(0), at(0))?;
/// let request = RequestMetadata::decode("GET", [("Host", &b"example.com"[..])])?;
/// let asked = |seconds| reuse(&request, &stored, at(seconds), &CachePolicy::shared());
/// assert!(matches!(asked(59), Reuse::Fresh { .. }));
/// assert!(matches!(asked(60), Reuse::StaleWhileRevalidate { .. }));
/// assert_eq!(asked(91), Reuse::Validate(ValidateReason::Stale));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[must_use]
pub fn reuse(
    request: &RequestMetadata<'_>,
    stored: &ResponseMetadata<'_>,
    now: HttpDate,
    policy: &CachePolicy,
) -> Reuse {
    match answer(request, stored, now, policy) {
        Ok(reuse) => reuse,
        Err(reason) if request.cache_control.only_if_cached() => Reuse::GatewayTimeout(reason),
        Err(reason) => Reuse::Validate(reason),
    }
}

/// The same before `only-if-cached` has its say.
fn answer(
    request: &RequestMetadata<'_>,
    stored: &ResponseMetadata<'_>,
    now: HttpDate,
    policy: &CachePolicy,
) -> Result<Reuse, ValidateReason> {
    if !matches!(request.method, "GET" | "HEAD") {
        return Err(ValidateReason::Method);
    }
    if stored.status == StatusCode::PARTIAL_CONTENT && !policy.stores_partial_content {
        return Err(ValidateReason::Partial);
    }
    if request.no_cache {
        return Err(ValidateReason::RequestNoCache);
    }
    if stored.cache_control.no_cache() == FieldNames::All {
        return Err(ValidateReason::ResponseNoCache);
    }

    let age = stored.current_age(now);
    let (lifetime, _) = stored.freshness_lifetime(policy);
    let remaining = lifetime.saturating_sub(age);
    if request
        .cache_control
        .max_age()
        .is_some_and(|max_age| age > max_age)
    {
        return Err(ValidateReason::RequestMaxAge);
    }
    if request
        .cache_control
        .min_fresh()
        .is_some_and(|min_fresh| remaining < min_fresh)
    {
        return Err(ValidateReason::MinFresh);
    }
    // §4.2: fresh as long as the lifetime is greater than the age.
    if lifetime > age {
        return Ok(Reuse::Fresh { age, remaining });
    }

    if stored.forbids_stale(policy) {
        return Err(ValidateReason::MustRevalidate);
    }
    let staleness = age.saturating_sub(lifetime);
    let accepted = match request.cache_control.max_stale() {
        None => false,
        Some(MaxStale::Any) => true,
        Some(MaxStale::AtMost(most)) => staleness <= most,
    };
    if accepted {
        return Ok(Reuse::Stale { age, staleness });
    }
    if stored
        .cache_control
        .stale_while_revalidate()
        .is_some_and(|window| staleness <= window && window > DeltaSeconds::ZERO)
    {
        return Ok(Reuse::StaleWhileRevalidate { age, staleness });
    }
    Err(ValidateReason::Stale)
}

/// How validation failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there was an answer or there was none"
)]
pub enum Failure {
    /// The origin cannot be reached.
    Unreachable,
    /// The origin answered with this status code.
    Status(StatusCode),
}

/// Whether a stale response may be served because validating it failed (§4.2.4, RFC 5861 §4).
///
/// Out of reach of the origin a cache may, unless the origin forbids stale answers; the answer is then 504. An error
/// (500, 502, 503 or 504) is replaced only where `stale-if-error`, of the request or the response, allows it.
#[must_use]
pub fn may_serve_on_failure(
    request: &RequestMetadata<'_>,
    stored: &ResponseMetadata<'_>,
    failure: Failure,
    now: HttpDate,
    policy: &CachePolicy,
) -> bool {
    if stored.forbids_stale(policy) || request.no_cache || !matches!(request.method, "GET" | "HEAD")
    {
        return false;
    }
    let (lifetime, _) = stored.freshness_lifetime(policy);
    let staleness = stored.current_age(now).saturating_sub(lifetime);
    let allowed = [
        stored.cache_control.stale_if_error(),
        request.cache_control.stale_if_error(),
    ];
    match failure {
        Failure::Unreachable => true,
        Failure::Status(status) => {
            matches!(status.code(), 500 | 502 | 503 | 504)
                && allowed
                    .into_iter()
                    .flatten()
                    .any(|window| staleness <= window)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Reuse, ValidateReason, may_serve_on_failure, reuse};
    use crate::caching::{CachePolicy, DeltaSeconds, RequestMetadata, ResponseMetadata};
    use crate::date::HttpDate;
    use crate::status::StatusCode;

    fn at(seconds: i64) -> HttpDate {
        HttpDate::from_unix(seconds.saturating_add(1_800_000_000)).unwrap()
    }

    fn stored(cache_control: &'static str) -> ResponseMetadata<'static> {
        let fields = [("Cache-Control", cache_control.as_bytes())];
        ResponseMetadata::decode(StatusCode::OK, fields, at(0), at(0)).unwrap()
    }

    fn request(cache_control: &'static str) -> RequestMetadata<'static> {
        RequestMetadata::decode("GET", [("Cache-Control", cache_control.as_bytes())]).unwrap()
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
            let request = RequestMetadata::decode("GET", fields.iter().copied()).unwrap();
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
        assert_eq!(decide("HEAD"), fresh(1, 9));
        assert_eq!(decide("POST"), Reuse::Validate(ValidateReason::Method));
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
}
