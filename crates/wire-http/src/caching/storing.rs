//! Storing responses (RFC 9111 §3).

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::caching::{
    CacheControl, CachePolicy, FieldNames, RequestMetadata, ResponseMetadata, Vary,
};
use crate::grammar::trim_ows;
use crate::method::Method;

/// Why a response is not stored ([RFC 9111 §3](https://www.rfc-editor.org/rfc/rfc9111#section-3)).
///
/// ```
/// use wire_http::caching::{CachePolicy, NotStored, RequestMetadata, ResponseMetadata, may_store};
/// use wire_http::{Method, StatusCode, date::HttpDate};
///
/// let request = RequestMetadata::decode(Method::GET, [("Host", &b"a.test"[..])])?;
/// let stored = |status, name, value| {
///     let response = ResponseMetadata::decode(status, [(name, value)], HttpDate::MIN, HttpDate::MIN)?;
///     Ok::<_, wire_http::Error>(may_store(&request, &response, &CachePolicy::shared()))
/// };
/// assert_eq!(stored(StatusCode::OK, "Cache-Control", &b"private"[..])?, Err(NotStored::Private));
/// assert_eq!(stored(StatusCode::OK, "Vary", &b"*"[..])?, Err(NotStored::VaryAny));
/// assert_eq!(stored(StatusCode::FOUND, "Location", &b"/b"[..])?, Err(NotStored::NotCacheable));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NotStored {
    /// Only answers to GET are stored.
    Method,
    /// The status code is not final, needs an understanding this cache does not have (206, 304, must-understand), or is
    /// about this request or its client alone (407, 412, 416, 417, 428, 429, 431, 511).
    Status,
    /// `no-store` in the request.
    RequestNoStore,
    /// `no-store` in the response.
    ResponseNoStore,
    /// `private`, and the cache is shared.
    Private,
    /// The request had `Authorization`, the cache is shared, and the response does not allow it (RFC 9111 §3.5).
    Authorization,
    /// `Vary: *`: stored, it could answer no request.
    VaryAny,
    /// Nothing makes it cacheable: no explicit lifetime, no `public`, no cacheable status code.
    NotCacheable,
}

/// Whether the response to the request may be stored ([RFC 9111 §3](https://www.rfc-editor.org/rfc/rfc9111#section-3)).
///
/// # Errors
///
/// The first reason why not.
///
/// ```
/// use wire_http::Method;
/// use wire_http::StatusCode;
/// use wire_http::caching::{CachePolicy, NotStored, RequestMetadata, ResponseMetadata, may_store};
/// use wire_http::date::HttpDate;
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let request = RequestMetadata::decode(Method::GET, [("Authorization", &b"Basic YTpi"[..])])?;
/// let response = ResponseMetadata::decode(StatusCode::OK, [("Cache-Control", &b"max-age=5"[..])], now, now)?;
/// assert_eq!(may_store(&request, &response, &CachePolicy::shared()), Err(NotStored::Authorization));
/// assert_eq!(may_store(&request, &response, &CachePolicy::private()), Ok(()));
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn may_store(
    request: &RequestMetadata<'_>,
    response: &ResponseMetadata<'_>,
    policy: &CachePolicy,
) -> Result<(), NotStored> {
    let control = &response.cache_control;
    if request.method != Method::GET {
        return Err(NotStored::Method);
    }
    let understood = match response.status.code() {
        0..200 | 304 => return Err(NotStored::Status),
        // They are about what the client, its condition, range or expectation was, which the next one need not be; RFC 6585 says
        // so of the last four.
        407 | 412 | 416 | 417 | 428 | 429 | 431 | 511 => return Err(NotStored::Status),
        206 => policy.stores_partial_content,
        code => is_understood(code),
    };
    if !understood && (control.must_understand() || response.status.code() == 206) {
        return Err(NotStored::Status);
    }
    if request.cache_control.no_store() {
        return Err(NotStored::RequestNoStore);
    }
    // §5.2.2.3: who obeys must-understand ignores the no-store that is there for those who do not know it.
    if control.no_store() && !control.must_understand() {
        return Err(NotStored::ResponseNoStore);
    }
    if policy.shared && control.private() == FieldNames::All {
        return Err(NotStored::Private);
    }
    let allows_sharing =
        control.must_revalidate() || control.public() || control.s_maxage().is_some();
    if policy.shared && request.has_authorization && !allows_sharing {
        return Err(NotStored::Authorization);
    }
    if response.vary == Vary::Any {
        return Err(NotStored::VaryAny);
    }
    let cacheable = control.public()
        || (!policy.shared && control.private() != FieldNames::Absent)
        || response.has_explicit_lifetime(policy)
        || response.is_heuristically_cacheable();
    if cacheable {
        Ok(())
    } else {
        Err(NotStored::NotCacheable)
    }
}

