//! Text as runs of ASCII, for which there is a fast way, and of everything else.

use alloc::vec::Vec;

use crate::blocks;
use crate::lowering::push_char;

/// Appends `text` with its ASCII mapped by `map_ascii`, whole runs at a time, and every other character by `map_other`.
pub(crate) fn append_mapped(
    mut text: &str,
    out: &mut Vec<u8>,
    map_ascii: fn(&mut [u8]),
    mut map_other: impl FnMut(char, &mut Vec<u8>),
) {
    out.reserve(text.len());
    loop {
        let (ascii, rest) = split_ascii(text);
        if !ascii.is_empty() {
            blocks::append(ascii.as_bytes(), out, map_ascii);
        }
        if rest.is_empty() {
            return;
        }
        let (other, rest) = split_other(rest);
        for character in other.chars() {
            map_other(character, out);
        }
        text = rest;
    }
}

/// Splits after the ASCII at the start of `text`.
pub(crate) fn split_ascii(text: &str) -> (&str, &str) {
    text.split_at_checked(ascii_octets(text.as_bytes()))
        .unwrap_or((text, ""))
}

/// Splits before the first ASCII character of `text`.
pub(crate) fn split_other(text: &str) -> (&str, &str) {
    let other = text.bytes().take_while(|octet| !octet.is_ascii()).count();
    text.split_at_checked(other).unwrap_or((text, ""))
}

/// How many octets at the start are ASCII.
pub(crate) fn ascii_octets(octets: &[u8]) -> usize {
    let (blocks, _) = octets.as_chunks::<16>();
    let whole = blocks.iter().take_while(|block| block.is_ascii()).count();
    let checked = whole.saturating_mul(16);
    let more = octets
        .get(checked..)
        .unwrap_or_default()
        .iter()
        .take_while(|octet| octet.is_ascii())
        .count();
    checked.saturating_add(more)
}

/// Appends what the standard library maps a character to.
pub(crate) fn push_all(characters: impl Iterator<Item = char>, out: &mut Vec<u8>) {
    characters.for_each(|character| push_char(character, out));
}
