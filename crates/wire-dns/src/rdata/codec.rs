//! How one field of RDATA is checked, read, written, printed and parsed.
//!
//! A record type is a row of these; [`records!`](super::record::records) strings them together.

use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::character_string::{CharacterString, CharacterStrings};
use crate::error::{Error, ErrorKind, rule};
use crate::name::Name;
use crate::reader::{Reader, Refused};
use crate::sink::{NameRule, Sink};
use crate::text::encoding;
use crate::text::lexer::{Token, Tokens};
use crate::{
    Algorithm, CertType, DigestType, DsyncScheme, Nsec3HashAlgorithm, Rcode, RecordType, Ttl,
};

/// Prints the fields of one RDATA with one blank between.
pub(crate) struct Printer<'f> {
    out: &'f mut dyn Write,
    begun: bool,
    /// Whether long digits are broken into words.
    in_words: bool,
}

impl<'f> Printer<'f> {
    /// `{:#}` breaks long digits into words.
    pub(crate) fn new(f: &'f mut fmt::Formatter<'_>) -> Self {
        Self {
            in_words: f.alternate(),
            out: f,
            begun: false,
        }
    }

    /// Begins a piece of text: a blank before all but the first.
    pub(crate) fn begin(&mut self) -> Result<&mut dyn Write, fmt::Error> {
        if self.begun {
            self.out.write_char(' ')?;
        }
        self.begun = true;
        Ok(self.out)
    }

    /// Prints one piece of text.
    pub(crate) fn piece(&mut self, value: impl fmt::Display) -> fmt::Result {
        write!(self.begin()?, "{value}")
    }

    /// Prints octets in the digits of an encoding.
    pub(crate) fn digits(
        &mut self,
        octets: &[u8],
        encode: fn(&[u8], &mut dyn Write) -> fmt::Result,
    ) -> fmt::Result {
        let in_words = self.in_words;
        let out = self.begin()?;
        if in_words {
            encode(
                octets,
                &mut Words {
                    out,
                    room: Words::DIGITS,
                },
            )
        } else {
            encode(octets, out)
        }
    }
}

/// Breaks digits into words, as dig does.
struct Words<'f> {
    out: &'f mut dyn Write,
    /// Digits that the word may still have.
    room: usize,
}

impl Words<'_> {
    /// Digits of a word.
    const DIGITS: usize = 56;
}

impl Write for Words<'_> {
    fn write_str(&mut self, digits: &str) -> fmt::Result {
        let mut rest = digits;
        while !rest.is_empty() {
            if self.room == 0 {
                self.out.write_char(' ')?;
                self.room = Self::DIGITS;
            }
            let (word, more) = rest
                .split_at_checked(self.room.min(rest.len()))
                .ok_or(fmt::Error)?;
            self.out.write_str(word)?;
            self.room = self.room.saturating_sub(word.len());
            rest = more;
        }
        Ok(())
    }
}

/// One kind of field. `V` is what the public struct holds.
pub(crate) trait Codec<'a, V> {
    /// Octets of a field that is always as long and may hold anything; 0 for all others.
    const FIXED: usize = 0;
    /// Checks the field and steps over it.
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        Self::read(reader).map(drop)
    }
    /// Reads a field that was checked.
    fn read(reader: &mut Reader<'a, '_>) -> Result<V, Refused>;
    /// Reads a field that was checked and is the last of its RDATA.
    #[inline]
    fn read_last(reader: &mut Reader<'a, '_>) -> Result<V, Refused> {
        Self::read(reader)
    }
    /// Writes the field.
    fn write<S: Sink>(value: &V, sink: &mut S) -> Result<(), Error>;
    /// Whether the field's own text can say this value; if not, the RDATA is printed in the generic form.
    fn has_text(_value: &V) -> bool {
        true
    }
    /// Prints the field.
    fn print(value: &V, printer: &mut Printer<'_>) -> fmt::Result;
    /// Appends the octets of the field that the next tokens write.
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error>;
}

/// A field with its codec, as something to print.
pub(crate) struct Shown<'v, V, C> {
    value: &'v V,
    codec: core::marker::PhantomData<C>,
}

impl<'v, V, C> Shown<'v, V, C> {
    pub(crate) fn new(value: &'v V) -> Self {
        Self {
            value,
            codec: core::marker::PhantomData,
        }
    }
}

impl<'a, V, C: Codec<'a, V>> fmt::Display for Shown<'_, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        C::print(self.value, &mut Printer::new(f))
    }
}

