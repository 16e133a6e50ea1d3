//! The fields that decide what a message is, found while its lines are indexed.

use core::num::NonZeroUsize;

/// The value of the first line of a name, and where a second one starts, which is never at the start of a head. Small and empty
/// when it is zero: a head begins with six of them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Found<'b> {
    pub(crate) value: Option<&'b [u8]>,
    pub(crate) again: Option<NonZeroUsize>,
}

/// The deciding fields.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Known<'b> {
    pub(crate) host: Found<'b>,
    pub(crate) content_length: Found<'b>,
    pub(crate) transfer_encoding: Found<'b>,
    pub(crate) connection: Found<'b>,
    pub(crate) expect: Found<'b>,
    pub(crate) upgrade: Found<'b>,
}

impl<'b> Known<'b> {
    /// Looks at the line that starts with `name` at `start` and has `value`. Six names in question and six lengths: most lines
    /// cost one test.
    #[inline(always)]
    pub(crate) fn note(&mut self, start: usize, name: &[u8], value: &'b [u8]) {
        let (found, is_it) = match name.len() {
            4 => (&mut self.host, is(name, *b"host")),
            6 => (&mut self.expect, is(name, *b"expect")),
            7 => (&mut self.upgrade, is(name, *b"upgrade")),
            10 => (&mut self.connection, is(name, *b"connection")),
            14 => (&mut self.content_length, is(name, *b"content-length")),
            17 => (&mut self.transfer_encoding, is(name, *b"transfer-encoding")),
            _ => return,
        };
        if !is_it {
            return;
        }
        if found.value.is_none() {
            found.value = Some(value);
        } else if found.again.is_none() {
            found.again = NonZeroUsize::new(start);
        }
    }
}

/// Whether `octets`, a name or a value, is `lower` in any case of its letters. The first octet settles most.
#[inline]
pub(crate) fn is<const N: usize>(octets: &[u8], lower: [u8; N]) -> bool {
    let Ok(octets) = <&[u8; N]>::try_from(octets) else {
        return false;
    };
    let (Some(first), Some(lower_first)) = (octets.first(), lower.first()) else {
        return false;
    };
    first | 0x20 == *lower_first
        // Neither a name nor a value has an octet below 0x20 but HTAB, so setting one bit maps to a letter its two cases
        // only, and to a hyphen itself.
        && octets.iter().zip(lower).fold(0, |differences, (octet, lower)| differences | ((octet | 0x20) ^ lower)) == 0
}
