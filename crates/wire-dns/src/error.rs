//! Error: what was wrong, at which octet, in which record, under which RFC section.

use core::fmt;

use crate::Section;

/// A DNS message, or a part of one, could not be decoded, encoded or read from text.
///
/// The offset counts octets from the start of what was given to the outermost call: the message when decoding, the
/// output when encoding, the text when parsing.
///
/// ```
/// use wire_dns::{ErrorKind, Message, Section};
///
/// // An answer with an A record of three octets.
/// let octets = b"\0\0\x80\0\0\0\0\x01\0\0\0\0\0\0\x01\0\x01\0\0\0\x3C\0\x03\xC0\0\x02";
/// let error = Message::decode(octets).unwrap_err();
/// assert_eq!(error.to_string(), "octet 23 (answer 0): 4 octets needed, 3 left");
/// assert_eq!((error.offset(), error.place()), (23, Some((Section::Answer, 0))));
/// assert_eq!(error.kind(), &ErrorKind::UnexpectedEnd { needed: 4, left: 3 });
/// assert_eq!(error.reference(), "RFC 1035 section 4.1");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Error {
    offset: u32,
    place: Option<(Section, u16)>,
    kind: ErrorKind,
}

impl Error {
    /// An error of `kind` at `offset`.
    #[must_use]
    #[cold]
    pub fn new(offset: usize, kind: ErrorKind) -> Self {
        Self {
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
            place: None,
            kind,
        }
    }

    /// The octet where the fault shows, from 0; that behind the last for what is cut short.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset as usize
    }

    /// What was wrong, with the numbers.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The section and the index of the question or record in it (from 0), for errors inside a message behind its header.
    #[must_use]
    pub const fn place(&self) -> Option<(Section, u16)> {
        self.place
    }

    /// The paragraph that the octets or the text break, for example `RFC 1035 section 4.1.4`.
    #[must_use]
    pub const fn reference(&self) -> &'static str {
        self.kind.reference()
    }

    /// The same error, said to be in record `index` of `section`.
    #[must_use]
    pub(crate) fn within(mut self, section: Section, index: u16) -> Self {
        self.place = self.place.or(Some((section, index)));
        self
    }

    /// The same error, `base` octets further on.
    #[must_use]
    pub(crate) fn shifted(mut self, base: usize) -> Self {
        self.offset = self
            .offset
            .saturating_add(u32::try_from(base).unwrap_or(u32::MAX));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "octet {}", self.offset)?;
        if let Some((section, index)) = self.place {
            write!(f, " ({section} {index})")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl core::error::Error for Error {}

/// A rule of one record type or option that octets or text break.
///
/// ```
/// use wire_dns::{ErrorKind, edns::EdnsOptions};
///
/// // A COOKIE option of one octet.
/// let error = EdnsOptions::from_wire(b"\0\x0A\0\x01\x07").unwrap_err();
/// let ErrorKind::Rule(rule) = error.kind() else { panic!() };
/// assert_eq!(rule.text, "a cookie not of 8 or of 16 to 40 octets");
/// assert_eq!(rule.reference, "RFC 7873 section 4");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// What is wrong, as half a sentence.
    pub text: &'static str,
    /// Where it is written.
    pub reference: &'static str,
}

