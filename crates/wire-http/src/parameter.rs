//! Parameters: the `name=value` pairs after media types, challenges and directives
//! ([RFC 9110 §5.6.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6)).
//!
//! ```
//! use wire_http::parameter::Parameter;
//!
//! let mut out = Vec::new();
//! Parameter::new("charset", b"utf-8")?.encode(&mut out);
//! out.push(b';');
//! Parameter::new("title", b"two words")?.encode(&mut out);
//! assert_eq!(out, b"charset=utf-8;title=\"two words\"");
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Error;
use crate::grammar::{is_field_octet, is_tchar};
use crate::productions::{Field, check_token};

/// What refusals of hand-made parameters are filed under.
const PARAMETER: Field = Field {
    name: "parameter",
    reference: "RFC 9110 section 5.6.6",
};

/// One parameter ([RFC 9110 §5.6.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6)): a case-insensitive name and a value.
///
/// ```
/// use wire_http::media_type::MediaType;
///
/// let html = MediaType::decode(br#"text/html; charset="utf\-8""#)?;
/// let charset = html.parameters().first().expect("one parameter");
/// assert_eq!(charset.name(), "charset");
/// assert_eq!(charset.value(), b"utf-8");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    name: &'a str,
    value: ParameterValue<'a>,
}

impl<'a> Parameter<'a> {
    /// A parameter for writing.
    ///
    /// ```
    /// use wire_http::parameter::Parameter;
    ///
    /// assert_eq!(Parameter::new("Title", b"x")?, Parameter::new("title", b"x")?);
    /// assert_eq!(Parameter::new("title", b"a\r\nb").unwrap_err().offset(), 1);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the name is not a token, or the value holds a control other
    /// than HTAB; the offset counts in that name or value.
    pub fn new(name: &'a str, value: &'a [u8]) -> Result<Self, Error> {
        check_token(name, PARAMETER)?;
        Ok(Self {
            name,
            value: ParameterValue::new(value)?,
        })
    }

    pub(crate) fn from_parts(name: &'a str, value: ParameterValue<'a>) -> Self {
        Self { name, value }
    }

    /// The name as it was sent. Names are compared without regard to case.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> ParameterValue<'a> {
        self.value
    }

    /// Whether this is the parameter `name`, whatever the case of its letters.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Appends `name=value`, the value quoted where it has to be.
    ///
    /// ```
    /// let mut out = Vec::new();
    /// wire_http::parameter::Parameter::new("realm", b"a \"b\"")?.encode(&mut out);
    /// assert_eq!(out, br#"realm="a \"b\"""#);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.name.as_bytes());
        out.push(b'=');
        self.value.encode(out);
    }
}

/// Names without regard to case, values as the octets they stand for.
impl PartialEq for Parameter<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.name) && self.value == other.value
    }
}

impl Eq for Parameter<'_> {}

/// The value of a parameter: a token, or what a quoted string stands for.
///
/// [RFC 9110 §5.6.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6) makes the two forms equal, and so does `==`.
///
/// ```
/// use wire_http::parameter::ParameterValue;
///
/// let value = ParameterValue::new(b"a \"quoted\" word")?;
/// let mut out = Vec::new();
/// value.encode(&mut out);
/// assert_eq!(out, br#""a \"quoted\" word""#);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ParameterValue<'a> {
    /// The octets as they stand in the field, without the quotes.
    raw: &'a [u8],
    /// Whether a backslash in `raw` escapes the octet after it.
    escaped: bool,
}

impl<'a> ParameterValue<'a> {
    /// A value for writing: the octets it stands for, without quotes and backslashes.
    ///
    /// ```
    /// use wire_http::parameter::ParameterValue;
    ///
    /// let refused = ParameterValue::new(b"a\nb").unwrap_err();
    /// assert_eq!(refused.to_string(), "octet 1: parameter: expected no control character");
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when it holds a control other than HTAB, which no quoted
    /// string can carry.
    pub fn new(value: &'a [u8]) -> Result<Self, Error> {
        match value.iter().position(|octet| !is_field_octet(*octet)) {
            Some(offset) => Err(PARAMETER.refuse(offset, "no control character")),
            None => Ok(Self::plain(value)),
        }
    }

    pub(crate) fn plain(raw: &'a [u8]) -> Self {
        Self {
            raw,
            escaped: false,
        }
    }

    pub(crate) fn escaped(raw: &'a [u8]) -> Self {
        Self {
            raw,
            escaped: raw.contains(&b'\\'),
        }
    }

