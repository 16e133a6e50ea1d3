//! `$GENERATE`: records from a template and a range of numbers, as BIND has it.
//!
//! `$GENERATE 1-9 host$ A 192.0.2.$`. In the template `$` is the number, `${offset,width,base}` the number plus an
//! offset, padded with zeros, in base `d`, `o`, `x`, `X`, or `n` and `N` for nibbles in reverse with dots between; `$$`
//! and `\$` are a dollar sign. RDATA of several words may stand in quotes: `$GENERATE 1-9 host$ MX "0 mail$"`.

use alloc::vec::Vec;

use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::{char, digit0, i64, one_of, u32};
use nom::combinator::{all_consuming, map_res, opt};
use nom::sequence::{delimited, preceded, separated_pair};
use nom::{IResult, Parser};

use super::entry::ENTRY_OCTETS_MAX;
use super::zone_error::ZoneFileErrorKind;

/// Most records of one directive: a line of thirty octets must not become a zone of four billion records.
pub(super) const GENERATE_RECORDS_MAX: u32 = 65_536;

/// A directive under way.
#[derive(Debug)]
pub(super) struct Generate {
    next: Option<u32>,
    stop: u32,
    step: u32,
    template: Vec<u8>,
    scratch: Vec<u8>,
    pub(super) line: u64,
}

/// `${offset,width,base}` and its defaults.
#[derive(Clone, Copy)]
struct Modifier {
    offset: i64,
    width: usize,
    base: char,
}

const PLAIN: Modifier = Modifier {
    offset: 0,
    width: 0,
    base: 'd',
};

impl Generate {
    pub(super) fn new(
        range: &[u8],
        template: Vec<u8>,
        line: u64,
    ) -> Result<Self, ZoneFileErrorKind> {
        let bad = ZoneFileErrorKind::BadRange {
            max: GENERATE_RECORDS_MAX,
        };
        let (_, ((start, stop), step)) = parse_range(range).map_err(|_| bad)?;
        let step = step.unwrap_or(1);
        let count = stop
            .checked_sub(start)
            .and_then(|span| span.checked_div(step));
        match count {
            Some(count) if count < GENERATE_RECORDS_MAX => Ok(Self {
                next: Some(start),
                stop,
                step,
                template,
                scratch: Vec::new(),
                line,
            }),
            _ => Err(bad),
        }
    }

    /// The text of the next record.
    pub(super) fn next_line(&mut self) -> Option<Result<&[u8], ZoneFileErrorKind>> {
        let number = self.next?;
        self.next = number
            .checked_add(self.step)
            .filter(|next| *next <= self.stop);
        self.scratch.clear();
        if let Err(kind) = substitute(&self.template, number, &mut self.scratch) {
            self.next = None;
            return Some(Err(kind));
        }
        Some(Ok(&self.scratch))
    }
}

/// What stood in quotes, with the quotes in it as they are outside of quotes.
pub(super) fn without_quotes(mut quoted: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(quoted.len());
    loop {
        quoted = match quoted {
            [] => return text,
            [b'\\', b'"', rest @ ..] => {
                text.push(b'"');
                rest
            }
            [b'\\', escaped, rest @ ..] => {
                text.extend_from_slice(&[b'\\', *escaped]);
                rest
            }
            [octet, rest @ ..] => {
                text.push(*octet);
                rest
            }
        };
    }
}

/// A range, its bounds included.
type Range = ((u32, u32), Option<u32>);

fn parse_range(text: &[u8]) -> IResult<&[u8], Range> {
    let bounds = separated_pair(u32, char('-'), u32);
    let step = opt(preceded(char('/'), u32));
    all_consuming((bounds, step)).parse(text)
}

fn parse_modifier(text: &[u8]) -> IResult<&[u8], Modifier> {
    let width = map_res(digit0, |digits: &[u8]| {
        let text = core::str::from_utf8(digits).unwrap_or_default();
        // More than the digits of any number serve nobody.
        text.parse::<u8>()
    });
    let base = preceded(char(','), one_of("doxXnN"));
    let width_and_base = preceded(char(','), (width, opt(base)));
    let inner = (i64, opt(width_and_base));
    delimited(tag(&b"{"[..]), inner, char('}'))
        .map(|(offset, rest)| {
            let (width, base) = rest.unwrap_or((0, None));
            Modifier {
                offset,
                width: usize::from(width),
                base: base.unwrap_or('d'),
            }
        })
        .parse(text)
}

/// `$$`, `${…}` or nothing behind a dollar sign; `None` stands for the sign itself.
fn parse_dollar(text: &[u8]) -> IResult<&[u8], Option<Modifier>> {
    let sign = tag(&b"$"[..]).map(|_| None);
    alt((sign, parse_modifier.map(Some))).parse(text)
}

