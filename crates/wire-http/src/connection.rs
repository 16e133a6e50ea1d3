//! What Connection says (RFC 9110 §7.6.1) and whether the connection persists (RFC 9112 §9.3).

use crate::error::{Error, ErrorKind};
use crate::fields::{Fields, list_members};
use crate::grammar::is_token;
use crate::known::Known;
use crate::version::Version;

/// The connection options that this crate acts on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct ConnectionOptions {
    close: bool,
    keep_alive: bool,
    upgrade: bool,
}

impl ConnectionOptions {
    /// The options in all Connection lines; a member that is no token is refused, for it could hide one that matters.
    #[inline]
    pub(crate) fn of(fields: &Fields<'_>, known: &Known) -> Result<Self, Error> {
        match known.connection.first {
            None => Ok(Self::default()),
            Some(first) => Self::of_lines(fields, first as usize),
        }
    }

    fn of_lines(fields: &Fields<'_>, first: usize) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut index = first;
        while let Some(line) = fields.line(index) {
            index = index.saturating_add(1);
            if !line.name().is("connection") {
                continue;
            }
            for member in list_members(line.value()) {
                let option = member.as_bytes();
                if option.eq_ignore_ascii_case(b"keep-alive") {
                    options.keep_alive = true;
                } else if option.eq_ignore_ascii_case(b"close") {
                    options.close = true;
                } else if option.eq_ignore_ascii_case(b"upgrade") {
                    options.upgrade = true;
                } else if !is_token(option) {
                    return Err(Error::new(
                        line.value_range().start,
                        ErrorKind::ConnectionInvalid,
                    ));
                }
            }
        }
        Ok(options)
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