    /// The octets the value stands for, one by one; never allocates.
    ///
    /// ```
    /// let media_type = wire_http::media_type::MediaType::decode(br#"a/b; c="d\"e""#)?;
    /// assert!(media_type.parameter("c").expect("sent").iter().eq(*b"d\"e"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<'a> {
        let escaped = self.escaped;
        let mut raw = self.raw.iter().copied();
        core::iter::from_fn(move || match raw.next() {
            Some(b'\\') if escaped => raw.next(),
            other => other,
        })
    }

    /// The octets the value stands for; allocates only when a quoted-pair was in it.
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use wire_http::media_type::MediaType;
    ///
    /// let media_type = MediaType::decode(br#"text/plain; a="b c"; d="e\"f""#)?;
    /// let octets = |name| media_type.parameter(name).expect("a parameter").octets();
    /// assert!(matches!(octets("a"), Cow::Borrowed(b"b c")));
    /// assert_eq!(octets("d"), Cow::<[u8]>::Owned(b"e\"f".to_vec()));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn octets(&self) -> Cow<'a, [u8]> {
        if self.escaped {
            Cow::Owned(self.iter().collect())
        } else {
            Cow::Borrowed(self.raw)
        }
    }

    /// The value as text, if it is UTF-8; allocates only when a quoted-pair was in it.
    ///
    /// ```
    /// use wire_http::parameter::ParameterValue;
    ///
    /// assert_eq!(ParameterValue::new("caf\u{e9}".as_bytes())?.text().as_deref(), Some("caf\u{e9}"));
    /// assert_eq!(ParameterValue::new(b"caf\xe9")?.text(), None);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn text(&self) -> Option<Cow<'a, str>> {
        match self.octets() {
            Cow::Borrowed(octets) => core::str::from_utf8(octets).ok().map(Cow::Borrowed),
            Cow::Owned(octets) => String::from_utf8(octets).ok().map(Cow::Owned),
        }
    }

    /// Compares without regard to ASCII case: what `charset` wants, and `boundary` does not.
    ///
    /// ```
    /// use wire_http::parameter::ParameterValue;
    ///
    /// let value = ParameterValue::new(b"UTF-8")?;
    /// assert!(value.eq_ignore_ascii_case(b"utf-8") && value != b"utf-8");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn eq_ignore_ascii_case(&self, other: &[u8]) -> bool {
        self.iter()
            .map(|octet| octet.to_ascii_lowercase())
            .eq(other.iter().map(u8::to_ascii_lowercase))
    }

    /// Whether the value can be written as a token.
    ///
    /// ```
    /// use wire_http::parameter::ParameterValue;
    ///
    /// assert!(ParameterValue::new(b"utf-8")?.is_token());
    /// assert!(!ParameterValue::new(b"two words")?.is_token() && !ParameterValue::new(b"")?.is_token());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn is_token(&self) -> bool {
        let mut octets = self.iter().peekable();
        octets.peek().is_some() && octets.all(is_tchar)
    }

    /// Appends a token where that is possible, else a quoted string.
    ///
    /// ```
    /// use wire_http::parameter::ParameterValue;
    ///
    /// let mut out = Vec::new();
    /// ParameterValue::new(b"gzip")?.encode(&mut out);
    /// ParameterValue::new(b"a, b")?.encode(&mut out);
    /// assert_eq!(out, b"gzip\"a, b\"");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn encode(&self, out: &mut Vec<u8>) {
        if self.is_token() {
            out.extend(self.iter());
        } else {
            self.encode_quoted(out);
        }
    }

    /// Appends a quoted string, for the parameters that must be one (`realm`,
    /// [RFC 9110 §11.5](https://www.rfc-editor.org/rfc/rfc9110#section-11.5)).
    ///
    /// ```
    /// use wire_http::parameter::ParameterValue;
    ///
    /// let mut out = b"realm=".to_vec();
    /// ParameterValue::new(b"apps")?.encode_quoted(&mut out);
    /// assert_eq!(out, b"realm=\"apps\"");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn encode_quoted(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        for octet in self.iter() {
            if matches!(octet, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(octet);
        }
        out.push(b'"');
    }
}

impl fmt::Debug for ParameterValue<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\"", self.octets().escape_ascii())
    }
}

impl PartialEq for ParameterValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for ParameterValue<'_> {}

impl PartialEq<[u8]> for ParameterValue<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        self.iter().eq(other.iter().copied())
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for ParameterValue<'_> {
    fn eq(&self, other: &&[u8; N]) -> bool {
        *self == other[..]
    }
}

/// The first parameter called `name`: a repeated one is not allowed to change what the first said.
pub(crate) fn find<'a>(parameters: &[Parameter<'a>], name: &str) -> Option<ParameterValue<'a>> {
    parameters
        .iter()
        .find(|parameter| parameter.is(name))
        .map(Parameter::value)
}

/// Appends `;name=value` for each.
pub(crate) fn encode_all(parameters: &[Parameter<'_>], out: &mut Vec<u8>) {
    for parameter in parameters {
        out.push(b';');
        parameter.encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::{Parameter, ParameterValue};
    use alloc::vec::Vec;

    #[test]
    fn refuses_what_no_quoted_string_can_carry() {
        for control in (0..=8).chain(10..32).chain([127]) {
            assert!(ParameterValue::new(&[b'a', control]).is_err(), "{control}");
        }
        assert_eq!(ParameterValue::new(b"a\r\nb").unwrap_err().offset(), 1);
        assert!(Parameter::new("", b"v").is_err());
        assert_eq!(Parameter::new("a b", b"v").unwrap_err().offset(), 1);
    }

    #[test]
    fn quotes_only_where_it_must() {
        let written = |value: &[u8]| {
            let mut out = Vec::new();
            ParameterValue::new(value).unwrap().encode(&mut out);
            out
        };
        assert_eq!(written(b"utf-8"), b"utf-8");
        assert_eq!(written(b""), b"\"\"");
        assert_eq!(written(b"a b"), b"\"a b\"");
        assert_eq!(written(b"\xe9"), b"\"\xe9\"");
    }
}
