//! Turning and mirroring the ASCII alphabet, without branches.
//!
//! Branch-free on purpose: the compiler makes 16 octets at a time of it, also on the oldest x86-64. What is to be compared
//! is moved to the low end of `i8`, where one signed comparison finds it: SSE2 has no unsigned one.

/// Turns each ASCII letter by `places` (0 to 25), capitals among capitals and small letters among small letters.
pub(crate) fn turn(chunk: &mut [u8], places: u8) {
    let stay_below = 26_u8.wrapping_sub(places).wrapping_add(0x80).cast_signed();
    let back = places.wrapping_sub(26);
    for octet in chunk {
        let place = (*octet | 0x20)
            .wrapping_sub(b'a')
            .wrapping_add(0x80)
            .cast_signed();
        let letter = if place < LETTERS_END { back } else { 0 };
        let unwrapped = if place < stay_below { 26 } else { 0 };
        *octet = octet.wrapping_add(letter).wrapping_add(unwrapped);
    }
}

/// Mirrors each ASCII letter: the first with the last, capitals among capitals and small letters among small letters.
pub(crate) fn mirror(chunk: &mut [u8]) {
    for octet in chunk {
        let small = *octet | 0x20;
        let place = small.wrapping_sub(b'a').wrapping_add(0x80).cast_signed();
        // From place p to 25 - p.
        let way = (b'a'.wrapping_add(b'z'))
            .wrapping_sub(small)
            .wrapping_sub(small);
        *octet = octet.wrapping_add(if place < LETTERS_END { way } else { 0 });
    }
}

/// Turns each visible ASCII character, `!` to `~`, by 47 of their 94 places.
pub(crate) fn turn_visible(chunk: &mut [u8]) {
    for octet in chunk {
        let place = octet.wrapping_sub(b'!').wrapping_add(0x80).cast_signed();
        let visible = if place < i8::MIN + 94 {
            0_u8.wrapping_sub(47)
        } else {
            0
        };
        let unwrapped = if place < i8::MIN + 47 { 94 } else { 0 };
        *octet = octet.wrapping_add(visible).wrapping_add(unwrapped);
    }
}

/// One past the place of `z`.
const LETTERS_END: i8 = i8::MIN + 26;
