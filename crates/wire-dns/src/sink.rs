//! Sink: where RDATA is written to, and what becomes of the names in it.

use alloc::vec::Vec;

use crate::error::Error;
use crate::name::Name;

/// What a field's type says of a name in RDATA. The two lists are different ones, in different RFCs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameRule {
    /// May be compressed when sent: only the types of RFC 1035 (RFC 3597 §4).
    pub(crate) compress: bool,
    /// Letters are folded in the canonical form (RFC 4034 §6.2, RFC 6840 §5.1).
    pub(crate) fold: bool,
}

impl NameRule {
    /// Whole and as it is.
    pub(crate) const PLAIN: Self = Self {
        compress: false,
        fold: false,
    };
    /// Whole, and small letters in the canonical form.
    pub(crate) const FOLDED: Self = Self {
        compress: false,
        fold: true,
    };
    /// Compressed, and small letters in the canonical form.
    pub(crate) const COMPRESSED: Self = Self {
        compress: true,
        fold: true,
    };
}

/// Takes the octets of RDATA in order.
pub(crate) trait Sink {
    /// Appends octets.
    fn put(&mut self, octets: &[u8]) -> Result<(), Error>;

    /// Appends a name as its rule and the sink's purpose say.
    fn name(&mut self, name: Name<'_>, rule: NameRule) -> Result<(), Error>;

    /// Appends one octet.
    #[inline]
    fn u8(&mut self, value: u8) -> Result<(), Error> {
        self.put(&[value])
    }

    /// Appends two octets.
    #[inline]
    fn u16(&mut self, value: u16) -> Result<(), Error> {
        self.put(&value.to_be_bytes())
    }

    /// Appends four octets.
    #[inline]
    fn u32(&mut self, value: u32) -> Result<(), Error> {
        self.put(&value.to_be_bytes())
    }
}

/// Writes names whole and as they are.
impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.extend_from_slice(octets);
        Ok(())
    }

    fn name(&mut self, name: Name<'_>, _rule: NameRule) -> Result<(), Error> {
        name.encode_into(self);
        Ok(())
    }
}

/// Counts the octets, names whole.
pub(crate) struct Length(pub(crate) usize);

impl Sink for Length {
    #[inline]
    fn put(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.0 = self.0.saturating_add(octets.len());
        Ok(())
    }

    fn name(&mut self, name: Name<'_>, _rule: NameRule) -> Result<(), Error> {
        self.0 = self.0.saturating_add(name.octet_count());
        Ok(())
    }
}

/// Writes the canonical form of RFC 4034 §6.2.
pub(crate) struct Canonical<'o>(pub(crate) &'o mut Vec<u8>);

impl Sink for Canonical<'_> {
    fn put(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.0.extend_from_slice(octets);
        Ok(())
    }

    fn name(&mut self, name: Name<'_>, rule: NameRule) -> Result<(), Error> {
        if rule.fold {
            name.encode_canonical_into(self.0);
        } else {
            name.encode_into(self.0);
        }
        Ok(())
    }
}
