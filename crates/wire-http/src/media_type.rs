//! Media types: `Content-Type` ([RFC 9110 §8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.3)).
//!
//! ```
//! use wire_http::{RequestHead, media_type::MediaType};
//!
//! let input = b"POST / HTTP/1.0\r\nContent-Type: multipart/form-data; boundary=\"a b\"\r\n\r\n";
//! let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
//! let value = head.fields().get_only("content-type").expect("one line");
//! let form = MediaType::decode(value.as_bytes())?;
//! assert_eq!(form.boundary()?.as_deref(), Some(&b"a b"[..]));
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::borrow::Cow;
use alloc::vec::Vec;

use nom::bytes::complete::tag;

use crate::error::Error;
use crate::parameter::{self, Parameter, ParameterValue};
use crate::productions::{self, Field, Parsed, check_token, expect, token, whole};

const CONTENT_TYPE: Field = Field {
    name: "Content-Type",
    reference: "RFC 9110 section 8.3",
};
const BOUNDARY: Field = Field {
    name: "boundary",
    reference: "RFC 2046 section 5.1.1",
};

/// RFC 2046 §5.1.1: a boundary has at most 70 characters.
const BOUNDARY_OCTETS_MAX: usize = 70;

/// A media type with its parameters.
///
/// Type, subtype and parameter names are compared without regard to case, parameter values as they are, parameters in the
/// order sent.
///
/// ```
/// use wire_http::media_type::MediaType;
///
/// let html = MediaType::decode(b"text/html;charset=utf-8")?;
/// assert!(html.is("text", "html"));
/// assert!(html.charset().is_some_and(|name| name.eq_ignore_ascii_case(b"UTF-8")));
/// assert_eq!(html, MediaType::decode(br#"Text/HTML; charset="utf-8""#)?);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MediaType<'a> {
    type_: &'a str,
    subtype: &'a str,
    parameters: Vec<Parameter<'a>>,
}

impl<'a> MediaType<'a> {
    /// A media type without parameters, for writing or to offer in [negotiation](crate::negotiate).
    ///
    /// ```
    /// use wire_http::media_type::MediaType;
    ///
    /// assert!(MediaType::new("image", "svg+xml")?.is("IMAGE", "SVG+XML"));
    /// assert_eq!(MediaType::new("image/svg", "xml").unwrap_err().offset(), 5);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when one of the two is not a token.
    pub fn new(type_: &'a str, subtype: &'a str) -> Result<Self, Error> {
        check_token(type_, CONTENT_TYPE)?;
        check_token(subtype, CONTENT_TYPE)?;
        Ok(Self {
            type_,
            subtype,
            parameters: Vec::new(),
        })
    }

    /// The same with one more parameter.
    ///
    /// ```
    /// use wire_http::media_type::MediaType;
    ///
    /// let mut out = Vec::new();
    /// MediaType::new("text", "html")?.with_parameter("charset", b"utf-8")?.encode(&mut out);
    /// assert_eq!(out, b"text/html;charset=utf-8");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Parameter::new`].
    pub fn with_parameter(mut self, name: &'a str, value: &'a [u8]) -> Result<Self, Error> {
        self.parameters.push(Parameter::new(name, value)?);
        Ok(self)
    }

    /// Reads the value of a `Content-Type` field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where the value is not
    /// `type "/" subtype *( OWS ";" OWS [ parameter ] )`. The field comes once: where there are two lines, which of them
    /// counts is a guess that [RFC 9110 §8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.3) warns of;
    /// [`get_only`](crate::Fields::get_only) gives none.
    ///
    /// ```
    /// let refused = wire_http::media_type::MediaType::decode(b"text/html, text/plain").unwrap_err();
    /// assert_eq!(refused.to_string(), "octet 9: Content-Type: expected the end of the value");
    /// ```
    pub fn decode(value: &'a [u8]) -> Result<Self, Error> {
        whole(value, CONTENT_TYPE, media_type)
    }

