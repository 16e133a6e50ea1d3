//! The five conditional fields and their order (RFC 9110 §13.1 and §13.2.2).

use crate::method::Method;
use alloc::vec::Vec;

use crate::conditional::entity_tag::{EntityTag, EntityTags};
use crate::date::HttpDate;
use crate::error::Error;
use crate::productions::Field;

const IF_MATCH: Field = Field {
    name: "If-Match",
    reference: "RFC 9110 section 13.1.1",
};
const IF_NONE_MATCH: Field = Field {
    name: "If-None-Match",
    reference: "RFC 9110 section 13.1.2",
};

/// The selected representation, as far as conditions care.
///
/// ```
/// use wire_http::{conditional::{IfRange, Representation}, date::HttpDate};
///
/// let modified = HttpDate::from_unix(784_111_777).expect("before the year 10000");
/// let condition = IfRange::decode(b"Sun, 06 Nov 1994 08:49:37 GMT", modified);
/// let seen_at = |now| Representation::new(None, Some(modified), now);
/// assert!(condition.matches(&seen_at(modified.saturating_add(1))));
/// assert!(!condition.matches(&seen_at(modified)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Representation<'a> {
    entity_tag: Option<EntityTag<'a>>,
    last_modified: Option<HttpDate>,
    now: HttpDate,
}

impl<'a> Representation<'a> {
    /// The validators a 200 would carry at the time `now`.
    ///
    /// A modification date is a strong validator only when a second has passed since then: within the same
    /// second the content may have changed again (RFC 9110 §8.8.2.2).
    #[must_use]
    pub fn new(
        entity_tag: Option<EntityTag<'a>>,
        last_modified: Option<HttpDate>,
        now: HttpDate,
    ) -> Self {
        Self {
            entity_tag,
            last_modified,
            now,
        }
    }
}

/// What the preconditions of a request demand ([RFC 9110 §13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2)).
///
/// ```
/// use wire_http::{Method, conditional::{EntityTag, Outcome, Preconditions, Representation}, date::HttpDate};
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let current = Representation::new(Some(EntityTag::strong(b"2")?), None, now);
/// // A lost update: the client changes what somebody else has changed meanwhile.
/// let put = Preconditions::decode([("If-Match", &b"\"1\""[..])], now)?;
/// assert_eq!(put.evaluate(Method::PUT, Some(&current)), Outcome::PreconditionFailed);
/// // Create, but do not replace.
/// let create = Preconditions::decode([("If-None-Match", &b"*"[..])], now)?;
/// assert_eq!(create.evaluate(Method::PUT, None), Outcome::Perform);
/// assert_eq!(create.evaluate(Method::PUT, Some(&current)), Outcome::PreconditionFailed);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 section 13.2.2 ends in these four ways"
)]
pub enum Outcome {
    /// Perform the method; a `Range` field, if any, applies.
    Perform,
    /// Perform the method as if there were no `Range` field: `If-Range` did not match.
    PerformWithoutRange,
    /// Answer 304 (Not Modified).
    NotModified,
    /// Answer 412 (Precondition Failed).
    PreconditionFailed,
}

/// The value of `If-Range` (RFC 9110 §13.1.5).
///
/// ```
/// use wire_http::{conditional::{EntityTag, IfRange, Representation}, date::HttpDate};
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let current = Representation::new(Some(EntityTag::strong(b"1")?), None, now);
/// assert!(IfRange::decode(b"\"1\"", now).matches(&current));
/// assert!(!IfRange::decode(b"W/\"1\"", now).matches(&current)); // weak tags never match here
/// assert!(matches!(IfRange::decode(b"yesterday", now), IfRange::Never));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 section 13.1.5 has these; Never is what neither is"
)]
pub enum IfRange<'a> {
    /// The tag of the representation the client has part of.
    EntityTag(EntityTag<'a>),
    /// Its modification date.
    Date(HttpDate),
    /// Neither of the two, or several: a condition that is never true, so that the whole is sent.
    Never,
}

impl<'a> IfRange<'a> {
    /// Reads the value of an `If-Range` field. `now` is for dates with two-digit years.
    #[must_use]
    pub fn decode(value: &'a [u8], now: HttpDate) -> Self {
        if let Ok(tag) = EntityTag::decode(value) {
            return Self::EntityTag(tag);
        }
        HttpDate::decode(value, now).map_or(Self::Never, Self::Date)
    }