fn substitute(template: &[u8], number: u32, out: &mut Vec<u8>) -> Result<(), ZoneFileErrorKind> {
    let mut rest = template;
    loop {
        let special = rest.iter().position(|octet| matches!(octet, b'$' | b'\\'));
        let (plain, tail) = rest
            .split_at_checked(special.unwrap_or(rest.len()))
            .unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        if out.len() > ENTRY_OCTETS_MAX {
            let max = ::core::primitive::u32::try_from(ENTRY_OCTETS_MAX).unwrap_or(number);
            return Err(ZoneFileErrorKind::EntryTooLong { max });
        }
        rest = match tail {
            [] => return Ok(()),
            [b'\\', escaped, after @ ..] => {
                out.extend_from_slice(&[b'\\', *escaped]);
                after
            }
            [b'$', after @ ..] => match parse_dollar(after) {
                Ok((after, None)) => {
                    out.extend_from_slice(b"\\$");
                    after
                }
                Ok((after, Some(modifier))) => {
                    write_number(number, modifier, out)?;
                    after
                }
                Err(_) if after.first() == Some(&b'{') => {
                    return Err(ZoneFileErrorKind::BadModifier);
                }
                Err(_) => {
                    write_number(number, PLAIN, out)?;
                    after
                }
            },
            [octet, after @ ..] => {
                out.push(*octet);
                after
            }
        };
    }
}

/// Appends the number as a modifier says; one below zero has a sign, or in other bases than ten its 32 bits as BIND has it.
fn write_number(
    number: u32,
    modifier: Modifier,
    out: &mut Vec<u8>,
) -> Result<(), ZoneFileErrorKind> {
    let value = i64::from(number).checked_add(modifier.offset);
    let value = value.ok_or(ZoneFileErrorKind::BadModifier)?;
    let signed = value < 0 && modifier.base == 'd';
    let mut value = if value < 0 && !signed {
        let value = i32::try_from(value).map_err(|_| ZoneFileErrorKind::BadModifier)?;
        u64::from(value.cast_unsigned())
    } else {
        value.unsigned_abs()
    };
    let least = modifier.width.saturating_sub(usize::from(signed));
    let nibbles = matches!(modifier.base, 'n' | 'N');
    let (base, digits) = match modifier.base {
        'o' => (8, b"0123456789abcdef"),
        'x' | 'n' => (16, b"0123456789abcdef"),
        'X' | 'N' => (16, b"0123456789ABCDEF"),
        _ => (10, b"0123456789abcdef"),
    };
    // Least significant first, as nibbles are written.
    let start = out.len();
    let width = |len: usize| len.saturating_sub(start);
    loop {
        let digit = usize::try_from(value.checked_rem(base).unwrap_or(0)).unwrap_or(0);
        out.push(digits.get(digit).copied().unwrap_or(b'0'));
        value = value.checked_div(base).unwrap_or(0);
        if nibbles && (value > 0 || width(out.len()).saturating_add(1) < least) {
            out.push(b'.');
        }
        if value == 0 && width(out.len()) >= least {
            break;
        }
    }
    if signed {
        out.push(b'-');
    }
    if !nibbles && let Some(written) = out.get_mut(start..) {
        written.reverse();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Generate;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn lines(range: &str, template: &str) -> Vec<String> {
        let mut generate = Generate::new(range.as_bytes(), template.into(), 1).unwrap();
        let mut lines = Vec::new();
        while let Some(line) = generate.next_line() {
            lines.push(String::from_utf8(line.unwrap().into()).unwrap());
        }
        lines
    }

    #[test]
    fn substitutes() {
        for (range, template, first) in [
            ("7-9", "h$ A 192.0.2.$", "h7 A 192.0.2.7"),
            ("7-9", "${-7} ${100,2} ${1,5,x}", "0 107 00008"),
            ("255-256", "${0,0,x} ${0,4,X} ${0,3,o}", "ff 00FF 377"),
            ("18-19", "${0,3,n} ${0,1,N} ${0,7,n}", "2.1 2.1 2.1.0.0"),
            (
                "1024-1026",
                "${-2000,0,n} ${-2000,0,x} ${-1025,4}",
                "0.3.c.f.f.f.f.f fffffc30 -001",
            ),
            ("1-2", "$$ \\$ \\\\$", "\\$ \\$ \\\\1"),
        ] {
            assert_eq!(lines(range, template)[0], first, "{template}");
        }
        assert_eq!(lines("1-10/4", "$"), ["1", "5", "9"]);
        assert_eq!(lines("4294967295-4294967295", "$"), ["4294967295"]);
    }

    #[test]
    fn refuses_what_is_no_range() {
        for range in ["", "1", "2-1", "1-x", "0-65536", "1-2/0", "-1-2", "1-2-3"] {
            assert!(
                Generate::new(range.as_bytes(), b"$".into(), 1).is_err(),
                "{range}"
            );
        }
        assert!(Generate::new(b"0-65535", b"$".into(), 1).is_ok());
        for template in ["${", "${1,2,q}", "${-4294967297,0,x}", "${0,256}", "${}"] {
            let mut generate = Generate::new(b"0-1", template.into(), 1).unwrap();
            assert!(generate.next_line().unwrap().is_err(), "{template}");
            assert!(generate.next_line().is_none());
        }
    }
}