impl Rule {
    /// A rule with its reference.
    pub(crate) const fn new(text: &'static str, reference: &'static str) -> Self {
        Self { text, reference }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// Declares the kinds with message, name and reference side by side, so that none lacks one of the three.
macro_rules! kinds {
    ($( $(#[doc = $doc:literal])* $name:ident $({ $( $(#[doc = $fdoc:literal])* $field:ident : $ty:ty ),* $(,)? })? => $word:literal, $message:literal, $reference:literal; )*) => {
        /// What was wrong.
        ///
        /// ```
        /// use wire_dns::{ErrorKind, NameBuf};
        ///
        /// let error = "www..example".parse::<NameBuf>().unwrap_err();
        /// assert_eq!(error.kind(), &ErrorKind::EmptyLabel);
        /// assert_eq!(error.kind().to_string(), "an empty label inside a name");
        /// assert_eq!(error.kind().name(), "empty-label");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $( $(#[doc = $doc])* #[error($message)] $name $({ $( $(#[doc = $fdoc])* $field: $ty ),* })?, )*
            /// A rule of one record type or option is broken.
            #[error("{0}")]
            Rule(&'static Rule),
        }

        impl ErrorKind {
            /// A stable word for machines, for example `pointer-not-backwards`: lower-case letters, digits and hyphens.
            #[doc(alias = "code")]
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $( Self::$name { .. } => $word, )*
                    Self::Rule(_) => "malformed-rdata",
                }
            }

            /// The paragraph that is broken.
            #[must_use]
            pub const fn reference(&self) -> &'static str {
                match self {
                    $( Self::$name { .. } => $reference, )*
                    Self::Rule(rule) => rule.reference,
                }
            }
        }
    };
}

kinds! {
    /// The octets end before the field does.
    UnexpectedEnd {
        /// How many octets the field needs.
        needed: u16,
        /// How many are left.
        left: u16,
    } => "unexpected-end", "{needed} octets needed, {left} left", "RFC 1035 section 4.1";
    /// More octets than a message can have.
    MessageTooLong {
        /// How many there are.
        octets: u32,
    } => "message-too-long", "a message of {octets} octets, over 65535", "RFC 1035 section 4.2.2";
    /// Octets are left over behind the last record, or behind a name or record that stands alone.
    TrailingOctets {
        /// How many.
        count: u16,
    } => "trailing-octets", "{count} octets left over at the end", "RFC 1035 section 4.1";
    /// RDLENGTH is larger than the RDATA of this type.
    TrailingRdata {
        /// How many octets are left over.
        count: u16,
    } => "trailing-rdata", "{count} octets left over behind the RDATA's last field", "RFC 1035 section 3.2.1";
    /// A label begins with the bits 01 or 10.
    LabelType {
        /// The octet in the place of the length.
        octet: u8,
    } => "label-type", "label type {octet:#04x} is not in use", "RFC 6891 section 5";
    /// A label of more than 63 octets, in text or when building.
    LabelTooLong => "label-too-long", "a label of more than 63 octets", "RFC 1035 section 2.3.4";
    /// A label without octets that is not the root.
    EmptyLabel => "empty-label", "an empty label inside a name", "RFC 1035 section 3.1";
    /// A name of more than 255 octets.
    NameTooLong => "name-too-long", "a name of more than 255 octets", "RFC 1035 section 2.3.4";
    /// A compression pointer does not point strictly backwards.
    PointerNotBackwards {
        /// Where it leads, in octets from the start of the message.
        target: u16,
    } => "pointer-not-backwards", "compression pointer to octet {target} does not go backwards", "RFC 1035 section 4.1.4";
    /// A compression pointer leads into the header.
    PointerIntoHeader {
        /// Where it leads.
        target: u16,
    } => "pointer-into-header", "compression pointer to octet {target} leads into the header", "RFC 1035 section 4.1.4";
    /// A name goes through more than 127 pointers.
    TooManyPointers => "too-many-pointers", "a name of more than 127 compression pointers", "RFC 1035 section 4.1.4";
    /// A compression pointer where none may be.
    PointerNotAllowed => "pointer-not-allowed", "a compression pointer where names are not compressed", "RFC 3597 section 4";
    /// A second OPT record.
    OptTwice => "opt-twice", "more than one OPT record", "RFC 6891 section 6.1.1";
    /// An OPT record outside the additional section.
    OptMisplaced => "opt-misplaced", "an OPT record outside the additional section", "RFC 6891 section 6.1.1";
    /// An OPT record whose owner is not the root.
    OptOwner => "opt-owner", "an OPT record whose owner is not the root", "RFC 6891 section 6.1.2";
    /// A TSIG record that is not the last of the additional section.
    TsigNotLast => "tsig-not-last", "a TSIG record that is not the last record of the additional section", "RFC 8945 section 5.1";
    /// The output has no room for what is to be written.
    BufferFull {
        /// How many octets the output may have.
        limit: u32,
    } => "buffer-full", "no room within {limit} octets", "RFC 1035 section 4.2";
    /// A question or record for a section that is already behind.
    SectionOrder => "section-order", "a record for a section that is already closed", "RFC 1035 section 4.1";
    /// More than 65,535 entries for one section.
    TooManyRecords => "too-many-records", "more than 65535 records in one section", "RFC 1035 section 4.1.1";
    /// RDATA of more than 65,535 octets.
    RdataTooLong => "rdata-too-long", "RDATA of more than 65535 octets", "RFC 1035 section 3.2.1";
    /// A `<character-string>` of more than 255 octets.
    StringTooLong => "string-too-long", "a character-string of more than 255 octets", "RFC 1035 section 3.3";
    /// A counted field longer than its count can say.
    FieldTooLong {
        /// The most octets that it may have.
        max: u16,
    } => "field-too-long", "a field of more than {max} octets", "RFC 1035 section 3.2.1";
    /// Text ends where a field is expected.
    MissingField => "missing-field", "the text ends where a field is expected", "RFC 1035 section 5.1";
    /// Text goes on behind the last field.
    TrailingText => "trailing-text", "text left over behind the last field", "RFC 1035 section 5.1";
    /// A backslash without three digits up to 255 or one character behind it.
    BadEscape => "bad-escape", "a backslash that begins no escape", "RFC 1035 section 5.1";
    /// A quoted string without its closing quote.
    UnclosedQuote => "unclosed-quote", "a quoted string that does not end", "RFC 1035 section 5.1";
    /// A quoted string in the place of a name, number or other bare word.
    UnexpectedQuote => "unexpected-quote", "a quoted string where none may be", "RFC 1035 section 5.1";
    /// A parenthesis that is not closed.
    UnclosedParenthesis => "unclosed-parenthesis", "a parenthesis that is not closed", "RFC 1035 section 5.1";
    /// A closing parenthesis without an opening one.
    UnopenedParenthesis => "unopened-parenthesis", "a closing parenthesis without an opening one", "RFC 1035 section 5.1";
    /// Not a decimal number, or too large for its field.
    BadNumber {
        /// The largest value of the field.
        max: u64,
    } => "bad-number", "not a decimal number from 0 to {max}", "RFC 1035 section 5.1";
    /// Not a mnemonic of the registry.
    UnknownMnemonic {
        /// What was expected.
        expected: &'static str,
    } => "unknown-mnemonic", "not a known {expected}", "RFC 1035 section 5.1";
    /// Not an IPv4 address.
    BadIpv4Address => "bad-ipv4-address", "not an IPv4 address", "RFC 1035 section 3.4.1";
    /// Not an IPv6 address.
    BadIpv6Address => "bad-ipv6-address", "not an IPv6 address", "RFC 3596 section 2.4";
    /// Not hexadecimal digits, or an odd number of them.
    BadHex => "bad-hex", "not an even number of hexadecimal digits", "RFC 4648 section 8";
    /// Not base64.
    BadBase64 => "bad-base64", "not base64", "RFC 4648 section 4";
    /// Not base32 with the extended hex alphabet.
    BadBase32 => "bad-base32", "not base32hex", "RFC 4648 section 7";
    /// Not a time of the form YYYYMMDDHHmmSS or a number of seconds.
    BadTime => "bad-time", "not a time of the form YYYYMMDDHHmmSS", "RFC 4034 section 3.2";
    /// Not a TTL.
    BadTtl => "bad-ttl", "not a TTL in seconds or with the units w d h m s", "RFC 1035 section 5.1";
    /// The generic form says another number of octets than follow.
    GenericLength {
        /// What the text says.
        said: u16,
        /// What follows.
        found: u32,
    } => "generic-length", "the generic form says {said} octets, {found} follow", "RFC 3597 section 5";
    /// The type has no presentation form of its own.
    NoTextForm => "no-text-form", "this type is written in the generic form only", "RFC 3597 section 5";
}

/// A broken rule as an error kind.
macro_rules! rule {
    ($text:literal, $reference:literal) => {
        $crate::error::ErrorKind::Rule(const { &$crate::error::Rule::new($text, $reference) })
    };
}
pub(crate) use rule;
