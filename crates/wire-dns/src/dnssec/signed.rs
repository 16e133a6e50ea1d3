//! The octets that an RRSIG's signature is over (RFC 4034 §3.1.8.1).

use alloc::vec::Vec;

use crate::error::{Error, ErrorKind};
use crate::rdata::{Rdata, Rrsig};
use crate::{Class, Name};

/// The octets that are signed: RRSIG's RDATA without the signature, then each record of the set in canonical form and order,
/// with the original TTL ([RFC 4034 §3.1.8.1](https://www.rfc-editor.org/rfc/rfc4034#section-3.1.8.1), §6.2, §6.3). Records
/// that are there twice count once.
///
/// Where `rrsig.labels` is less than the owner has, the set came from a wildcard, and the wildcard's name is what was
/// signed.
///
/// # Errors
///
/// [`ErrorKind::BadNumber`] for more labels in `rrsig.labels` than the owner has
/// ([RFC 4035 §5.3.1](https://www.rfc-editor.org/rfc/rfc4035#section-5.3.1)); [`ErrorKind::RdataTooLong`] or
/// [`ErrorKind::FieldTooLong`] for RDATA that cannot be written.
///
/// ```
/// # use wire_dns::{Class, Name, NameBuf, Rdata, RdataBuf, RecordType, dnssec};
/// let owner: NameBuf = "example.com.".parse()?;
/// let mx = RdataBuf::parse(RecordType::MX, "10 mail.example.com.", Name::ROOT)?;
/// // RFC 8080 §6.1, its signature cut.
/// let text = "MX 15 2 3600 1440021600 1438207200 3613 example.com. oL9krJun";
/// let rrsig = RdataBuf::parse(RecordType::RRSIG, text, Name::ROOT)?;
/// let Rdata::Rrsig(rrsig) = rrsig.as_rdata() else { panic!() };
/// let octets = dnssec::signed_octets(&rrsig, owner.as_name(), Class::IN, [mx.as_rdata()])?;
/// assert_eq!(octets[..31], *b"\0\x0F\x0F\x02\0\0\x0E\x10\x55\xD4\xFC\x60\x55\xB9\x4C\xE0\x0E\x1D\x07example\x03com\0");
/// assert_eq!(octets[31..], *b"\x07example\x03com\0\0\x0F\0\x01\0\0\x0E\x10\0\x14\0\x0A\x04mail\x07example\x03com\0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn signed_octets<'r, 'n>(
    rrsig: &Rrsig<'_>,
    owner: impl Into<Name<'n>>,
    class: Class,
    set: impl IntoIterator<Item = Rdata<'r>>,
) -> Result<Vec<u8>, Error> {
    let mut octets = Vec::with_capacity(512);
    let unsigned = Rrsig {
        signature: &[],
        ..*rrsig
    };
    Rdata::from(unsigned).encode_canonical_into(&mut octets)?;

    let mut prefix = signed_owner(owner.into(), rrsig.labels)?;
    prefix.extend_from_slice(&rrsig.type_covered.0.to_be_bytes());
    prefix.extend_from_slice(&class.0.to_be_bytes());
    prefix.extend_from_slice(&rrsig.original_ttl.0.to_be_bytes());

    let mut records = Vec::new();
    for rdata in set {
        let mut canonical = Vec::new();
        rdata.encode_canonical_into(&mut canonical)?;
        records.push(canonical);
    }
    records.sort_unstable();
    records.dedup();
    for record in records {
        octets.extend_from_slice(&prefix);
        let len = u16::try_from(record.len())
            .map_err(|_| Error::new(octets.len(), ErrorKind::RdataTooLong))?;
        octets.extend_from_slice(&len.to_be_bytes());
        octets.extend_from_slice(&record);
    }
    Ok(octets)
}

/// The owner that was signed, in canonical form: itself, or the wildcard that it came from (RFC 4035 §5.3.2).
fn signed_owner(owner: Name<'_>, labels: u8) -> Result<Vec<u8>, Error> {
    let mut octets = Vec::with_capacity(64);
    // Neither the root nor a leading asterisk counts (RFC 4034 §3.1.3).
    let count = owner
        .label_count()
        .saturating_sub(usize::from(owner.is_wildcard()));
    let Some(extra) = count.checked_sub(usize::from(labels)) else {
        let max = u64::try_from(count).unwrap_or(u64::MAX);
        return Err(Error::new(0, ErrorKind::BadNumber { max }));
    };
    if extra == 0 {
        owner.encode_canonical_into(&mut octets);
        return Ok(octets);
    }
    let skip = owner.label_count().saturating_sub(usize::from(labels));
    octets.extend_from_slice(b"\x01*");
    if let Some(rest) = owner.ancestors().nth(skip) {
        rest.encode_canonical_into(&mut octets);
    }
    Ok(octets)
}
