//! Tokens of the presentation form: bare words, quoted strings, escapes (RFC 1035 §5.1).
//!
//! A record's text is a row of tokens; where they come from, one line or a zone file with its parentheses, is the
//! caller's business.

use alloc::vec::Vec;

use crate::error::{Error, ErrorKind};
use crate::name::{Name, parse_name};

/// A piece of text between blanks, or between quotes; escapes are still in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Token<'t> {
    /// The octets, without the quotes.
    pub(crate) octets: &'t [u8],
    /// Where they begin in the text that offsets of errors refer to.
    pub(crate) offset: usize,
    /// True when the token stood in quotes.
    pub(crate) quoted: bool,
}

impl<'t> Token<'t> {
    /// An error of `kind` at this token.
    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(self.offset, kind)
    }

    /// The token, unless it stood in quotes.
    pub(crate) fn bare(self) -> Result<Self, Error> {
        if self.quoted {
            Err(self.error(ErrorKind::UnexpectedQuote))
        } else {
            Ok(self)
        }
    }

    /// The token as text, for mnemonics and numbers.
    pub(crate) fn text(&self) -> &'t str {
        core::str::from_utf8(self.octets).unwrap_or_default()
    }

    /// Appends the octets with escapes taken away.
    pub(crate) fn unescape_into(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        unescape_all(self.octets, out).map_err(|error| error.shifted(self.offset))
    }
}

/// Appends `text` with escapes taken away.
pub(crate) fn unescape_all(text: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    if !text.contains(&b'\\') {
        out.extend_from_slice(text);
        return Ok(());
    }
    let mut at = 0usize;
    while let Some(octet) = text.get(at).copied() {
        if octet == b'\\' {
            let (plain, used) = unescape(text, at)?;
            out.push(plain);
            at = at.wrapping_add(used);
        } else {
            out.push(octet);
            at = at.wrapping_add(1);
        }
    }
    Ok(())
}

/// The octet that the escape at `at` stands for, and how many octets of text it takes.
pub(crate) fn unescape(text: &[u8], at: usize) -> Result<(u8, usize), Error> {
    let bad = || Error::new(at, ErrorKind::BadEscape);
    let rest = text.get(at.wrapping_add(1)..).unwrap_or_default();
    match rest {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            let digits = [a, b, c].map(|digit| u16::from(digit.wrapping_sub(b'0')));
            let value = digits
                .iter()
                .fold(0u16, |sum, digit| sum.wrapping_mul(10).wrapping_add(*digit));
            Ok((u8::try_from(value).map_err(|_| bad())?, 4))
        }
        [b'0'..=b'9', ..] | [] => Err(bad()),
        [octet, ..] => Ok((*octet, 2)),
    }
}

/// What was found at the front of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lexed {
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
        unclosed: Option<(usize, ErrorKind)>,
    },
    /// A parenthesis is closed that was not opened, at this octet.
    Unopened(usize),
}

/// Cuts one record's text into tokens, as an entry of a zone file, but that line ends are blanks everywhere.
pub(crate) fn tokens(text: &[u8]) -> Result<Vec<Token<'_>>, Error> {
    let mut tokens = Vec::new();
    match gather(text, true, false, &mut tokens) {
        Lexed::Entry { .. } | Lexed::Open { unclosed: None } => Ok(tokens),
        Lexed::Open {
            unclosed: Some((at, kind)),
        } => Err(Error::new(at, kind)),
        Lexed::Unopened(at) => Err(Error::new(at, ErrorKind::UnopenedParenthesis)),
    }
}

/// Gathers the tokens of the entry at the front of `text`: a line, or several between parentheses or quotes; `;` begins a
/// comment up to the end of its line. With `last`, the end of the text ends the entry.
#[cfg(feature = "zone-file")]
pub(super) fn lex<'t>(text: &'t [u8], last: bool, tokens: &mut Vec<Token<'t>>) -> Lexed {
    gather(text, last, true, tokens)
}

fn gather<'t>(text: &'t [u8], last: bool, is_line: bool, tokens: &mut Vec<Token<'t>>) -> Lexed {
    let mut at = 0usize;
    // Where the outermost open parentheses stand; how many there are.
    let (mut depth, mut opened) = (0u32, 0usize);
    let mut long_quote = None;
    while let Some(octet) = text.get(at).copied() {
        match octet {
            b' ' | b'\t' | b'\r' => at = at.wrapping_add(1),
            b'\n' => {
                at = at.wrapping_add(1);
                if depth == 0 && is_line {
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
        unclosed: (depth > 0).then_some((opened, ErrorKind::UnclosedParenthesis)),
    }
}

/// The answer for a quote without an end: the outermost thing that is open is what the user must look at.
#[cold]
fn open_quote(at: usize, depth: u32, opened: usize, long_quote: Option<usize>) -> Lexed {
    let quote = long_quote.unwrap_or(at);
    let unclosed = if depth > 0 && opened < quote && long_quote.is_some() {
        (opened, ErrorKind::UnclosedParenthesis)
    } else {
        (quote, ErrorKind::UnclosedQuote)
    };
    Lexed::Open {
        unclosed: Some(unclosed),
    }
}

/// Octets up to the line end, not with it.
#[inline]
fn up_to_line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.iter().position(|octet| *octet == b'\n');
    end.unwrap_or(rest.len())
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

/// Octets up to the closing quote.
#[inline]
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 0usize;
    loop {
        match text.get(at)? {
            b'"' => return Some(at),
            b'\\' => at = at.wrapping_add(2),
            _ => at = at.wrapping_add(1),
        }
    }
}

/// A walk over the tokens of one RDATA.
#[derive(Debug)]
pub(crate) struct Tokens<'t, 'o> {
    rest: &'t [Token<'t>],
    /// Where the text ends, for errors about what is missing.
    end: usize,
    /// What relative names are below.
    origin: Name<'o>,
}

