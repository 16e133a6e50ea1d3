//! The field lines of a head in the making.

use super::BodyKind;
use crate::error::{Error, ErrorKind};
use crate::field::{FieldName, FieldValue};
use alloc::vec::Vec;

/// Checked field lines, and the options that Connection will name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct HeadLines {
    lines: Vec<u8>,
    pub(super) close: bool,
    pub(super) keep_alive: bool,
    pub(super) upgrade: bool,
    pub(super) te: bool,
}

/// What only the writer sets: framing, and what Connection must name too.
const RESERVED: [&str; 7] = [
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "upgrade",
];

impl HeadLines {
    /// Adds a line that the caller chose.
    pub(super) fn add(&mut self, name: &str, value: &[u8]) -> Result<(), Error> {
        let name = allowed(name)?;
        let value = FieldValue::new(value)?;
        self.push(name.as_str(), value.as_bytes());
        Ok(())
    }

    /// Adds a line that is known to be good.
    pub(super) fn push(&mut self, name: &str, value: &[u8]) {
        for part in [name.as_bytes(), b": ", value, b"\r\n"] {
            self.lines.extend_from_slice(part);
        }
    }

    /// Takes out every line called `name`, whatever the case of its letters. No value has a line feed, so each ends one line.
    pub(super) fn remove(&mut self, name: &str) -> Result<(), Error> {
        let name = allowed(name)?;
        let is_called = |line: &[u8]| {
            line.split(|octet| *octet == b':')
                .next()
                .is_some_and(|first| first.eq_ignore_ascii_case(name.as_str().as_bytes()))
        };
        let lines = self.lines.split_inclusive(|octet| *octet == b'\n');
        self.lines = lines
            .filter(|line| !is_called(line))
            .flatten()
            .copied()
            .collect();
        Ok(())
    }

    /// Puts another value into the first line, which is Host in a request.
    pub(super) fn replace_first(&mut self, name: &str, value: &[u8]) {
        let first_end = self.lines.iter().position(|octet| *octet == b'\n');
        let rest = self
            .lines
            .split_off(first_end.map_or(0, |at| at.saturating_add(1)));
        self.lines.clear();
        self.push(name, value);
        self.lines.extend_from_slice(&rest);
    }

    /// Adds Upgrade, which Connection must name too (RFC 9110 §7.8).
    pub(super) fn upgrade(&mut self, protocols: &str) -> Result<(), Error> {
        self.push("Upgrade", FieldValue::new(protocols.as_bytes())?.as_bytes());
        self.upgrade = true;
        Ok(())
    }

    /// Writes the lines, then Connection, then what `framing` needs, then the empty line.
    pub(super) fn end(&self, framing: Option<BodyKind>, head: &mut Vec<u8>) {
        head.extend_from_slice(&self.lines);
        let options = [
            (self.close, "close"),
            (self.keep_alive, "keep-alive"),
            (self.upgrade, "upgrade"),
            (self.te, "TE"),
        ];
        let mut before = "Connection: ";
        for (_, option) in options.iter().filter(|(set, _)| *set) {
            head.extend_from_slice(before.as_bytes());
            head.extend_from_slice(option.as_bytes());
            before = ", ";
        }
        if before == ", " {
            head.extend_from_slice(b"\r\n");
        }
        match framing {
            Some(BodyKind::Empty) => head.extend_from_slice(b"Content-Length: 0\r\n"),
            Some(BodyKind::Known(length)) => {
                head.extend_from_slice(b"Content-Length: ");
                push_decimal(length, head);
                head.extend_from_slice(b"\r\n");
            }
            Some(BodyKind::Chunked) => head.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
            Some(BodyKind::UntilClose) | None => {}
        }
        head.extend_from_slice(b"\r\n");
    }
}

/// The name of a field that the caller may set.
fn allowed(name: &str) -> Result<FieldName<'_>, Error> {
    let name = FieldName::new(name)?;
    if is_reserved(&name) {
        return Err(Error::new(0, ErrorKind::FieldReserved));
    }
    Ok(name)
}

/// Whether only the writer sets the field `name`.
pub(crate) fn is_reserved(name: &FieldName<'_>) -> bool {
    RESERVED.iter().any(|reserved| name.is(reserved))
}

/// Appends `number` in decimal.
pub(super) fn push_decimal(number: u64, out: &mut Vec<u8>) {
    let start = out.len();
    let mut rest = number;
    loop {
        let digit = u8::try_from(rest % 10).unwrap_or_default();
        out.push(b'0'.wrapping_add(digit));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.get_mut(start..).unwrap_or_default().reverse();
}
