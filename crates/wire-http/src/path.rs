//! The path of a request-target as segments that are safe to use as file names.
//!
//! ```
//! use std::path::PathBuf;
//! use wire_http::{RequestHead, path::SafePath};
//!
//! let (head, _) = RequestHead::decode(b"GET /docs/a%20b.txt?v=2 HTTP/1.0\r\n\r\n")?.complete().expect("a whole head");
//! let path = SafePath::decode(head.target().path().expect("origin-form").as_bytes())?;
//! let mut file = PathBuf::from("/srv/www");
//! file.extend(path.segments().iter().map(|segment| segment.as_ref()));
//! assert_eq!(file, PathBuf::from("/srv/www/docs/a b.txt"));
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use crate::error::{Error, ErrorKind};
use crate::grammar::{hex_value, is_path_octet};
use crate::productions::Field;

const PATH: Field = Field {
    name: "path",
    reference: "RFC 9110 section 4.1",
};

/// Everything but `unreserved` (RFC 3986 §2.3): safe in a path, and in an HTML attribute too.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An absolute path, decoded once into segments.
///
/// No segment is empty, `.` or `..`, and none holds a control, `/` or `\`, in plain or percent-encoded form; each is
/// UTF-8. So joined under a directory they stay under it — as far as names go: symbolic links, and on Windows names
/// such as `C:` or `NUL`, are the file system's, and the caller's to refuse.
///
/// ```
/// use wire_http::path::SafePath;
///
/// let path = SafePath::decode(b"/caf%C3%A9/menu.html")?;
/// assert_eq!(path.segments(), ["caf\u{e9}", "menu.html"]);
/// assert!(SafePath::decode(b"/a/%2e%2E/etc/passwd").is_err());
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SafePath<'a> {
    segments: Vec<Cow<'a, str>>,
    is_directory: bool,
}

impl<'a> SafePath<'a> {
    /// Decodes the path of a request-target, without its query. An empty one, as in `http://example.com`, is `/`. Segments
    /// `.` ([RFC 3986 §5.2.4](https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4)) and empty ones are left out, as file systems do:
    /// programs that join addresses as texts send them. So what is [written](fmt::Display) never begins with `//`, which would lead
    /// to another host.
    ///
    /// # Errors
    ///
    /// The offset is that of the first octet of what is wrong, in `path`.
    ///
    /// - [`FieldSyntax`](ErrorKind::FieldSyntax): it does not start with `/`.
    /// - [`Target`](ErrorKind::Target): an octet that no path has, such as `?`, a space, `\` or one above 127.
    /// - [`PercentEncoding`](ErrorKind::PercentEncoding): a `%` without two hexadecimal digits.
    /// - [`PathOctet`](ErrorKind::PathOctet): an encoded control, `/` or `\`.
    /// - [`PathDotSegment`](ErrorKind::PathDotSegment), [`PathNotUtf8`](ErrorKind::PathNotUtf8): a segment `..`, one that is no UTF-8.
    ///
    /// ```
    /// use wire_http::{ErrorKind, path::SafePath};
    ///
    /// let refused = |path| SafePath::decode(path).map_err(|error| (error.offset(), *error.kind())).unwrap_err();
    /// assert_eq!(refused(b"/a/../b"), (3, ErrorKind::PathDotSegment));
    /// assert_eq!(refused(b"/a%2Fb"), (2, ErrorKind::PathOctet { octet: b'/' }));
    /// assert_eq!(refused(b"/caf%E9"), (1, ErrorKind::PathNotUtf8));
    /// ```
    pub fn decode(path: &'a [u8]) -> Result<Self, Error> {
        let relative = match path.split_first() {
            Some((b'/', relative)) => relative,
            // RFC 9110 §4.2.3: an empty path is that of the root.
            None => path,
            Some(_) => return Err(PATH.refuse(0, "\"/\"")),
        };
        let mut segments = Vec::new();
        let mut is_directory = true;
        let mut start = 1_usize;
        for part in relative.split(|octet| *octet == b'/') {
            let segment = segment(part).map_err(|error| error.moved_by(start))?;
            is_directory = matches!(&*segment, "" | ".");
            if !is_directory {
                segments.push(segment);
            }
            start = start.saturating_add(part.len()).saturating_add(1);
        }
        Ok(Self {
            segments,
            is_directory,
        })
    }

