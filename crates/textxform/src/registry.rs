//! The one list of transforms, which a tool prints, completes and documents.

use alloc::boxed::Box;
use core::fmt;

use crate::{
    Atbash, Base64, Base64Decode, Caesar, Crlf, DotStuff, Error, ErrorKind, Hex, HexDecode,
    Lowercase, Nfc, PercentDecode, PercentEncode, Reverse, Rot13, Rot47, Swapcase, Titlecase,
    Transform, Trim, UnicodeCasefold, UnicodeLowercase, UnicodeUppercase, Uppercase, Vigenere,
};

/// Every transform of the crate, in the order in which people look for them.
///
/// ```
/// for entry in textxform::ALL {
///     println!("{entry:<20} {}", entry.description());
/// }
/// ```
pub const ALL: &[Entry] = &[
    Uppercase::ENTRY,
    Lowercase::ENTRY,
    Swapcase::ENTRY,
    Rot13::ENTRY,
    Caesar::ENTRY,
    Rot47::ENTRY,
    Atbash::ENTRY,
    Vigenere::ENTRY,
    Reverse::ENTRY,
    Trim::ENTRY,
    Titlecase::ENTRY,
    UnicodeUppercase::ENTRY,
    UnicodeLowercase::ENTRY,
    UnicodeCasefold::ENTRY,
    Nfc::ENTRY,
    Base64::ENTRY,
    Base64Decode::ENTRY,
    Hex::ENTRY,
    HexDecode::ENTRY,
    PercentEncode::ENTRY,
    PercentDecode::ENTRY,
    DotStuff::ENTRY,
    Crlf::ENTRY,
];

/// The transform of that name.
///
/// ```
/// assert_eq!(textxform::by_name("rot13").unwrap().name(), "rot13");
/// assert!(textxform::by_name("ROT13").is_none());
/// ```
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.name == name)
}

/// The name and description of one transform, and how it is made from the text of a chain.
///
/// ```
/// use textxform::{Transform, by_name};
///
/// let caesar = by_name("caesar").unwrap();
/// assert_eq!(caesar.parameter(), Some("N"));
/// assert_eq!(caesar.build(Some("3"))?.apply(b"xyz")?, b"abc");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Entry {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) make: Make,
}

/// How the transform is made.
#[derive(Clone, Copy)]
pub(crate) enum Make {
    /// Without a parameter.
    Plain(fn() -> Box<dyn Transform>),
    /// From a parameter.
    From {
        /// The placeholder shown to people.
        syntax: &'static str,
        /// What the parameter has to be.
        expected: &'static str,
        /// `None` when the text is not that.
        parse: fn(&str) -> Option<Box<dyn Transform>>,
    },
}

impl Entry {
    /// The name that a chain uses, such as `rot13`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it does, in one sentence without full stop.
    #[must_use]
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The placeholder for its parameter, such as `N` of `caesar:N`; `None` when it takes none.
    #[must_use]
    pub const fn parameter(&self) -> Option<&'static str> {
        match self.make {
            Make::Plain(_) => None,
            Make::From { syntax, .. } => Some(syntax),
        }
    }

    /// Makes the transform.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingParameter`], [`ErrorKind::UnexpectedParameter`] or [`ErrorKind::BadParameter`], at offset 0.
    pub fn build(&self, parameter: Option<&str>) -> Result<Box<dyn Transform>, Error> {
        let transform = self.name;
        let kind = match (self.make, parameter) {
            (Make::Plain(make), None) => return Ok(make()),
            (Make::Plain(_), Some(_)) => ErrorKind::UnexpectedParameter { transform },
            (Make::From { expected, .. }, None) => ErrorKind::MissingParameter {
                transform,
                expected,
            },
            (
                Make::From {
                    parse, expected, ..
                },
                Some(text),
            ) => match parse(text) {
                Some(made) => return Ok(made),
                None => ErrorKind::BadParameter {
                    transform,
                    expected,
                },
            },
        };
        Err(Error::new(0, kind))
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &self.name)
            .field("parameter", &self.parameter())
            .field("description", &self.description)
            .finish()
    }
}

/// As it is written in a chain: `rot13`, `caesar:N`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter() {
            Some(syntax) => f.pad(&alloc::format!("{}:{syntax}", self.name)),
            None => f.pad(self.name),
        }
    }
}

/// The methods of [`Transform`] that say what [`Entry`] says, and the copy.
macro_rules! from_entry {
    () => {
        fn name(&self) -> &'static str {
            Self::ENTRY.name()
        }

        fn description(&self) -> &'static str {
            Self::ENTRY.description()
        }

        fn boxed_clone(&self) -> alloc::boxed::Box<dyn $crate::Transform> {
            alloc::boxed::Box::new(self.clone())
        }
    };
}

pub(crate) use from_entry;
