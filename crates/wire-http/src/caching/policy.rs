//! What kind of cache it is that decides.

use crate::caching::DeltaSeconds;

/// The choices [RFC 9111](https://www.rfc-editor.org/rfc/rfc9111) leaves to a cache.
///
/// ```
/// use wire_http::{StatusCode, caching::{CachePolicy, LifetimeSource, ResponseMetadata}, date::HttpDate};
///
/// let now = HttpDate::from_unix(784_111_777 + 1000).expect("before the year 10000");
/// let fields = [("Last-Modified", &b"Sun, 06 Nov 1994 08:49:37 GMT"[..])];
/// let response = ResponseMetadata::decode(StatusCode::OK, fields, now, now)?;
/// let mut policy = CachePolicy::private();
/// let (lifetime, source) = response.freshness_lifetime(&policy);
/// assert_eq!((lifetime.get(), source), (100, LifetimeSource::Heuristic)); // 10 % of 1,000 seconds
/// policy.heuristic_percent = 0;
/// assert_eq!(response.freshness_lifetime(&policy).1, LifetimeSource::None);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// Whether the store serves more than one user (RFC 9111 §1).
    pub shared: bool,
    /// Whether the caller can store and combine partial content (RFC 9111 §3.3).
    pub stores_partial_content: bool,
    /// How much of the time since the last modification a response without explicit lifetime stays fresh, in
    /// percent (RFC 9111 §4.2.2); 10 unless set, 0 turns heuristics off.
    pub heuristic_percent: u8,
    /// The longest lifetime that heuristics give; a day unless set.
    pub heuristic_max: DeltaSeconds,
}

impl CachePolicy {
    /// A cache for many users, as a proxy's.
    #[must_use]
    pub fn shared() -> Self {
        Self {
            shared: true,
            stores_partial_content: false,
            heuristic_percent: 10,
            heuristic_max: DeltaSeconds::new(86_400),
        }
    }

    /// A cache for one user, as a browser's.
    #[must_use]
    pub fn private() -> Self {
        Self {
            shared: false,
            ..Self::shared()
        }
    }
}
