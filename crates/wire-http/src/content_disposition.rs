//! `Content-Disposition` ([RFC 6266](https://www.rfc-editor.org/rfc/rfc6266)), with `filename*` of
//! [RFC 8187](https://www.rfc-editor.org/rfc/rfc8187).
//!
//! ```
//! use wire_http::content_disposition::{ContentDisposition, encode};
//!
//! let value = encode("attachment", "na\u{ef}ve \"plan\".txt")?;
//! assert_eq!(value, b"attachment; filename=\"na_ve \\\"plan\\\".txt\"; filename*=UTF-8''na%C3%AFve%20%22plan%22.txt");
//! assert_eq!(ContentDisposition::decode(&value)?.filename().as_deref(), Some("na\u{ef}ve \"plan\".txt"));
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use crate::error::Error;
use crate::grammar::hex_value;
use crate::parameter::{self, Parameter, ParameterValue};
use crate::productions::{self, Field, Parsed, check_token, expect, token, whole};

const CONTENT_DISPOSITION: Field = Field {
    name: "Content-Disposition",
    reference: "RFC 6266 section 4.1",
};

/// All but `attr-char` (RFC 8187 §3.2.1).
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// How a user agent should present the content, and under which name to save it.
///
/// ```
/// use wire_http::content_disposition::ContentDisposition;
///
/// let value = b"attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates";
/// let disposition = ContentDisposition::decode(value)?;
/// assert!(disposition.is_attachment());
/// assert_eq!(disposition.filename().as_deref(), Some("\u{20ac} rates"));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContentDisposition<'a> {
    disposition: &'a str,
    parameters: Vec<Parameter<'a>>,
}

impl<'a> ContentDisposition<'a> {
    /// Reads the value of a `Content-Disposition` field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where it is no token with parameters, or a parameter comes twice
    /// (RFC 6266 §4.1). A recipient goes on as if the field were absent.
    ///
    /// ```
    /// use wire_http::content_disposition::ContentDisposition;
    ///
    /// let form = ContentDisposition::decode(b"form-data; name=\"field1\"")?;
    /// assert_eq!((form.disposition(), form.parameters()[0].name()), ("form-data", "name"));
    /// assert!(ContentDisposition::decode(b"attachment; filename=a; filename=b").is_err());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let read = whole(value, CONTENT_DISPOSITION, content_disposition)?;
        let mut names: Vec<String> = read
            .parameters
            .iter()
            .map(|one| one.name().to_ascii_lowercase())
            .collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        if names.len() < count {
            return Err(CONTENT_DISPOSITION.refuse(0, "each parameter once"));
        }
        Ok(read)
    }

    /// The disposition type as it was sent.
    #[must_use]
    pub fn disposition(&self) -> &'a str {
        self.disposition
    }

    /// Whether the content should be saved: every type but `inline` says so (RFC 6266 §4.2).
    ///
    /// ```
    /// use wire_http::content_disposition::ContentDisposition;
    ///
    /// assert!(ContentDisposition::decode(b"something-new")?.is_attachment());
    /// assert!(!ContentDisposition::decode(b"INLINE; filename=a.png")?.is_attachment());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        !self.disposition.eq_ignore_ascii_case("inline")
    }

    /// The parameters in the order sent.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter<'a>] {
        &self.parameters
    }

    /// The file name: `filename*` if it can be read, else `filename` (RFC 6266 §4.3), which counts as ISO-8859-1 when it is not
    /// UTF-8. It is what the sender wants: use its last segment only, and see
    /// [RFC 6266 §4.3](https://www.rfc-editor.org/rfc/rfc6266#section-4.3) for what else can be wrong with it.
    ///
    /// ```
    /// use wire_http::content_disposition::ContentDisposition;
    ///
    /// let filename = |value| ContentDisposition::decode(value).map(|read| read.filename().map(|name| name.into_owned()));
    /// assert_eq!(filename(b"inline")?, None);
    /// assert_eq!(filename(b"inline; filename=\"caf\xe9\"")?.as_deref(), Some("caf\u{e9}"));
    /// assert_eq!(filename(b"inline; filename=a; filename*=utf-7''x")?.as_deref(), Some("a"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn filename(&self) -> Option<Cow<'a, str>> {
        let extended =
            parameter::find(&self.parameters, "filename*").and_then(|value| extended_value(&value));
        if let Some(name) = extended {
            return Some(Cow::Owned(name));
        }
        let value: ParameterValue<'a> = parameter::find(&self.parameters, "filename")?;
        Some(
            value
                .text()
                .unwrap_or_else(|| Cow::Owned(value.iter().map(char::from).collect())),
        )
    }
}

