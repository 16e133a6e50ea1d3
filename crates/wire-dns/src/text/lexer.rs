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

/// Cuts one record's text into tokens; parentheses must match and are blanks, `;` begins a comment up to the end of the line.
pub(crate) fn tokens(text: &[u8]) -> Result<Vec<Token<'_>>, Error> {
    let mut tokens = Vec::new();
    let mut at = 0usize;
    // How many parentheses are open, and where the outermost stands.
    let (mut depth, mut opened) = (0usize, 0usize);
    while let Some(octet) = text.get(at).copied() {
        match octet {
            b' ' | b'\t' | b'\r' | b'\n' => at = at.wrapping_add(1),
            b'(' => {
                if depth == 0 {
                    opened = at;
                }
                depth = depth.wrapping_add(1);
                at = at.wrapping_add(1);
            }
            b')' => {
                let unopened = Error::new(at, ErrorKind::UnopenedParenthesis);
                depth = depth.checked_sub(1).ok_or(unopened)?;
                at = at.wrapping_add(1);
            }
            b';' => {
                let rest = text.get(at..).unwrap_or_default();
                at = at.saturating_add(
                    rest.iter()
                        .position(|octet| *octet == b'\n')
                        .unwrap_or(rest.len()),
                );
            }
            _ => {
                let (token, end) = token(text, at)?;
                tokens.push(token);
                at = end;
            }
        }
    }
    if depth > 0 {
        return Err(Error::new(opened, ErrorKind::UnclosedParenthesis));
    }
    Ok(tokens)
}

/// The token that begins at `at`, and where the text goes on behind it.
pub(crate) fn token(text: &[u8], at: usize) -> Result<(Token<'_>, usize), Error> {
    if text.get(at) == Some(&b'"') {
        let start = at.wrapping_add(1);
        let end = quote_end(text, start)?;
        let octets = text.get(start..end).unwrap_or_default();
        return Ok((
            Token {
                octets,
                offset: start,
                quoted: true,
            },
            end.wrapping_add(1),
        ));
    }
    let mut end = at;
    while let Some(octet) = text.get(end).copied() {
        match octet {
            b' ' | b'\t' | b'\r' | b'\n' | b'(' | b')' | b';' => break,
            // A backslash takes the next octet with it, be it a blank or a quote.
            b'\\' => end = end.wrapping_add(2),
            // key="value" (RFC 9460 §2.1) is one token; other quotes begin a token of their own.
            b'"' if end.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'=') => {
                end = quote_end(text, end.wrapping_add(1))?.wrapping_add(1);
            }
            b'"' => break,
            _ => end = end.wrapping_add(1),
        }
    }
    let end = end.min(text.len());
    Ok((
        Token {
            octets: text.get(at..end).unwrap_or_default(),
            offset: at,
            quoted: false,
        },
        end,
    ))
}

/// Where the quote that closes the string from `start` on stands.
fn quote_end(text: &[u8], start: usize) -> Result<usize, Error> {
    quoted(text.get(start..).unwrap_or_default())
        .map(|len| start.wrapping_add(len))
        .ok_or_else(|| Error::new(start.wrapping_sub(1), ErrorKind::UnclosedQuote))
}

/// Octets up to the closing quote.
#[inline]
pub(crate) fn quoted(text: &[u8]) -> Option<usize> {
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
