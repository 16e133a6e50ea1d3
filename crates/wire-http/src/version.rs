//! The protocol version (RFC 9112 §2.3).

use core::fmt;

/// The two versions that this wire format has, the older one less.
///
/// ```
/// use wire_http::{RequestHead, Version};
///
/// let (head, _) = RequestHead::decode(b"GET / HTTP/1.0\r\n\r\n")?.complete().expect("a whole head");
/// assert!(head.version() < Version::Http11);
/// assert_eq!(head.version().to_string(), "HTTP/1.0");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(
    clippy::exhaustive_enums,
    reason = "HTTP/1 has no third minor version; every other one is refused with 505"
)]
pub enum Version {
    /// `HTTP/1.0` ([RFC 1945](https://www.rfc-editor.org/rfc/rfc1945)): no Host needed, no transfer codings, a connection
    /// closes unless asked to stay.
    Http10,
    /// `HTTP/1.1` ([RFC 9112](https://www.rfc-editor.org/rfc/rfc9112)).
    Http11,
}

impl Version {
    /// The text in a start line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