/// The final status codes of RFC 9110 whose meaning lets a cache do nothing but keep and replay them.
fn is_understood(code: u16) -> bool {
    matches!(
        code,
        200..=205 | 300..=303 | 305 | 307 | 308 | 400..=406 | 408..=411 | 413..=415 | 421 | 422 | 426 | 500..=505
    )
}

/// The fields of a response that a cache keeps: not those that belong to one connection or one proxy (RFC 9111 §3.1), nor
/// those that a qualified `no-cache` or, in a shared cache, `private` is about.
///
/// ```
/// use wire_http::caching::{CacheControl, CachePolicy, stored_fields};
///
/// let fields = [("Connection", &b"X-Hop"[..]), ("X-Hop", b"1"), ("Set-Cookie", b"a=b"), ("ETag", b"\"1\"")];
/// let control = CacheControl::decode([&b"no-cache=\"set-cookie\""[..]])?;
/// assert_eq!(stored_fields(&fields, &control, &CachePolicy::shared()), [("ETag", &b"\"1\""[..])]);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[must_use]
pub fn stored_fields<'f>(
    fields: &[(&'f str, &'f [u8])],
    cache_control: &CacheControl<'_>,
    policy: &CachePolicy,
) -> Vec<(&'f str, &'f [u8])> {
    let mut dropped = connection_options(fields);
    if let FieldNames::Some(names) = cache_control.no_cache() {
        dropped.extend(names);
    }
    if policy.shared
        && let FieldNames::Some(names) = cache_control.private()
    {
        dropped.extend(names);
    }
    fields
        .iter()
        .filter(|(name, _)| {
            !is_of_connection(name) && !dropped.contains(&name.to_ascii_lowercase())
        })
        .copied()
        .collect()
}

/// The names in the `Connection` fields, in lower case.
pub(crate) fn connection_options(fields: &[(&str, &[u8])]) -> BTreeSet<String> {
    fields
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("connection"))
        .flat_map(|(_, value)| value.split(|octet| *octet == b','))
        .filter_map(|option| core::str::from_utf8(trim_ows(option)).ok())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// RFC 9111 §3.1 and RFC 9110 §7.6.1: fields that are never stored.
