//! The grammar of a master file's entries (RFC 1035 §5.1): where one ends, and which tokens it has.
//!
//! An entry is a line, or several between parentheses or quotes.

use alloc::vec::Vec;

use nom::bytes::complete::{tag, take_till, take_while};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::lexer::{Token, quoted};
use super::zone_error::ZoneFileErrorKind;
use crate::error::ErrorKind;

/// Most octets of one entry: four times the longest RDATA with each octet escaped.
pub(crate) const ENTRY_OCTETS_MAX: usize = 1 << 20;

/// What was found at the front of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lexed {
    /// An entry, whose tokens were gathered.
    Entry {
        /// Octets up to and with its line end.
        end: usize,
        /// Where a quoted string that goes over a line end begins, if there is one.
        long_quote: Option<usize>,
    },
    /// The text ends before the entry does.
    Open {
        /// Where the parenthesis or quote that is not closed stands, if that is why.
        unclosed: Option<(usize, ZoneFileErrorKind)>,
    },
    /// A parenthesis is closed that was not opened, at this octet.
    Unopened(usize),
}

/// Octets that belong to no token and end none: blanks, line ends, and comments up to a line end.
///
/// Gives how many there are. Entries begin behind them, but for the blanks in the entry's own line.
pub(crate) fn blank_lines(text: &[u8]) -> usize {
    let mut at = 0usize;
    // Each turn takes one blank line; a line with something else ends it.
    while let Some(rest) = text.get(at..) {
        let Ok((after, _)) = blank_line(rest) else {
            break;
        };
        at = text.len().saturating_sub(after.len());
    }
    at
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

/// Gathers the tokens of the entry at the front of `text`. With `last`, the end of the text ends the entry.
pub(crate) fn lex<'t>(text: &'t [u8], last: bool, tokens: &mut Vec<Token<'t>>) -> Lexed {
    let mut at = 0usize;
    // Where the outermost open parentheses stand; how many there are.
    let (mut depth, mut opened) = (0u32, 0usize);
    let mut long_quote = None;
    while let Some(octet) = text.get(at).copied() {
        match octet {
            b' ' | b'\t' | b'\r' => at = at.wrapping_add(1),
            b'\n' => {
                at = at.wrapping_add(1);
                if depth == 0 {
                    return Lexed::Entry {
                        end: at,
                        long_quote,
                    };
                }
            }
            b';' => at = at.wrapping_add(up_to_line_end(text, at)),
            b'(' => {
                if depth == 0 {
                    opened = at;
                }
                depth = depth.saturating_add(1);
                at = at.wrapping_add(1);
            }
            b')' => match depth.checked_sub(1) {
                Some(less) => {
                    depth = less;
                    at = at.wrapping_add(1);
                }
                None => return Lexed::Unopened(at),
            },
            b'"' => {
                let start = at.wrapping_add(1);
                let Some(len) = quoted(text.get(start..).unwrap_or_default()) else {
                    return open_quote(at, depth, opened, long_quote);
                };
                let octets = text.get(start..start.wrapping_add(len)).unwrap_or_default();
                if long_quote.is_none() && octets.contains(&b'\n') {
                    long_quote = Some(at);
                }
                tokens.push(Token {
                    octets,
                    offset: start,
                    quoted: true,
                });
                at = start.wrapping_add(len).wrapping_add(1);
            }
            _ => {
                let Some(len) = word(text.get(at..).unwrap_or_default()) else {
                    return open_quote(at, depth, opened, long_quote);
                };
                let octets = text.get(at..at.wrapping_add(len)).unwrap_or_default();
                tokens.push(Token {
                    octets,
                    offset: at,
                    quoted: false,
                });
                at = at.wrapping_add(len);
            }
        }
    }
    if depth == 0 && last {
        return Lexed::Entry {
            end: at,
            long_quote,
        };
    }
    Lexed::Open {
        unclosed: (depth > 0).then_some((
            opened,
            ZoneFileErrorKind::Text(ErrorKind::UnclosedParenthesis),
        )),
    }
}

/// The answer for a quote without an end: the outermost thing that is open is what the user must look at.
#[cold]
fn open_quote(at: usize, depth: u32, opened: usize, long_quote: Option<usize>) -> Lexed {
    let quote = long_quote.unwrap_or(at);
    let unclosed = if depth > 0 && opened < quote && long_quote.is_some() {
        (
            opened,
            ZoneFileErrorKind::Text(ErrorKind::UnclosedParenthesis),
        )
    } else {
        (quote, ZoneFileErrorKind::Text(ErrorKind::UnclosedQuote))
    };
    Lexed::Open {
        unclosed: Some(unclosed),
    }
}

