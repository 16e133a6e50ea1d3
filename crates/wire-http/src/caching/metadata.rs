//! What a cache needs to know of a request and a response, and the arithmetic of age and freshness (RFC 9111 §4.2).

use alloc::vec::Vec;

use crate::caching::cache_control::{CacheControl, FieldNames};
use crate::caching::{CachePolicy, DeltaSeconds, Vary};
use crate::conditional::EntityTag;
use crate::date::HttpDate;
use crate::error::Error;
use crate::grammar::trim_ows;
use crate::status::StatusCode;

/// A request, as far as caching cares.
#[derive(Clone, Debug)]
pub struct RequestMetadata<'a> {
    pub(crate) method: &'a str,
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
        method: &'a str,
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

/// A response, as far as caching cares, with the times of its arrival.
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

/// `Expires` (§5.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Expires {
    Absent,
    At(HttpDate),
    /// No date, `0` above all: in the past.
    Past,
}

/// Where a freshness lifetime comes from (§4.2.1).
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
    /// A part of the time since the last modification (§4.2.2).
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

    /// `ETag`, for `If-None-Match` when validating (§4.3.1).
    #[must_use]
    pub fn entity_tag(&self) -> Option<EntityTag<'a>> {
        self.entity_tag
    }

    /// `Last-Modified`, for `If-Modified-Since` when validating (§4.3.1).
    #[must_use]
    pub fn last_modified(&self) -> Option<HttpDate> {
        self.last_modified
    }

    /// `Date`, or when the response arrived (RFC 9110 §6.6.1).
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

    /// How long the response is fresh, counted from age zero, and who says so (§4.2.1 and §4.2.2).
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

    /// Whether the origin forbids stale answers to this kind of cache (§4.2.4).
    pub(crate) fn forbids_stale(&self, policy: &CachePolicy) -> bool {
        self.cache_control.must_revalidate()
            || self.cache_control.no_cache() == FieldNames::All
            || (policy.shared
                && (self.cache_control.proxy_revalidate()
                    || self.cache_control.s_maxage().is_some()))
    }
}

#[cfg(test)]
mod tests {
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
}
