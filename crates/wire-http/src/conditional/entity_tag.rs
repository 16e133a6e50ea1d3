//! Entity tags: `ETag` (RFC 9110 §8.8.3) and the lists of `If-Match` and `If-None-Match` (§13.1).

use alloc::vec::Vec;
use core::fmt;

use nom::Parser;
use nom::bytes::complete::{tag, take_while};

use crate::error::Error;
use crate::grammar::trim_ows;
use crate::productions::{Field, Parsed, expect, list, whole};

const ETAG: Field = Field {
    name: "ETag",
    reference: "RFC 9110 section 8.8.3",
};

/// An entity tag ([RFC 9110 §8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)): opaque octets, and whether they only say
/// "about the same".
///
/// There is no `==`, because there are two comparisons (RFC 9110 §8.8.3.2).
///
/// ```
/// use wire_http::conditional::EntityTag;
///
/// let weak = EntityTag::decode(b"W/\"1\"")?;
/// let strong = EntityTag::decode(b"\"1\"")?;
/// assert!(weak.weak_eq(&strong));
/// assert!(!weak.strong_eq(&strong));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct EntityTag<'a> {
    weak: bool,
    opaque: &'a [u8],
}

impl<'a> EntityTag<'a> {
    /// A strong tag of these octets, without quotes.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when one is not an `etagc`: a control, a space, a quote.
    ///
    /// ```
    /// use wire_http::conditional::EntityTag;
    ///
    /// let mut out = Vec::new();
    /// EntityTag::strong(b"xyzzy")?.encode(&mut out);
    /// assert_eq!(out, b"\"xyzzy\"");
    /// assert_eq!(EntityTag::strong(b"a b").unwrap_err().offset(), 1);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn strong(opaque: &'a [u8]) -> Result<Self, Error> {
        match opaque.iter().position(|octet| !is_etagc(*octet)) {
            Some(offset) => Err(ETAG.refuse(offset, "an entity tag character")),
            None => Ok(Self {
                weak: false,
                opaque,
            }),
        }
    }

    /// A weak tag of these octets, without quotes.
    ///
    /// # Errors
    ///
    /// As [`strong`](Self::strong).
    pub fn weak(opaque: &'a [u8]) -> Result<Self, Error> {
        Self::strong(opaque).map(|tag| Self { weak: true, ..tag })
    }

    /// Reads the value of an `ETag` field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where it is not `[ "W/" ] DQUOTE *etagc DQUOTE`; `w/` is not `W/`.
    pub fn decode(value: &'a [u8]) -> Result<Self, Error> {
        whole(value, ETAG, entity_tag)
    }

    /// Whether the tag is weak.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// The octets between the quotes. A backslash is one of them, and escapes nothing.
    #[must_use]
    pub fn opaque(&self) -> &'a [u8] {
        self.opaque
    }

    /// Strong comparison: equal, and neither is weak.
    #[must_use]
    pub fn strong_eq(&self, other: &EntityTag<'_>) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Weak comparison: equal, weak or not.
    #[must_use]
    pub fn weak_eq(&self, other: &EntityTag<'_>) -> bool {
        self.opaque == other.opaque
    }

    /// Appends the value of an `ETag` field.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.weak { b"W/\"" } else { b"\"" });
        out.extend_from_slice(self.opaque);
        out.push(b'"');
    }
}

impl fmt::Debug for EntityTag<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}\"{}\"",
            if self.weak { "W/" } else { "" },
            self.opaque.escape_ascii()
        )
    }
}

