//! Key tags (RFC 4034 appendix B) and DS digests (RFC 4034 §5.1.4).

use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384};

use crate::rdata::{Dnskey, Ds};
use crate::{Algorithm, DigestType, Name};

/// The number that tells a zone's keys apart, mostly ([RFC 4034](https://www.rfc-editor.org/rfc/rfc4034) appendix B): two
/// keys may have the same one.
///
/// ```
/// use wire_dns::{Algorithm, dnssec, rdata::Dnskey};
///
/// let key = Dnskey { flags: 0x0100, protocol: 3, algorithm: Algorithm::RSASHA1, public_key: &[0xFF] };
/// // 0x0100 + 0x0305 + 0xFF00 is 0x1_0305; the carry is added.
/// assert_eq!(dnssec::key_tag(&key), 0x0306);
/// ```
#[must_use]
pub fn key_tag(key: &Dnskey<'_>) -> u16 {
    // RSA/MD5 takes the tag from the modulus (appendix B.1).
    if key.algorithm == Algorithm::RSAMD5 {
        return match key.public_key {
            [.., high, low, _] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        };
    }
    let mut rdata = Vec::with_capacity(key.public_key.len().saturating_add(4));
    encode(key, &mut rdata);
    let sum = rdata.chunks(2).fold(0u32, |sum, pair| {
        let word = match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            [high] => u16::from_be_bytes([*high, 0]),
            _ => 0,
        };
        // At most 32,768 words of 16 bits fit.
        sum.wrapping_add(u32::from(word))
    });
    let folded = sum.wrapping_add(sum >> 16) & 0xFFFF;
    u16::try_from(folded).unwrap_or(0)
}

/// A digest of up to 48 octets, from [`ds_digest`]; it dereferences to them.
///
/// ```
/// use wire_dns::{DigestType, Name, Rdata, RdataBuf, RecordType, dnssec};
///
/// let key = RdataBuf::parse(RecordType::DNSKEY, "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", Name::ROOT)?;
/// let Rdata::Dnskey(key) = key.as_rdata() else { panic!() };
/// let digest = dnssec::ds_digest(Name::ROOT, &key, DigestType::SHA1).unwrap();
/// assert_eq!(digest.len(), 20);
/// assert_eq!(dnssec::ds_digest(Name::ROOT, &key, DigestType::SHA384).unwrap().len(), 48);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Digest {
    octets: [u8; 48],
    len: usize,
}

impl Digest {
    fn new(octets: &[u8]) -> Self {
        let mut digest = Self {
            octets: [0; 48],
            len: octets.len().min(48),
        };
        for (to, from) in digest.octets.iter_mut().zip(octets) {
            *to = *from;
        }
        digest
    }
}

impl Deref for Digest {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or(&self.octets)
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(")?;
        self.iter().try_for_each(|octet| write!(f, "{octet:02X}"))?;
        f.write_str(")")
    }
}

/// The digest of a key for its DS record: over the owner in canonical form and the key's RDATA
/// ([RFC 4034 §5.1.4](https://www.rfc-editor.org/rfc/rfc4034#section-5.1.4)).
///
/// `None` for digest types other than SHA-1, SHA-256 ([RFC 4509](https://www.rfc-editor.org/rfc/rfc4509)) and SHA-384
/// ([RFC 6605](https://www.rfc-editor.org/rfc/rfc6605)).
///
/// ```
/// use wire_dns::{DigestType, Name, NameBuf, Rdata, RdataBuf, RecordType, dnssec};
///
/// // RFC 8080 §6.1.
/// let owner: NameBuf = "example.com.".parse()?;
/// let key = RdataBuf::parse(RecordType::DNSKEY, "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", Name::ROOT)?;
/// let Rdata::Dnskey(key) = key.as_rdata() else { panic!() };
/// let digest = dnssec::ds_digest(&owner, &key, DigestType::SHA256).unwrap();
/// assert_eq!(digest[..4], [0x3A, 0xA5, 0xAB, 0x37]);
/// assert!(dnssec::ds_digest(&owner, &key, DigestType::GOST).is_none());
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[must_use]
pub fn ds_digest<'n>(
    owner: impl Into<Name<'n>>,
    key: &Dnskey<'_>,
    digest_type: DigestType,
) -> Option<Digest> {
    let owner = owner.into();
    let mut octets = Vec::with_capacity(key.public_key.len().saturating_add(64));
    owner.encode_canonical_into(&mut octets);
    encode(key, &mut octets);
    match digest_type {
        DigestType::SHA1 => Some(Digest::new(&Sha1::digest(&octets))),
        DigestType::SHA256 => Some(Digest::new(&Sha256::digest(&octets))),
        DigestType::SHA384 => Some(Digest::new(&Sha384::digest(&octets))),
        _ => None,
    }
}

/// The DS data of a key with its digest, which [`ds_digest`] computes over the key's owner too.
///
/// ```
/// use wire_dns::{Algorithm, DigestType, Name, dnssec, rdata::Dnskey};
///
/// let key = Dnskey { flags: 257, protocol: 3, algorithm: Algorithm::ED25519, public_key: &[7; 32] };
/// let digest = dnssec::ds_digest(Name::ROOT, &key, DigestType::SHA256).unwrap();
/// let ds = dnssec::ds(&key, DigestType::SHA256, &digest);
/// assert_eq!((ds.key_tag, ds.algorithm), (dnssec::key_tag(&key), Algorithm::ED25519));
/// assert_eq!(ds.digest.len(), 32);
/// ```
#[must_use]
pub fn ds<'d>(key: &Dnskey<'_>, digest_type: DigestType, digest: &'d Digest) -> Ds<'d> {
    Ds {
        key_tag: key_tag(key),
        algorithm: key.algorithm,
        digest_type,
        digest,
    }
}

/// Appends the RDATA of a key.
fn encode(key: &Dnskey<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(&key.flags.to_be_bytes());
    out.extend_from_slice(&[key.protocol, key.algorithm.0]);
    out.extend_from_slice(key.public_key);
}