    /// The type, `text` of `text/html`.
    #[must_use]
    pub fn type_(&self) -> &'a str {
        self.type_
    }

    /// The subtype, `html` of `text/html`.
    #[must_use]
    pub fn subtype(&self) -> &'a str {
        self.subtype
    }

    /// The parameters in the order sent.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter<'a>] {
        &self.parameters
    }

    /// The first parameter called `name`, whatever the case of its letters.
    ///
    /// ```
    /// use wire_http::media_type::MediaType;
    ///
    /// let flowed = MediaType::decode(b"text/plain; Format=flowed; format=fixed")?;
    /// assert_eq!(flowed.parameter("format").expect("sent"), b"flowed");
    /// assert_eq!(flowed.parameter("delsp"), None);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<ParameterValue<'a>> {
        parameter::find(&self.parameters, name)
    }

    /// Whether this is `type_/subtype`, whatever its parameters and the case of its letters.
    #[must_use]
    pub fn is(&self, type_: &str, subtype: &str) -> bool {
        self.type_.eq_ignore_ascii_case(type_) && self.subtype.eq_ignore_ascii_case(subtype)
    }

    /// The `charset` parameter; its value is compared without regard to case (RFC 9110 §8.3.2).
    ///
    /// ```
    /// let html = wire_http::media_type::MediaType::decode(b"text/html; charset=\"UTF-8\"")?;
    /// assert!(html.charset().is_some_and(|charset| charset.eq_ignore_ascii_case(b"utf-8")));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn charset(&self) -> Option<ParameterValue<'a>> {
        self.parameter("charset")
    }

    /// The `boundary` of a multipart type ([RFC 9110 §8.3.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.3.3)), if
    /// there is one.
    ///
    /// ```
    /// use wire_http::media_type::MediaType;
    ///
    /// let parts = MediaType::decode(b"multipart/byteranges; boundary=THIS_STRING_SEPARATES")?;
    /// assert_eq!(parts.boundary()?.as_deref(), Some(&b"THIS_STRING_SEPARATES"[..]));
    /// assert!(MediaType::decode(b"multipart/mixed; boundary=\"ends with blank \"")?.boundary().is_err());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when it is not 1 to 70 `bchars` with no space at the end
    /// ([RFC 2046 §5.1.1](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1)); the offset counts in the boundary.
    pub fn boundary(&self) -> Result<Option<Cow<'a, [u8]>>, Error> {
        let Some(value) = self.parameter("boundary") else {
            return Ok(None);
        };
        let octets = value.octets();
        check_boundary(&octets)?;
        Ok(Some(octets))
    }

    /// Appends the value of a `Content-Type` field.
    ///
    /// ```
    /// let mut out = Vec::new();
    /// wire_http::media_type::MediaType::decode(b"text/plain ; title=\"two words\" ; a=\"b\"")?.encode(&mut out);
    /// assert_eq!(out, b"text/plain;title=\"two words\";a=b");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.type_.as_bytes());
        out.push(b'/');
        out.extend_from_slice(self.subtype.as_bytes());
        parameter::encode_all(&self.parameters, out);
    }
}

impl PartialEq for MediaType<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.type_, other.subtype) && self.parameters == other.parameters
    }
}

impl Eq for MediaType<'_> {}

/// `type "/" subtype parameters`.
pub(crate) fn media_type(input: &[u8]) -> Parsed<'_, MediaType<'_>> {
    let (rest, type_) = expect(input, "a type", token)?;
    let (rest, _) = expect(rest, "\"/\"", tag(&b"/"[..]))?;
    let (rest, subtype) = expect(rest, "a subtype", token)?;
    let (rest, parameters) = productions::parameters(rest, productions::parameter)?;
    Ok((
        rest,
        MediaType {
            type_,
            subtype,
            parameters,
        },
    ))
}

