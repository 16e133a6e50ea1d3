//! `Cookie` (RFC 6265 §4.2 and §5.4).

use alloc::vec::Vec;
use core::iter::FusedIterator;

use crate::cookie::set_cookie::check_pair;
use crate::error::Error;
use crate::grammar::trim_ows;

/// Reads the pairs of a `Cookie` field ([RFC 6265 §4.2](https://www.rfc-editor.org/rfc/rfc6265#section-4.2)). What has no `=` is
/// skipped; quotes belong to the value.
///
/// The order says nothing, and a name can come twice: a server should not rely on which it meets (RFC 6265 §4.2.2).
///
/// ```
/// let cookies: Vec<_> = wire_http::cookie::pairs(b"a=1; b=\"2\";c=x=y; d").collect();
/// assert_eq!(cookies, [(&b"a"[..], &b"1"[..]), (b"b", b"\"2\""), (b"c", b"x=y")]);
/// ```
#[must_use]
pub fn pairs(value: &[u8]) -> Pairs<'_> {
    Pairs { rest: Some(value) }
}

/// The cookies of a `Cookie` field, as [`pairs`] gives them.
///
/// ```
/// use wire_http::{RequestHead, cookie};
///
/// let input = b"GET / HTTP/1.0\r\nCookie: SID=31d4; lang=en-US\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let value = head.fields().get("cookie").expect("one line");
/// let mut cookies: cookie::Pairs<'_> = cookie::pairs(value.as_bytes());
/// assert_eq!(cookies.find(|(name, _)| *name == b"lang"), Some((&b"lang"[..], &b"en-US"[..])));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Pairs<'a> {
    /// Name and value.
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut parts = self.rest?.splitn(2, |octet| *octet == b';');
            let pair = parts.next().unwrap_or_default();
            self.rest = parts.next();
            let mut sides = pair.splitn(2, |octet| *octet == b'=');
            if let (Some(name), Some(value)) = (sides.next(), sides.next()) {
                return Some((trim_ows(name), trim_ows(value)));
            }
        }
    }
}

impl FusedIterator for Pairs<'_> {}

/// Writes the value of a `Cookie` field.
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when a name or value has an octet that would end it (`;`, a control;
/// `=` in a name), or starts or ends with a blank. The offset counts in that name or value.
///
/// ```
/// use wire_http::cookie::encode_pairs;
///
/// assert_eq!(encode_pairs([("SID", "31d4"), ("lang", "en-US")])?, b"SID=31d4; lang=en-US");
/// assert!(encode_pairs([(b"SID", b"31d4; admin=1")]).is_err());
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn encode_pairs(
    cookies: impl IntoIterator<Item = (impl AsRef<[u8]>, impl AsRef<[u8]>)>,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    for (name, value) in cookies {
        let (name, value) = (name.as_ref(), value.as_ref());
        check_pair(name, value)?;
        if !out.is_empty() {
            out.extend_from_slice(b"; ");
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{encode_pairs, pairs};
    use alloc::vec::Vec;

    /// RFC 6265 §3.1, the examples of the Cookie field.
    #[test]
    fn reads_the_examples() {
        let read = |value: &'static [u8]| pairs(value).collect::<Vec<_>>();
        assert_eq!(
            read(b"SID=31d4d96e407aad42"),
            [(&b"SID"[..], &b"31d4d96e407aad42"[..])]
        );
        assert_eq!(
            read(b"SID=31d4d96e407aad42; lang=en-US"),
            [(&b"SID"[..], &b"31d4d96e407aad42"[..]), (b"lang", b"en-US")]
        );
        assert!(read(b"").is_empty());
        assert!(read(b";;; ;").is_empty());
        assert_eq!(read(b"a=; =b"), [(&b"a"[..], &b""[..]), (b"", b"b")]);
    }

    #[test]
    fn refuses_to_write_what_would_be_read_otherwise() {
        for (name, value, offset) in [
            (&b"a=b"[..], &b"c"[..], 1),
            (b"a;b", b"c", 1),
            (b"a", b"b;c", 1),
            (b"a", b"b\r\n", 1),
            (b" a", b"b", 0),
            (b"a", b"b ", 1),
            (b"a", b"\tb", 0),
        ] {
            assert_eq!(encode_pairs([(name, value)]).unwrap_err().offset(), offset);
        }
    }
}