/// Octets up to the line end, not with it.
#[inline]
fn up_to_line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    comment(rest).map_or(rest.len(), |(after, _)| {
        rest.len().saturating_sub(after.len())
    })
}

/// Octets of the bare word at the front; `None` when a quote inside it is not closed.
///
/// `key="value"` (RFC 9460 §2.1) is one word; other quotes begin a token of their own.
#[inline]
fn word(text: &[u8]) -> Option<usize> {
    let mut at = 0usize;
    loop {
        let plain = text
            .get(at..)
            .unwrap_or_default()
            .iter()
            .position(|octet| ENDS.get(usize::from(*octet)) == Some(&true));
        let Some(plain) = plain else {
            return Some(text.len());
        };
        at = at.wrapping_add(plain);
        match text.get(at..) {
            // A backslash takes the next octet with it, unless that ends the line.
            Some([b'\\', b'\n', ..] | [b'\\']) => return Some(at.wrapping_add(1)),
            Some([b'\\', _, ..]) => at = at.wrapping_add(2),
            Some([b'"', value @ ..])
                if at.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'=') =>
            {
                at = at.wrapping_add(2).wrapping_add(quoted(value)?);
            }
            _ => return Some(at),
        }
    }
}

/// Octets at which a word ends, or may.
static ENDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b" \t\r\n();\"\\";
    while let [first, tail @ ..] = rest {
        #[expect(
            clippy::indexing_slicing,
            reason = "an octet is below 256, and the compiler does it"
        )]
        {
            table[*first as usize] = true;
        }
        rest = tail;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{Lexed, blank_lines, lex};
    use crate::ErrorKind;
    use crate::text::zone_error::ZoneFileErrorKind;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn words(text: &str) -> (Lexed, Vec<String>) {
        let mut tokens = Vec::new();
        let lexed = lex(text.as_bytes(), false, &mut tokens);
        (
            lexed,
            tokens.iter().map(|token| token.text().into()).collect(),
        )
    }

    #[test]
    fn finds_the_end_of_an_entry() {
        for (text, end, tokens) in [
            ("a b\nc", 4, &["a", "b"][..]),
            ("a (b ; c)\n d)\r\ne", 15, &["a", "b", "d"]),
            ("a \"b;( \\\" c\" d\n", 15, &["a", "b;( \\\" c", "d"]),
            ("a b\\ c\\;d\\(\n", 12, &["a", "b\\ c\\;d\\("]),
            ("k=\"v w\" x\"y\"z\n", 14, &["k=\"v w\"", "x", "y", "z"]),
            ("a(b)c\n", 6, &["a", "b", "c"]),
            ("a ((b\n)\n)\n", 10, &["a", "b"]),
            ("a\\\nb", 3, &["a\\"]),
        ] {
            let expected = Lexed::Entry {
                end,
                long_quote: None,
            };
            let (lexed, found) = words(text);
            assert_eq!(
                (lexed, found.as_slice()),
                (
                    expected,
                    tokens
                        .iter()
                        .map(|token| String::from(*token))
                        .collect::<Vec<_>>()
                        .as_slice()
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn says_what_is_open() {
        let unclosed = |text| match words(text).0 {
            Lexed::Open { unclosed } => unclosed,
            other => panic!("{text}: {other:?}"),
        };
        let quote = ZoneFileErrorKind::Text(ErrorKind::UnclosedQuote);
        assert_eq!(unclosed("a b"), None);
        assert_eq!(
            unclosed("a (b\n"),
            Some((2, ZoneFileErrorKind::Text(ErrorKind::UnclosedParenthesis)))
        );
        assert_eq!(unclosed("a \"b\nc\n"), Some((2, quote)));
        assert_eq!(unclosed("a (k=\"b\nc\n"), Some((3, quote)));
        assert_eq!(words("a ) b\n").0, Lexed::Unopened(2));
    }

    #[test]
    fn a_string_over_a_line_end_is_legal_and_noted() {
        // RFC 1035 §5.1: any character can occur in quotes.
        let (lexed, tokens) = words("a \"b\nc\"\n");
        let expected = Lexed::Entry {
            end: 8,
            long_quote: Some(2),
        };
        assert_eq!(lexed, expected);
        assert_eq!(tokens, ["a", "b\nc"]);
    }

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