/// `boundary := 0*69<bchars> bcharsnospace` (RFC 2046 §5.1.1).
pub(crate) fn check_boundary(boundary: &[u8]) -> Result<(), Error> {
    let is_bchar = |octet: &u8| octet.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(octet);
    if let Some(offset) = boundary.iter().position(|octet| !is_bchar(octet)) {
        return Err(BOUNDARY.refuse(offset, "a boundary character"));
    }
    if boundary.len() > BOUNDARY_OCTETS_MAX {
        return Err(BOUNDARY.refuse(BOUNDARY_OCTETS_MAX, "at most 70 octets"));
    }
    match boundary.last() {
        None => Err(BOUNDARY.refuse(0, "a boundary character")),
        Some(b' ') => Err(BOUNDARY.refuse(boundary.len().saturating_sub(1), "no space at the end")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::MediaType;
    use crate::error::ErrorKind;
    use alloc::vec::Vec;

    /// RFC 9110 §8.3.1: "The following media types are equivalent".
    #[test]
    fn reads_the_four_equal_forms() {
        let reference = MediaType::new("text", "html")
            .unwrap()
            .with_parameter("charset", b"utf-8")
            .unwrap();
        for form in [
            &b"text/html;charset=utf-8"[..],
            b"Text/HTML;Charset=\"utf-8\"",
            b"text/html; charset=\"utf-8\"",
            b"text/html;charset=utf-8",
        ] {
            assert_eq!(
                MediaType::decode(form).unwrap(),
                reference,
                "{}",
                form.escape_ascii()
            );
        }
        let upper = MediaType::decode(b"text/html;charset=UTF-8").unwrap();
        assert!(upper.charset().unwrap().eq_ignore_ascii_case(b"utf-8"));
    }

    #[test]
    fn writes_its_canonical_form() {
        let mut out = Vec::new();
        MediaType::decode(b"multipart/form-data ;; Boundary=\"a b\" ; x=y;")
            .unwrap()
            .encode(&mut out);
        assert_eq!(out, b"multipart/form-data;Boundary=\"a b\";x=y");
    }

    #[test]
    fn says_where_it_went_wrong() {
        for (value, offset, expected) in [
            (&b""[..], 0, "a type"),
            (b"text", 4, "\"/\""),
            (b"text/", 5, "a subtype"),
            (b"text /html", 4, "\"/\""),
            (b"text/html; charset", 18, "\"=\""),
            (b"text/html; charset =utf-8", 18, "\"=\""),
            (
                b"text/html; charset= utf-8",
                19,
                "a token or a quoted string",
            ),
            (b"text/html; charset=\"utf-8", 25, "the closing quote"),
            (b"text/html; charset=\"a\x01\"", 21, "the closing quote"),
            (b"text/html; =x", 11, "a parameter"),
            (b"text/html, text/plain", 9, "the end of the value"),
        ] {
            let error = MediaType::decode(value).unwrap_err();
            assert_eq!(error.offset(), offset, "{}", value.escape_ascii());
            assert!(
                matches!(error.kind(), ErrorKind::FieldSyntax { field: "Content-Type", expected: said, .. } if *said == expected),
                "{}: {error}",
                value.escape_ascii()
            );
        }
    }

    #[test]
    fn a_repeated_parameter_does_not_replace_the_first() {
        let twice = MediaType::decode(b"text/html;charset=utf-8;charset=utf-7").unwrap();
        assert_eq!(twice.charset().unwrap(), b"utf-8");
    }

    /// RFC 2046 §5.1.1, with its own example of a boundary that must be quoted.
    #[test]
    fn checks_boundaries() {
        let quoted =
            MediaType::decode(b"multipart/mixed; boundary=\"gc0pJq0M:08jU534c0p\"").unwrap();
        assert_eq!(
            quoted.boundary().unwrap().unwrap(),
            &b"gc0pJq0M:08jU534c0p"[..]
        );
        assert_eq!(
            MediaType::decode(b"multipart/mixed")
                .unwrap()
                .boundary()
                .unwrap(),
            None
        );
        let offset = |value: &[u8]| {
            MediaType::decode(value)
                .unwrap()
                .boundary()
                .unwrap_err()
                .offset()
        };
        assert_eq!(offset(b"multipart/mixed; boundary=\"\""), 0);
        assert_eq!(offset(b"multipart/mixed; boundary=\"ab \""), 2);
        assert_eq!(offset(b"multipart/mixed; boundary=\"a;b\""), 1);
        let mut long = b"multipart/mixed; boundary=".to_vec();
        long.extend_from_slice(&[b'a'; 70]);
        assert!(MediaType::decode(&long).unwrap().boundary().is_ok());
        long.push(b'a');
        assert_eq!(offset(&long), 70);
    }
}
