//! Request methods (RFC 9110 §9).

use crate::error::{Error, ErrorKind};
use crate::grammar::is_tchar;
use core::fmt;

/// A request method: a case-sensitive token ([RFC 9110 §9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1)). The
/// registry is open, so any token is a method.
///
/// ```
/// use wire_http::Method;
///
/// assert_eq!(Method::new("PURGE")?.as_str(), "PURGE");
/// assert_ne!(Method::new("get")?, Method::GET);
/// assert!(Method::new("GE T").is_err());
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Method<'a>(&'a str);

impl<'a> Method<'a> {
    /// `GET`: transfer a representation ([RFC 9110 §9.3.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1)).
    pub const GET: Method<'static> = Method("GET");
    /// `HEAD`: as GET, without the content ([RFC 9110 §9.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2)).
    pub const HEAD: Method<'static> = Method("HEAD");
    /// `POST`: process the content ([RFC 9110 §9.3.3](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.3)).
    pub const POST: Method<'static> = Method("POST");
    /// `PUT`: replace the representation ([RFC 9110 §9.3.4](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.4)).
    pub const PUT: Method<'static> = Method("PUT");
    /// `DELETE`: remove the association ([RFC 9110 §9.3.5](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.5)).
    pub const DELETE: Method<'static> = Method("DELETE");
    /// `CONNECT`: make a tunnel ([RFC 9110 §9.3.6](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6)).
    pub const CONNECT: Method<'static> = Method("CONNECT");
    /// `OPTIONS`: describe the communication options
    /// ([RFC 9110 §9.3.7](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7)).
    pub const OPTIONS: Method<'static> = Method("OPTIONS");
    /// `TRACE`: loop the request back ([RFC 9110 §9.3.8](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.8)).
    pub const TRACE: Method<'static> = Method("TRACE");
    /// `PATCH`: modify ([RFC 5789](https://www.rfc-editor.org/rfc/rfc5789)).
    pub const PATCH: Method<'static> = Method("PATCH");

    /// The method `name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Method`] with the first octet of `name` that no token has; at octet 0 if `name` is empty.
    pub fn new(name: &'a str) -> Result<Self, Error> {
        match name.bytes().position(|octet| !is_tchar(octet)) {
            None if !name.is_empty() => Ok(Self(name)),
            position => {
                let offset = position.unwrap_or(0);
                let octet = name.as_bytes().get(offset).copied().unwrap_or(b' ');
                Err(Error::new(offset, ErrorKind::Method { octet }))
            }
        }
    }

    /// A name already known to be a token.
    pub(crate) const fn from_token(name: &'a str) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Whether the client asks for no change ([RFC 9110 §9.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1)): GET,
    /// HEAD, OPTIONS, TRACE. False for every method that is not known here.
    ///
    /// ```
    /// use wire_http::Method;
    ///
    /// assert!(Method::HEAD.is_safe() && !Method::POST.is_safe());
    /// assert!(!Method::new("PROPFIND")?.is_safe());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn is_safe(&self) -> bool {
        matches!(self.0, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Whether the request may be repeated when its answer was lost
    /// ([RFC 9110 §9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)): the safe ones, PUT, DELETE.
    ///
    /// ```
    /// use wire_http::Method;
    ///
    /// assert!(Method::PUT.is_idempotent() && !Method::PUT.is_safe());
    /// assert!(!Method::PATCH.is_idempotent());
    /// ```
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.is_safe() || matches!(self.0, "PUT" | "DELETE")
    }

    /// Whether content is expected, so that a request without any says `Content-Length: 0` (RFC 9110 §8.6).
    pub(crate) fn expects_content(&self) -> bool {
        matches!(self.0, "POST" | "PUT" | "PATCH")
    }
}

impl AsRef<str> for Method<'_> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}
