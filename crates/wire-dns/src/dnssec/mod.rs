//! What DNSSEC hashes and signs: key tags, DS digests, NSEC3 hashes, and the octets that a signature is over.
//!
//! Signatures themselves are not made or checked here: that is a matter of the algorithm's library, which gets
//! [`signed_octets`].
//!
//! ```
//! use wire_dns::{DigestType, Name, NameBuf, Rdata, RdataBuf, RecordType, dnssec};
//!
//! // RFC 8080 §6.1.
//! let owner: NameBuf = "example.com.".parse()?;
//! let text = "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=";
//! let key = RdataBuf::parse(RecordType::DNSKEY, text, Name::ROOT)?;
//! let Rdata::Dnskey(key) = key.as_rdata() else { panic!() };
//! assert_eq!(dnssec::key_tag(&key), 3613);
//! let digest = dnssec::ds_digest(&owner, &key, DigestType::SHA256).unwrap();
//! assert_eq!(Rdata::from(dnssec::ds(&key, DigestType::SHA256, &digest)).to_string(),
//!     "3613 15 2 3AA5AB37EFCE57F737FC1627013FEE07BDF241BD10F3B1964AB55C78E79A304B");
//! # Ok::<(), wire_dns::Error>(())
//! ```

mod digest;
mod nsec3;
mod signed;

pub use digest::{Digest, ds, ds_digest, key_tag};
pub use nsec3::{NSEC3_HASH_OCTETS, nsec3_hash, nsec3_owner};
pub use signed::signed_octets;

#[cfg(test)]
mod tests;
