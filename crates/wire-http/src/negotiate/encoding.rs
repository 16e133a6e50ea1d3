//! `Accept-Encoding` (RFC 9110 §12.5.3).

use alloc::vec::Vec;

use crate::error::Error;
use crate::negotiate::Quality;
use crate::negotiate::charset::{named_or_any, weighted_token};
use crate::productions::{Field, list};

const ACCEPT_ENCODING: Field = Field {
    name: "Accept-Encoding",
    reference: "RFC 9110 section 12.5.3",
};

/// The content codings a user agent takes.
///
/// `identity` (no coding) is acceptable unless the field forbids it; where it is not named, its weight is the
/// least, so that any coding the client did name is preferred. No field accepts every coding; an empty field
/// accepts `identity` only.
///
/// ```
/// use wire_http::negotiate::AcceptEncoding;
///
/// let accept = AcceptEncoding::decode([&b"gzip;q=0.5, br"[..]])?;
/// assert_eq!(accept.best(&["identity", "gzip"]), Some(1));
/// assert_eq!(accept.best(&["identity", "zstd"]), Some(0));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AcceptEncoding<'a> {
    /// `None` is a request without the field.
    codings: Option<Vec<(&'a str, Quality)>>,
}

impl<'a> AcceptEncoding<'a> {
    /// Reads all lines of the field; no line at all is a request without it.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where a member is no token with or without a weight; a server may then
    /// answer without a coding.
    pub fn decode(lines: impl IntoIterator<Item = impl Into<&'a [u8]>>) -> Result<Self, Error> {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_none() {
            return Ok(Self::default());
        }
        Ok(Self {
            codings: Some(list(lines, ACCEPT_ENCODING, weighted_token)?),
        })
    }

    /// The codings and their weights in the order sent; `*` stands for all that are not named.
    ///
    /// ```
    /// use wire_http::negotiate::AcceptEncoding;
    ///
    /// let accept = AcceptEncoding::decode([&b"gzip;q=0.5, *"[..]])?;
    /// assert!(accept.codings().iter().map(|(coding, _)| *coding).eq(["gzip", "*"]));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn codings(&self) -> &[(&'a str, Quality)] {
        self.codings.as_deref().unwrap_or_default()
    }

    /// How much `coding` is wanted; `x-gzip` and `x-compress` are `gzip` and `compress`
    /// ([RFC 9110 §8.4.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1)).
    ///
    /// ```
    /// use wire_http::negotiate::{AcceptEncoding, Quality};
    ///
    /// let accept = AcceptEncoding::decode([&b"gzip, *;q=0"[..]])?;
    /// assert_eq!(accept.quality("x-gzip"), Quality::ONE);
    /// assert_eq!(accept.quality("identity"), Quality::NOT_ACCEPTABLE);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn quality(&self, coding: &str) -> Quality {
        let Some(codings) = &self.codings else {
            return Quality::ONE;
        };
        let coding = without_prefix(coding);
        match named_or_any(codings, |name| {
            without_prefix(name).eq_ignore_ascii_case(coding)
        }) {
            Some(quality) => quality,
            None if coding.eq_ignore_ascii_case("identity") => Quality::LEAST,
            None => Quality::NOT_ACCEPTABLE,
        }
    }

    /// The place of the best offer; name what is sent as it is `identity`.
    #[must_use]
    pub fn best(&self, offers: &[&str]) -> Option<usize> {
        super::best(offers.iter().map(|offer| self.quality(offer)))
    }
}

/// RFC 9110 §8.4.1: `x-gzip` and `x-compress` are `gzip` and `compress`.
fn without_prefix(coding: &str) -> &str {
    if coding.eq_ignore_ascii_case("x-gzip") {
        "gzip"
    } else if coding.eq_ignore_ascii_case("x-compress") {
        "compress"
    } else {
        coding
    }
}

#[cfg(test)]
mod tests {
    use super::AcceptEncoding;

    fn best(line: &str, offers: &[&str]) -> Option<usize> {
        AcceptEncoding::decode([line.as_bytes()])
            .unwrap()
            .best(offers)
    }

    /// The five examples of RFC 9110 §12.5.3.
    #[test]
    fn agrees_with_the_examples() {
        assert_eq!(best("compress, gzip", &["identity", "gzip"]), Some(1));
        assert_eq!(best("", &["gzip", "identity"]), Some(1));
        assert_eq!(best("*", &["gzip", "identity"]), Some(0));
        assert_eq!(
            best("compress;q=0.5, gzip;q=1.0", &["compress", "gzip"]),
            Some(1)
        );
        assert_eq!(
            best(
                "gzip;q=1.0, identity; q=0.5, *;q=0",
                &["br", "identity", "gzip"]
            ),
            Some(2)
        );
        assert_eq!(best("gzip;q=1.0, identity; q=0.5, *;q=0", &["br"]), None);
    }

    /// RFC 9110 §12.5.3, rules 1 to 4.
    #[test]
    fn identity_goes_only_when_it_is_forbidden() {
        assert_eq!(AcceptEncoding::default().best(&["br"]), Some(0));
        assert_eq!(best("gzip", &["identity"]), Some(0));
        assert_eq!(best("identity;q=0", &["identity"]), None);
        assert_eq!(best("*;q=0", &["identity"]), None);
        assert_eq!(best("*;q=0, identity;q=0.1", &["identity"]), Some(0));
        assert_eq!(best("gzip;q=0, *", &["gzip"]), None);
        assert_eq!(best("x-gzip", &["gzip"]), Some(0));
    }
}
