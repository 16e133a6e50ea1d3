//! What a cache needs to know of a request and a response, and the arithmetic of age and freshness (RFC 9111 §4.2).

use alloc::vec::Vec;

use crate::caching::cache_control::{CacheControl, FieldNames};
use crate::caching::{CachePolicy, DeltaSeconds, Vary};
use crate::conditional::EntityTag;
use crate::date::HttpDate;
use crate::error::Error;
use crate::grammar::trim_ows;
use crate::method::Method;
use crate::status::StatusCode;

/// A request, as far as caching cares.
///
/// ```
/// use wire_http::{RequestHead, caching::RequestMetadata};
///
/// let input = b"GET / HTTP/1.0\r\nCache-Control: max-age=0\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let request = RequestMetadata::decode(head.method(), head.fields())?;
/// assert_eq!(request.cache_control().max_age().map(|age| age.get()), Some(0));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RequestMetadata<'a> {
    pub(crate) method: Method<'a>,
    pub(crate) cache_control: CacheControl<'a>,
    pub(crate) no_cache: bool,
    pub(crate) has_authorization: bool,
}

impl<'a> RequestMetadata<'a> {
    /// Reads `Cache-Control`, `Pragma` and `Authorization` among a request's field lines.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) for a broken `Cache-Control`: forward without the cache.
    pub fn decode(
        method: Method<'a>,
        fields: impl IntoIterator<Item = impl Into<(&'a str, &'a [u8])>>,
    ) -> Result<Self, Error> {
        let mut cache_control = Vec::new();
        let mut pragma_no_cache = false;
        let mut has_authorization = false;
        for (name, value) in fields.into_iter().map(Into::into) {
            if name.eq_ignore_ascii_case("cache-control") {
                cache_control.push(value);
            } else if name.eq_ignore_ascii_case("pragma") {
                let mut members = value.split(|octet| *octet == b',');
                pragma_no_cache |=
                    members.any(|member| trim_ows(member).eq_ignore_ascii_case(b"no-cache"));
            } else if name.eq_ignore_ascii_case("authorization") {
                has_authorization = true;
            }
        }
        // §5.4: Pragma speaks only where Cache-Control is absent.
        let pragma_no_cache = pragma_no_cache && cache_control.is_empty();
        let cache_control = CacheControl::decode(cache_control)?;
        let no_cache = pragma_no_cache || cache_control.no_cache() != FieldNames::Absent;
        Ok(Self {
            method,
            cache_control,
            no_cache,
            has_authorization,
        })
    }

    /// The request's directives.
    #[must_use]
    pub fn cache_control(&self) -> &CacheControl<'a> {
        &self.cache_control
    }
}

/// A response, as far as caching cares, with the times of its request and its arrival.
///
/// ```
/// use wire_http::{Method, ResponseHead, caching::ResponseMetadata, date::HttpDate};
///
/// let now = HttpDate::from_unix(784_111_780).expect("before the year 10000");
/// let input = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
/// let (head, _) = ResponseHead::decode(input, Method::GET)?.complete().expect("a whole head");
/// let response = ResponseMetadata::decode(head.status(), head.fields(), now, now)?;
/// assert_eq!(response.entity_tag().expect("sent").opaque(), b"1");
/// assert_eq!(response.current_age(now).get(), 3);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResponseMetadata<'a> {
    pub(crate) status: StatusCode,
    pub(crate) cache_control: CacheControl<'a>,
    pub(crate) vary: Vary<'a>,
    pub(crate) entity_tag: Option<EntityTag<'a>>,
    pub(crate) last_modified: Option<HttpDate>,
    date: Option<HttpDate>,
    expires: Expires,
    age: DeltaSeconds,
    request_time: HttpDate,
    response_time: HttpDate,
}

/// `Expires` (RFC 9111 §5.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Expires {
    Absent,
    At(HttpDate),
    /// No date, `0` above all: in the past.
    Past,
}

