//! EDNS(0): the OPT pseudo-record and its options ([RFC 6891](https://www.rfc-editor.org/rfc/rfc6891)).
//!
//! [`Message::edns`](crate::Message::edns) reads it, [`Builder::edns`](crate::Builder::edns) writes it,
//! [`patch::set_opt`](crate::patch::set_opt) changes it.
//!
//! ```
//! use wire_dns::{Builder, Message, edns::{Cookie, Edns, EdnsOption}};
//!
//! let cookie = Cookie { client: *b"12345678", server: b"" };
//! let mut octets = [0; 512];
//! let mut builder = Builder::new(&mut octets);
//! builder.edns_with(&Edns::default(), &[EdnsOption::Cookie(cookie)])?;
//! let len = builder.finish();
//!
//! let message = Message::decode(&octets[..len])?;
//! let edns = message.edns().unwrap();
//! assert_eq!(edns.udp_payload_size, 1232);
//! assert_eq!(edns.options.cookie(), Some(cookie));
//! # Ok::<(), wire_dns::Error>(())
//! ```

mod check;
mod ede;
mod option;

use alloc::vec::Vec;
use core::fmt;

pub(crate) use check::{are_whole, check, sound_octets};
pub use ede::EdeCode;
pub use option::{
    ClientSubnet, Cookie, EdnsOption, LongLivedQuery, OptionCode, UpdateLease, ZoneVersion,
};

use crate::error::{Error, ErrorKind};
use crate::items::{Items, take_items, walk_list};
use crate::reader::Reader;
use crate::{Class, Ttl};

/// What an OPT record says ([RFC 6891 §6.1.2](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.2) and §6.1.3).
///
/// ```
/// use wire_dns::edns::{Edns, EdnsOption};
/// let edns = Edns { udp_payload_size: 4096, ..Edns::default() }.with_dnssec_ok(true);
/// assert_eq!((edns.version, edns.flags), (0, 0x8000));
/// assert_eq!(edns.to_string(), "; EDNS: version: 0, flags: do; udp: 4096\n");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[doc(alias = "OPT")]
pub struct Edns<'a> {
    /// The largest UDP message that the sender can take, in octets; values below 512 mean 512.
    pub udp_payload_size: u16,
    /// The upper eight bits of the response code; [`Message::rcode`](crate::Message::rcode) joins them to the header's.
    pub extended_rcode: u8,
    /// VERSION: 0. A server answers others with BADVERS
    /// ([RFC 6891 §6.1.3](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.3)); decoders take any.
    pub version: u8,
    /// [DO](Edns::DNSSEC_OK), [CO](Edns::COMPACT_OK) and the fourteen reserved bits, which are zero when sent.
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
    /// DO: the requester takes DNSSEC records ([RFC 3225 §3](https://www.rfc-editor.org/rfc/rfc3225#section-3)).
    #[doc(alias = "DO")]
    pub const DNSSEC_OK: u16 = 0x8000;

    /// CO: the requester takes compact answers ([RFC 9824 §5.1](https://www.rfc-editor.org/rfc/rfc9824#section-5.1)).
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
///
/// # Wire format
///
/// For each option OPTION-CODE and OPTION-LENGTH, two octets each, then its data.
///
/// ```
/// use wire_dns::edns::{EdnsOption, EdnsOptions, OptionCode};
///
/// let options = EdnsOptions::from_wire(b"\0\x03\0\x03ns1\0\x0C\0\x02\0\0")?;
/// let mut all = options.iter();
/// assert_eq!(all.next(), Some(EdnsOption::Nsid(b"ns1")));
/// assert_eq!(all.next(), Some(EdnsOption::Padding(&[0, 0])));
/// assert_eq!(options.get(OptionCode::NSID), Some(&b"ns1"[..]));
/// assert_eq!(options.cookie(), None);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct EdnsOptions<'a>(&'a [u8]);

impl<'a> EdnsOptions<'a> {
    /// Options from their wire octets.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnexpectedEnd`] for a length that does not fit, [`ErrorKind::Rule`] for an option that is not of its
    /// code's form.
    ///
    /// ```
    /// # use wire_dns::{ErrorKind, edns::EdnsOptions};
    /// // EXPIRE is of no octets or of four (RFC 7314 §2).
    /// let error = EdnsOptions::from_wire(b"\0\x09\0\x01\x07").unwrap_err();
    /// assert_eq!(error.to_string(), "octet 4: an expire not of 0 or 4 octets");
    /// ```
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