    /// The segments; none for `/`.
    #[must_use]
    pub fn segments(&self) -> &[Cow<'a, str>] {
        &self.segments
    }

    /// Whether the path ends with `/`, which is no segment of its own; the empty path does too.
    ///
    /// ```
    /// use wire_http::path::SafePath;
    ///
    /// let path = SafePath::decode(b"/docs/")?;
    /// assert_eq!((path.segments().len(), path.is_directory()), (1, true));
    /// assert_eq!(path.to_string(), "/docs/");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn is_directory(&self) -> bool {
        self.is_directory
    }
}

/// The path, percent-encoded: what is safe to write into a link or a `Location`.
impl fmt::Display for SafePath<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            write!(formatter, "/{}", EncodedSegment(segment))?;
        }
        if self.is_directory {
            formatter.write_str("/")
        } else {
            Ok(())
        }
    }
}

/// Writes a name as one segment of a path, percent-encoding all but letters, digits and `-._~`.
///
/// ```
/// use wire_http::path::EncodedSegment;
///
/// assert_eq!(EncodedSegment("a b/\"c\".txt").to_string(), "a%20b%2F%22c%22.txt");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EncodedSegment<'a>(pub &'a str);

impl fmt::Display for EncodedSegment<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        utf8_percent_encode(self.0, RESERVED).fmt(formatter)
    }
}

/// One segment, decoded and checked.
fn segment(part: &[u8]) -> Result<Cow<'_, str>, Error> {
    let mut rest = part;
    while let Some((&first, after)) = rest.split_first() {
        let offset = part.len().saturating_sub(rest.len());
        if first != b'%' {
            if !is_path_octet(first) || first == b'?' {
                return Err(Error::new(offset, ErrorKind::Target { octet: first }));
            }
            rest = after;
            continue;
        }
        let pair = after.split_first_chunk::<2>();
        let octet = pair.and_then(|([high, low], _)| {
            Some(hex_value(*high)?.wrapping_shl(4) | hex_value(*low)?)
        });
        let (Some(octet), Some((_, after))) = (octet, pair) else {
            return Err(Error::new(offset, ErrorKind::PercentEncoding));
        };
        if octet.is_ascii_control() || matches!(octet, b'/' | b'\\') {
            return Err(Error::new(offset, ErrorKind::PathOctet { octet }));
        }
        rest = after;
    }
    let text = percent_decode(part)
        .decode_utf8()
        .map_err(|_| Error::new(0, ErrorKind::PathNotUtf8))?;
    if text == ".." {
        return Err(Error::new(0, ErrorKind::PathDotSegment));
    }
    Ok(text)
}

/// Joins names to an absolute path, percent-encoded.
///
/// ```
/// assert_eq!(wire_http::path::encode_segments(["a b", "c"]), "/a%20b/c");
/// ```
#[must_use]
pub fn encode_segments<'s>(segments: impl IntoIterator<Item = &'s str>) -> String {
    let path: String = segments
        .into_iter()
        .map(|segment| alloc::format!("/{}", EncodedSegment(segment)))
        .collect();
    if path.is_empty() { "/".into() } else { path }
}

#[cfg(test)]
mod tests {
    use super::SafePath;
    use crate::error::ErrorKind;
    use alloc::string::ToString;

    #[test]
    fn decodes_once() {
        let path = SafePath::decode(b"/a%2520b/~x;v=1,2/@:!$&'()*+").unwrap();
        assert_eq!(path.segments(), ["a%20b", "~x;v=1,2", "@:!$&'()*+"]);
        assert!(!path.is_directory());
        assert!(SafePath::decode(b"/").unwrap().segments().is_empty());
        assert!(SafePath::decode(b"/").unwrap().is_directory());
        assert_eq!(
            SafePath::decode(b"").unwrap(),
            SafePath::decode(b"/").unwrap()
        );
        assert!(SafePath::decode(b"/a/").unwrap().is_directory());
        assert_eq!(
            SafePath::decode(b"/.../..a/.hidden").unwrap().segments(),
            ["...", "..a", ".hidden"]
        );
    }

