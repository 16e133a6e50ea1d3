//! Names in presentation form, with `\DDD` and `\X` escapes (RFC 1035 §5.1).

use alloc::vec::Vec;
use core::fmt;

use super::Name;
use crate::error::{Error, ErrorKind};
use crate::limits::{LABEL_OCTETS_MAX, NAME_OCTETS_MAX};
use crate::text::encoding::write_escaping;
use crate::text::lexer::unescape;

/// Appends the octets of the name that `text` writes, completed with `origin` unless it ends with a dot.
///
/// Offsets in errors count from the start of `text`.
pub(crate) fn parse_name(text: &[u8], origin: Name<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    let start = out.len();
    match text {
        b"" => return Err(Error::new(0, ErrorKind::MissingField)),
        b"@" => {
            origin.encode_into(out);
            return Ok(());
        }
        b"." => {
            out.push(0);
            return Ok(());
        }
        _ => {}
    }
    let mut at = 0usize;
    let mut absolute = false;
    // Where the length octet of the present label stands.
    let mut length_at = out.len();
    out.push(0);
    while let Some(octet) = text.get(at).copied() {
        absolute = false;
        let label_octets = out.len().wrapping_sub(length_at).wrapping_sub(1);
        if octet == b'.' {
            if label_octets == 0 {
                return Err(Error::new(at, ErrorKind::EmptyLabel));
            }
            set_length(out, length_at, label_octets);
            length_at = out.len();
            out.push(0);
            absolute = true;
            at = at.wrapping_add(1);
            continue;
        }
        if label_octets >= LABEL_OCTETS_MAX {
            return Err(Error::new(at, ErrorKind::LabelTooLong));
        }
        if out.len().wrapping_sub(start) >= NAME_OCTETS_MAX {
            return Err(Error::new(at, ErrorKind::NameTooLong));
        }
        if octet == b'\\' {
            let (plain, used) = unescape(text, at)?;
            out.push(plain);
            at = at.wrapping_add(used);
        } else {
            out.push(octet);
            at = at.wrapping_add(1);
        }
    }
    if !absolute {
        let label_octets = out.len().wrapping_sub(length_at).wrapping_sub(1);
        set_length(out, length_at, label_octets);
        origin.encode_into(out);
    }
    if out.len().wrapping_sub(start) > NAME_OCTETS_MAX {
        return Err(Error::new(text.len(), ErrorKind::NameTooLong));
    }
    Ok(())
}

fn set_length(out: &mut [u8], at: usize, len: usize) {
    if let Some(octet) = out.get_mut(at) {
        *octet = u8::try_from(len).unwrap_or(0);
    }
}

/// Writes a name with its final dot.
pub(super) fn write_name(name: Name<'_>, f: &mut dyn fmt::Write) -> fmt::Result {
    let mut root = true;
    for label in name.labels() {
        root = false;
        write_label(label.octets(), f)?;
        f.write_char('.')?;
    }
    if root { f.write_char('.') } else { Ok(()) }
}

/// Writes one label, escaping what a reader of master files would take otherwise.
pub(super) fn write_label(octets: &[u8], f: &mut dyn fmt::Write) -> fmt::Result {
    write_escaping(octets, is_plain, f)
}

/// True for octets that mean themselves wherever they stand in a name.
const fn is_plain(octet: u8) -> bool {
    octet.is_ascii_graphic()
        && !matches!(
            octet,
            b'.' | b'\\' | b'"' | b';' | b'(' | b')' | b'@' | b'$'
        )
}