    /// The octets of all options, codes and lengths included.
    #[must_use]
    pub const fn wire(self) -> &'a [u8] {
        self.0
    }

    /// The options in order.
    #[must_use]
    #[inline]
    pub const fn iter(self) -> Items<'a, EdnsOption<'a>> {
        Items::new(self.0)
    }

    /// Code and octets of the options in order.
    ///
    /// ```
    /// # use wire_dns::edns::{EdnsOptions, OptionCode};
    /// let options = EdnsOptions::from_wire(b"\xFD\xE9\0\x02hi")?;
    /// assert!(options.raw().eq([(OptionCode(65_001), &b"hi"[..])]));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    #[inline]
    pub const fn raw(self) -> Items<'a, (OptionCode, &'a [u8])> {
        Items::new(self.0)
    }

    /// The octets of the first option with this code, without code and length.
    #[must_use]
    pub fn get(self, code: OptionCode) -> Option<&'a [u8]> {
        self.raw()
            .find(|(found, _)| *found == code)
            .map(|(_, data)| data)
    }

    /// The cookies of the first COOKIE option, if there is one; all others are ignored
    /// ([RFC 7873 §5.2](https://www.rfc-editor.org/rfc/rfc7873#section-5.2)).
    #[must_use]
    pub fn cookie(self) -> Option<Cookie<'a>> {
        self.iter().find_map(|option| match option {
            EdnsOption::Cookie(cookie) => Some(cookie),
            _ => None,
        })
    }

    /// The client's subnet, if there is one; that of the first option.
    ///
    /// ```
    /// # use wire_dns::edns::EdnsOptions;
    /// let options = EdnsOptions::from_wire(b"\0\x08\0\x07\0\x01\x18\0\xC0\0\x02")?;
    /// let subnet = options.client_subnet().unwrap();
    /// assert_eq!((subnet.ip_address(), subnet.source_prefix_length), (Some([192, 0, 2, 0].into()), 24));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn client_subnet(self) -> Option<ClientSubnet<'a>> {
        self.iter().find_map(|option| match option {
            EdnsOption::ClientSubnet(subnet) => Some(subnet),
            _ => None,
        })
    }
}

take_items!((OptionCode, &'a [u8]), take_raw);
take_items!(EdnsOption<'a>, take_option);
walk_list!(EdnsOptions, Items<'a, EdnsOption<'a>>);

/// Takes the code and octets of the first option.
#[inline]
fn take_raw<'a>(rest: &mut &'a [u8]) -> Option<(OptionCode, &'a [u8])> {
    let (head, tail) = rest.split_first_chunk::<4>()?;
    let [a, b, c, d] = *head;
    let (data, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
    *rest = tail;
    Some((OptionCode(u16::from_be_bytes([a, b])), data))
}

/// Takes the first option.
#[inline]
fn take_option<'a>(rest: &mut &'a [u8]) -> Option<EdnsOption<'a>> {
    take_raw(rest).map(|(code, data)| EdnsOption::from_parts(code, data))
}

/// Options that are being put together, each checked when it is added. Without an allocation goes
/// [`Builder::edns_with`](crate::Builder::edns_with).
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
    /// [`ErrorKind::Rule`] for fields that are not of the code's form, [`ErrorKind::FieldTooLong`] or
    /// [`ErrorKind::RdataTooLong`] for over 65,535 octets. Nothing is appended then.
    ///
    /// ```
    /// # use wire_dns::edns::{Cookie, EdnsOption, EdnsOptionsBuf};
    /// let mut options = EdnsOptionsBuf::new();
    /// let cookie = Cookie { client: [1; 8], server: b"short" };
    /// let error = options.push(&EdnsOption::Cookie(cookie)).unwrap_err();
    /// assert_eq!(error.kind().to_string(), "a cookie not of 8 or of 16 to 40 octets");
    /// assert!(options.as_options().wire().is_empty());
    /// ```
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
