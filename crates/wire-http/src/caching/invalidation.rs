//! Forgetting what an unsafe request made untrue (RFC 9111 §4.4).

use crate::method::Method;
use crate::status::StatusCode;

/// Whether a response to `method` with `status` makes what is stored for the target URI invalid: a success or a
/// redirection after any method that is not known to be safe.
///
/// `Location` and `Content-Location` of the same origin may be forgotten as well; see
/// [`CacheKey::of_reference`](crate::caching::CacheKey::of_reference).
///
/// ```
/// use wire_http::{Method, StatusCode, caching::invalidates};
///
/// assert!(invalidates(Method::PUT, StatusCode::NO_CONTENT));
/// assert!(!invalidates(Method::PUT, StatusCode::BAD_REQUEST));
/// assert!(!invalidates(Method::GET, StatusCode::OK));
/// ```
#[must_use]
pub fn invalidates(method: Method<'_>, status: StatusCode) -> bool {
    !method.is_safe() && (status.is_successful() || status.is_redirection())
}

#[cfg(test)]
mod tests {
    use super::invalidates;
    use crate::method::Method;
    use crate::status::StatusCode;

    #[test]
    fn unknown_methods_are_unsafe() {
        assert!(invalidates(
            Method::from_token("FROBNICATE"),
            StatusCode::OK
        ));
        assert!(invalidates(Method::from_token("get"), StatusCode::OK));
        assert!(invalidates(Method::POST, StatusCode::SEE_OTHER));
        assert!(!invalidates(Method::DELETE, StatusCode::NOT_FOUND));
        assert!(!invalidates(Method::DELETE, StatusCode::BAD_GATEWAY));
        assert!(!invalidates(Method::DELETE, StatusCode::CONTINUE));
    }
}
