//! RdataBuf: RDATA that owns its octets.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use super::{Rdata, Unknown};
use crate::error::{Error, ErrorKind};
use crate::reader::Reader;
use crate::text::lexer::{Tokens, tokens};
use crate::{Name, RecordType};

/// Checked RDATA that owns its uncompressed octets: for zones, caches and users' own structures.
///
/// Equality is that of type and octets, the case of names included; [`RdataBuf::canonical_cmp`] folds.
///
/// ```
/// use wire_dns::{Name, Rdata, RdataBuf, RecordType, rdata::Mx};
///
/// let rdata = RdataBuf::parse(RecordType::MX, "10 mail.example.", Name::ROOT)?;
/// assert_eq!(rdata, RdataBuf::decode(RecordType::MX, b"\0\x0A\x04mail\x07example\0")?);
/// let Rdata::Mx(mx) = rdata.as_rdata() else { unreachable!() };
/// assert_eq!((mx.preference, mx.exchange.to_string()), (10, "mail.example.".into()));
///
/// let other = Rdata::from(Mx { preference: 20, ..mx }).to_rdata_buf()?;
/// assert_eq!(other.to_string(), "20 mail.example.");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct RdataBuf {
    record_type: RecordType,
    /// False when the octets are not of their type's form; decided by type and octets alone.
    well_formed: bool,
    octets: Box<[u8]>,
}

impl RdataBuf {
    /// RDATA from octets of its own.
    ///
    /// # Errors
    ///
    /// The octets are not RDATA of this type.
    pub fn decode(record_type: RecordType, octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let octets = octets.into();
        Rdata::decode(record_type, &octets)?;
        Ok(Self {
            record_type,
            well_formed: true,
            octets: octets.into_boxed_slice(),
        })
    }

