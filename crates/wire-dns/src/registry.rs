//! How the IANA registries are written down: open newtypes with named constants and their mnemonics.

/// Declares a registry: a newtype over its number with a constant, a mnemonic and text in both directions per entry.
///
/// `"TYPE"` is the prefix of numbers in text (RFC 3597 §5); an empty one means bare decimal numbers.
macro_rules! registry {
    (
        $(#[doc = $doc:literal])*
        $name:ident($int:ty), $what:literal, $prefix:literal;
        $( $(#[doc = $cdoc:literal])* $const:ident = $value:literal $text:literal; )*
    ) => {
        $(#[doc = $doc])*
        ///
        /// Every number is a value; those with a name in the registry are constants. Text is the name, in letters of any
        /// case, or the decimal number behind the registry's prefix, if it has one.
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(pub $int);

        impl $name {
            $( $(#[doc = $cdoc])* pub const $const: Self = Self($value); )*

            /// Every entry that has a name, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$( Self($value) ),*];

            /// The registry has mnemonics that folding to upper case does not find.
            const HAS_LOWER: bool = false $( || $crate::registry::has_lower($text) )*;

            /// The number.
            #[must_use]
            pub const fn code(self) -> $int {
                self.0
            }

            /// The mnemonic of the registry; `None` for a number without one, which text has as a number.
            #[must_use]
            pub const fn mnemonic(self) -> Option<&'static str> {
                match self.0 {
                    $( $value => Some($text), )*
                    _ => None,
                }
            }

            /// The value of a mnemonic, in any case; `None` for any other text, numbers included, which only
            /// [`FromStr`](core::str::FromStr) reads.
            #[must_use]
            #[allow(unreachable_patterns, reason = "a registry may give one number two names")]
            pub fn from_mnemonic(text: &str) -> Option<Self> {
                let mut upper = [0u8; 40];
                let upper = upper.get_mut(..text.len())?;
                upper.copy_from_slice(text.as_bytes());
                upper.make_ascii_uppercase();
                match core::str::from_utf8(upper).ok()? {
                    $( $text => Some(Self::$const), )*
                    _ if Self::HAS_LOWER => [$( ($text, Self::$const) ),*]
                        .iter()
                        .find(|(name, _)| name.eq_ignore_ascii_case(text))
                        .map(|(_, value)| *value),
                    _ => None,
                }
            }
        }

        impl From<$int> for $name {
            fn from(code: $int) -> Self {
                Self(code)
            }
        }

        impl From<$name> for $int {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.mnemonic() {
                    Some(text) => f.pad(text),
                    None if f.width().is_none() => write!(f, concat!($prefix, "{}"), self.0),
                    None => f.pad(&alloc::format!(concat!($prefix, "{}"), self.0)),
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::Error;

            /// A mnemonic in any case, or a number in text.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::UnknownMnemonic`](crate::ErrorKind::UnknownMnemonic), also for a number that is too large.
            fn from_str(text: &str) -> Result<Self, $crate::Error> {
                if let Some(value) = Self::from_mnemonic(text) {
                    return Ok(value);
                }
                let digits = match text.get(..$prefix.len()) {
                    Some(prefix) if prefix.eq_ignore_ascii_case($prefix) => text.get($prefix.len()..),
                    _ => None,
                };
                digits
                    .and_then(|digits| $crate::text::lexer::decimal(digits.as_bytes()))
                    .and_then(|number| <$int>::try_from(number).ok())
                    .map(Self)
                    .ok_or_else(|| $crate::Error::new(0, $crate::ErrorKind::UnknownMnemonic { expected: $what }))
            }
        }
    };
}
pub(crate) use registry;

/// True for mnemonics that are not all upper case, as those of SvcParamKeys and extended DNS errors.
pub(crate) const fn has_lower(mnemonic: &str) -> bool {
    let mut rest = mnemonic.as_bytes();
    while let [octet, tail @ ..] = rest {
        if octet.is_ascii_lowercase() {
            return true;
        }
        rest = tail;
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::edns::{EdeCode, OptionCode};
    use crate::rdata::SvcParamKey;
    use crate::{Algorithm, CertType, Class, DigestType, DsyncScheme, Opcode, Rcode, RecordType};
    use alloc::format;
    use alloc::string::ToString;

    macro_rules! assert_read_back {
        ($($name:ident),*) => {
            $( for value in $name::ALL {
                let text = value.mnemonic().unwrap();
                assert_eq!(text.parse(), Ok(*value), "{text}");
                assert_eq!(text.to_ascii_lowercase().parse(), Ok(*value), "{text}");
                assert_eq!(text.to_ascii_uppercase().parse(), Ok(*value), "{text}");
                assert_eq!(value.to_string(), text);
            } )*
        };
    }

    /// Tables are what types and codes are printed in.
    #[test]
    fn text_fills_the_width_asked_for() {
        assert_eq!(
            format!("{:<6}|{:>8}|", RecordType::A, Rcode::NXDOMAIN),
            "A     |NXDOMAIN|"
        );
        assert_eq!(
            format!("{:>8}|{:<8}|", RecordType(731), Class(5)),
            " TYPE731|CLASS5  |"
        );
        assert_eq!(u16::from(RecordType::MX), 15);
    }

    #[test]
    fn mnemonics_read_back_in_any_case() {
        assert_read_back!(
            Algorithm,
            CertType,
            Class,
            DigestType,
            DsyncScheme,
            EdeCode,
            Opcode
        );
        assert_read_back!(OptionCode, Rcode, RecordType, SvcParamKey);
    }
}
