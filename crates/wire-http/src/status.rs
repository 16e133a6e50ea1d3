//! Status codes (RFC 9110 §15).

use core::fmt;

use crate::error::{Error, ErrorKind};

/// A three-digit status code ([RFC 9110 §15](https://www.rfc-editor.org/rfc/rfc9110#section-15)).
///
/// Any code from 100 to 999 is held; the registry is open. Codes from 600 on belong to no class of the standard and are
/// treated as server errors, as §15 tells clients to.
///
/// ```
/// use wire_http::StatusCode;
///
/// assert_eq!(StatusCode::NOT_FOUND.code(), 404);
/// assert_eq!(StatusCode::NOT_FOUND.reason(), "Not Found");
/// assert!(StatusCode::new(418).is_some());
/// assert_eq!(StatusCode::new(42), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct StatusCode(u16);

impl StatusCode {
    /// The status code `code`, if it has three digits and does not start with 0: 100 to 999.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        if code >= 100 && code <= 999 {
            Some(Self(code))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    #[doc(alias = "as_u16")]
    pub const fn code(self) -> u16 {
        self.0
    }

    /// 1xx: the request goes on; a final response follows.
    #[must_use]
    pub const fn is_informational(self) -> bool {
        self.0 < 200
    }

    /// 2xx: received, understood and accepted.
    #[must_use]
    pub const fn is_successful(self) -> bool {
        self.0 >= 200 && self.0 < 300
    }

    /// 3xx: further action is needed.
    #[must_use]
    pub const fn is_redirection(self) -> bool {
        self.0 >= 300 && self.0 < 400
    }

    /// 4xx: the request is at fault.
    #[must_use]
    pub const fn is_client_error(self) -> bool {
        self.0 >= 400 && self.0 < 500
    }

    /// 5xx, and everything above that no class has: the server is at fault.
    ///
    /// ```
    /// use wire_http::StatusCode;
    ///
    /// assert!(StatusCode::BAD_GATEWAY.is_server_error());
    /// assert!(StatusCode::new(799).is_some_and(StatusCode::is_server_error));
    /// assert!(!StatusCode::NOT_FOUND.is_server_error() && StatusCode::NOT_FOUND.is_client_error());
    /// ```
    #[must_use]
    pub const fn is_server_error(self) -> bool {
        self.0 >= 500
    }
}

impl From<StatusCode> for u16 {
    fn from(status: StatusCode) -> Self {
        status.0
    }
}

/// ```
/// use wire_http::{ErrorKind, StatusCode};
///
/// assert_eq!(StatusCode::try_from(404), Ok(StatusCode::NOT_FOUND));
/// assert_eq!(StatusCode::try_from(42).unwrap_err().kind(), &ErrorKind::StatusCode);
/// ```
impl TryFrom<u16> for StatusCode {
    type Error = Error;

