//! To and from the types of the `http` crate (feature `http`).
//!
//! Into its types goes everything but the framing, which they cannot hold; take it from the head first. Out of them comes
//! everything but the fields that only a writer sets (Content-Length, Transfer-Encoding, Connection and their kin), which are left
//! out because the writer decides them; that the connection is to be closed is passed on.

use crate::error::{Error, ErrorKind};
use crate::field::FieldName;
use crate::fields::Fields;
use crate::grammar::trim_ows;
use crate::method::Method;
use crate::request::RequestHead;
use crate::response::ResponseHead;
use crate::status::StatusCode;
use crate::version::Version;
use crate::write::{RequestWriter, ResponseWriter, is_reserved};
use http::header::{HeaderMap, HeaderName, HeaderValue};

impl From<Version> for http::Version {
    fn from(version: Version) -> Self {
        match version {
            Version::Http10 => Self::HTTP_10,
            Version::Http11 => Self::HTTP_11,
        }
    }
}

impl From<StatusCode> for http::StatusCode {
    fn from(status: StatusCode) -> Self {
        // Both hold 100 to 999.
        Self::from_u16(status.code()).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

impl From<http::StatusCode> for StatusCode {
    fn from(status: http::StatusCode) -> Self {
        Self::new(status.as_u16()).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

impl TryFrom<&RequestHead<'_>> for http::Request<()> {
    type Error = http::Error;

    /// The same method, target, version and fields. Fails where the `http` crate takes less than RFC 9112, in the target.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"GET /a?b HTTP/1.1\r\nHost: a.test\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let request = http::Request::try_from(&head)?;
    /// assert_eq!((request.method(), request.uri().query()), (&http::Method::GET, Some("b")));
    /// assert_eq!(request.headers()["host"], "a.test");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn try_from(head: &RequestHead<'_>) -> Result<Self, Self::Error> {
        let mut request = Self::builder()
            .method(head.method().as_str())
            .uri(head.target_text())
            .version(head.version().into())
            .body(())?;
        *request.headers_mut() = header_map(head.fields())?;
        Ok(request)
    }
}

impl TryFrom<&ResponseHead<'_>> for http::Response<()> {
    type Error = http::Error;

    /// The same status, version and fields; the reason phrase is left out.
    ///
    /// ```
    /// use wire_http::{Method, ResponseHead};
    ///
    /// let input = b"HTTP/1.0 404 Nobody Here\r\nETag: \"1\"\r\n\r\n";
    /// let (head, _) = ResponseHead::decode(input, Method::GET)?.complete().expect("a whole head");
    /// let response = http::Response::try_from(&head)?;
    /// assert_eq!((response.status(), response.version()), (http::StatusCode::NOT_FOUND, http::Version::HTTP_10));
    /// assert_eq!(response.headers()["etag"], "\"1\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn try_from(head: &ResponseHead<'_>) -> Result<Self, Self::Error> {
        let mut response = Self::builder()
            .status(head.status().code())
            .version(head.version().into())
            .body(())?;
        *response.headers_mut() = header_map(head.fields())?;
        Ok(response)
    }
}

impl<T> TryFrom<&http::Request<T>> for RequestWriter {
    type Error = Error;

    /// The target is the path and query of the URI; for CONNECT its authority. Host is the URI's authority, else the field.
    /// Fails as [`RequestWriter::new`] and [`RequestWriter::field`] do, and with [`ErrorKind::VersionUnsupported`].
    ///
    /// Fields about framing and the connection are left out, because the writer decides them: of Connection `close` alone
    /// counts; for the others say [`RequestWriter::upgrade`] and [`RequestWriter::te`].
    ///
    /// ```
    /// use wire_http::RequestWriter;
    ///
    /// let request = http::Request::get("http://a.test/b?c").header("Accept", "*/*").body(())?;
    /// let mut out = Vec::new();
    /// RequestWriter::try_from(&request)?.send(b"", &mut out)?;
    /// assert_eq!(out, b"GET /b?c HTTP/1.1\r\nHost: a.test\r\naccept: */*\r\n\r\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn try_from(request: &http::Request<T>) -> Result<Self, Error> {
        let method = Method::new(request.method().as_str())?;
        let uri = request.uri();
        let field = request
            .headers()
            .get(http::header::HOST)
            .and_then(|value| value.to_str().ok());
        let host = uri
            .authority()
            .map(http::uri::Authority::as_str)
            .or(field)
            .unwrap_or_default();
        let target = match uri.path_and_query() {
            Some(target) if method != Method::CONNECT => target.as_str(),
            _ => host,
        };
        let mut writer = Self::new(method, target, host)?;
        match request.version() {
            http::Version::HTTP_10 => drop(writer.version(Version::Http10)),
            http::Version::HTTP_11 => {}
            other => return Err(unsupported(other)),
        }
        for (name, value) in request.headers() {
            if name != http::header::HOST
                && !is_reserved(&FieldName::from_token(name.as_str().as_bytes()))
            {
                writer.field(name.as_str(), trimmed(value))?;
            }
        }
        if asks_to_close(request.headers()) {
            writer.close();
        }
        Ok(writer)
    }
}

/// Whether Connection has the option `close` (RFC 9112 §9.6).
fn asks_to_close(headers: &HeaderMap) -> bool {
    headers
        .get_all(http::header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|octet| *octet == b','))
        .any(|option| trim_ows(option).eq_ignore_ascii_case(b"close"))
}

impl<T> TryFrom<&http::Response<T>> for ResponseWriter {
    type Error = Error;

    /// The response to a GET from an HTTP/1.1 client on a connection that persists; see [`ResponseWriter::to`] for others.
    /// Fails as [`ResponseWriter::field`] does.
    ///
    /// Fields about framing and the connection are left out, because the writer decides them: of Connection `close` alone
    /// counts; for a switch of protocols say [`ResponseWriter::upgrade`].
    ///
    /// ```
    /// use wire_http::ResponseWriter;
    ///
    /// let response = http::Response::builder().status(404).header("Content-Length", "99").body("gone")?;
    /// let mut out = Vec::new();
    /// ResponseWriter::try_from(&response)?.send(response.body().as_bytes(), &mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn try_from(response: &http::Response<T>) -> Result<Self, Error> {
        let mut writer = Self::new(response.status().into());
        for (name, value) in response.headers() {
            if !is_reserved(&FieldName::from_token(name.as_str().as_bytes())) {
                writer.field(name.as_str(), trimmed(value))?;
            }
        }
        if asks_to_close(response.headers()) {
            writer.close();
        }
        Ok(writer)
    }
}

fn header_map(fields: &Fields<'_>) -> Result<HeaderMap, http::Error> {
    let mut headers = HeaderMap::with_capacity(fields.len());
    for line in fields {
        let name = HeaderName::from_bytes(line.name().as_str().as_bytes())?;
        headers.append(name, HeaderValue::from_bytes(line.value().as_bytes())?);
    }
    Ok(headers)
}

/// Whitespace at the ends is no part of a value (RFC 9110 §5.5), but the `http` crate keeps it.
fn trimmed(value: &HeaderValue) -> &[u8] {
    trim_ows(value.as_bytes())
}

fn unsupported(version: http::Version) -> Error {
    let (major, minor) = match version {
        http::Version::HTTP_09 => (0, 9),
        http::Version::HTTP_2 => (2, 0),
        _ => (3, 0),
    };
    Error::new(0, ErrorKind::VersionUnsupported { major, minor })
}
