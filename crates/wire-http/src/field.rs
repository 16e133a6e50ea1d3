//! Field names, values and lines (RFC 9110 §5).

use crate::error::{Error, ErrorKind};
use crate::grammar::{is_field_octet, is_ows, is_tchar};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Range;

/// A field name: a token that is compared without regard to case
/// ([RFC 9110 §5.1](https://www.rfc-editor.org/rfc/rfc9110#section-5.1)).
///
/// ```
/// use wire_http::FieldName;
///
/// assert_eq!(FieldName::new("Content-Type")?, FieldName::new("content-type")?);
/// assert!(FieldName::new("Content Type").is_err());
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy)]
#[doc(alias = "header")]
pub struct FieldName<'a>(&'a [u8]);

impl<'a> FieldName<'a> {
    /// The field name `name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldNameEmpty`], or [`ErrorKind::FieldName`] with the first octet that is not of a token.
    pub fn new(name: &'a str) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Error::new(0, ErrorKind::FieldNameEmpty));
        }
        match name
            .bytes()
            .enumerate()
            .find(|(_, octet)| !is_tchar(*octet))
        {
            Some((offset, octet)) => Err(Error::new(offset, ErrorKind::FieldName { octet })),
            None => Ok(Self(name.as_bytes())),
        }
    }

    /// Octets already known to be a token.
    pub(crate) const fn from_token(name: &'a [u8]) -> Self {
        Self(name)
    }

    /// The name as received.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        // A token is ASCII, so there is always a text.
        core::str::from_utf8(self.0).unwrap_or_default()
    }

    /// Whether this is the name `other`, whatever the case of its letters. `name == "host"` says the same.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }
}

impl Eq for FieldName<'_> {}

impl PartialEq for FieldName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl PartialEq<str> for FieldName<'_> {
    fn eq(&self, other: &str) -> bool {
        self.is(other)
    }
}

impl PartialEq<&str> for FieldName<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.is(other)
    }
}

impl Ord for FieldName<'_> {
    /// Letter by letter without regard to case, as [`PartialEq`] compares.
    fn cmp(&self, other: &Self) -> Ordering {
        let folded = |name: &Self| name.0.iter().map(u8::to_ascii_lowercase);
        folded(self).cmp(folded(other))
    }
}

impl PartialOrd for FieldName<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for FieldName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in self.0 {
            state.write_u8(octet.to_ascii_lowercase());
        }
        state.write_usize(self.0.len());
    }
}

impl AsRef<str> for FieldName<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for FieldName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for FieldName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A field value: octets without controls, without whitespace at either end
/// ([RFC 9110 §5.5](https://www.rfc-editor.org/rfc/rfc9110#section-5.5)).
///
/// Octets from 0x80 on (obs-text) are allowed and opaque; their meaning is the application's.
///
/// ```
/// use wire_http::FieldValue;
///
/// assert_eq!(FieldValue::new(b"text/html")?.to_str(), Some("text/html"));
/// assert_eq!(FieldValue::new(b"a\r\nSet-Cookie: b").unwrap_err().offset(), 1);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct FieldValue<'a>(&'a [u8]);

impl<'a> FieldValue<'a> {
    /// The field value `value`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldValue`] with the first octet that is a control (CR, LF and NUL among them), or that is
    /// whitespace at an end.
    pub fn new(value: &'a [u8]) -> Result<Self, Error> {
        let blank_at_end = match value {
            [first, ..] if is_ows(*first) => Some((0, *first)),
            [.., last] if is_ows(*last) => Some((value.len().saturating_sub(1), *last)),
            _ => None,
        };
        let control = value
            .iter()
            .enumerate()
            .find(|(_, octet)| !is_field_octet(**octet));
        match control
            .map(|(offset, &octet)| (offset, octet))
            .or(blank_at_end)
        {
            Some((offset, octet)) => Err(Error::new(offset, ErrorKind::FieldValue { octet })),
            None => Ok(Self(value)),
        }
    }

    /// Octets already known to be a trimmed value.
    pub(crate) const fn from_checked(value: &'a [u8]) -> Self {
        Self(value)
    }

    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The text, if it is UTF-8, as ASCII always is. `Display` puts U+FFFD where it is not.
    ///
    /// ```
    /// use wire_http::FieldValue;
    ///
    /// let latin = FieldValue::new(b"caf\xe9")?;
    /// assert_eq!(latin.to_str(), None);
    /// assert_eq!(latin.to_string(), "caf\u{fffd}");
    /// assert_eq!(latin.as_bytes(), b"caf\xe9");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn to_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.0).ok()
    }
}

impl PartialEq<str> for FieldValue<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for FieldValue<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<[u8]> for FieldValue<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for FieldValue<'_> {
    fn eq(&self, other: &&[u8; N]) -> bool {
        self.0 == *other
    }
}

/// What the writers take as a value.
///
/// ```
/// use wire_http::{RequestHead, ResponseWriter, StatusCode};
///
/// let input = b"GET / HTTP/1.0\r\nX-Request-Id: 7\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let mut response = ResponseWriter::answering(&head, StatusCode::OK);
/// if let Some(id) = head.fields().get_only("X-Request-Id") {
///     response.field("X-Request-Id", id)?;
/// }
/// # Ok::<(), wire_http::Error>(())
/// ```
impl AsRef<[u8]> for FieldValue<'_> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl fmt::Display for FieldValue<'_> {
    /// The text; octets that are not UTF-8 appear as the replacement character.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_str("\u{fffd}")?;
            }
        }
        Ok(())
    }
}

/// One field line as received: name and value, and where they stand in the input
/// ([RFC 9112 §5](https://www.rfc-editor.org/rfc/rfc9112#section-5)).
///
/// ```
/// use wire_http::RequestHead;
///
/// let input = b"GET / HTTP/1.1\r\nHost:  a.test \r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let line = head.fields().iter().next().expect("one line");
/// assert_eq!((line.name().as_str(), line.value().as_bytes()), ("Host", &b"a.test"[..]));
/// assert_eq!((line.name_range(), line.value_range()), (16..20, 23..29));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FieldLine<'a> {
    pub(crate) name: FieldName<'a>,
    pub(crate) value: FieldValue<'a>,
    pub(crate) name_start: usize,
    pub(crate) value_start: usize,
}

impl<'a> FieldLine<'a> {
    /// The name.
    #[must_use]
    pub const fn name(&self) -> FieldName<'a> {
        self.name
    }

    /// The value without surrounding whitespace.
    #[must_use]
    pub const fn value(&self) -> FieldValue<'a> {
        self.value
    }

    /// The octets of the name in the input that was decoded.
    #[must_use]
    pub const fn name_range(&self) -> Range<usize> {
        self.name_start..self.name_start.saturating_add(self.name.0.len())
    }

    /// The octets of the value in the input that was decoded; empty, after the colon and its whitespace, for an empty value.
    #[must_use]
    pub const fn value_range(&self) -> Range<usize> {
        self.value_start..self.value_start.saturating_add(self.value.0.len())
    }
}
