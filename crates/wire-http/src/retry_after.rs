//! `Retry-After` ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
//!
//! ```
//! use wire_http::{ResponseWriter, StatusCode, caching::DeltaSeconds, retry_after::RetryAfter};
//!
//! let mut out = Vec::new();
//! let later = RetryAfter::Delay(DeltaSeconds::new(120));
//! ResponseWriter::new(StatusCode::SERVICE_UNAVAILABLE).field("Retry-After", later.to_string())?.send(b"", &mut out)?;
//! assert_eq!(out, b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
//! # Ok::<(), wire_http::Error>(())
//! ```

use core::fmt;

use crate::caching::DeltaSeconds;
use crate::date::HttpDate;
use crate::error::Error;
use crate::grammar::trim_ows;
use crate::productions::Field;

const RETRY_AFTER: Field = Field {
    name: "Retry-After",
    reference: "RFC 9110 section 10.2.3",
};

/// When a client should come back ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
///
/// ```
/// use wire_http::{date::HttpDate, retry_after::RetryAfter};
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// assert_eq!(RetryAfter::decode(b"120", now)?.at(now).to_unix(), 1_800_000_120);
/// let date = RetryAfter::decode(b"Fri, 31 Dec 1999 23:59:59 GMT", now)?;
/// assert_eq!(date.to_string(), "Fri, 31 Dec 1999 23:59:59 GMT");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 section 10.2.3 has these two"
)]
pub enum RetryAfter {
    /// So long after the response.
    Delay(DeltaSeconds),
    /// Not before this date.
    Date(HttpDate),
}

impl RetryAfter {
    /// Reads the value of the field. `now` is for dates with two-digit years.
    ///
    /// ```
    /// use wire_http::{date::HttpDate, retry_after::RetryAfter};
    ///
    /// let refused = RetryAfter::decode(b"-1", HttpDate::MAX).unwrap_err();
    /// assert_eq!(refused.to_string(), "octet 0: Retry-After: expected a number of seconds or a date");
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when it is neither a number of seconds nor an HTTP date.
    pub fn decode(value: &[u8], now: HttpDate) -> Result<Self, Error> {
        if let Some(delay) = DeltaSeconds::decode(trim_ows(value)) {
            return Ok(Self::Delay(delay));
        }
        match HttpDate::decode(value, now) {
            Ok(date) => Ok(Self::Date(date)),
            Err(error) => Err(RETRY_AFTER.refuse(error.offset(), "a number of seconds or a date")),
        }
    }

    /// The date meant, for a response that arrived at `now`; [`HttpDate::MAX`] at most.
    ///
    /// ```
    /// use wire_http::{caching::DeltaSeconds, date::HttpDate, retry_after::RetryAfter};
    ///
    /// let now = HttpDate::from_unix(784_111_777).expect("before the year 10000");
    /// let at = RetryAfter::Delay(DeltaSeconds::new(120)).at(now);
    /// assert_eq!(at.to_string(), "Sun, 06 Nov 1994 08:51:37 GMT");
    /// ```
    #[must_use]
    pub fn at(self, now: HttpDate) -> HttpDate {
        match self {
            Self::Delay(delay) => now.saturating_add(u64::from(delay.get())),
            Self::Date(date) => date,
        }
    }
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(delay) => delay.fmt(formatter),
            Self::Date(date) => date.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RetryAfter;
    use crate::date::HttpDate;

    #[test]
    fn refuses_what_is_neither() {
        for value in [&b""[..], b"-1", b"1.5", b"soon", b"120s", b"1 2"] {
            assert!(
                RetryAfter::decode(value, HttpDate::MIN).is_err(),
                "{}",
                value.escape_ascii()
            );
        }
    }
}