    /// As [`Self::new`], with [`ErrorKind::StatusCode`] as error.
    fn try_from(code: u16) -> Result<Self, Error> {
        Self::new(code).ok_or_else(|| Error::new(0, ErrorKind::StatusCode))
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One line a code: constant, number, reason phrase of the registry.
macro_rules! registry {
    ($($name:ident $code:literal $reason:literal;)*) => {
        impl StatusCode {
            $(
                #[doc = concat!("`", stringify!($code), " ", $reason, "`.")]
                pub const $name: Self = Self($code);
            )*

            /// The registered reason phrase; empty for a code that is not registered for use, such as 306, 418 and 599.
            ///
            /// ```
            /// use wire_http::StatusCode;
            ///
            /// assert_eq!(StatusCode::CONTENT_TOO_LARGE.reason(), "Content Too Large");
            /// assert_eq!(StatusCode::new(599).map(StatusCode::reason), Some(""));
            /// ```
            #[must_use]
            #[doc(alias = "canonical_reason")]
            pub const fn reason(self) -> &'static str {
                match self.0 {
                    $($code => $reason,)*
                    _ => "",
                }
            }
        }
    };
}

registry! {
    CONTINUE 100 "Continue";
    SWITCHING_PROTOCOLS 101 "Switching Protocols";
    PROCESSING 102 "Processing";
    EARLY_HINTS 103 "Early Hints";
    OK 200 "OK";
    CREATED 201 "Created";
    ACCEPTED 202 "Accepted";
    NON_AUTHORITATIVE_INFORMATION 203 "Non-Authoritative Information";
    NO_CONTENT 204 "No Content";
    RESET_CONTENT 205 "Reset Content";
    PARTIAL_CONTENT 206 "Partial Content";
    MULTI_STATUS 207 "Multi-Status";
    ALREADY_REPORTED 208 "Already Reported";
    IM_USED 226 "IM Used";
    MULTIPLE_CHOICES 300 "Multiple Choices";
    MOVED_PERMANENTLY 301 "Moved Permanently";
    FOUND 302 "Found";
    SEE_OTHER 303 "See Other";
    NOT_MODIFIED 304 "Not Modified";
    USE_PROXY 305 "Use Proxy";
    TEMPORARY_REDIRECT 307 "Temporary Redirect";
    PERMANENT_REDIRECT 308 "Permanent Redirect";
    BAD_REQUEST 400 "Bad Request";
    UNAUTHORIZED 401 "Unauthorized";
    PAYMENT_REQUIRED 402 "Payment Required";
    FORBIDDEN 403 "Forbidden";
    NOT_FOUND 404 "Not Found";
    METHOD_NOT_ALLOWED 405 "Method Not Allowed";
    NOT_ACCEPTABLE 406 "Not Acceptable";
    PROXY_AUTHENTICATION_REQUIRED 407 "Proxy Authentication Required";
    REQUEST_TIMEOUT 408 "Request Timeout";
    CONFLICT 409 "Conflict";
    GONE 410 "Gone";
    LENGTH_REQUIRED 411 "Length Required";
    PRECONDITION_FAILED 412 "Precondition Failed";
    CONTENT_TOO_LARGE 413 "Content Too Large";
    URI_TOO_LONG 414 "URI Too Long";
    UNSUPPORTED_MEDIA_TYPE 415 "Unsupported Media Type";
    RANGE_NOT_SATISFIABLE 416 "Range Not Satisfiable";
    EXPECTATION_FAILED 417 "Expectation Failed";
    MISDIRECTED_REQUEST 421 "Misdirected Request";
    UNPROCESSABLE_CONTENT 422 "Unprocessable Content";
    LOCKED 423 "Locked";
    FAILED_DEPENDENCY 424 "Failed Dependency";
    TOO_EARLY 425 "Too Early";
    UPGRADE_REQUIRED 426 "Upgrade Required";
    PRECONDITION_REQUIRED 428 "Precondition Required";
    TOO_MANY_REQUESTS 429 "Too Many Requests";
    REQUEST_HEADER_FIELDS_TOO_LARGE 431 "Request Header Fields Too Large";
    UNAVAILABLE_FOR_LEGAL_REASONS 451 "Unavailable For Legal Reasons";
    INTERNAL_SERVER_ERROR 500 "Internal Server Error";
    NOT_IMPLEMENTED 501 "Not Implemented";
    BAD_GATEWAY 502 "Bad Gateway";
    SERVICE_UNAVAILABLE 503 "Service Unavailable";
    GATEWAY_TIMEOUT 504 "Gateway Timeout";
    HTTP_VERSION_NOT_SUPPORTED 505 "HTTP Version Not Supported";
    VARIANT_ALSO_NEGOTIATES 506 "Variant Also Negotiates";
    INSUFFICIENT_STORAGE 507 "Insufficient Storage";
    LOOP_DETECTED 508 "Loop Detected";
    NETWORK_AUTHENTICATION_REQUIRED 511 "Network Authentication Required";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_the_first_digit() {
        assert!(StatusCode::CONTINUE.is_informational());
        assert!(StatusCode::NO_CONTENT.is_successful());
        assert!(StatusCode::FOUND.is_redirection());
        assert!(StatusCode::NOT_FOUND.is_client_error());
        // RFC 9110 §15: a client treats a code outside 100..=599 as a server error.
        assert!(StatusCode::new(777).is_some_and(StatusCode::is_server_error));
    }

    #[test]
    fn holds_three_digits_only() {
        assert_eq!(StatusCode::new(99), None);
        assert_eq!(StatusCode::new(1000), None);
    }
}
