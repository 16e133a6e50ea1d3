//! Octets written as hexadecimal digits: plain, in groups, or as `xxd`, `hexdump -C` and Wireshark print them.

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
    let mut has_offsets = false;
    for (index, line) in text.lines().enumerate() {
        let decoded = decode_line(digits_of(line, &mut has_offsets))
            .map_err(|reason| format!("line {}: {reason}", index.saturating_add(1)))?;
        octets.extend(decoded);
    }
    Ok(octets)
}

/// Whether text is digits and blanks, or looks like a dump with offsets.
pub(super) fn is_hex(text: &str) -> bool {
    !text.trim().is_empty() && decode_dump(text).is_ok()
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

/// The part of a dump's line that holds the digits; `has_offsets` is whether a line before began with an offset.
fn digits_of<'l>(line: &'l str, has_offsets: &mut bool) -> &'l str {
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
        *has_offsets = true;
        let rest = rest.trim_start();
        let rest = rest.split_once('|').map_or(rest, |(digits, _)| digits);
        return rest.split_once("   ").map_or(rest, |(digits, _)| digits);
    }
    // od -t x1: "000010 6c 6f 6c 0a", with offsets in base 16, 10 or 8. Its last line, as that of hexdump -C, is an offset alone.
    if let Some(offset) = line.split_ascii_whitespace().next()
        && offset.len() >= 6
        && is_offset(offset)
        && let Some(rest) = line.strip_prefix(offset)
    {
        let rest = rest.split_once("  >").map_or(rest, |(digits, _)| digits);
        let mut octets = rest.split_ascii_whitespace().peekable();
        if octets.peek().is_none() && *has_offsets {
            return "";
        }
        if octets.peek().is_some() && octets.all(|octet| octet.len() == 2) {
            *has_offsets = true;
            return rest;
        }
    }
    line
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
        let od = "000000 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a\n\
                  000010 48 6f 73 74 3a 20 61 0d 0a 0d 0a\n\
                  00001b\n";
        let od_octal = "0000000  47  45  54  20  2f  20  48  54  54  50  2f  31  2e  31  0d  0a\n\
                        0000020  48  6f  73  74  3a  20  61  0d  0a  0d  0a\n\
                        0000033\n";
        let od_text = "0000000 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  >GET / HTTP/1.1..<\n\
                       0000016 48 6f 73 74 3a 20 61 0d 0a 0d 0a                 >Host: a....<\n\
                       0000027\n";
        for dump in [xxd, hexdump, wireshark, od, od_octal, od_text] {
            assert_eq!(decode_dump(dump), Ok(octets.clone()), "{dump}");
            assert!(is_hex(dump));
            assert!(!is_one_message_a_line(dump));
        }
    }

    #[test]
    fn digits_alone_are_no_offset() {
        assert_eq!(decode_dump("00001234"), Ok(vec![0, 0, 0x12, 0x34]));
        assert_eq!(decode_dump("000012 3456 78"), decode_line("000012345678"));
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