    /// Whether the client's part is of `current`: tags by strong comparison; dates when they are the same second, and a second
    /// has passed since.
    #[must_use]
    pub fn matches(&self, current: &Representation<'_>) -> bool {
        match self {
            Self::EntityTag(tag) => current.entity_tag.is_some_and(|own| tag.strong_eq(&own)),
            Self::Date(date) => current.last_modified == Some(*date) && *date < current.now,
            Self::Never => false,
        }
    }
}

/// The conditional fields of a request. `default()` is a request without any.
///
/// ```
/// use wire_http::{Method, RequestHead, conditional::{Outcome, Preconditions, Representation}, date::HttpDate};
///
/// let input = b"GET / HTTP/1.0\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let preconditions = Preconditions::decode(head.fields(), now)?;
/// let modified = |seconds| Representation::new(None, HttpDate::from_unix(seconds), now);
/// assert_eq!(preconditions.evaluate(Method::GET, Some(&modified(784_111_777))), Outcome::NotModified);
/// assert_eq!(preconditions.evaluate(Method::GET, Some(&modified(784_111_778))), Outcome::Perform);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Preconditions<'a> {
    if_match: Option<EntityTags<'a>>,
    if_none_match: Option<EntityTags<'a>>,
    if_modified_since: Option<HttpDate>,
    if_unmodified_since: Option<HttpDate>,
    if_range: Option<IfRange<'a>>,
    has_range: bool,
}

impl<'a> Preconditions<'a> {
    /// Reads the conditional fields among a request's field lines. `now` is for dates with two-digit years.
    ///
    /// A date that is none, or that comes twice, is ignored, as §13.1.3 and §13.1.4 demand.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when `If-Match` or `If-None-Match` is broken: to ignore it
    /// could overwrite what the client wanted to protect. Answer 400.
    pub fn decode(
        fields: impl IntoIterator<Item = impl Into<(&'a str, &'a [u8])>>,
        now: HttpDate,
    ) -> Result<Self, Error> {
        Self::read(fields, now, false)
    }

    /// As [`Self::decode`] for a request that only reads (GET, HEAD), where a broken `If-None-Match` protects nothing: what
    /// is no tag matches none ([RFC 9110 §13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)), and beside that
    /// field a date does not count (RFC 9110 §13.1.3).
    ///
    /// ```
    /// use wire_http::{Method, conditional::{Outcome, Preconditions}, date::HttpDate};
    ///
    /// let fields = [("If-None-Match", &b"unquoted"[..])];
    /// assert!(Preconditions::decode(fields, HttpDate::MAX).is_err());
    /// let reading = Preconditions::decode_reading(fields, HttpDate::MAX)?;
    /// assert_eq!(reading.evaluate(Method::GET, None), Outcome::Perform);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when `If-Match` is broken. Answer 400.
    pub fn decode_reading(
        fields: impl IntoIterator<Item = impl Into<(&'a str, &'a [u8])>>,
        now: HttpDate,
    ) -> Result<Self, Error> {
        Self::read(fields, now, true)
    }

    /// Reads the fields; `reads_only` passes over a broken If-None-Match.
    fn read(
        fields: impl IntoIterator<Item = impl Into<(&'a str, &'a [u8])>>,
        now: HttpDate,
        reads_only: bool,
    ) -> Result<Self, Error> {
        let mut if_match = Vec::new();
        let mut if_none_match = Vec::new();
        let mut if_modified_since = Vec::new();
        let mut if_unmodified_since = Vec::new();
        let mut if_range = Vec::new();
        let mut has_range = false;
        for (name, value) in fields.into_iter().map(Into::into) {
            if name.eq_ignore_ascii_case("if-match") {
                if_match.push(value);
            } else if name.eq_ignore_ascii_case("if-none-match") {
                if_none_match.push(value);
            } else if name.eq_ignore_ascii_case("if-modified-since") {
                if_modified_since.push(value);
            } else if name.eq_ignore_ascii_case("if-unmodified-since") {
                if_unmodified_since.push(value);
            } else if name.eq_ignore_ascii_case("if-range") {
                if_range.push(value);
            } else if name.eq_ignore_ascii_case("range") {
                has_range = true;
            }
        }
        let tags = |lines: &[&'a [u8]], field| {
            if lines.is_empty() {
                Ok(None)
            } else {
                EntityTags::decode(lines, field).map(Some)
            }
        };
        let if_match = tags(&if_match, IF_MATCH)?;
        let if_none_match = match tags(&if_none_match, IF_NONE_MATCH) {
            Ok(tags) => tags,
            Err(_) if reads_only => {
                if_modified_since.clear();
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            if_match,
            if_none_match,
            if_modified_since: single_date(&if_modified_since, now),
            if_unmodified_since: single_date(&if_unmodified_since, now),
            if_range: match if_range.as_slice() {
                [] => None,
                [value] => Some(IfRange::decode(value, now)),
                _ => Some(IfRange::Never),
            },
            has_range,
        })
    }

