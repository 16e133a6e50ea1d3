//! Turning and mirroring the ASCII alphabet, without branches.
//!
//! The form is what makes it fast: the compiler makes 16 octets at a time of it, also on the oldest x86-64, and
//! instructions decoded are the limit. A range of characters is moved to the high end of `i8`, where one signed
//! `>` finds it (SSE2 has no unsigned comparison, and a `<` costs a copy of its constant). Measure before changing it.

/// Turns each ASCII letter by `places` (0 to 25), capitals among capitals and small letters among small letters.
pub(crate) fn turn(chunk: &mut [u8], places: u8) {
    each(chunk, |octet| turned(octet, places));
}

/// The octet, turned by `places` (0 to 25) if it is an ASCII letter.
#[inline(always)]
pub(crate) fn turned(octet: u8, places: u8) -> u8 {
    // These letters go past the end of the alphabet.
    let past = i8::MAX.wrapping_sub_unsigned(places);
    let place = letter_place(octet);
    octet
        .wrapping_add((mask(place > BEFORE_LETTERS) & places).wrapping_sub(mask(place > past) & 26))
}

/// Mirrors each ASCII letter: the first with the last, capitals among capitals and small letters among small letters.
pub(crate) fn mirror(chunk: &mut [u8]) {
    each(chunk, |octet| {
        // The low five bits are 1 to 26 and become 27 less that: 31 less it is their complement.
        let letter = mask(letter_place(octet) > BEFORE_LETTERS);
        (octet ^ (letter & 0x1f)).wrapping_sub(letter & 4)
    });
}

/// Changes the case of each ASCII letter.
pub(crate) fn swap_case(chunk: &mut [u8]) {
    each(chunk, |octet| {
        octet ^ (mask(letter_place(octet) > BEFORE_LETTERS) & 0x20)
    });
}

/// Turns each visible ASCII character, `!` to `~`, by 47 of their 94 places.
pub(crate) fn turn_visible(chunk: &mut [u8]) {
    each(chunk, |octet| {
        let place = octet.wrapping_add(0x7f_u8.wrapping_sub(b'~')).cast_signed();
        let turned =
            (mask(place > i8::MAX - 94) & 47).wrapping_sub(mask(place > i8::MAX - 47) & 94);
        octet.wrapping_add(turned)
    });
}

/// Blocks of a fixed size are unrolled whole, which leaves next to nothing of the loop; small ones keep short lines fast.
fn each(chunk: &mut [u8], change: impl Fn(u8) -> u8) {
    let (large, rest) = chunk.as_chunks_mut::<256>();
    let (small, rest) = rest.as_chunks_mut::<32>();
    for block in large {
        for octet in block {
            *octet = change(*octet);
        }
    }
    for block in small {
        for octet in block {
            *octet = change(*octet);
        }
    }
    for octet in rest {
        *octet = change(*octet);
    }
}

/// Moves `a` and `A` to 102 and `z` and `Z` to 127; what is no letter is below.
fn letter_place(octet: u8) -> i8 {
    (octet | 0x20)
        .wrapping_add(0x7f_u8.wrapping_sub(b'z'))
        .cast_signed()
}

const BEFORE_LETTERS: i8 = i8::MAX - 26;

/// All bits or none.
fn mask(condition: bool) -> u8 {
    0_u8.wrapping_sub(u8::from(condition))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Every octet at every place of a block, and after it.
    fn check(change: impl Fn(&mut [u8]), expected: impl Fn(u8) -> u8) {
        for length in [0, 1, 15, 32, 33, 255, 256, 257, 1400] {
            let mut octets: Vec<u8> = (0..=255).cycle().take(length).collect();
            let right: Vec<u8> = octets.iter().map(|&octet| expected(octet)).collect();
            change(&mut octets);
            assert_eq!(octets, right);
        }
    }

    #[test]
    fn every_octet_goes_where_it_should() {
        for places in 0..26 {
            check(
                |chunk| turn(chunk, places),
                |octet| match octet {
                    b'a'..=b'z' => b'a' + (octet - b'a' + places) % 26,
                    b'A'..=b'Z' => b'A' + (octet - b'A' + places) % 26,
                    _ => octet,
                },
            );
        }
        check(mirror, |octet| match octet {
            b'a'..=b'z' => b'a' + (b'z' - octet),
            b'A'..=b'Z' => b'A' + (b'Z' - octet),
            _ => octet,
        });
        check(swap_case, |octet| match octet {
            b'a'..=b'z' => octet.to_ascii_uppercase(),
            _ => octet.to_ascii_lowercase(),
        });
        check(turn_visible, |octet| match octet {
            b'!'..=b'~' => b'!' + (octet - b'!' + 47) % 94,
            _ => octet,
        });
    }
}
