//! Whether options have the form of their codes.

use super::{OptionCode, take_raw};
use crate::Name;
use crate::error::{ErrorKind, rule};
use crate::reader::{Reader, Refused};

/// Checks all options up to the reader's end.
pub(crate) fn check(reader: &mut Reader<'_, '_>) -> Result<(), Refused> {
    reader.skip(sound_octets(reader.peek_rest()));
    if reader.left() == 0 {
        return Ok(());
    }
    // What follows is cut short, or not of its code's form.
    let code = OptionCode(reader.u16()?);
    let data = reader.counted16()?;
    let start = reader.pos().wrapping_sub(data.len());
    Err(reader.refuse_at(start, rule_of(code)))
}

/// How many octets at the front are whole options of their codes' forms.
pub(crate) fn sound_octets(octets: &[u8]) -> usize {
    let mut rest = octets;
    while let Some((&[a, b, c, d], tail)) = rest.split_first_chunk::<4>() {
        let len = usize::from(u16::from_be_bytes([c, d]));
        match tail.split_at_checked(len) {
            Some((data, tail)) if is_well_formed(OptionCode(u16::from_be_bytes([a, b])), data) => {
                rest = tail;
            }
            _ => break,
        }
    }
    octets.len().wrapping_sub(rest.len())
}

/// True when no option is cut short, whatever is in them.
pub(crate) fn are_whole(mut octets: &[u8]) -> bool {
    while take_raw(&mut octets).is_some() {}
    octets.is_empty()
}

/// True when the data has the form of its code.
#[inline]
pub(super) fn is_well_formed(code: OptionCode, data: &[u8]) -> bool {
    let len = data.len();
    match code {
        OptionCode::COOKIE => len == 8 || (16..=40).contains(&len),
        OptionCode::LLQ => len == 18,
        OptionCode::UPDATE_LEASE => len == 4 || len == 8,
        OptionCode::CLIENT_SUBNET => is_subnet(data),
        OptionCode::EXPIRE => len == 0 || len == 4,
        OptionCode::TCP_KEEPALIVE => len == 0 || len == 2,
        OptionCode::KEY_TAG => len >= 2 && len.is_multiple_of(2),
        OptionCode::EXTENDED_ERROR => data
            .get(2..)
            .is_some_and(|text| core::str::from_utf8(text).is_ok()),
        OptionCode::CLIENT_TAG | OptionCode::SERVER_TAG => len == 2,
        OptionCode::CHAIN | OptionCode::REPORT_CHANNEL => Name::decode(data).is_ok(),
        OptionCode::ZONEVERSION => len == 0 || len >= 2 && (data.get(1) != Some(&0) || len == 6),
        _ => true,
    }
}

/// The rule that data not of its code's form breaks.
#[cold]
fn rule_of(code: OptionCode) -> ErrorKind {
    match code {
        OptionCode::COOKIE => rule!(
            "a cookie not of 8 or of 16 to 40 octets",
            "RFC 7873 section 4"
        ),
        OptionCode::LLQ => rule!("an LLQ option not of 18 octets", "RFC 8764 section 3.2"),
        OptionCode::UPDATE_LEASE => {
            rule!("an update lease not of 4 or 8 octets", "RFC 9664 section 4")
        }
        OptionCode::CLIENT_SUBNET => rule!("a malformed client subnet", "RFC 7871 section 6"),
        OptionCode::EXPIRE => rule!("an expire not of 0 or 4 octets", "RFC 7314 section 2"),
        OptionCode::TCP_KEEPALIVE => {
            rule!("a keepalive not of 0 or 2 octets", "RFC 7828 section 3.1")
        }
        OptionCode::CHAIN => rule!("a chain that is no name", "RFC 7901 section 4"),
        OptionCode::KEY_TAG => rule!("key tags not of two octets each", "RFC 8145 section 4.1"),
        OptionCode::EXTENDED_ERROR => rule!(
            "an extended error without code or not in UTF-8",
            "RFC 8914 section 2"
        ),
        OptionCode::REPORT_CHANNEL => {
            rule!("a report channel that is no name", "RFC 9567 section 5")
        }
        OptionCode::ZONEVERSION => rule!("a malformed zone version", "RFC 9660 section 2"),
        // Of the other codes only the two tags can be malformed.
        _ => rule!("a tag not of 2 octets", "RFC 6891 section 6.1.2"),
    }
}

/// RFC 7871 §6: as many octets as the prefix needs, and no bit behind it.
fn is_subnet(data: &[u8]) -> bool {
    let Some((&[high, low, source, scope], address)) = data.split_first_chunk::<4>() else {
        return false;
    };
    let prefix_max = match u16::from_be_bytes([high, low]) {
        1 => 32,
        2 => 128,
        // Family 0 stands for "no address" in what some resolvers send.
        0 => 0,
        _ => 255,
    };
    let spare = u32::from(source & 7);
    let last_is_masked = spare == 0
        || address
            .last()
            .is_some_and(|last| last.wrapping_shl(spare) == 0);
    source <= prefix_max
        && scope <= prefix_max
        && address.len() == usize::from(source).div_ceil(8)
        && last_is_masked
}
