//! Fields that are all the octets up to the end of the RDATA.

use alloc::vec::Vec;
use core::fmt;

use super::codec::{Codec, Printer};
use crate::character_string::write_quoted;
use crate::error::{Error, ErrorKind};
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::encoding;
use crate::text::lexer::{Token, Tokens};

/// Octets up to the end as base64, at least one in text.
pub(crate) struct Base64;

/// Octets up to the end as base64, or nothing.
pub(crate) struct Base64OrNone;

/// The key of a KEY record as base64, or nothing with the flags of "no key" (RFC 2535 §3.1.2).
pub(crate) struct Base64Key;

/// Octets up to the end as base64 that may be empty, then written as `-`.
pub(crate) struct Base64OrDash;

/// Octets up to the end as hexadecimal digits, at least one octet in text.
pub(crate) struct Hex;

/// The digest of a CDS record in hexadecimal digits, or `0` for one that is deleted (RFC 8078 §4).
pub(crate) struct HexOrZero;

/// The key of a CDNSKEY record as base64, or `0` for one that is deleted (RFC 8078 §4).
pub(crate) struct Base64OrZero;

/// Octets up to the end as one quoted string of any length.
pub(crate) struct QuotedRest;

fn print_base64(octets: &[u8], printer: &mut Printer<'_>) -> fmt::Result {
    if octets.is_empty() {
        Ok(())
    } else {
        printer.digits(octets, encoding::write_base64)
    }
}

fn print_hex(octets: &[u8], printer: &mut Printer<'_>) -> fmt::Result {
    if octets.is_empty() {
        Ok(())
    } else {
        printer.digits(octets, encoding::write_hex)
    }
}

/// Appends what the tokens that are left write, which must be something.
fn some(
    tokens: &mut Tokens<'_, '_>,
    out: &mut Vec<u8>,
    parse: impl FnOnce(&[Token<'_>], &mut Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    let (start, missing) = (
        out.len(),
        Error::new(tokens.offset(), ErrorKind::MissingField),
    );
    parse(tokens.rest()?, out)?;
    if out.len() == start {
        Err(missing)
    } else {
        Ok(())
    }
}

/// As [`some`]; where algorithm 0 asks for deletion, `0` alone is an octet of zero (RFC 8078 §4 with erratum 5049).
fn some_or_zero(
    algorithm: Option<u8>,
    tokens: &mut Tokens<'_, '_>,
    out: &mut Vec<u8>,
    parse: fn(&[Token<'_>], &mut Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    some(tokens, out, |left, out| match left {
        [token] if algorithm == Some(0) && token.octets == b"0" => {
            out.push(0);
            Ok(())
        }
        _ => parse(left, out),
    })
}

/// The codecs of octets up to the end differ in their text only.
macro_rules! rests {
    ($($codec:ident, $may_be_empty:literal, $print:expr, $parse:expr;)*) => { $(
        impl<'a> Codec<'a, &'a [u8]> for $codec {
            #[inline]
            fn read(reader: &mut Reader<'a, '_>) -> Result<&'a [u8], Refused> {
                Ok(reader.rest())
            }
            #[inline]
            fn write<S: Sink>(value: &&'a [u8], sink: &mut S) -> Result<(), Error> {
                sink.put(value)
            }
            fn has_text(value: &&'a [u8]) -> bool {
                $may_be_empty || !value.is_empty()
            }
            fn print(value: &&'a [u8], printer: &mut Printer<'_>) -> fmt::Result {
                let print: fn(&[u8], &mut Printer<'_>) -> fmt::Result = $print;
                print(value, printer)
            }
            fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
                let parse: fn(&mut Tokens<'_, '_>, &mut Vec<u8>) -> Result<(), Error> = $parse;
                parse(tokens, out)
            }
        }
    )* };
}

rests! {
    Base64, false,
    print_base64,
    |tokens, out| some(tokens, out, encoding::parse_base64);
    Base64OrNone, true,
    print_base64,
    |tokens, out| encoding::parse_base64(tokens.rest()?, out);
    Base64Key, true,
    print_base64,
    |tokens, out| match out.last_chunk::<4>() {
        Some([high, low, ..]) if super::Key::says_none(u16::from_be_bytes([*high, *low])) => encoding::parse_base64(tokens.rest()?, out),
        _ => some(tokens, out, encoding::parse_base64),
    };
    Base64OrDash, true,
    |octets, printer| match octets {
        [] => printer.piece('-'),
        _ => printer.digits(octets, encoding::write_base64),
    },
    |tokens, out| match tokens.rest()? {
        [] => tokens.next().map(drop),
        [token] if token.octets == b"-" => Ok(()),
        tokens => encoding::parse_base64(tokens, out),
    };
    Hex, false,
    print_hex,
    |tokens, out| some(tokens, out, encoding::parse_hex);
    HexOrZero, false,
    print_hex,
    |tokens, out| {
        // In front are the algorithm and the type of the digest.
        let algorithm = out.last_chunk::<2>().map(|[algorithm, _]| *algorithm);
        some_or_zero(algorithm, tokens, out, encoding::parse_hex)
    };
    Base64OrZero, false,
    print_base64,
    |tokens, out| some_or_zero(out.last().copied(), tokens, out, encoding::parse_base64);
    QuotedRest, true,
    |octets, printer| write_quoted(octets, printer.begin()?),
    |tokens, out| tokens.string()?.unescape_into(out);
}
