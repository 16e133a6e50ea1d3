//! Answering from the store (RFC 9111 §4, RFC 5861).

use crate::caching::{
    CachePolicy, DeltaSeconds, FieldNames, MaxStale, RequestMetadata, ResponseMetadata,
};
use crate::date::HttpDate;
use crate::method::Method;
use crate::status::StatusCode;

/// What to do with a stored response whose URI and [`Vary`](crate::caching::Vary) match the request
/// ([RFC 9111 §4](https://www.rfc-editor.org/rfc/rfc9111#section-4)).
///
/// ```
/// use wire_http::caching::{CachePolicy, DeltaSeconds, RequestMetadata, ResponseMetadata, Reuse, ValidateReason, reuse};
/// use wire_http::{Method, StatusCode, date::HttpDate};
///
/// let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).expect("before the year 10000");
/// let stored = ResponseMetadata::decode(StatusCode::OK, [("Cache-Control", &b"max-age=60"[..])], at(0), at(0))?;
/// let asked = |value| {
///     RequestMetadata::decode(Method::GET, [("Cache-Control", value)])
///         .map(|request| reuse(&request, &stored, at(70), &CachePolicy::shared()))
/// };
/// let stale = Reuse::Stale { age: DeltaSeconds::new(70), staleness: DeltaSeconds::new(10) };
/// assert_eq!(asked(&b"max-stale=30"[..])?, stale);
/// assert_eq!(asked(&b"max-age=600"[..])?, Reuse::Validate(ValidateReason::Stale));
/// assert_eq!(asked(&b"only-if-cached"[..])?, Reuse::GatewayTimeout(ValidateReason::Stale));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9111 section 4 leaves these five"
)]
pub enum Reuse {
    /// Answer with it, and with this `Age`.
    Fresh {
        /// The age to send (RFC 9111 §5.1).
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
///
/// ```
/// use wire_http::caching::{CachePolicy, RequestMetadata, ResponseMetadata, Reuse, ValidateReason, reuse};
/// use wire_http::{Method, StatusCode, date::HttpDate};
///
/// let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).expect("before the year 10000");
/// let stored = [("Cache-Control", &b"max-age=60, must-revalidate"[..])];
/// let stored = ResponseMetadata::decode(StatusCode::OK, stored, at(0), at(0))?;
/// let request = RequestMetadata::decode(Method::GET, [("Cache-Control", &b"max-stale"[..])])?;
/// let asked = reuse(&request, &stored, at(70), &CachePolicy::shared());
/// assert_eq!(asked, Reuse::Validate(ValidateReason::MustRevalidate));
/// # Ok::<(), wire_http::Error>(())
/// ```
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
    /// It is older than the request's `max-age`, or that is 0.
    RequestMaxAge,
    /// It is not fresh for as long as the request's `min-fresh`.
    MinFresh,
    /// It is stale.
    Stale,
    /// It is stale, and the origin forbids that whatever the client takes: `must-revalidate`; in a shared cache
    /// `proxy-revalidate` and `s-maxage` too (RFC 9111 §4.2.4, §5.2.2.10).
    MustRevalidate,
}

/// Whether a stored response may answer the request at `now`
/// ([RFC 9111 §4](https://www.rfc-editor.org/rfc/rfc9111#section-4)), as seen by this kind of cache.
///
/// The caller has found it by its [`CacheKey`](crate::caching::CacheKey) and `Vary` key; the stored response is one to
/// GET. A `Range` or precondition of the request is then applied to the answer, as an origin would.
///
/// ```
/// use wire_http::Method;
/// use wire_http::StatusCode;
/// use wire_http::caching::{CachePolicy, RequestMetadata, ResponseMetadata, Reuse, ValidateReason, reuse};
/// use wire_http::date::HttpDate;
///
/// let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).expect("before the year 10000");
/// let stored = [("Cache-Control", &b"max-age=60, stale-while-revalidate=30"[..])];
/// let stored = ResponseMetadata::decode(StatusCode::OK, stored, at(0), at(0))?;
/// let request = RequestMetadata::decode(Method::GET, [("Host", &b"example.com"[..])])?;
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
    if !matches!(request.method, Method::GET | Method::HEAD) {
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
    // Ages are cut to whole seconds; none is as young as `max-age=0` asks, which means that the origin is to be asked.
    if request
        .cache_control
        .max_age()
        .is_some_and(|max_age| age > max_age || max_age.get() == 0)
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

/// How validation failed; see [`may_serve_on_failure`].
///
/// ```
/// use wire_http::caching::{CachePolicy, Failure, RequestMetadata, ResponseMetadata, may_serve_on_failure};
/// use wire_http::{Method, StatusCode, date::HttpDate};
///
/// let now = HttpDate::MIN;
/// let stored = ResponseMetadata::decode(StatusCode::OK, [("ETag", &b"\"1\""[..])], now, now)?;
/// let request = RequestMetadata::decode(Method::GET, [("Host", &b"a.test"[..])])?;
/// let may = |failure| may_serve_on_failure(&request, &stored, failure, now, &CachePolicy::shared());
/// assert!(may(Failure::Unreachable));
/// assert!(!may(Failure::Status(StatusCode::BAD_GATEWAY)));
/// # Ok::<(), wire_http::Error>(())
/// ```
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

/// Whether a stale response may be served because validating it failed (RFC 9111 §4.2.4,
/// [RFC 5861 §4](https://www.rfc-editor.org/rfc/rfc5861#section-4)).
///
/// Out of reach of the origin a cache may, unless the origin forbids stale answers; the answer is then 504. An error
/// (500, 502, 503 or 504) is replaced only where `stale-if-error`, of the request or the response, allows it.
///
/// ```
/// use wire_http::caching::{CachePolicy, Failure, RequestMetadata, ResponseMetadata, may_serve_on_failure};
/// use wire_http::{Method, StatusCode, date::HttpDate};
///
/// let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).expect("before the year 10000");
/// let stored = [("Cache-Control", &b"max-age=60, stale-if-error=30"[..])];
/// let stored = ResponseMetadata::decode(StatusCode::OK, stored, at(0), at(0))?;
/// let request = RequestMetadata::decode(Method::GET, [("Host", &b"a.test"[..])])?;
/// let may = |failure, seconds| may_serve_on_failure(&request, &stored, failure, at(seconds), &CachePolicy::shared());
/// assert!(may(Failure::Status(StatusCode::BAD_GATEWAY), 90));
/// assert!(!may(Failure::Status(StatusCode::BAD_GATEWAY), 91));
/// assert!(!may(Failure::Status(StatusCode::NOT_FOUND), 90));
/// assert!(may(Failure::Unreachable, 1000));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[must_use]
pub fn may_serve_on_failure(
    request: &RequestMetadata<'_>,
    stored: &ResponseMetadata<'_>,
    failure: Failure,
    now: HttpDate,
    policy: &CachePolicy,
) -> bool {
    if stored.forbids_stale(policy)
        || request.no_cache
        || !matches!(request.method, Method::GET | Method::HEAD)
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
mod tests;