pub(crate) fn is_of_connection(name: &str) -> bool {
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::{NotStored, may_store, stored_fields};
    use crate::caching::{CacheControl, CachePolicy, RequestMetadata, ResponseMetadata};
    use crate::date::HttpDate;
    use crate::method::Method;
    use crate::status::StatusCode;
    use alloc::vec::Vec;

    fn decide(
        policy: CachePolicy,
        method: &str,
        request: &[(&str, &str)],
        status: u16,
        response: &[(&str, &str)],
    ) -> Result<(), NotStored> {
        let now = HttpDate::from_unix(1_800_000_000).unwrap();
        let request = RequestMetadata::decode(
            Method::from_token(method),
            request
                .iter()
                .map(|(name, value)| (*name, value.as_bytes())),
        )
        .unwrap();
        let response = response
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        let response =
            ResponseMetadata::decode(StatusCode::new(status).unwrap(), response, now, now).unwrap();
        may_store(&request, &response, &policy)
    }

    fn shared(status: u16, cache_control: &str) -> Result<(), NotStored> {
        decide(
            CachePolicy::shared(),
            "GET",
            &[],
            status,
            &[("Cache-Control", cache_control)],
        )
    }

    /// RFC 9111 §3, bullet by bullet.
    #[test]
    fn section_3() {
        assert_eq!(
            decide(
                CachePolicy::shared(),
                "POST",
                &[],
                200,
                &[("Cache-Control", "max-age=5")]
            ),
            Err(NotStored::Method)
        );
        for status in [100, 103, 206, 304, 407, 412, 416, 417, 428, 429, 431, 511] {
            assert_eq!(
                shared(status, "max-age=5"),
                Err(NotStored::Status),
                "{status}"
            );
        }
        assert_eq!(
            shared(200, "no-store, max-age=5"),
            Err(NotStored::ResponseNoStore)
        );
        assert_eq!(shared(200, "private, max-age=5"), Err(NotStored::Private));
        assert_eq!(shared(200, "private=\"set-cookie\", max-age=5"), Ok(()));
        for status in [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501] {
            assert_eq!(shared(status, ""), Ok(()), "{status}");
        }
        for status in [201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 599] {
            assert_eq!(shared(status, ""), Err(NotStored::NotCacheable), "{status}");
            assert_eq!(shared(status, "max-age=5"), Ok(()), "{status}");
            assert_eq!(shared(status, "public"), Ok(()), "{status}");
            assert_eq!(shared(status, "s-maxage=5"), Ok(()), "{status}");
            assert_eq!(
                decide(
                    CachePolicy::shared(),
                    "GET",
                    &[],
                    status,
                    &[("Expires", "0")]
                ),
                Ok(()),
                "{status}"
            );
        }
        let private = |cache_control| {
            decide(
                CachePolicy::private(),
                "GET",
                &[],
                302,
                &[("Cache-Control", cache_control)],
            )
        };
        assert_eq!(private("private"), Ok(()));
        assert_eq!(private("s-maxage=5"), Err(NotStored::NotCacheable));
    }

    /// RFC 9111 §5.2.1.5 and RFC 9110 §12.5.5.
    #[test]
    fn request_no_store_and_vary_any() {
        let no_store = [("Cache-Control", "no-store")];
        assert_eq!(
            decide(CachePolicy::shared(), "GET", &no_store, 200, &[]),
            Err(NotStored::RequestNoStore)
        );
        assert_eq!(
            decide(
                CachePolicy::shared(),
                "GET",
                &[],
                200,
                &[("Vary", "accept, *")]
            ),
            Err(NotStored::VaryAny)
        );
    }

    /// RFC 9111 §3.5.
    #[test]
    fn authorization() {
        let with = |policy, cache_control| {
            decide(
                policy,
                "GET",
                &[("Authorization", "Basic x")],
                200,
                &[("Cache-Control", cache_control)],
            )
        };
        for allowed in ["must-revalidate", "public", "s-maxage=5"] {
            assert_eq!(with(CachePolicy::shared(), allowed), Ok(()), "{allowed}");
        }
        for not in ["max-age=5", "proxy-revalidate", ""] {
            assert_eq!(
                with(CachePolicy::shared(), not),
                Err(NotStored::Authorization),
                "{not}"
            );
        }
        assert_eq!(with(CachePolicy::private(), "max-age=5"), Ok(()));
    }

    /// RFC 9111 §5.2.2.3.
    #[test]
    fn must_understand() {
        assert_eq!(shared(200, "must-understand, no-store, max-age=5"), Ok(()));
        assert_eq!(
            shared(599, "must-understand, no-store, max-age=5"),
            Err(NotStored::Status)
        );
        assert_eq!(shared(599, "max-age=5"), Ok(()));
    }

    #[test]
    fn a_cache_for_partial_content_stores_206() {
        let policy = CachePolicy {
            stores_partial_content: true,
            ..CachePolicy::shared()
        };
        assert_eq!(decide(policy, "GET", &[], 206, &[]), Ok(()));
    }

    /// RFC 9111 §3.1.
    #[test]
    fn connection_fields_are_not_stored() {
        let fields = [
            ("Connection", &b"close, x-a"[..]),
            ("X-A", b"1"),
            ("Proxy-Authenticate", b"Basic realm=\"x\""),
            ("Transfer-Encoding", b"chunked"),
            ("Date", b"x"),
            ("Set-Cookie", b"a"),
        ];
        let names = |policy: &CachePolicy| -> Vec<&str> {
            let control = CacheControl::decode([&b"private=set-cookie"[..]]).unwrap();
            stored_fields(&fields, &control, policy)
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        };
        assert_eq!(names(&CachePolicy::shared()), ["Date"]);
        assert_eq!(names(&CachePolicy::private()), ["Date", "Set-Cookie"]);
    }
}