    /// RFC 3986 §5.2.4, §6.2.2.3. apt asks for `/debian/./Packages` of a repository `http://host/debian ./`; `http://host/` and
    /// `/path` joined as texts ask for `//path`.
    #[test]
    fn leaves_out_segments_that_stand_for_where_they_are() {
        for (path, written) in [
            ("/debian/./Packages", "/debian/Packages"),
            ("/./%2E/a", "/a"),
            ("/a/.", "/a/"),
            ("/a/%2e/", "/a/"),
            ("/.", "/"),
            ("//host/path", "/host/path"),
            ("/a///b", "/a/b"),
            ("/a//", "/a/"),
            ("/.//./", "/"),
            ("//", "/"),
        ] {
            let path = SafePath::decode(path.as_bytes()).unwrap();
            assert_eq!(path, SafePath::decode(written.as_bytes()).unwrap());
            assert_eq!(path.to_string(), written);
        }
    }

    /// RFC 9110 §17.3, and the ways around a check that others were bitten by.
    #[test]
    fn refuses_what_could_leave_the_directory() {
        for (path, offset, kind) in [
            (&b"/.."[..], 1, ErrorKind::PathDotSegment),
            (b"/a/../b", 3, ErrorKind::PathDotSegment),
            (b"/%2e%2e/b", 1, ErrorKind::PathDotSegment),
            (b"/.%2E", 1, ErrorKind::PathDotSegment),
            (b"/a/./..", 5, ErrorKind::PathDotSegment),
            (b"/..%2fetc", 3, ErrorKind::PathOctet { octet: b'/' }),
            (b"/..%5Cetc", 3, ErrorKind::PathOctet { octet: b'\\' }),
            (b"/..\\etc", 3, ErrorKind::Target { octet: b'\\' }),
            (b"/a%00.html", 2, ErrorKind::PathOctet { octet: 0 }),
            (b"/a%0d%0aX", 2, ErrorKind::PathOctet { octet: b'\r' }),
            (b"/%7f", 1, ErrorKind::PathOctet { octet: 0x7f }),
            (b"//../b", 2, ErrorKind::PathDotSegment),
            (b"/a//%2fb", 4, ErrorKind::PathOctet { octet: b'/' }),
            (b"/%c0%ae%c0%ae/", 1, ErrorKind::PathNotUtf8),
            (b"/a/%ff", 3, ErrorKind::PathNotUtf8),
            (b"/%", 1, ErrorKind::PercentEncoding),
            (b"/a%2", 2, ErrorKind::PercentEncoding),
            (b"/%%32e", 1, ErrorKind::PercentEncoding),
            (b"/%u002e", 1, ErrorKind::PercentEncoding),
            (b"/%+2", 1, ErrorKind::PercentEncoding),
            (b"/a?b", 2, ErrorKind::Target { octet: b'?' }),
            (b"/a b", 2, ErrorKind::Target { octet: b' ' }),
            (b"/\xff", 1, ErrorKind::Target { octet: 0xff }),
        ] {
            let error = SafePath::decode(path).unwrap_err();
            assert_eq!(
                (error.offset(), error.kind()),
                (offset, &kind),
                "{}",
                path.escape_ascii()
            );
        }
        for path in [&b"a"[..], b"*", b"http://a/"] {
            assert_eq!(SafePath::decode(path).unwrap_err().offset(), 0);
        }
    }

    #[test]
    fn writes_what_it_read() {
        for text in ["/", "/a", "/a/", "/caf%C3%A9/a%20b", "/%25"] {
            assert_eq!(SafePath::decode(text.as_bytes()).unwrap().to_string(), text);
        }
    }
}
