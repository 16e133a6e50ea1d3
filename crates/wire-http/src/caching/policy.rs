//! What kind of cache it is that decides.

use crate::caching::DeltaSeconds;

/// The choices RFC 9111 leaves to a cache.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// Whether the store serves more than one user (§1.1).
    pub shared: bool,
    /// Whether the caller can store and combine partial content (§3.3).
    pub stores_partial_content: bool,
    /// How much of the time since the last modification a response without explicit lifetime stays fresh, in
    /// percent (§4.2.2); 10 unless set, 0 turns heuristics off.
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
