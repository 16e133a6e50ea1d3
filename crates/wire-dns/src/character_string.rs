//! `<character-string>`: up to 255 octets behind their length (RFC 1035 §3.3).

use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, ErrorKind};
use crate::items::{Items, take_items, walk_list};
use crate::limits::CHARACTER_STRING_OCTETS_MAX;
use crate::reader::Reader;
use crate::text::encoding::write_escaping;

/// Up to 255 octets; text by habit, any octets by the RFC
/// ([RFC 1035 §3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3)).
///
/// [`Display`](fmt::Display) writes them in quotes with escapes.
///
/// ```
/// use wire_dns::CharacterString;
/// let string = CharacterString::new(b"say \"hi\"\n").unwrap();
/// assert_eq!(string.to_string(), r#""say \"hi\"\010""#);
/// assert!(CharacterString::new(&[b'a'; 256]).is_none());
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CharacterString<'a>(&'a [u8]);

impl<'a> CharacterString<'a> {
    /// A string of these octets; `None` for more than 255.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Option<Self> {
        if octets.len() <= CHARACTER_STRING_OCTETS_MAX {
            Some(Self(octets))
        } else {
            None
        }
    }

    /// Octets that came from behind a one-octet length.
    #[inline]
    pub(crate) const fn counted(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets, without their length.
    #[must_use]
    pub const fn octets(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Display for CharacterString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(self.0, f)
    }
}

impl fmt::Debug for CharacterString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_quoted(self.0, f)
    }
}

impl AsRef<[u8]> for CharacterString<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

/// One or more `<character-string>`s, one behind the other, as in TXT
/// ([RFC 1035 §3.3.14](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14)).
///
/// [`Display`](fmt::Display) writes each in quotes, with a blank between.
///
/// # Wire format
///
/// For each string its length in one octet, then its octets.
///
/// ```
/// use wire_dns::CharacterStrings;
/// let strings = CharacterStrings::from_wire(b"\x06v=spf1\x05 -all")?;
/// assert_eq!(strings.to_string(), r#""v=spf1" " -all""#);
/// // Those who read SPF (RFC 7208 §3.3) put the strings together without blanks.
/// let whole: Vec<u8> = strings.iter().flat_map(|string| string.octets()).copied().collect();
/// assert_eq!(whole, b"v=spf1 -all");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CharacterStrings<'a>(&'a [u8]);

impl<'a> CharacterStrings<'a> {
    /// Strings from their wire octets.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnexpectedEnd`] where there is no string at all, or fewer octets than a length says.
    ///
    /// ```
    /// use wire_dns::CharacterStrings;
    /// assert!(CharacterStrings::from_wire(b"\0").is_ok()); // one empty string
    /// assert!(CharacterStrings::from_wire(b"").is_err());
    /// let error = CharacterStrings::from_wire(b"\x02ab\x04cut").unwrap_err();
    /// assert_eq!(error.to_string(), "octet 4: 4 octets needed, 3 left");
    /// ```
    pub fn from_wire(octets: &'a [u8]) -> Result<Self, Error> {
        if Self::are_sound(octets) {
            return Ok(Self(octets));
        }
        let mut reader = Reader::alone(octets);
        while reader.counted8().is_ok() {}
        Err(reader.refusal())
    }

    /// Whether the lengths fit and there is at least one string.
    pub(crate) fn are_sound(octets: &[u8]) -> bool {
        let mut rest = octets;
        while let Some((len, tail)) = rest.split_first() {
            match tail.get(usize::from(*len)..) {
                Some(tail) => rest = tail,
                None => return false,
            }
        }
        !octets.is_empty()
    }

    /// Appends the wire octets of some strings to `out` and gives these strings, for a TXT record for example.
    ///
    /// ```
    /// use wire_dns::{CharacterStrings, Rdata, rdata::Txt};
    ///
    /// let mut octets = Vec::new();
    /// let strings = CharacterStrings::encode_strings(["txtvers=1", "path=/a"], &mut octets)?;
    /// assert_eq!(strings.wire(), b"\x09txtvers=1\x07path=/a");
    /// assert_eq!(Rdata::from(Txt { strings }).to_string(), r#""txtvers=1" "path=/a""#);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StringTooLong`] for more than 255 octets, at the place that the string would have had, and
    /// [`ErrorKind::MissingField`] if there is no string: TXT with nothing to say has one empty string
    /// ([RFC 6763 §6.1](https://www.rfc-editor.org/rfc/rfc6763#section-6.1)). `out` is then as it was.
    pub fn encode_strings(
        strings: impl IntoIterator<Item: AsRef<[u8]>>,
        out: &'a mut Vec<u8>,
    ) -> Result<Self, Error> {
        let start = out.len();
        for string in strings {
            let octets = string.as_ref();
            let Ok(len) = u8::try_from(octets.len()) else {
                let offset = out.len().saturating_sub(start);
                out.truncate(start);
                return Err(Error::new(offset, ErrorKind::StringTooLong));
            };
            out.push(len);
            out.extend_from_slice(octets);
        }
        if out.len() == start {
            return Err(Error::new(0, ErrorKind::MissingField));
        }
        Ok(Self(out.get(start..).unwrap_or_default()))
    }

    /// Octets that were checked.
    #[inline]
    pub(crate) const fn checked(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets with the lengths in them.
    #[must_use]
    pub const fn wire(self) -> &'a [u8] {
        self.0
    }

    /// The strings in order.
    #[must_use]
    #[inline]
    pub const fn iter(self) -> Items<'a, CharacterString<'a>> {
        Items::new(self.0)
    }
}

take_items!(CharacterString<'a>, take_string);
walk_list!(CharacterStrings, Items<'a, CharacterString<'a>>);

/// Takes the first string.
#[inline]
fn take_string<'a>(rest: &mut &'a [u8]) -> Option<CharacterString<'a>> {
    let (len, tail) = rest.split_first()?;
    let (string, tail) = tail.split_at_checked(usize::from(*len))?;
    *rest = tail;
    Some(CharacterString(string))
}

impl fmt::Display for CharacterStrings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, string) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            string.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for CharacterStrings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Writes octets in quotes; quotes and backslashes are escaped, what is not printable ASCII as `\DDD`.
pub(crate) fn write_quoted(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    f.write_char('"')?;
    write_escaped(octets, f)?;
    f.write_char('"')
}

/// Writes octets with the escapes of a quoted string, without the quotes.
pub(crate) fn write_escaped(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    let is_plain = |octet| matches!(octet, b' '..=b'~') && !matches!(octet, b'"' | b'\\');
    write_escaping(octets, is_plain, f)
}