/// An unsigned decimal number.
pub(crate) struct Number;

/// A time span in seconds, which text may write with units.
pub(crate) struct Span;

/// A point in time, written YYYYMMDDHHmmSS (RFC 4034 §3.2).
pub(crate) struct Time;

/// A number printed by its mnemonic.
pub(crate) struct Mnemonic;

/// A number printed in decimal, read as mnemonic too.
pub(crate) struct Decimal;

/// An address.
pub(crate) struct Address;

/// A name that may be compressed (RFC 1035's types).
pub(crate) struct CompressedName;

/// A name that is not compressed but folded in the canonical form.
pub(crate) struct FoldedName;

/// A name that is neither.
pub(crate) struct PlainName;

/// A `<character-string>`.
pub(crate) struct Text;

/// One or more `<character-string>`s up to the end.
pub(crate) struct Texts;

/// Octets behind a one-octet length as hexadecimal digits, `-` for none.
pub(crate) struct HexOrDash8;

/// Octets behind a one-octet length as base32hex.
pub(crate) struct Base32Hex8;

/// Octets behind a two-octet length: the length, then base64 unless it is zero.
pub(crate) struct Base64Counted16;

macro_rules! integers {
    ($($int:ty, $read:ident, $write:ident;)*) => { $(
        impl<'a> Codec<'a, $int> for Number {
            const FIXED: usize = size_of::<$int>();
            #[inline]
            fn read(reader: &mut Reader<'a, '_>) -> Result<$int, Refused> {
                reader.$read()
            }
            #[inline]
            fn write<S: Sink>(value: &$int, sink: &mut S) -> Result<(), Error> {
                sink.$write(*value)
            }
            fn print(value: &$int, printer: &mut Printer<'_>) -> fmt::Result {
                printer.piece(value)
            }
            fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
                let number = tokens.number(u64::from(<$int>::MAX))?;
                out.$write(<$int>::try_from(number).unwrap_or(<$int>::MAX))
            }
        }
    )* };
}

integers! { u8, u8, u8; u16, u16, u16; u32, u32, u32; }

/// A TTL in seconds only: "an unsigned decimal integer" (RFC 4034 §3.2).
impl<'a> Codec<'a, Ttl> for Number {
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<Ttl, Refused> {
        <Span as Codec<'a, Ttl>>::read(reader)
    }
    #[inline]
    fn write<S: Sink>(value: &Ttl, sink: &mut S) -> Result<(), Error> {
        <Span as Codec<'a, Ttl>>::write(value, sink)
    }
    fn print(value: &Ttl, printer: &mut Printer<'_>) -> fmt::Result {
        <Span as Codec<'a, Ttl>>::print(value, printer)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        <Self as Codec<'a, u32>>::parse(tokens, out)
    }
}

impl<'a> Codec<'a, Ttl> for Span {
    const FIXED: usize = 4;
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<Ttl, Refused> {
        reader.u32().map(Ttl)
    }
    #[inline]
    fn write<S: Sink>(value: &Ttl, sink: &mut S) -> Result<(), Error> {
        sink.u32(value.0)
    }
    fn print(value: &Ttl, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        out.u32(Ttl::parse(token.octets).ok_or_else(|| token.error(ErrorKind::BadTtl))?)
    }
}

macro_rules! mnemonics {
    ($($codec:ident $ty:ident $read:ident $write:ident $print:expr;)*) => { $(
        impl<'a> Codec<'a, $ty> for $codec {
            const FIXED: usize = size_of::<$ty>();
            #[inline]
            fn read(reader: &mut Reader<'a, '_>) -> Result<$ty, Refused> {
                reader.$read().map($ty)
            }
            #[inline]
            fn write<S: Sink>(value: &$ty, sink: &mut S) -> Result<(), Error> {
                sink.$write(value.0)
            }
            fn print(value: &$ty, printer: &mut Printer<'_>) -> fmt::Result {
                let print: fn(&$ty, &mut Printer<'_>) -> fmt::Result = $print;
                print(value, printer)
            }
            fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
                let token = tokens.next()?;
                let text = token.text();
                let number = crate::text::lexer::decimal(token.octets).and_then(|number| number.try_into().map($ty).ok());
                // A number that does not fit is no mnemonic either, which says what was expected.
                let value = number.map_or_else(|| text.parse::<$ty>(), Ok);
                out.$write(value.map_err(|error| token.error(*error.kind()))?.0)
            }
        }
    )* };
}

