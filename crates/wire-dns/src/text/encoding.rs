//! Hexadecimal, base64 and base32hex (RFC 4648), read across blanks and written without.

use alloc::vec::Vec;
use core::fmt;

use super::lexer::Token;
use crate::error::{Error, ErrorKind};

/// Digits of `bits` bits each, gathered into octets across any number of tokens.
struct Bits<'o> {
    out: &'o mut Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    fn push(&mut self, value: u32, bits: u32) {
        self.held = (self.held << bits) | value;
        self.count = self.count.wrapping_add(bits);
        if self.count >= 8 {
            self.count = self.count.wrapping_sub(8);
            let octet = self.held.wrapping_shr(self.count) & 0xFF;
            self.out.push(u8::try_from(octet).unwrap_or(0));
            self.held &= 1u32.wrapping_shl(self.count).wrapping_sub(1);
        }
    }
}

/// Appends the octets of hexadecimal digits, which may be spread over tokens.
pub(crate) fn parse_hex(tokens: &[Token<'_>], out: &mut Vec<u8>) -> Result<(), Error> {
    let mut bits = Bits {
        out,
        held: 0,
        count: 0,
    };
    let mut last = None;
    for token in tokens {
        last = Some(token);
        for digit in token.octets {
            let value = char::from(*digit)
                .to_digit(16)
                .ok_or_else(|| token.error(ErrorKind::BadHex))?;
            bits.push(value, 4);
        }
    }
    match last {
        Some(token) if bits.count != 0 => Err(token.error(ErrorKind::BadHex)),
        _ => Ok(()),
    }
}

/// Appends the octets of base64 digits, which may be spread over tokens.
///
/// Padding is part of it: no RFC of a record type says otherwise (RFC 4648 §3.2).
pub(crate) fn parse_base64(tokens: &[Token<'_>], out: &mut Vec<u8>) -> Result<(), Error> {
    let mut bits = Bits {
        out,
        held: 0,
        count: 0,
    };
    let (mut digits, mut padding) = (0usize, 0usize);
    let mut last = None;
    for token in tokens {
        last = Some(token);
        for digit in token.octets {
            if *digit == b'=' {
                padding = padding.wrapping_add(1);
                continue;
            }
            let value = base64_value(*digit).filter(|_| padding == 0);
            bits.push(value.ok_or_else(|| token.error(ErrorKind::BadBase64))?, 6);
            digits = digits.wrapping_add(1);
        }
    }
    // One digit alone would need three of padding; what is beyond the last octet must be zero (RFC 4648 §3.5).
    let padded = padding <= 2 && digits.wrapping_add(padding).is_multiple_of(4);
    match last {
        Some(token) if bits.held != 0 || !padded => Err(token.error(ErrorKind::BadBase64)),
        _ => Ok(()),
    }
}

fn base64_value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit.wrapping_sub(b'A'),
        b'a'..=b'z' => digit.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => digit.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Appends the octets of base32 digits of the extended hex alphabet, without padding (RFC 5155 §3.3).
pub(crate) fn parse_base32hex(token: &Token<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut bits = Bits {
        out,
        held: 0,
        count: 0,
    };
    for digit in token.octets {
        let value = char::from(*digit)
            .to_digit(32)
            .ok_or_else(|| token.error(ErrorKind::BadBase32))?;
        bits.push(value, 5);
    }
    // 1, 3 and 6 digits left over hold no whole octet more than the group before.
    if bits.count >= 5 || bits.held != 0 {
        return Err(token.error(ErrorKind::BadBase32));
    }
    Ok(())
}

/// Writes upper-case hexadecimal digits.
pub(crate) fn write_hex(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    write_digits(octets, 4, b"0123456789ABCDEF", f)
}

/// Writes lower-case hexadecimal digits.
pub(crate) fn write_hex_lower(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    write_digits(octets, 4, b"0123456789abcdef", f)
}

/// Writes base64 with padding.
pub(crate) fn write_base64(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    write_digits(
        octets,
        6,
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        f,
    )?;
    f.write_str(match octets.len() % 3 {
        1 => "==",
        2 => "=",
        _ => "",
    })
}

/// Writes base32hex in upper case without padding.
pub(crate) fn write_base32hex(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    write_digits(octets, 5, b"0123456789ABCDEFGHIJKLMNOPQRSTUV", f)
}

/// Writes octets as digits of `bits` bits each, gathered into pieces so that the formatter is called seldom.
fn write_digits(octets: &[u8], bits: u32, alphabet: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    let mask = 1u32.wrapping_shl(bits).wrapping_sub(1);
    let digit = |value: u32| {
        alphabet
            .get((value & mask) as usize)
            .copied()
            .unwrap_or(b'?')
    };
    let mut piece = [0u8; 64];
    let mut used = 0usize;
    let (mut held, mut count) = (0u32, 0u32);
    for octet in octets {
        held = (held << 8) | u32::from(*octet);
        count = count.wrapping_add(8);
        while count >= bits {
            count = count.wrapping_sub(bits);
            put(&mut piece, &mut used, digit(held.wrapping_shr(count)), f)?;
        }
        held &= 0xFF;
    }
    if count > 0 {
        put(
            &mut piece,
            &mut used,
            digit(held.wrapping_shl(bits.wrapping_sub(count))),
            f,
        )?;
    }
    flush(&piece, used, f)
}

fn put(piece: &mut [u8; 64], used: &mut usize, digit: u8, f: &mut dyn fmt::Write) -> fmt::Result {
    if *used == piece.len() {
        flush(piece, *used, f)?;
        *used = 0;
    }
    if let Some(slot) = piece.get_mut(*used) {
        *slot = digit;
    }
    *used = used.wrapping_add(1);
    Ok(())
}

fn flush(piece: &[u8; 64], used: usize, f: &mut dyn fmt::Write) -> fmt::Result {
    f.write_str(
        core::str::from_utf8(piece.get(..used).unwrap_or_default()).map_err(|_| fmt::Error)?,
    )
}

/// Writes octets as text: those that are not plain as `\X` if they are graphic, else as `\DDD` (RFC 1035 §5.1).
pub(crate) fn write_escaping(
    octets: &[u8],
    is_plain: impl Fn(u8) -> bool,
    f: &mut dyn fmt::Write,
) -> fmt::Result {
    let mut rest = octets;
    while !rest.is_empty() {
        let plain = rest
            .iter()
            .position(|octet| !is_plain(*octet))
            .unwrap_or(rest.len());
        let (run, tail) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
        f.write_str(core::str::from_utf8(run).map_err(|_| fmt::Error)?)?;
        let Some((octet, tail)) = tail.split_first() else {
            break;
        };
        if octet.is_ascii_graphic() {
            write!(f, "\\{}", char::from(*octet))?;
        } else {
            write!(f, "\\{octet:03}")?;
        }
        rest = tail;
    }
    Ok(())
}