/// The value of `If-Match` or `If-None-Match`, as [`Preconditions`](crate::conditional::Preconditions) reads it.
///
/// ```
/// use wire_http::{conditional::{EntityTags, Preconditions}, date::HttpDate};
///
/// let fields = [("If-Match", &b"*"[..]), ("If-None-Match", b"\"a\", W/\"b\"")];
/// let read = Preconditions::decode(fields, HttpDate::MAX)?;
/// assert!(matches!(read.if_match(), Some(EntityTags::Any)));
/// let Some(EntityTags::OneOf(tags)) = read.if_none_match() else { panic!() };
/// assert_eq!((tags[0].opaque(), tags[1].is_weak()), (&b"a"[..], true));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 sections 13.1.1 and 13.1.2 have these two"
)]
pub enum EntityTags<'a> {
    /// `*`: any current representation.
    Any,
    /// One of these; where the list is empty, none.
    OneOf(Vec<EntityTag<'a>>),
}

impl<'a> EntityTags<'a> {
    pub(crate) fn decode(lines: &[&'a [u8]], field: Field) -> Result<Self, Error> {
        if let [line] = lines
            && trim_ows(line) == b"*"
        {
            return Ok(Self::Any);
        }
        Ok(Self::OneOf(list(lines.iter().copied(), field, entity_tag)?))
    }

    /// Whether one of them is `tag` by the comparison given; `*` is every tag.
    pub(crate) fn any(&self, is: impl Fn(&EntityTag<'a>) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.iter().any(is),
        }
    }
}

/// `[ %s"W/" ] DQUOTE *etagc DQUOTE`.
pub(crate) fn entity_tag(input: &[u8]) -> Parsed<'_, EntityTag<'_>> {
    let (weak, rest) = match input.strip_prefix(b"W/") {
        Some(rest) => (true, rest),
        None => (false, input),
    };
    let (rest, _) = expect(rest, "an entity tag", tag(&b"\""[..]))?;
    let (rest, opaque) = take_while(is_etagc).parse(rest)?;
    let (rest, _) = expect(rest, "the closing quote", tag(&b"\""[..]))?;
    Ok((rest, EntityTag { weak, opaque }))
}

/// `etagc = %x21 / %x23-7E / obs-text`.
fn is_etagc(octet: u8) -> bool {
    octet > b' ' && octet != b'"' && octet != 0x7f
}

#[cfg(test)]
mod tests {
    use super::EntityTag;
    use alloc::vec::Vec;

    /// RFC 9110 §8.8.3.2, the table.
    #[test]
    fn compares_as_the_table_says() {
        for (left, right, strong, weak) in [
            ("W/\"1\"", "W/\"1\"", false, true),
            ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true),
            ("\"1\"", "\"1\"", true, true),
        ] {
            let tags = (
                EntityTag::decode(left.as_bytes()).unwrap(),
                EntityTag::decode(right.as_bytes()).unwrap(),
            );
            assert_eq!(tags.0.strong_eq(&tags.1), strong, "{left} {right}");
            assert_eq!(tags.0.weak_eq(&tags.1), weak, "{left} {right}");
        }
    }

    /// RFC 9110 §8.8.3: "xyzzy", W/"xyzzy" and "".
    #[test]
    fn reads_and_writes_the_examples() {
        for value in [
            &b"\"xyzzy\""[..],
            b"W/\"xyzzy\"",
            b"\"\"",
            b"\"a\\\"",
            b"\"\xe9\"",
        ] {
            let mut out = Vec::new();
            EntityTag::decode(value).unwrap().encode(&mut out);
            assert_eq!(out, value);
        }
        assert_eq!(EntityTag::decode(b"\"a\\\"").unwrap().opaque(), b"a\\");
    }

    #[test]
    fn refuses_what_is_no_tag_and_says_where() {
        for (value, offset) in [
            ("", 0),
            ("xyzzy", 0),
            ("w/\"x\"", 0),
            ("W/ \"x\"", 2),
            ("\"a b\"", 2),
            ("\"a", 2),
            ("\"a\"b\"", 3),
            ("\"a\x7f\"", 2),
        ] {
            assert_eq!(
                EntityTag::decode(value.as_bytes()).unwrap_err().offset(),
                offset,
                "{value}"
            );
        }
        assert!(EntityTag::strong(b"a\"b").is_err());
        assert!(EntityTag::weak(b"a\r\n").is_err());
    }
}