impl<'t, 'o> Tokens<'t, 'o> {
    /// A walk over `tokens`; text ends at `end`, relative names are below `origin`.
    pub(crate) fn new(tokens: &'t [Token<'t>], end: usize, origin: Name<'o>) -> Self {
        Self {
            rest: tokens,
            end,
            origin,
        }
    }

    /// The next token, not consumed.
    pub(crate) fn peek(&self) -> Option<Token<'t>> {
        self.rest.first().copied()
    }

    /// The next token, which must be a bare word: only strings may stand in quotes (RFC 1035 §5.1).
    pub(crate) fn next(&mut self) -> Result<Token<'t>, Error> {
        self.string().and_then(Token::bare)
    }

    /// The next token, a bare word or a quoted string.
    pub(crate) fn string(&mut self) -> Result<Token<'t>, Error> {
        let (token, rest) = self
            .rest
            .split_first()
            .ok_or_else(|| Error::new(self.end, ErrorKind::MissingField))?;
        self.rest = rest;
        Ok(*token)
    }

    /// True where nothing is left, or the generic form of no octets (RFC 3597 §5).
    pub(crate) fn is_empty_rdata(&self) -> bool {
        match self.rest {
            [] => true,
            [generic, length] => generic.octets == b"\\#" && length.octets == b"0",
            _ => false,
        }
    }

    /// The tokens that are left, all of them bare words.
    pub(crate) fn rest(&mut self) -> Result<&'t [Token<'t>], Error> {
        let rest = core::mem::take(&mut self.rest);
        rest.iter().try_for_each(|token| token.bare().map(drop))?;
        Ok(rest)
    }

    /// Where the next token begins, or the text ends.
    pub(crate) fn offset(&self) -> usize {
        self.peek().map_or(self.end, |token| token.offset)
    }

    /// Fails unless every token was used.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        self.peek()
            .map_or(Ok(()), |token| Err(token.error(ErrorKind::TrailingText)))
    }

    /// A decimal number up to `max`; no sign, no blanks.
    pub(crate) fn number(&mut self, max: u64) -> Result<u64, Error> {
        let token = self.next()?;
        decimal(token.octets)
            .filter(|number| *number <= max)
            .ok_or_else(|| token.error(ErrorKind::BadNumber { max }))
    }

    /// Appends the name that the next token writes.
    pub(crate) fn name(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.peek().map_or(Ok(()), |token| token.bare().map(drop))?;
        self.owner(out)
    }

    /// Appends the owner that the next token writes; master files may have it in quotes.
    pub(crate) fn owner(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = self.string()?;
        parse_name(token.octets, self.origin, out).map_err(|error| error.shifted(token.offset))
    }
}

/// A decimal number of digits only.
pub(crate) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |sum, digit| {
        if !digit.is_ascii_digit() {
            return None;
        }
        sum.checked_mul(10)?
            .checked_add(u64::from(digit.wrapping_sub(b'0')))
    })
}

#[cfg(all(test, feature = "zone-file"))]
mod tests {
    use super::{Lexed, Token, lex, tokens};
    use crate::ErrorKind;
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
    fn the_lines_of_one_record_are_one_row_of_tokens() {
        let all = tokens(b"a (b ; c\n) \"d\ne\" \n f\\\ng ; h").unwrap();
        let texts: Vec<&str> = all.iter().map(Token::text).collect();
        // A backslash does not take a line end with it, and escapes nothing then.
        assert_eq!(texts, ["a", "b", "d\ne", "f\\", "g"]);
        assert_eq!(
            all[3].unescape_into(&mut Vec::new()).unwrap_err().kind(),
            &ErrorKind::BadEscape
        );
        for (text, at, kind) in [
            ("a ) b", 2, ErrorKind::UnopenedParenthesis),
            ("a ( b", 2, ErrorKind::UnclosedParenthesis),
            ("a \"b", 2, ErrorKind::UnclosedQuote),
        ] {
            let error = tokens(text.as_bytes()).unwrap_err();
            assert_eq!((error.offset(), error.kind()), (at, &kind), "{text}");
        }
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
        let quote = ErrorKind::UnclosedQuote;
        assert_eq!(unclosed("a b"), None);
        assert_eq!(
            unclosed("a (b\n"),
            Some((2, ErrorKind::UnclosedParenthesis))
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
}
