//! What is wrong in a zone file, and where.

use alloc::boxed::Box;
use core::fmt;

use crate::error::ErrorKind;

/// An entry of a zone file that could not be read: file, line, column and reason.
///
/// Prints as `LINE:COLUMN: reason`, behind the name of an included file and a colon if it is in one.
///
/// ```
/// use wire_dns::{ErrorKind, Name, text::{ZoneFileErrorKind, ZoneRecords}};
///
/// let text = b"$INCLUDE hosts\nlast. 60 A 192.0.2.2\n";
/// let mut records = ZoneRecords::new(text, Name::ROOT).with_include(|_| Some(b"\nwww 60 A 192.0.2\n".to_vec()));
/// let error = records.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "hosts:2:10: not an IPv4 address");
/// assert_eq!((error.file(), error.line(), error.column()), (Some("hosts"), 2, 10));
/// assert_eq!(error.kind(), &ZoneFileErrorKind::Text(ErrorKind::BadIpv4Address));
/// // Reading goes on behind it.
/// assert_eq!(records.next().unwrap().unwrap().owner.to_string(), "last.");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ZoneFileError {
    pub(super) file: Option<Box<str>>,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) kind: ZoneFileErrorKind,
}

impl ZoneFileError {
    /// The file as `$INCLUDE` names it; `None` for the outermost.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The octet in the line, from 1.
    #[must_use]
    pub const fn column(&self) -> u64 {
        self.column
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &ZoneFileErrorKind {
        &self.kind
    }
}

impl fmt::Display for ZoneFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        write!(f, "{}:{}: {}", self.line, self.column, self.kind)
    }
}

impl core::error::Error for ZoneFileError {}

/// What is wrong with an entry of a zone file.
///
/// ```
/// use wire_dns::{Name, text::{ZoneFileErrorKind, ZoneRecords}};
///
/// let text = b"   A 192.0.2.1\na A 192.0.2.1\n$INCLUDE x\n$NONE\n$GENERATE 9-1 a A 192.0.2.$\n";
/// let kinds: Vec<_> = ZoneRecords::new(text, Name::ROOT).map(|record| *record.unwrap_err().kind()).collect();
/// assert_eq!(kinds, [
///     ZoneFileErrorKind::NoOwner,
///     ZoneFileErrorKind::NoTtl,
///     ZoneFileErrorKind::IncludeRefused,
///     ZoneFileErrorKind::UnknownDirective,
///     ZoneFileErrorKind::BadRange { max: 65_536 },
/// ]);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoneFileErrorKind {
    /// A field of a record or a directive.
    #[error("{0}")]
    Text(ErrorKind),
    /// The first entry begins with a blank, so there is no owner to inherit
    /// ([RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)).
    #[error("no record before this one whose owner it could have")]
    NoOwner,
    /// No TTL here, no `$TTL`, and no record before with one
    /// ([RFC 2308 §4](https://www.rfc-editor.org/rfc/rfc2308#section-4)).
    #[error("no TTL here, none before, and no $TTL")]
    NoTtl,
    /// A `$` directive that is not known.
    #[error("not one of $ORIGIN, $TTL, $INCLUDE, $GENERATE")]
    UnknownDirective,
    /// An entry of over 1,048,576 octets, its parentheses and comments included.
    #[error("an entry of more than {max} octets")]
    EntryTooLong {
        /// The most octets that it may have.
        max: u32,
    },
    /// Included files within included files, too deep.
    #[error("more than {max} files included in each other")]
    IncludeTooDeep {
        /// How many there may be.
        max: u16,
    },
    /// Too many included files in all.
    #[error("more than {max} files included")]
    TooManyIncludes {
        /// How many there may be.
        max: u32,
    },
    /// An included file that is not given.
    #[error("the file to include cannot be read")]
    IncludeRefused,
    /// A `$GENERATE` range that is not `start-stop` or `start-stop/step`, or is too long.
    #[error("not a range of at most {max} numbers: start-stop or start-stop/step")]
    BadRange {
        /// The most records of one directive.
        max: u32,
    },
    /// A `$GENERATE` modifier that is not `${offset,width,base}`.
    #[error("not a modifier of the form ${{offset,width,base}}")]
    BadModifier,
}

impl ZoneFileErrorKind {
    /// A stable word for machines: lower-case letters, digits and hyphens; that of the [`ErrorKind`] for a field.
    ///
    /// ```
    /// use wire_dns::{Name, text::ZoneRecords};
    ///
    /// let faults = ZoneRecords::new(b"a 60 A 1.2.3\n$NONE\n", Name::ROOT).filter_map(Result::err);
    /// assert!(faults.map(|fault| fault.kind().name()).eq(["bad-ipv4-address", "unknown-directive"]));
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text(kind) => kind.name(),
            Self::NoOwner => "no-owner",
            Self::NoTtl => "no-ttl",
            Self::UnknownDirective => "unknown-directive",
            Self::EntryTooLong { .. } => "entry-too-long",
            Self::IncludeTooDeep { .. } => "include-too-deep",
            Self::TooManyIncludes { .. } => "too-many-includes",
            Self::IncludeRefused => "include-refused",
            Self::BadRange { .. } => "bad-range",
            Self::BadModifier => "bad-modifier",
        }
    }
}

impl From<ErrorKind> for ZoneFileErrorKind {
    fn from(kind: ErrorKind) -> Self {
        Self::Text(kind)
    }
}
