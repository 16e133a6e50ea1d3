//! The productions that field values share: tokens, quoted strings, parameters and lists (RFC 9110 §5.6), in `nom`.
//!
//! Each takes the rest of a value and gives what it read and the new rest. None of them goes back further than
//! the start of its own element, so the work is linear in the octets given; none of them calls itself.

use alloc::vec::Vec;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while_m_n, take_while1};
use nom::combinator::recognize;
use nom::error::{ErrorKind as NomKind, ParseError};
use nom::multi::many0_count;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use crate::error::{Error, ErrorKind};
use crate::grammar::{is_ows, is_qdtext, is_quotable, is_tchar};
use crate::parameter::{Parameter, ParameterValue};

/// What was expected where the value went on otherwise, as the octets left from there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Unexpected {
    left: usize,
    expected: &'static str,
}

impl ParseError<&[u8]> for Unexpected {
    fn from_error_kind(input: &[u8], _: NomKind) -> Self {
        Self {
            left: input.len(),
            expected: "another octet",
        }
    }

    fn append(_: &[u8], _: NomKind, other: Self) -> Self {
        other
    }
}

/// The rest and what was read, or where that was not possible.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, Unexpected>;

/// The field whose value is being read: what an error calls it, and where it is defined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) reference: &'static str,
}

impl Field {
    /// A refusal of this field's value at `offset`.
    pub(crate) fn refuse(self, offset: usize, expected: &'static str) -> Error {
        Error::new(
            offset,
            ErrorKind::FieldSyntax {
                field: self.name,
                expected,
                reference: self.reference,
            },
        )
    }

    /// The refusal of `value` for what `nom` says: octets left become an offset.
    pub(crate) fn located(self, value: &[u8], error: &nom::Err<Unexpected>) -> Error {
        match error {
            nom::Err::Error(found) | nom::Err::Failure(found) => {
                self.refuse(value.len().saturating_sub(found.left), found.expected)
            }
            // Only nom's streaming parsers say this, and none is used here.
            nom::Err::Incomplete(_) => self.refuse(value.len(), "more octets"),
        }
    }
}

/// Fails at `at`.
pub(crate) fn unexpected<'a, T>(at: &'a [u8], expected: &'static str) -> Parsed<'a, T> {
    Err(nom::Err::Error(Unexpected {
        left: at.len(),
        expected,
    }))
}

/// Runs `parser` and gives its failure a name.
pub(crate) fn expect<'a, T>(
    input: &'a [u8],
    expected: &'static str,
    mut parser: impl Parser<&'a [u8], Output = T, Error = Unexpected>,
) -> Parsed<'a, T> {
    match parser.parse(input) {
        Err(nom::Err::Error(error)) => Err(nom::Err::Error(Unexpected { expected, ..error })),
        other => other,
    }
}

/// Reads a whole singleton value: `parser`, with nothing but optional whitespace around it.
pub(crate) fn whole<'a, T>(
    value: &'a [u8],
    field: Field,
    mut parser: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
) -> Result<T, Error> {
    let (rest, read) = parser(skip_ows(value)).map_err(|error| field.located(value, &error))?;
    let rest = skip_ows(rest);
    if rest.is_empty() {
        Ok(read)
    } else {
        Err(field.refuse(
            value.len().saturating_sub(rest.len()),
            "the end of the value",
        ))
    }
}

/// Reads a list-based field: `element`s between commas, over all of its lines (RFC 9110 §5.3 and §5.6.1.2).
///
/// Empty elements are skipped, as a recipient must; they cost one octet each, so the size of the head bounds them.
/// An error's offset counts in the lines joined by a comma and a space.
pub(crate) fn list<'a, T>(
    lines: impl IntoIterator<Item = impl Into<&'a [u8]>>,
    field: Field,
    mut element: impl FnMut(&'a [u8]) -> Parsed<'a, T>,
) -> Result<Vec<T>, Error> {
    let mut elements = Vec::new();
    let mut line_start = 0_usize;
    for line in lines.into_iter().map(Into::into) {
        let mut rest = skip_commas(line);
        while !rest.is_empty() {
            let (after, read) =
                element(rest).map_err(|error| field.located(line, &error).moved_by(line_start))?;
            elements.push(read);
            rest = skip_ows(after);
            if !rest.is_empty() && rest.first() != Some(&b',') {
                let offset = line_start.saturating_add(line.len().saturating_sub(rest.len()));
                return Err(field.refuse(offset, "a comma or the end of the value"));
            }
            rest = skip_commas(rest);
        }
        line_start = line_start.saturating_add(line.len()).saturating_add(2);
    }
    Ok(elements)
}

/// Drops `OWS` (§5.6.3) at the start.
pub(crate) fn skip_ows(input: &[u8]) -> &[u8] {
    let blank = input.iter().take_while(|octet| is_ows(**octet)).count();
    input.get(blank..).unwrap_or_default()
}

/// Empty list elements and the whitespace around them (§5.6.1.2).
pub(crate) fn skip_commas(input: &[u8]) -> &[u8] {
    let empty = input
        .iter()
        .take_while(|octet| matches!(octet, b' ' | b'\t' | b','))
        .count();
    input.get(empty..).unwrap_or_default()
}

