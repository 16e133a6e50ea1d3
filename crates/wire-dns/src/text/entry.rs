//! What lies between the entries of a master file (RFC 1035 §5.1), and how long one may be.

use nom::bytes::complete::{tag, take_till, take_while};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Most octets of one entry: four times the longest RDATA with each octet escaped.
pub(crate) const ENTRY_OCTETS_MAX: usize = 1 << 20;

/// Octets that belong to no token and end none: blanks, line ends, and comments up to a line end.
///
/// Gives how many there are. Entries begin behind them, but for the blanks in the entry's own line.
pub(crate) fn blank_lines(text: &[u8]) -> usize {
    let mut at = 0usize;
    // Each turn takes one blank line; a line with something else ends it, or one that a reader of pieces would not keep.
    while let Some(rest) = text.get(at..) {
        let rest = rest.get(..ENTRY_OCTETS_MAX).unwrap_or(rest);
        let Ok((after, _)) = blank_line(rest) else {
            break;
        };
        at = at.saturating_add(rest.len().saturating_sub(after.len()));
    }
    at
}

/// Whether a line begins with a comment, which needs no end to be passed over.
pub(crate) fn is_comment(text: &[u8]) -> bool {
    blanks(text).is_ok_and(|(rest, _)| rest.first() == Some(&b';'))
}

fn blank_line(text: &[u8]) -> IResult<&[u8], &[u8]> {
    let (rest, _) = blanks(text)?;
    let (rest, _) = match rest.first() {
        Some(b';') => comment(rest)?,
        _ => (rest, rest),
    };
    tag(&b"\n"[..]).parse(rest)
}

fn blanks(text: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(is_blank).parse(text)
}

fn comment(text: &[u8]) -> IResult<&[u8], &[u8]> {
    preceded(tag(&b";"[..]), take_till(|octet| octet == b'\n')).parse(text)
}

const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::blank_lines;

    #[test]
    fn skips_blank_lines_and_comments() {
        for (text, len) in [
            ("", 0),
            ("\n\n", 2),
            (" ; x\n\t\r\na", 8),
            (" a", 0),
            ("; no end", 0),
            ("\n  ", 1),
        ] {
            assert_eq!(blank_lines(text.as_bytes()), len, "{text:?}");
        }
    }
}
