//! What Connection says (RFC 9110 §7.6.1) and whether the connection persists (RFC 9112 §9.3).

use crate::error::{Error, ErrorKind};
use crate::field::FieldValue;
use crate::fields::{Fields, list_members};
use crate::grammar::is_token;
use crate::known::{Found, is};
use crate::tokens::offset_in;
use crate::version::Version;

/// The connection options that this crate acts on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct ConnectionOptions {
    close: bool,
    keep_alive: bool,
    upgrade: bool,
}

impl ConnectionOptions {
    /// The options in all Connection lines of `input`, of which `found` is the first and `fields` has the others.
    #[inline(always)]
    pub(crate) fn of<'b>(
        found: &Found<'b>,
        input: &'b [u8],
        fields: impl FnOnce() -> Fields<'b>,
    ) -> Result<Self, Error> {
        match found {
            Found { value: None, .. } => Ok(Self::default()),
            // What browsers say in every request.
            Found {
                value: Some(value),
                again: None,
            } if is(value, *b"keep-alive") => Ok(Self {
                keep_alive: true,
                ..Self::default()
            }),
            _ => Self::of_lines(found, input, fields),
        }
    }

    fn of_lines<'b>(
        found: &Found<'b>,
        input: &'b [u8],
        fields: impl FnOnce() -> Fields<'b>,
    ) -> Result<Self, Error> {
        let mut options = Self::default();
        match found {
            Found {
                value: Some(value),
                again: None,
            } => options.add(offset_in(input, value), value)?,
            _ => {
                for line in fields().iter().filter(|line| line.name().is("connection")) {
                    options.add(line.value_range().start, line.value().as_bytes())?;
                }
            }
        }
        Ok(options)
    }

    /// Adds the options in one value; a member that is no token is refused, for it could hide one that matters.
    fn add(&mut self, start: usize, value: &[u8]) -> Result<(), Error> {
        for member in list_members(FieldValue::from_checked(value)) {
            let option = member.as_bytes();
            if option.eq_ignore_ascii_case(b"keep-alive") {
                self.keep_alive = true;
            } else if option.eq_ignore_ascii_case(b"close") {
                self.close = true;
            } else if option.eq_ignore_ascii_case(b"upgrade") {
                self.upgrade = true;
            } else if !is_token(option) {
                return Err(Error::new(start, ErrorKind::ConnectionInvalid));
            }
        }
        Ok(())
    }

    /// Whether the connection may carry another message after this one (RFC 9112 §9.3).
    #[inline]
    pub(crate) const fn persists(self, version: Version) -> bool {
        match version {
            _ if self.close => false,
            Version::Http11 => true,
            Version::Http10 => self.keep_alive,
        }
    }

    /// Whether Upgrade, if there, is meant (RFC 9110 §7.8).
    #[inline]
    pub(crate) const fn upgrade(self) -> bool {
        self.upgrade
    }
}