/// Where a freshness lifetime comes from (RFC 9111 §4.2.1).
///
/// ```
/// use wire_http::{StatusCode, caching::{CachePolicy, LifetimeSource, ResponseMetadata}, date::HttpDate};
///
/// let fields = [("Cache-Control", &b"max-age=5, s-maxage=60"[..]), ("Expires", b"0")];
/// let response = ResponseMetadata::decode(StatusCode::OK, fields, HttpDate::MIN, HttpDate::MIN)?;
/// let source = |policy| { let (lifetime, source) = response.freshness_lifetime(&policy); (lifetime.get(), source) };
/// assert_eq!(source(CachePolicy::shared()), (60, LifetimeSource::SMaxage));
/// assert_eq!(source(CachePolicy::private()), (5, LifetimeSource::MaxAge));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9111 section 4.2.1 has these four, or nothing"
)]
pub enum LifetimeSource {
    /// `s-maxage`, in a shared cache.
    SMaxage,
    /// `max-age`.
    MaxAge,
    /// `Expires` less `Date`.
    Expires,
    /// A part of the time since the last modification (RFC 9111 §4.2.2).
    Heuristic,
    /// Nothing says so: the response is stale when it arrives.
    None,
}

impl<'a> ResponseMetadata<'a> {
    /// Reads the caching fields among a response's field lines.
    ///
    /// `request_time` is when the request was sent, `response_time` when the response arrived, both by the
    /// cache's own clock. Of a field that should come once the first line counts.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) for a broken `Cache-Control` or `Vary`: do not store. Dates,
    /// ages and tags that are none count as absent, but an `Expires` that is none is in the past.
    pub fn decode(
        status: StatusCode,
        fields: impl IntoIterator<Item = impl Into<(&'a str, &'a [u8])>>,
        request_time: HttpDate,
        response_time: HttpDate,
    ) -> Result<Self, Error> {
        let mut cache_control = Vec::new();
        let mut vary = Vec::new();
        let (mut date, mut expires, mut age, mut last_modified, mut entity_tag) =
            (None, None, None, None, None);
        for (name, value) in fields.into_iter().map(Into::into) {
            if name.eq_ignore_ascii_case("cache-control") {
                cache_control.push(value);
            } else if name.eq_ignore_ascii_case("vary") {
                vary.push(value);
            } else if name.eq_ignore_ascii_case("date") {
                date.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("expires") {
                expires.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("age") {
                age.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("last-modified") {
                last_modified.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("etag") {
                entity_tag.get_or_insert(value);
            }
        }
        let read_date = |value: Option<&[u8]>| {
            value.and_then(|value| HttpDate::decode(value, response_time).ok())
        };
        Ok(Self {
            status,
            cache_control: CacheControl::decode(cache_control)?,
            vary: Vary::decode(vary)?,
            entity_tag: entity_tag.and_then(|value| EntityTag::decode(value).ok()),
            last_modified: read_date(last_modified),
            date: read_date(date),
            expires: match expires {
                None => Expires::Absent,
                Some(value) => read_date(Some(value)).map_or(Expires::Past, Expires::At),
            },
            // §5.1: the first member of a list; ignored when it is no number.
            age: age
                .and_then(|value: &[u8]| value.split(|octet| *octet == b',').next())
                .and_then(|member| DeltaSeconds::decode(trim_ows(member)))
                .unwrap_or_default(),
            request_time,
            response_time,
        })
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The response's directives.
    #[must_use]
    pub fn cache_control(&self) -> &CacheControl<'a> {
        &self.cache_control
    }

    /// The fields of the request that selected this response.
    #[must_use]
    pub fn vary(&self) -> &Vary<'a> {
        &self.vary
    }

    /// `ETag`, for `If-None-Match` when validating (RFC 9111 §4.3.1).
    #[must_use]
    pub fn entity_tag(&self) -> Option<EntityTag<'a>> {
        self.entity_tag
    }

    /// `Last-Modified`, for `If-Modified-Since` when validating (RFC 9111 §4.3.1).
    ///
    /// ```
    /// use wire_http::{StatusCode, caching::ResponseMetadata, date::HttpDate};
    ///
    /// let modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    /// let fields = [("Last-Modified", modified.as_bytes())];
    /// let response = ResponseMetadata::decode(StatusCode::OK, fields, HttpDate::MIN, HttpDate::MIN)?;
    /// assert_eq!(response.last_modified().unwrap().to_string(), modified);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn last_modified(&self) -> Option<HttpDate> {
        self.last_modified
    }

    /// `Date`, or when the response arrived ([RFC 9110 §6.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1)).
    #[must_use]
    pub fn date(&self) -> HttpDate {
        self.date.unwrap_or(self.response_time)
    }

    /// The age of the response at `now`, as §4.2.3 computes it.
    ///
    /// ```
    /// use wire_http::{StatusCode, caching::ResponseMetadata, date::HttpDate};
    ///
    /// let at = |seconds: i64| HttpDate::from_unix(784_111_777 + seconds).expect("before the year 10000");
    /// let fields = [("Date", &b"Sun, 06 Nov 1994 08:49:37 GMT"[..]), ("Age", b"10")];
    /// let response = ResponseMetadata::decode(StatusCode::OK, fields, at(0), at(2))?;
    /// // 10 when it was sent, 2 under way, 5 in the cache.
    /// assert_eq!(response.current_age(at(7)).get(), 17);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn current_age(&self, now: HttpDate) -> DeltaSeconds {
        let apparent_age = DeltaSeconds::new(self.response_time.seconds_since(self.date()));
        let response_delay = DeltaSeconds::new(self.response_time.seconds_since(self.request_time));
        let corrected_age_value = self.age.saturating_add(response_delay);
        let corrected_initial_age = apparent_age.max(corrected_age_value);
        let resident_time = DeltaSeconds::new(now.seconds_since(self.response_time));
        corrected_initial_age.saturating_add(resident_time)
    }

