//! Hashed owner names (RFC 5155 §5).

use alloc::string::String;

use sha1::{Digest as _, Sha1};

use crate::error::Error;
use crate::text::encoding::write_base32hex;
use crate::{Name, NameBuf};

/// Octets of the hash of NSEC3, which is SHA-1: 32 digits in base32hex.
pub const NSEC3_HASH_OCTETS: usize = 20;

/// The hash of a name: SHA-1 over the name in canonical form and the salt, then `iterations` times over hash and salt
/// ([RFC 5155 §5](https://www.rfc-editor.org/rfc/rfc5155#section-5)).
///
/// The work grows with `iterations`. Zones must say 0 ([RFC 9276 §3.1](https://www.rfc-editor.org/rfc/rfc9276#section-3.1)),
/// and a validator that gets more may take the answer as insecure without hashing
/// ([RFC 9276 §3.2](https://www.rfc-editor.org/rfc/rfc9276#section-3.2)).
///
/// ```
/// # use wire_dns::{NameBuf, dnssec};
/// // RFC 5155 appendix A.
/// let name: NameBuf = "a.example".parse()?;
/// let hash = dnssec::nsec3_hash(&name, 12, &[0xAA, 0xBB, 0xCC, 0xDD]);
/// let owner = dnssec::nsec3_owner(&hash, "example".parse::<NameBuf>()?.as_name())?;
/// assert_eq!(owner.to_string(), "35MTHGPGCU1QG68FAB165KLNSNK3DPVL.example.");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[must_use]
pub fn nsec3_hash<'n>(
    name: impl Into<Name<'n>>,
    iterations: u16,
    salt: &[u8],
) -> [u8; NSEC3_HASH_OCTETS] {
    let mut hash = salted(name.into().flatten().folded().octets(), salt);
    for _ in 0..iterations {
        hash = salted(&hash, salt);
    }
    hash
}

fn salted(octets: &[u8], salt: &[u8]) -> [u8; NSEC3_HASH_OCTETS] {
    let mut hasher = Sha1::new();
    hasher.update(octets);
    hasher.update(salt);
    hasher.finalize().into()
}

/// The owner of the NSEC3 record of a hash: the hash in base32hex as a label below the zone's apex
/// ([RFC 5155 §3](https://www.rfc-editor.org/rfc/rfc5155#section-3)).
///
/// # Errors
///
/// [`ErrorKind::NameTooLong`](crate::ErrorKind::NameTooLong) for an apex of more than 222 octets.
///
/// ```
/// # use wire_dns::{NameBuf, dnssec};
/// let apex: NameBuf = "example".parse()?;
/// let owner = dnssec::nsec3_owner(&[0xFF; 20], &apex)?;
/// assert_eq!(owner.to_string(), "VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVV.example.");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn nsec3_owner<'n>(
    hash: &[u8; NSEC3_HASH_OCTETS],
    apex: impl Into<Name<'n>>,
) -> Result<NameBuf, Error> {
    let mut label = String::with_capacity(32);
    // A string takes all that is written to it.
    let _ = write_base32hex(hash, &mut label);
    apex.into().to_name_buf().child(label)
}