    /// Whether there is any condition at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.if_match.is_none()
            && self.if_none_match.is_none()
            && self.if_modified_since.is_none()
            && self.if_unmodified_since.is_none()
            && self.if_range.is_none()
    }

    /// `If-Match`, if present.
    #[must_use]
    pub fn if_match(&self) -> Option<&EntityTags<'a>> {
        self.if_match.as_ref()
    }

    /// `If-None-Match`, if present.
    #[must_use]
    pub fn if_none_match(&self) -> Option<&EntityTags<'a>> {
        self.if_none_match.as_ref()
    }

    /// `If-Modified-Since`, if present and one date.
    #[must_use]
    pub fn if_modified_since(&self) -> Option<HttpDate> {
        self.if_modified_since
    }

    /// `If-Unmodified-Since`, if present and one date.
    #[must_use]
    pub fn if_unmodified_since(&self) -> Option<HttpDate> {
        self.if_unmodified_since
    }

    /// `If-Range`, if present.
    #[must_use]
    pub fn if_range(&self) -> Option<&IfRange<'a>> {
        self.if_range.as_ref()
    }

    /// Evaluates all of them in the order of [RFC 9110 §13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2).
    ///
    /// `current` is the selected representation, `None` if there is none. Ask only when the request would
    /// otherwise succeed with a 2xx: preconditions do not turn an error into 304 or 412 (RFC 9110 §13.2.1).
    #[must_use]
    pub fn evaluate(&self, method: Method<'_>, current: Option<&Representation<'_>>) -> Outcome {
        // §13.2.1: methods that select no representation ignore the fields.
        if matches!(method, Method::CONNECT | Method::OPTIONS | Method::TRACE) {
            return Outcome::Perform;
        }
        let reads = matches!(method, Method::GET | Method::HEAD);
        let own_tag = current.and_then(|current| current.entity_tag);
        let own_date = current.and_then(|current| current.last_modified);

        // Steps 1 and 2.
        if let Some(tags) = &self.if_match {
            let matches = current.is_some()
                && (matches!(tags, EntityTags::Any)
                    || own_tag.is_some_and(|own| tags.any(|tag| tag.strong_eq(&own))));
            if !matches {
                return Outcome::PreconditionFailed;
            }
        } else if let (Some(since), Some(modified)) = (self.if_unmodified_since, own_date)
            && modified > since
        {
            return Outcome::PreconditionFailed;
        }

        // Steps 3 and 4.
        if let Some(tags) = &self.if_none_match {
            let matches = current.is_some()
                && (matches!(tags, EntityTags::Any)
                    || own_tag.is_some_and(|own| tags.any(|tag| tag.weak_eq(&own))));
            if matches {
                return if reads {
                    Outcome::NotModified
                } else {
                    Outcome::PreconditionFailed
                };
            }
        } else if let (true, Some(since), Some(modified)) =
            (reads, self.if_modified_since, own_date)
            && modified <= since
        {
            return Outcome::NotModified;
        }

        // Step 5. Without Range, If-Range must be ignored.
        if method == Method::GET
            && self.has_range
            && let Some(condition) = &self.if_range
            && !current.is_some_and(|current| condition.matches(current))
        {
            return Outcome::PerformWithoutRange;
        }
        Outcome::Perform
    }
}

/// The one date there is.
fn single_date(lines: &[&[u8]], now: HttpDate) -> Option<HttpDate> {
    match lines {
        [value] => HttpDate::decode(value, now).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
