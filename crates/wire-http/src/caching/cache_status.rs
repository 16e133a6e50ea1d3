//! `Cache-Status` (RFC 9211): what a cache did with a request.

use core::fmt;

use crate::error::Error;
use crate::productions::{Field, check_token};
use crate::status::StatusCode;

const CACHE_STATUS: Field = Field {
    name: "Cache-Status",
    reference: "RFC 9211 section 2",
};

/// Why a request went forward ([RFC 9211 §2.2](https://www.rfc-editor.org/rfc/rfc9211#section-2.2)).
///
/// ```
/// use wire_http::caching::ForwardReason;
///
/// assert_eq!(ForwardReason::VaryMiss.as_str(), "vary-miss");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ForwardReason {
    /// The cache was told not to handle it.
    Bypass,
    /// The method's semantics need the origin.
    Method,
    /// Nothing is stored for the URI.
    UriMiss,
    /// Something is stored for the URI, but for other request fields.
    VaryMiss,
    /// Nothing stored could answer.
    Miss,
    /// A fresh response was stored, but the request did not want it.
    Request,
    /// Only a stale response was stored.
    Stale,
    /// Only parts were stored.
    Partial,
}

impl ForwardReason {
    /// The token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bypass => "bypass",
            Self::Method => "method",
            Self::UriMiss => "uri-miss",
            Self::VaryMiss => "vary-miss",
            Self::Miss => "miss",
            Self::Request => "request",
            Self::Stale => "stale",
            Self::Partial => "partial",
        }
    }
}

/// One member of a `Cache-Status` field ([RFC 9211 §2](https://www.rfc-editor.org/rfc/rfc9211#section-2)), for writing. A cache
/// appends it to the members already there.
///
/// ```
/// use wire_http::caching::{CacheStatus, ForwardReason};
///
/// let mut status = CacheStatus::new("ExampleCache")?;
/// status.hit = true;
/// status.ttl = Some(-412);
/// assert_eq!(status.to_string(), "ExampleCache; hit; ttl=-412");
///
/// let mut status = CacheStatus::new("ExampleCache")?;
/// status.forward = Some(ForwardReason::UriMiss);
/// status.stored = true;
/// assert_eq!(status.to_string(), "ExampleCache; fwd=uri-miss; stored");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CacheStatus<'a> {
    cache: &'a str,
    /// `hit`: answered from the store, without going forward.
    pub hit: bool,
    /// `fwd`: why it went forward. Written only where `hit` is not, as the two exclude one another (RFC 9211 §2.1).
    pub forward: Option<ForwardReason>,
    /// `fwd-status`: what the next server answered.
    pub forward_status: Option<StatusCode>,
    /// `ttl`: the remaining freshness in seconds, negative when stale.
    pub ttl: Option<i64>,
    /// `stored`: the response to the forwarded request was stored.
    pub stored: bool,
    /// `collapsed`: shared the answer of another forwarded request.
    pub collapsed: bool,
    key: Option<&'a str>,
    detail: Option<&'a str>,
}

impl<'a> CacheStatus<'a> {
    /// A member that names the cache and says nothing yet.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the name is no token that starts with a letter or `*`.
    pub fn new(cache: &'a str) -> Result<Self, Error> {
        check_token(cache, CACHE_STATUS)?;
        if !cache.starts_with(|first: char| first.is_ascii_alphabetic() || first == '*') {
            return Err(CACHE_STATUS.refuse(0, "a letter or \"*\""));
        }
        Ok(Self {
            cache,
            hit: false,
            forward: None,
            forward_status: None,
            ttl: None,
            stored: false,
            collapsed: false,
            key: None,
            detail: None,
        })
    }

    /// `key`: what it was looked up by.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when a character is outside of printable ASCII.
    pub fn with_key(self, key: &'a str) -> Result<Self, Error> {
        check_string(key)?;
        Ok(Self {
            key: Some(key),
            ..self
        })
    }

    /// `detail`: anything else.
    ///
    /// # Errors
    ///
    /// As [`with_key`](Self::with_key).
    pub fn with_detail(self, detail: &'a str) -> Result<Self, Error> {
        check_string(detail)?;
        Ok(Self {
            detail: Some(detail),
            ..self
        })
    }
}

impl fmt::Display for CacheStatus<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.cache)?;
        if self.hit {
            formatter.write_str("; hit")?;
        } else if let Some(forward) = self.forward {
            write!(formatter, "; fwd={}", forward.as_str())?;
        }
        if let Some(status) = self.forward_status {
            write!(formatter, "; fwd-status={}", status.code())?;
        }
        if let Some(ttl) = self.ttl {
            // RFC 8941 §3.3.1: an integer has at most 15 digits.
            write!(
                formatter,
                "; ttl={}",
                ttl.clamp(-999_999_999_999_999, 999_999_999_999_999)
            )?;
        }
        if self.stored {
            formatter.write_str("; stored")?;
        }
        if self.collapsed {
            formatter.write_str("; collapsed")?;
        }
        for (name, value) in [("key", self.key), ("detail", self.detail)] {
            let Some(value) = value else { continue };
            write!(formatter, "; {name}=\"")?;
            for character in value.chars() {
                if matches!(character, '"' | '\\') {
                    formatter.write_str("\\")?;
                }
                write!(formatter, "{character}")?;
            }
            formatter.write_str("\"")?;
        }
        Ok(())
    }
}

/// `sf-string` (RFC 8941 §3.3.3): printable ASCII.
fn check_string(text: &str) -> Result<(), Error> {
    match text
        .bytes()
        .position(|octet| !(b' '..=b'~').contains(&octet))
    {
        Some(offset) => Err(CACHE_STATUS.refuse(offset, "printable ASCII")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{CacheStatus, ForwardReason};
    use crate::status::StatusCode;
    use alloc::string::ToString;

    /// RFC 9211 §3, its examples.
    #[test]
    fn writes_the_examples() {
        let new = || CacheStatus::new("ExampleCache").unwrap();
        assert_eq!(
            CacheStatus {
                hit: true,
                ttl: Some(376),
                ..new()
            }
            .to_string(),
            "ExampleCache; hit; ttl=376"
        );
        let miss = CacheStatus {
            forward: Some(ForwardReason::UriMiss),
            ..new()
        };
        assert_eq!(miss.to_string(), "ExampleCache; fwd=uri-miss");
        let stale = CacheStatus {
            forward: Some(ForwardReason::Stale),
            forward_status: StatusCode::new(304),
            ..new()
        };
        assert_eq!(stale.to_string(), "ExampleCache; fwd=stale; fwd-status=304");
        let collapsed = CacheStatus {
            forward: Some(ForwardReason::UriMiss),
            collapsed: true,
            ..new()
        };
        assert_eq!(
            collapsed.to_string(),
            "ExampleCache; fwd=uri-miss; collapsed"
        );
    }

    #[test]
    fn cannot_be_made_to_inject() {
        assert!(CacheStatus::new("a b").is_err());
        assert!(CacheStatus::new("1a").is_err());
        assert!(CacheStatus::new("").is_err());
        let status = CacheStatus::new("a").unwrap();
        assert_eq!(status.with_key("x\r\ny").unwrap_err().offset(), 1);
        assert!(status.with_detail("\u{e9}").is_err());
        assert_eq!(
            status.with_detail("disk").unwrap().to_string(),
            "a; detail=\"disk\""
        );
        assert_eq!(
            status.with_key("a\"b\\").unwrap().to_string(),
            "a; key=\"a\\\"b\\\\\""
        );
    }
}