/// Writes a `Content-Disposition`: `filename` in ASCII for old recipients, and `filename*` when the name is not.
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the disposition is not a token, or the name holds a control.
///
/// ```
/// use wire_http::content_disposition::encode;
///
/// assert_eq!(encode("attachment", "example.html")?, b"attachment; filename=\"example.html\"");
/// assert_eq!(encode("attachment", "\u{20ac} rates")?, b"attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates");
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn encode(disposition: &str, filename: &str) -> Result<Vec<u8>, Error> {
    check_token(disposition, CONTENT_DISPOSITION)?;
    if let Some(offset) = filename.find(char::is_control) {
        return Err(CONTENT_DISPOSITION.refuse(offset, "no control character"));
    }
    let ascii: String = filename
        .chars()
        .map(|letter| if letter.is_ascii() { letter } else { '_' })
        .collect();
    let mut out = alloc::format!("{disposition}; filename=").into_bytes();
    ParameterValue::new(ascii.as_bytes())?.encode_quoted(&mut out);
    // §4.3 and appendix D: some recipients decode percent signs in filename as well.
    if ascii != filename || filename.contains('%') {
        let extended = utf8_percent_encode(filename, NOT_ATTR_CHAR);
        out.extend_from_slice(alloc::format!("; filename*=UTF-8''{extended}").as_bytes());
    }
    Ok(out)
}

/// `disposition-type *( ";" disposition-parm )`.
fn content_disposition(input: &[u8]) -> Parsed<'_, ContentDisposition<'_>> {
    let (rest, disposition) = expect(input, "a disposition type", token)?;
    let (rest, parameters) = productions::parameters(rest, productions::spaced_parameter)?;
    Ok((
        rest,
        ContentDisposition {
            disposition,
            parameters,
        },
    ))
}

/// `ext-value = charset "'" [ language ] "'" value-chars` (RFC 8187 §3.2.1), in UTF-8 or ISO-8859-1.
fn extended_value(value: &ParameterValue<'_>) -> Option<String> {
    let octets = value.octets();
    let mut parts = octets.splitn(3, |octet| *octet == b'\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    let well_formed = text.split(|octet| *octet == b'%').skip(1).all(|after| {
        after
            .first_chunk::<2>()
            .is_some_and(|pair| pair.iter().all(|octet| hex_value(*octet).is_some()))
    });
    if !well_formed {
        return None;
    }
    if charset.eq_ignore_ascii_case(b"utf-8") {
        percent_decode(text).decode_utf8().ok().map(Cow::into_owned)
    } else if charset.eq_ignore_ascii_case(b"iso-8859-1") {
        Some(percent_decode(text).map(char::from).collect())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentDisposition, encode};
    use alloc::borrow::Cow;

    fn filename(value: &'static str) -> Option<Cow<'static, str>> {
        ContentDisposition::decode(value.as_bytes())
            .unwrap()
            .filename()
    }

    /// RFC 6266 §5, all its examples.
    #[test]
    fn reads_the_examples() {
        assert_eq!(
            filename("Attachment; filename=example.html").unwrap(),
            "example.html"
        );
        let inline = ContentDisposition::decode(br#"INLINE; FILENAME= "an example.html""#).unwrap();
        assert!(!inline.is_attachment());
        assert_eq!(inline.filename().unwrap(), "an example.html");
        assert_eq!(
            filename("attachment; filename*= UTF-8''%e2%82%ac%20rates").unwrap(),
            "\u{20ac} rates"
        );
        assert_eq!(
            filename("attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates")
                .unwrap(),
            "\u{20ac} rates"
        );
    }

    #[test]
    fn falls_back_to_filename() {
        for broken in [
            "utf-8''%e2%82",
            "utf-8''%zz",
            "utf-8''%e",
            "utf-8'%41",
            "koi8-r''%41",
            "",
        ] {
            let value = alloc::format!("attachment; filename*=\"{broken}\"; filename=a");
            assert_eq!(
                ContentDisposition::decode(value.as_bytes())
                    .unwrap()
                    .filename()
                    .unwrap(),
                "a",
                "{broken}"
            );
        }
        assert_eq!(
            filename("attachment; filename*=iso-8859-1'en'%A3%20rates").unwrap(),
            "\u{a3} rates"
        );
        assert_eq!(filename("attachment"), None);
        let latin = ContentDisposition::decode(b"attachment; filename=\"\xe9\"").unwrap();
        assert_eq!(latin.filename().unwrap(), "\u{e9}");
        assert!(ContentDisposition::decode(b"attachment; filename=a; FileName=b").is_err());
        assert!(ContentDisposition::decode(b"filename=a").is_err());
    }

    #[test]
    fn cannot_be_made_to_inject() {
        assert!(encode("attachment", "a\r\nX: y").is_err());
        assert!(encode("a b", "c").is_err());
        assert_eq!(
            encode("attachment", "a\"b\\c").unwrap(),
            br#"attachment; filename="a\"b\\c""#
        );
        let percent = encode("attachment", "50%.txt").unwrap();
        assert_eq!(
            ContentDisposition::decode(&percent)
                .unwrap()
                .filename()
                .unwrap(),
            "50%.txt"
        );
    }
}
