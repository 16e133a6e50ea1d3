//! `Allow` ([RFC 9110 §10.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1)): the methods a resource takes.
//!
//! ```
//! use wire_http::{ResponseWriter, StatusCode, allow};
//!
//! let mut out = Vec::new();
//! let mut response = ResponseWriter::new(StatusCode::METHOD_NOT_ALLOWED);
//! response.field("Allow", allow::encode(&["GET", "HEAD"])?)?.send(b"", &mut out)?;
//! assert_eq!(out, b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\n\r\n");
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::productions::{Field, check_token, list, token};

const ALLOW: Field = Field {
    name: "Allow",
    reference: "RFC 9110 section 10.2.1",
};

/// Reads all lines of the field ([RFC 9110 §10.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1)). An empty list allows
/// nothing. Methods are compared with regard to case.
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when a member is not a token.
///
/// ```
/// assert_eq!(wire_http::allow::decode([&b"GET, HEAD, PUT"[..]])?, ["GET", "HEAD", "PUT"]);
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn decode<'a>(
    lines: impl IntoIterator<Item = impl Into<&'a [u8]>>,
) -> Result<Vec<&'a str>, Error> {
    list(lines, ALLOW, token)
}

/// Writes the value of the field, which a 405 must have ([RFC 9110 §15.5.6](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6)).
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when a method is not a token.
///
/// ```
/// assert_eq!(wire_http::allow::encode(&["GET", "HEAD"])?, "GET, HEAD");
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn encode(methods: &[&str]) -> Result<String, Error> {
    for method in methods {
        check_token(method, ALLOW)?;
    }
    Ok(methods.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn refuses_what_is_no_method() {
        assert!(decode([&b""[..]]).unwrap().is_empty());
        assert_eq!(decode([&b"GET HEAD"[..]]).unwrap_err().offset(), 4);
        assert!(encode(&["GET\r\n"]).is_err());
    }
}
