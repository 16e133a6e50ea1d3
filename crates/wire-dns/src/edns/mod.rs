//! EDNS(0): the OPT pseudo-record and its options (RFC 6891).

mod check;
mod ede;
mod option;

use alloc::vec::Vec;
use core::fmt;

pub(crate) use check::{check, sound_octets};
pub use ede::EdeCode;
pub use option::{
    ClientSubnet, Cookie, EdnsOption, LongLivedQuery, OptionCode, UpdateLease, ZoneVersion,
};

use crate::error::{Error, ErrorKind};
use crate::reader::Reader;
use crate::{Class, Ttl};

/// What an OPT record says (RFC 6891 §6.1.2 and §6.1.3).
///
/// ```
/// use wire_dns::edns::{Edns, EdnsOption};
/// let edns = Edns { udp_payload_size: 1232, ..Edns::default() }.with_dnssec_ok(true);
/// assert!(edns.dnssec_ok());
/// assert_eq!(edns.options.iter().count(), 0);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the OPT record has these fields and no others"
)]
pub struct Edns<'a> {
    /// The largest UDP message that the sender can take, in octets; values below 512 mean 512.
    pub udp_payload_size: u16,
    /// The upper eight bits of the response code.
    pub extended_rcode: u8,
    /// VERSION: 0.
    pub version: u8,
    /// The DO bit, the compact-answers bit and the reserved ones.
    pub flags: u16,
    /// The options.
    pub options: EdnsOptions<'a>,
}

impl Default for Edns<'_> {
    /// Version 0, no flags, no options, and the payload size that avoids fragments (1,232 octets).
    fn default() -> Self {
        Self {
            udp_payload_size: 1232,
            extended_rcode: 0,
            version: 0,
            flags: 0,
            options: EdnsOptions::default(),
        }
    }
}

impl<'a> Edns<'a> {
    /// DO: the requester takes DNSSEC records (RFC 3225 §3).
    pub const DNSSEC_OK: u16 = 0x8000;

    /// CO: the requester takes compact answers (RFC 9824 §5.1).
    pub const COMPACT_OK: u16 = 0x4000;

    /// The fields of a decoded OPT record.
    pub(crate) fn from_parts(class: Class, ttl: Ttl, options: EdnsOptions<'a>) -> Self {
        let [extended_rcode, version, high, low] = ttl.0.to_be_bytes();
        Self {
            udp_payload_size: class.0,
            extended_rcode,
            version,
            flags: u16::from_be_bytes([high, low]),
            options,
        }
    }

    /// The TTL field of the record.
    pub(crate) const fn to_ttl(self) -> Ttl {
        let [high, low] = self.flags.to_be_bytes();
        Ttl(u32::from_be_bytes([
            self.extended_rcode,
            self.version,
            high,
            low,
        ]))
    }

    /// True when DO is set.
    #[must_use]
    pub const fn dnssec_ok(&self) -> bool {
        self.flags & Self::DNSSEC_OK != 0
    }

    /// The same with DO set or cleared.
    #[must_use]
    pub const fn with_dnssec_ok(mut self, on: bool) -> Self {
        self.flags = if on {
            self.flags | Self::DNSSEC_OK
        } else {
            self.flags & !Self::DNSSEC_OK
        };
        self
    }
}

/// The options of an OPT record, checked.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct EdnsOptions<'a>(&'a [u8]);

impl<'a> EdnsOptions<'a> {
    /// Options from their wire octets.
    ///
    /// # Errors
    ///
    /// A length that does not fit, or an option that is not of its code's form.
    pub fn from_wire(octets: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::alone(octets);
        check(&mut reader).map_err(|_| reader.refusal())?;
        Ok(Self(octets))
    }

    /// Octets that were checked.
    #[inline]
    pub(crate) const fn checked(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn wire(self) -> &'a [u8] {
        self.0
    }

    /// The options in order.
    pub fn iter(self) -> impl Iterator<Item = EdnsOption<'a>> {
        self.raw()
            .map(|(code, data)| EdnsOption::from_parts(code, data))
    }

    /// Code and octets of the options in order.
    pub fn raw(self) -> impl Iterator<Item = (OptionCode, &'a [u8])> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let (head, tail) = rest.split_first_chunk::<4>()?;
            let [a, b, c, d] = *head;
            let (data, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
            rest = tail;
            Some((OptionCode(u16::from_be_bytes([a, b])), data))
        })
    }

    /// The octets of the first option with this code.
    #[must_use]
    pub fn get(self, code: OptionCode) -> Option<&'a [u8]> {
        self.raw()
            .find(|(found, _)| *found == code)
            .map(|(_, data)| data)
    }

    /// The cookies, if there are any.
    #[must_use]
    pub fn cookie(self) -> Option<Cookie<'a>> {
        self.iter().find_map(|option| match option {
            EdnsOption::Cookie(cookie) => Some(cookie),
            _ => None,
        })
    }

    /// The client's subnet, if there is one.
    #[must_use]
    pub fn client_subnet(self) -> Option<ClientSubnet<'a>> {
        self.iter().find_map(|option| match option {
            EdnsOption::ClientSubnet(subnet) => Some(subnet),
            _ => None,
        })
    }
}

/// Options that are being put together.
///
/// ```
/// use wire_dns::edns::{Edns, EdnsOption, EdnsOptionsBuf};
/// let mut options = EdnsOptionsBuf::new();
/// options.push(&EdnsOption::Nsid(b""))?;
/// let edns = Edns { options: options.as_options(), ..Edns::default() };
/// assert_eq!(edns.options.wire(), [0, 3, 0, 0]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EdnsOptionsBuf {
    octets: Vec<u8>,
}

impl EdnsOptionsBuf {
    /// No options.
    #[must_use]
    pub const fn new() -> Self {
        Self { octets: Vec::new() }
    }

    /// Appends an option.
    ///
    /// # Errors
    ///
    /// The option's fields are not of its code's form, or there are over 65,535 octets.
    pub fn push(&mut self, option: &EdnsOption<'_>) -> Result<(), Error> {
        let start = self.octets.len();
        let result = option.encode_into(&mut self.octets).and_then(|()| {
            let mut reader = Reader::alone(self.octets.get(start..).unwrap_or_default());
            check(&mut reader).map_err(|_| reader.refusal().shifted(start))?;
            if self.octets.len() > usize::from(u16::MAX) {
                return Err(Error::new(self.octets.len(), ErrorKind::RdataTooLong));
            }
            Ok(())
        });
        if result.is_err() {
            self.octets.truncate(start);
        }
        result
    }

    /// The options so far.
    #[must_use]
    pub fn as_options(&self) -> EdnsOptions<'_> {
        EdnsOptions(&self.octets)
    }
}

impl fmt::Display for Edns<'_> {
    /// The lines that dig prints under `OPT PSEUDOSECTION`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "; EDNS: version: {}, flags:", self.version)?;
        if self.dnssec_ok() {
            f.write_str(" do")?;
        }
        if self.flags & Self::COMPACT_OK != 0 {
            f.write_str(" co")?;
        }
        let rest = self.flags & !(Self::DNSSEC_OK | Self::COMPACT_OK);
        if rest != 0 {
            write!(f, "; MBZ: {rest:#06x}")?;
        }
        writeln!(f, "; udp: {}", self.udp_payload_size)?;
        for option in self.options.iter() {
            writeln!(f, "; {option}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
