//! Ttl: how long a record may be kept (RFC 1035 §3.2.1, RFC 2181 §8).

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::limits::TTL_MAX;

/// A time to live in seconds, kept as the 32 bits that it came with.
///
/// Text is a number of seconds or, as in zone files, numbers with the units `w`, `d`, `h`, `m` and `s` in any case, of
/// which the last may lack its unit and then counts seconds. [`Display`](fmt::Display) writes seconds.
///
/// ```
/// use wire_dns::Ttl;
/// assert_eq!("1h30m".parse::<Ttl>()?, Ttl(5400));
/// // RFC 2181 §8: with the top bit set the value means zero.
/// assert_eq!(Ttl(0x8000_0001).as_secs(), 0);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ttl(pub u32);

impl Ttl {
    /// The seconds that the value means: zero when its top bit is set
    /// ([RFC 2181 §8](https://www.rfc-editor.org/rfc/rfc2181#section-8)).
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        if self.0 > TTL_MAX { 0 } else { self.0 }
    }

    /// The TTL after `seconds` in a cache, not below zero; one with the top bit set was zero from the start.
    ///
    /// ```
    /// use wire_dns::Ttl;
    /// assert_eq!(Ttl(300).aged(100), Ttl(200));
    /// assert_eq!(Ttl(300).aged(301), Ttl(0));
    /// ```
    #[must_use]
    pub const fn aged(self, seconds: u32) -> Self {
        Self(self.as_secs().saturating_sub(seconds))
    }

    /// A number of seconds, or numbers with the units w, d, h, m and s.
    pub(crate) fn parse(text: &[u8]) -> Option<u32> {
        let mut total = 0u64;
        let mut number: Option<u64> = None;
        for octet in text {
            if octet.is_ascii_digit() {
                let digit = u64::from(octet.wrapping_sub(b'0'));
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
            let unit = match octet.to_ascii_lowercase() {
                b's' => 1u64,
                b'm' => 60,
                b'h' => 3600,
                b'd' => 86_400,
                b'w' => 604_800,
                _ => return None,
            };
            total = total.checked_add(number.take()?.checked_mul(unit)?)?;
        }
        match number {
            Some(number) => total = total.checked_add(number)?,
            None if text.is_empty() => return None,
            None => {}
        }
        u32::try_from(total).ok()
    }
}

impl From<u32> for Ttl {
    fn from(seconds: u32) -> Self {
        Self(seconds)
    }
}

/// What the value means, zero when its top bit is set.
///
/// ```
/// use core::time::Duration;
/// use wire_dns::Ttl;
/// assert_eq!(Duration::from(Ttl(300)), Duration::from_secs(300));
/// ```
impl From<Ttl> for Duration {
    fn from(ttl: Ttl) -> Self {
        Self::from_secs(u64::from(ttl.as_secs()))
    }
}

impl FromStr for Ttl {
    type Err = Error;

    /// A number of seconds, or numbers with units, up to 4,294,967,295 seconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadTtl`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
            .map(Self)
            .ok_or_else(|| Error::new(0, ErrorKind::BadTtl))
    }
}

impl fmt::Display for Ttl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Ttl;

    #[test]
    fn reads_units() {
        for (text, seconds) in [
            ("0", 0),
            ("300", 300),
            ("1w2d3h4m5s", 788_645),
            ("1H", 3600),
            ("1h30", 3630),
        ] {
            assert_eq!(text.parse(), Ok(Ttl(seconds)), "{text}");
        }
        for text in [
            "",
            "h",
            "1x",
            "-1",
            "+1",
            "4294967296",
            "1hh",
            "99999999999999999999",
        ] {
            assert!(text.parse::<Ttl>().is_err(), "{text}");
        }
    }
}
