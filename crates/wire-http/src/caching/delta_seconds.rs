//! `delta-seconds` (RFC 9111 §1.2.2).

use core::fmt;
use core::time::Duration;

/// A span of time in whole seconds, 0 to 2³¹; what is longer is 2³¹
/// ([RFC 9111 §1.2.2](https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2)).
///
/// ```
/// use wire_http::caching::DeltaSeconds;
///
/// assert_eq!(DeltaSeconds::decode(b"3600"), Some(DeltaSeconds::new(3600)));
/// assert_eq!(DeltaSeconds::decode(b"99999999999999999999"), Some(DeltaSeconds::MAX));
/// assert_eq!(DeltaSeconds::decode(b"-1"), None);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DeltaSeconds(u32);

impl DeltaSeconds {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// 2³¹ seconds, what a cache takes for every greater value.
    pub const MAX: Self = Self(1 << 31);

    /// So many seconds, or [`MAX`](Self::MAX).
    #[must_use]
    pub fn new(seconds: u64) -> Self {
        u32::try_from(seconds).map_or(Self::MAX, |seconds| Self(seconds).min(Self::MAX))
    }

    /// Reads `1*DIGIT`; `None` for anything else.
    #[must_use]
    pub fn decode(text: &[u8]) -> Option<Self> {
        if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        Some(Self::new(crate::productions::saturating_number(text)))
    }

    /// The seconds.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The sum, or [`MAX`](Self::MAX).
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0)).min(Self::MAX)
    }

    /// The difference, or zero.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Whole seconds, what is left over cut off.
impl From<Duration> for DeltaSeconds {
    fn from(duration: Duration) -> Self {
        Self::new(duration.as_secs())
    }
}

/// ```
/// use core::time::Duration;
/// use wire_http::caching::DeltaSeconds;
///
/// let day = DeltaSeconds::from(Duration::from_secs(86_400));
/// assert_eq!(Duration::from(day), Duration::from_secs(86_400));
/// ```
impl From<DeltaSeconds> for Duration {
    fn from(span: DeltaSeconds) -> Self {
        Self::from_secs(u64::from(span.0))
    }
}

impl fmt::Display for DeltaSeconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::DeltaSeconds;

    /// RFC 9111 §1.2.2: a value greater than can be represented is 2147483648 (2^31).
    #[test]
    fn overflows_to_two_to_the_31st() {
        for text in [
            "2147483648",
            "2147483649",
            "4294967296",
            "18446744073709551616",
        ] {
            assert_eq!(
                DeltaSeconds::decode(text.as_bytes()).unwrap().get(),
                2_147_483_648,
                "{text}"
            );
        }
        assert_eq!(
            DeltaSeconds::decode(b"0002147483647").unwrap().get(),
            2_147_483_647
        );
        assert_eq!(
            DeltaSeconds::MAX.saturating_add(DeltaSeconds::MAX),
            DeltaSeconds::MAX
        );
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in ["", "+1", "-1", "1.0", " 1", "1 ", "0x1", "1e3", "1_0"] {
            assert_eq!(DeltaSeconds::decode(text.as_bytes()), None, "{text}");
        }
    }
}