/// `token = 1*tchar` (§5.6.2).
pub(crate) fn token(input: &[u8]) -> Parsed<'_, &str> {
    let (rest, octets) = expect(input, "a token", take_while1(is_tchar))?;
    Ok((rest, ascii(octets)))
}

/// Checks a token that is to be written.
pub(crate) fn check_token(text: &str, field: Field) -> Result<(), Error> {
    match text.bytes().position(|octet| !is_tchar(octet)) {
        Some(offset) => Err(field.refuse(offset, "a token")),
        None if text.is_empty() => Err(field.refuse(0, "a token")),
        None => Ok(()),
    }
}

/// The text of octets that a production already restricted to ASCII.
pub(crate) fn ascii(octets: &[u8]) -> &str {
    core::str::from_utf8(octets).unwrap_or_default()
}

/// `quoted-string` (§5.6.4): the octets between the quotes, quoted-pairs still in place.
pub(crate) fn quoted_string(input: &[u8]) -> Parsed<'_, ParameterValue<'_>> {
    let text = recognize(many0_count(alt((
        take_while1(is_qdtext),
        recognize((tag(&b"\\"[..]), take_while_m_n(1, 1, is_quotable))),
    ))));
    let (rest, _) = expect(input, "a quoted string", tag(&b"\""[..]))?;
    let (rest, octets) = expect(rest, "quoted text", text)?;
    let (rest, _) = expect(rest, "the closing quote", tag(&b"\""[..]))?;
    Ok((rest, ParameterValue::escaped(octets)))
}

/// `( token / quoted-string )`.
pub(crate) fn token_or_quoted(input: &[u8]) -> Parsed<'_, ParameterValue<'_>> {
    if input.first() == Some(&b'"') {
        return quoted_string(input);
    }
    let (rest, text) = expect(input, "a token or a quoted string", token)?;
    Ok((rest, ParameterValue::plain(text.as_bytes())))
}

/// `parameter = parameter-name "=" parameter-value` (§5.6.6): no whitespace around `=`.
pub(crate) fn parameter(input: &[u8]) -> Parsed<'_, Parameter<'_>> {
    let (rest, name) = expect(input, "a parameter name", token)?;
    let (rest, _) = expect(rest, "\"=\"", tag(&b"="[..]))?;
    let (rest, value) = token_or_quoted(rest)?;
    Ok((rest, Parameter::from_parts(name, value)))
}

/// The same with whitespace around `=`, which RFC 6266 still has in its examples.
pub(crate) fn spaced_parameter(input: &[u8]) -> Parsed<'_, Parameter<'_>> {
    let (rest, name) = expect(input, "a parameter name", token)?;
    let (rest, value) = spaced_value(rest)?;
    Ok((rest, Parameter::from_parts(name, value)))
}

/// `*( OWS ";" OWS [ parameter ] )` (§5.6.6).
pub(crate) fn parameters<'a>(
    input: &'a [u8],
    parameter: impl Fn(&'a [u8]) -> Parsed<'a, Parameter<'a>>,
) -> Parsed<'a, Vec<Parameter<'a>>> {
    let mut read = Vec::new();
    let mut rest = input;
    loop {
        let Some(after) = skip_ows(rest).strip_prefix(b";") else {
            return Ok((rest, read));
        };
        rest = skip_ows(after);
        if rest.first().is_some_and(|octet| is_tchar(*octet)) {
            let (after, one) = parameter(rest)?;
            read.push(one);
            rest = after;
        } else if !matches!(rest.first(), None | Some(b';' | b',')) {
            return unexpected(rest, "a parameter");
        }
    }
}

/// `1*DIGIT` as the octets; what number that is depends on the field.
pub(crate) fn digits(input: &[u8]) -> Parsed<'_, &[u8]> {
    expect(
        input,
        "a digit",
        take_while1(|octet: u8| octet.is_ascii_digit()),
    )
}

/// The number that digits stand for, or the greatest there is when they stand for more.
pub(crate) fn saturating_number(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit.wrapping_sub(b'0')))
    })
}

/// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (§11.2).
pub(crate) fn token68(input: &[u8]) -> Parsed<'_, &str> {
    let body = take_while1(|octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet));
    let (rest, octets) = expect(
        input,
        "a token68",
        recognize((body, take_while(|octet| octet == b'='))),
    )?;
    Ok((rest, ascii(octets)))
}

/// `BWS "=" BWS ( token / quoted-string )`: the end of an `auth-param` (§11.2).
pub(crate) fn spaced_value(input: &[u8]) -> Parsed<'_, ParameterValue<'_>> {
    let (rest, _) = expect(skip_ows(input), "\"=\"", tag(&b"="[..]))?;
    token_or_quoted(skip_ows(rest))
}

/// `[ "=" ( token / quoted-string ) ]`: the end of a cache directive (RFC 9111 §5.2).
pub(crate) fn optional_argument(input: &[u8]) -> Parsed<'_, Option<ParameterValue<'_>>> {
    if input.first() == Some(&b'=') {
        let (rest, value) = preceded(tag(&b"="[..]), token_or_quoted).parse(input)?;
        return Ok((rest, Some(value)));
    }
    Ok((input, None))
}