mnemonics! {
    Decimal Algorithm u8 u8 |value, printer| printer.piece(value.0);
    Decimal DigestType u8 u8 |value, printer| printer.piece(value.0);
    Decimal Nsec3HashAlgorithm u8 u8 |value, printer| printer.piece(value.0);
    // In CERT, 0 is no algorithm (RFC 4398 §2), not a request to delete.
    Mnemonic Algorithm u8 u8 |value, printer| if value.0 == 0 { printer.piece(0) } else { printer.piece(value) };
    Mnemonic CertType u16 u16 |value, printer| printer.piece(value);
    Mnemonic DsyncScheme u8 u8 |value, printer| printer.piece(value);
    Mnemonic Rcode u16 u16 |value, printer| match value.mnemonic() {
        Some(text) => printer.piece(text),
        None => printer.piece(value.0),
    };
}

impl<'a> Codec<'a, RecordType> for Mnemonic {
    const FIXED: usize = 2;
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<RecordType, Refused> {
        reader.u16().map(RecordType)
    }
    #[inline]
    fn write<S: Sink>(value: &RecordType, sink: &mut S) -> Result<(), Error> {
        sink.u16(value.0)
    }
    fn print(value: &RecordType, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let record_type: RecordType = token
            .text()
            .parse()
            .map_err(|error: Error| token.error(*error.kind()))?;
        out.u16(record_type.0)
    }
}

impl<'a> Codec<'a, u32> for Time {
    const FIXED: usize = 4;
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<u32, Refused> {
        reader.u32()
    }
    #[inline]
    fn write<S: Sink>(value: &u32, sink: &mut S) -> Result<(), Error> {
        sink.u32(*value)
    }
    fn print(value: &u32, printer: &mut Printer<'_>) -> fmt::Result {
        let (year, month, day) = super::time::date(*value / 86_400);
        let (hour, minute, second) = (*value / 3600 % 24, *value / 60 % 60, *value % 60);
        printer.piece(format_args!(
            "{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}"
        ))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        out.u32(super::time::parse(token.octets).ok_or_else(|| token.error(ErrorKind::BadTime))?)
    }
}

macro_rules! addresses {
    ($($address:ty, $octets:literal, $refused:ident;)*) => { $(
        impl<'a> Codec<'a, $address> for Address {
            #[inline]
            fn read(reader: &mut Reader<'a, '_>) -> Result<$address, Refused> {
                reader.array::<$octets>().map(Into::into)
            }
            #[inline]
            fn write<S: Sink>(value: &$address, sink: &mut S) -> Result<(), Error> {
                sink.put(&value.octets())
            }
            fn print(value: &$address, printer: &mut Printer<'_>) -> fmt::Result {
                printer.piece(value)
            }
            fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
                let token = tokens.next()?;
                let address: $address =
                    token.text().parse().map_err(|_| token.error(ErrorKind::$refused))?;
                out.put(&address.octets())
            }
        }
    )* };
}

addresses! { Ipv4Addr, 4, BadIpv4Address; Ipv6Addr, 16, BadIpv6Address; }

macro_rules! names {
    ($($codec:ident $rule:ident;)*) => { $(
        impl<'a> Codec<'a, Name<'a>> for $codec {
            #[inline]
            fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
                reader.check_name()
            }
            #[inline]
            fn read(reader: &mut Reader<'a, '_>) -> Result<Name<'a>, Refused> {
                reader.name()
            }
            #[inline]
            fn read_last(reader: &mut Reader<'a, '_>) -> Result<Name<'a>, Refused> {
                Ok(reader.last_name())
            }
            #[inline]
            fn write<S: Sink>(value: &Name<'a>, sink: &mut S) -> Result<(), Error> {
                sink.name(*value, NameRule::$rule)
            }
            fn print(value: &Name<'a>, printer: &mut Printer<'_>) -> fmt::Result {
                printer.piece(value)
            }
            fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
                tokens.name(out)
            }
        }
    )* };
}

names! { CompressedName COMPRESSED; FoldedName FOLDED; PlainName PLAIN; }

/// Appends octets behind their one-octet length.
pub(crate) fn write_counted8<S: Sink>(octets: &[u8], sink: &mut S) -> Result<(), Error> {
    let len = u8::try_from(octets.len())
        .map_err(|_| Error::new(0, ErrorKind::FieldTooLong { max: 255 }))?;
    sink.u8(len)?;
    sink.put(octets)
}