    /// RDATA of any octets, known type or not: for the empty RDATA of UPDATE
    /// ([RFC 2136 §2.4](https://www.rfc-editor.org/rfc/rfc2136#section-2.4)) and for tolerated faults.
    ///
    /// [`RdataBuf::as_rdata`] shows octets that are not of their type's form as unknown.
    ///
    /// # Errors
    ///
    /// More than 65,535 octets ([`ErrorKind::RdataTooLong`]).
    ///
    /// ```
    /// use wire_dns::{Rdata, RdataBuf, RecordType};
    ///
    /// let short = RdataBuf::opaque(RecordType::A, [192, 0, 2])?;
    /// assert!(matches!(short.as_rdata(), Rdata::Unknown(_)));
    /// assert_eq!(short.to_string(), r"\# 3 C00002");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn opaque(record_type: RecordType, octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let octets = octets.into();
        if octets.len() > usize::from(u16::MAX) {
            return Err(Error::new(usize::from(u16::MAX), ErrorKind::RdataTooLong));
        }
        let well_formed = Rdata::check(record_type, &mut Reader::alone(&octets)).is_ok();
        Ok(Self {
            record_type,
            well_formed,
            octets: octets.into_boxed_slice(),
        })
    }

    /// RDATA of no octets.
    pub(crate) fn empty(record_type: RecordType) -> Self {
        let well_formed = Rdata::check(record_type, &mut Reader::alone(&[])).is_ok();
        Self {
            record_type,
            well_formed,
            octets: Box::default(),
        }
    }

    /// RDATA from its presentation form, the type's own or the generic one; relative names are below `origin`.
    ///
    /// # Errors
    ///
    /// The text is not of the type's form; offsets count octets from its start.
    ///
    /// ```
    /// use wire_dns::{NameBuf, RdataBuf, RecordType};
    ///
    /// let origin: NameBuf = "example.".parse()?;
    /// let rdata = RdataBuf::parse(RecordType::MX, "10 mail", &origin)?;
    /// assert_eq!(rdata.to_string(), "10 mail.example.");
    /// assert_eq!(rdata, RdataBuf::parse(RecordType::MX, r"\# 16 000A 046d61696c 076578616d706c65 00", &origin)?);
    /// let error = RdataBuf::parse(RecordType::MX, "ten mail", &origin).unwrap_err();
    /// assert_eq!(error.to_string(), "octet 0: not a decimal number from 0 to 65535");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn parse<'o>(
        record_type: RecordType,
        text: &str,
        origin: impl Into<Name<'o>>,
    ) -> Result<Self, Error> {
        let all = tokens(text.as_bytes())?;
        Self::from_tokens(
            record_type,
            &mut Tokens::new(&all, text.len(), origin.into()),
        )
    }

    /// RDATA from tokens, all of which must be used.
    pub(crate) fn from_tokens(
        record_type: RecordType,
        tokens: &mut Tokens<'_, '_>,
    ) -> Result<Self, Error> {
        let mut octets = Vec::with_capacity(64);
        Rdata::parse_into(record_type, tokens, &mut octets)?;
        Ok(Self {
            record_type,
            well_formed: true,
            octets: octets.into_boxed_slice(),
        })
    }

    /// An owned copy of borrowed RDATA, with its names uncompressed.
    ///
    /// # Errors
    ///
    /// As [`Rdata::encode_into`], and when public fields hold what the type forbids.
    pub fn from_rdata(rdata: &Rdata<'_>) -> Result<Self, Error> {
        let mut octets = Vec::with_capacity(64);
        rdata.encode_into(&mut octets)?;
        match rdata {
            Rdata::Unknown(unknown) => Self::opaque(unknown.record_type, octets),
            _ => Self::decode(rdata.record_type(), octets),
        }
    }

    /// The borrowed form with its fields.
    #[must_use]
    pub fn as_rdata(&self) -> Rdata<'_> {
        if self.well_formed {
            return Rdata::read(self.record_type, self.reader());
        }
        Rdata::Unknown(Unknown {
            record_type: self.record_type,
            octets: &self.octets,
        })
    }

    /// TYPE.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The octets of RDATA, names uncompressed.
    #[must_use]
    pub const fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The octets of the canonical form: names of the older types in small letters
    /// ([RFC 4034 §6.2](https://www.rfc-editor.org/rfc/rfc4034#section-6.2)).
    ///
    /// ```
    /// use wire_dns::{Name, RdataBuf, RecordType};
    ///
    /// let rdata = RdataBuf::parse(RecordType::NS, "NS.Example.", Name::ROOT)?;
    /// assert_eq!(rdata.octets(), b"\x02NS\x07Example\0");
    /// assert_eq!(rdata.canonical(), b"\x02ns\x07example\0");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.octets.len());
        // What was checked can be written again.
        if self.as_rdata().encode_canonical_into(&mut out).is_err() {
            out.clear();
            out.extend_from_slice(&self.octets);
        }
        out
    }

    /// The order of records within a set ([RFC 4034 §6.3](https://www.rfc-editor.org/rfc/rfc4034#section-6.3)), by type
    /// first.
    #[must_use]
    pub fn canonical_cmp(&self, other: &Self) -> Ordering {
        let by_type = self.record_type.cmp(&other.record_type);
        by_type.then_with(|| self.canonical().cmp(&other.canonical()))
    }

    /// A reader of the octets.
    pub(crate) fn reader(&self) -> Reader<'_, 'static> {
        Reader::alone(&self.octets)
    }
}

impl TryFrom<&Rdata<'_>> for RdataBuf {
    type Error = Error;

    fn try_from(rdata: &Rdata<'_>) -> Result<Self, Error> {
        Self::from_rdata(rdata)
    }
}

impl<'a> From<&'a RdataBuf> for Rdata<'a> {
    fn from(rdata: &'a RdataBuf) -> Self {
        rdata.as_rdata()
    }
}

impl fmt::Display for RdataBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_rdata().fmt(f)
    }
}

impl fmt::Debug for RdataBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RdataBuf({} {self})", self.record_type)
    }
}
