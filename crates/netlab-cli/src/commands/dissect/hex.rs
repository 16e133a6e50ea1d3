//! Octets written as hexadecimal digits: plain, in groups, or as `xxd`, `hexdump -C` and Wireshark print them.

use std::fmt::Write as _;

/// The octets of one line of digits; blanks between them do not matter. The error says where it stops making sense.
pub(crate) fn decode_line(line: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(line.len() / 2);
    let mut high = None;
    for (index, character) in line.char_indices() {
        if character.is_ascii_whitespace() {
            continue;
        }
        let digit = character
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
            .ok_or_else(|| {
                format!(
                    "'{}' at column {} is not a hexadecimal digit",
                    character.escape_debug(),
                    index.saturating_add(1)
                )
            })?;
        match high.take() {
            None => high = Some(digit << 4),
            Some(high) => octets.push(high | digit),
        }
    }
    if high.is_some() {
        return Err("an odd number of hexadecimal digits".to_owned());
    }
    Ok(octets)
}

/// The octets of a dump of several lines. Offsets before and characters behind the digits are passed over.
pub(super) fn decode_dump(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let decoded = decode_line(digits_of(line))
            .map_err(|reason| format!("line {}: {reason}", index.saturating_add(1)))?;
        octets.extend(decoded);
    }
    Ok(octets)
}

/// Whether text is digits and blanks, or looks like a dump with offsets.
pub(super) fn is_hex(text: &str) -> bool {
    !text.trim().is_empty()
        && text
            .lines()
            .all(|line| decode_line(digits_of(line)).is_ok())
}

/// Whether every line that is not empty stands for a message of its own: several lines, without offsets or groups, and not one
/// message wrapped as `xxd -p` and others do, with the same number of digits in all lines but the last.
pub(super) fn is_one_message_a_line(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let Some((last, front)) = lines.split_last() else {
        return false;
    };
    let width = front.first().map_or(0, |line| line.len());
    let wrapped = (32..=128).contains(&width)
        && last.len() <= width
        && front.iter().all(|line| line.len() == width);
    !front.is_empty()
        && !wrapped
        && lines
            .iter()
            .all(|line| line.len() % 2 == 0 && line.bytes().all(|octet| octet.is_ascii_hexdigit()))
}

/// The part of a dump's line that holds the digits.
fn digits_of(line: &str) -> &str {
    let line = line.trim_end();
    let is_offset =
        |word: &str| word.len() >= 4 && word.bytes().all(|octet| octet.is_ascii_hexdigit());
    // xxd: "00000010: 6c6f 6c0a  lol."
    if let Some((offset, rest)) = line.split_once(": ")
        && is_offset(offset.trim_start())
    {
        let rest = rest.trim_start();
        return rest.split_once("  ").map_or(rest, |(digits, _)| digits);
    }
    // hexdump -C: "00000010  6c 6f 6c 0a  |lol.|"; Wireshark: "0010   6c 6f 6c 0a   lol."
    if let Some((offset, rest)) = line.trim_start().split_once("  ")
        && is_offset(offset)
    {
        let rest = rest.trim_start();
        let rest = rest.split_once('|').map_or(rest, |(digits, _)| digits);
        return rest.split_once("   ").map_or(rest, |(digits, _)| digits);
    }
    // hexdump -C ends with the offset alone.
    if line.len() == 8 && line.starts_with("0000") && is_offset(line) {
        return "";
    }
    line
}

/// The digits of octets.
pub(crate) fn digits(octets: &[u8]) -> String {
    let mut digits = String::with_capacity(octets.len().saturating_mul(2));
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{octet:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::{decode_dump, decode_line, is_hex, is_one_message_a_line};

    #[test]
    fn digits_in_any_grouping() {
        assert_eq!(
            decode_line("48 54tP".trim_end_matches("tP")),
            Ok(b"HT".to_vec())
        );
        assert_eq!(decode_line("4854 54\t50"), Ok(b"HTTP".to_vec()));
        assert_eq!(decode_line(""), Ok(vec![]));
    }

    #[test]
    fn says_where_digits_end() {
        assert_eq!(
            decode_line("48 5x"),
            Err("'x' at column 5 is not a hexadecimal digit".to_owned())
        );
        assert_eq!(
            decode_line("485"),
            Err("an odd number of hexadecimal digits".to_owned())
        );
    }

    #[test]
    fn dumps_as_people_paste_them() {
        let octets = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec();
        let xxd = "00000000: 4745 5420 2f20 4854 5450 2f31 2e31 0d0a  GET / HTTP/1.1..\n\
                   00000010: 486f 7374 3a20 610d 0a0d 0a              Host: a....\n";
        let hexdump = "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n\
                       00000010  48 6f 73 74 3a 20 61 0d  0a 0d 0a                 |Host: a....|\n\
                       0000001b\n";
        let wireshark = "0000   47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a   GET / HTTP/1.1..\n\
                         0010   48 6f 73 74 3a 20 61 0d 0a 0d 0a                  Host: a....\n";
        for dump in [xxd, hexdump, wireshark] {
            assert_eq!(decode_dump(dump), Ok(octets.clone()), "{dump}");
            assert!(is_hex(dump));
            assert!(!is_one_message_a_line(dump));
        }
    }

    #[test]
    fn several_unwrapped_lines_are_several_messages() {
        assert!(is_one_message_a_line("0011\n22\n"));
        assert!(!is_one_message_a_line("0011"));
        for width in [60, 64] {
            let wrapped = format!("{}\n{}\n00\n", "0".repeat(width), "1".repeat(width));
            assert!(!is_one_message_a_line(&wrapped));
        }
    }
}