    /// How long the response is fresh, counted from age zero, and who says so (RFC 9111 §4.2.1 and §4.2.2).
    #[must_use]
    pub fn freshness_lifetime(&self, policy: &CachePolicy) -> (DeltaSeconds, LifetimeSource) {
        if policy.shared
            && let Some(lifetime) = self.cache_control.s_maxage()
        {
            return (lifetime, LifetimeSource::SMaxage);
        }
        if let Some(lifetime) = self.cache_control.max_age() {
            return (lifetime, LifetimeSource::MaxAge);
        }
        match self.expires {
            Expires::At(expires) => {
                return (
                    DeltaSeconds::new(expires.seconds_since(self.date())),
                    LifetimeSource::Expires,
                );
            }
            Expires::Past => return (DeltaSeconds::ZERO, LifetimeSource::Expires),
            Expires::Absent => {}
        }
        let may_guess = self.is_heuristically_cacheable() || self.cache_control.public();
        match self.last_modified {
            Some(modified) if may_guess && policy.heuristic_percent > 0 => {
                let unchanged = self.date().seconds_since(modified);
                let part = unchanged.saturating_mul(u64::from(policy.heuristic_percent)) / 100;
                (
                    DeltaSeconds::new(part).min(policy.heuristic_max),
                    LifetimeSource::Heuristic,
                )
            }
            _ => (DeltaSeconds::ZERO, LifetimeSource::None),
        }
    }

    /// Whether the response says itself how long it is fresh.
    pub(crate) fn has_explicit_lifetime(&self, policy: &CachePolicy) -> bool {
        self.cache_control.max_age().is_some()
            || (policy.shared && self.cache_control.s_maxage().is_some())
            || self.expires != Expires::Absent
    }

    /// Whether the status code is cacheable by default (RFC 9110 §15.1).
    pub(crate) fn is_heuristically_cacheable(&self) -> bool {
        matches!(
            self.status.code(),
            200 | 203 | 204 | 206 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501
        )
    }

    /// Whether the origin forbids stale answers to this kind of cache (RFC 9111 §4.2.4).
    pub(crate) fn forbids_stale(&self, policy: &CachePolicy) -> bool {
        self.cache_control.must_revalidate()
            || self.cache_control.no_cache() == FieldNames::All
            || (policy.shared
                && (self.cache_control.proxy_revalidate()
                    || self.cache_control.s_maxage().is_some()))
    }
}

#[cfg(test)]
mod tests;