/// Appends octets behind their two-octet length.
pub(crate) fn write_counted16<S: Sink>(octets: &[u8], sink: &mut S) -> Result<(), Error> {
    let len = u16::try_from(octets.len())
        .map_err(|_| Error::new(0, ErrorKind::FieldTooLong { max: 65_535 }))?;
    sink.u16(len)?;
    sink.put(octets)
}

/// Appends what `parse` appends, behind its one-octet length.
pub(crate) fn parse_counted8(
    token: &Token<'_>,
    out: &mut Vec<u8>,
    parse: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    let at = out.len();
    out.push(0);
    parse(out)?;
    let len = out.len().wrapping_sub(at).wrapping_sub(1);
    let len = u8::try_from(len).map_err(|_| token.error(ErrorKind::StringTooLong))?;
    if let Some(slot) = out.get_mut(at) {
        *slot = len;
    }
    Ok(())
}

/// Appends the `<character-string>` that a token writes.
pub(crate) fn parse_string(token: &Token<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    parse_counted8(token, out, |out| token.unescape_into(out))
}

/// How a [`CharacterString`] is read and written, whatever is asked of it and however it is printed.
macro_rules! counted_string {
    () => {
        #[inline]
        fn read(reader: &mut Reader<'a, '_>) -> Result<CharacterString<'a>, Refused> {
            reader.counted8().map(CharacterString::counted)
        }
        #[inline]
        fn write<S: Sink>(value: &CharacterString<'a>, sink: &mut S) -> Result<(), Error> {
            $crate::rdata::codec::write_counted8(value.octets(), sink)
        }
    };
}
pub(crate) use counted_string;

impl<'a> Codec<'a, CharacterString<'a>> for Text {
    counted_string!();
    fn print(value: &CharacterString<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        parse_string(&tokens.string()?, out)
    }
}

impl<'a> Codec<'a, CharacterStrings<'a>> for Texts {
    #[inline]
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        // Sound strings need no error, so they are looked for first.
        if CharacterStrings::are_sound(reader.peek_rest()) {
            reader.rest();
            return Ok(());
        }
        // At least one string, and every length within the RDATA (RFC 1035 §3.3.14).
        loop {
            reader.counted8()?;
            if reader.left() == 0 {
                return Ok(());
            }
        }
    }
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<CharacterStrings<'a>, Refused> {
        Ok(CharacterStrings::checked(reader.rest()))
    }
    fn write<S: Sink>(value: &CharacterStrings<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.wire())
    }
    fn print(value: &CharacterStrings<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        value.iter().try_for_each(|string| printer.piece(string))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        loop {
            parse_string(&tokens.string()?, out)?;
            if tokens.peek().is_none() {
                return Ok(());
            }
        }
    }
}

impl<'a> Codec<'a, CharacterString<'a>> for HexOrDash8 {
    counted_string!();
    fn print(value: &CharacterString<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        match value.octets() {
            [] => printer.piece('-'),
            octets => encoding::write_hex(octets, printer.begin()?),
        }
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        parse_counted8(&token, out, |out| match token.octets {
            b"-" => Ok(()),
            _ => encoding::parse_hex(&[token], out),
        })
    }
}

impl<'a> Codec<'a, CharacterString<'a>> for Base32Hex8 {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        match reader.counted8()? {
            [] => Err(reader.refuse(rule!(
                "the next hashed owner name is empty",
                "RFC 5155 section 3.2"
            ))),
            _ => Ok(()),
        }
    }
    counted_string!();
    fn print(value: &CharacterString<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        encoding::write_base32hex(value.octets(), printer.begin()?)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        parse_counted8(&token, out, |out| encoding::parse_base32hex(&token, out))
    }
}

impl<'a> Codec<'a, &'a [u8]> for Base64Counted16 {
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<&'a [u8], Refused> {
        reader.counted16()
    }
    fn write<S: Sink>(value: &&'a [u8], sink: &mut S) -> Result<(), Error> {
        write_counted16(value, sink)
    }
    fn print(value: &&'a [u8], printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value.len())?;
        if value.is_empty() {
            Ok(())
        } else {
            encoding::write_base64(value, printer.begin()?)
        }
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let len = tokens.number(65_535)?;
        out.u16(u16::try_from(len).unwrap_or(u16::MAX))?;
        if len == 0 {
            return Ok(());
        }
        let at = out.len();
        let token = tokens.next()?;
        encoding::parse_base64(&[token], out)?;
        if u64::try_from(out.len().wrapping_sub(at)) == Ok(len) {
            Ok(())
        } else {
            Err(token.error(ErrorKind::BadBase64))
        }
    }
}
