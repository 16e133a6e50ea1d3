//! The shared secret and its algorithm (RFC 8945 §6).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::{Name, NameBuf};

/// How a MAC is computed ([RFC 8945 §6](https://www.rfc-editor.org/rfc/rfc8945#section-6)). HMAC-MD5, GSS-TSIG and the names
/// for truncated MACs, as `hmac-sha256-128`, are not among them.
///
/// ```
/// use wire_dns::{NameBuf, tsig::TsigAlgorithm};
///
/// let name: NameBuf = "HMAC-SHA256".parse()?;
/// let algorithm = TsigAlgorithm::from_name(&name).unwrap();
/// assert_eq!(algorithm, TsigAlgorithm::HmacSha256);
/// assert_eq!((algorithm.mac_octets(), algorithm.mac_octets_min()), (32, 16));
/// // Half of the 20 octets of SHA-1.
/// assert_eq!(TsigAlgorithm::HmacSha1.mac_octets_min(), 10);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TsigAlgorithm {
    /// `hmac-sha1`, for old peers.
    HmacSha1,
    /// `hmac-sha224`.
    HmacSha224,
    /// `hmac-sha256`, which everybody must have.
    HmacSha256,
    /// `hmac-sha384`.
    HmacSha384,
    /// `hmac-sha512`.
    HmacSha512,
}

impl TsigAlgorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::HmacSha1,
        Self::HmacSha224,
        Self::HmacSha256,
        Self::HmacSha384,
        Self::HmacSha512,
    ];

    /// The name that stands for the algorithm on the wire.
    #[must_use]
    pub const fn name(self) -> Name<'static> {
        let octets: &[u8] = match self {
            Self::HmacSha1 => b"\x09hmac-sha1\0",
            Self::HmacSha224 => b"\x0Bhmac-sha224\0",
            Self::HmacSha256 => b"\x0Bhmac-sha256\0",
            Self::HmacSha384 => b"\x0Bhmac-sha384\0",
            Self::HmacSha512 => b"\x0Bhmac-sha512\0",
        };
        Name::checked(octets, 0)
    }

    /// The algorithm of a name, in any case; `None` for names of other algorithms.
    #[must_use]
    pub fn from_name<'n>(name: impl Into<Name<'n>>) -> Option<Self> {
        let name = name.into();
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// Octets of a whole MAC.
    #[must_use]
    pub const fn mac_octets(self) -> usize {
        match self {
            Self::HmacSha1 => 20,
            Self::HmacSha224 => 28,
            Self::HmacSha256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
        }
    }

    /// The fewest octets that a truncated MAC may have: half of the whole, but no fewer than ten
    /// ([RFC 8945 §5.2.2.1](https://www.rfc-editor.org/rfc/rfc8945#section-5.2.2.1)).
    #[must_use]
    pub const fn mac_octets_min(self) -> usize {
        let half = self.mac_octets() / 2;
        if half > 10 { half } else { 10 }
    }
}

/// A secret that two parties share, with its name and algorithm.
///
/// [`Debug`](fmt::Debug) does not show the secret.
///
/// ```
/// use wire_dns::tsig::{TsigAlgorithm, TsigKey};
///
/// let key = TsigKey::new("key.example".parse()?, TsigAlgorithm::HmacSha256, *b"secret");
/// assert_eq!(format!("{key:?}"), "TsigKey(key.example. HmacSha256)");
/// // RFC 8945 §5.2.2.1 allows 16 to 32 octets.
/// assert_eq!(key.mac_octets(), 32);
/// assert_eq!(key.with_mac_octets(8).mac_octets(), 16);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone)]
pub struct TsigKey {
    name: NameBuf,
    algorithm: TsigAlgorithm,
    secret: Box<[u8]>,
    mac_octets: usize,
}

impl TsigKey {
    /// A key that signs with whole MACs and takes no others. The secret is the octets themselves, not their base64; any
    /// number of them is taken, and as many as the MAC has are recommended
    /// ([RFC 8945 §8](https://www.rfc-editor.org/rfc/rfc8945#section-8)).
    #[must_use]
    pub fn new(name: NameBuf, algorithm: TsigAlgorithm, secret: impl Into<Vec<u8>>) -> Self {
        Self {
            name,
            algorithm,
            secret: secret.into().into_boxed_slice(),
            mac_octets: algorithm.mac_octets(),
        }
    }

    /// Sets how long the MACs are that this side writes, and the shortest that it takes, within what the algorithm allows.
    #[must_use]
    pub fn with_mac_octets(mut self, octets: usize) -> Self {
        let algorithm = self.algorithm;
        self.mac_octets = octets.clamp(algorithm.mac_octets_min(), algorithm.mac_octets());
        self
    }

    /// The key's name.
    #[must_use]
    pub const fn name(&self) -> Name<'_> {
        self.name.as_name()
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> TsigAlgorithm {
        self.algorithm
    }

    /// Octets of the MACs that this side writes, and the fewest that it takes.
    #[must_use]
    pub const fn mac_octets(&self) -> usize {
        self.mac_octets
    }

    /// The secret.
    pub(super) const fn secret(&self) -> &[u8] {
        &self.secret
    }
}

impl fmt::Debug for TsigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TsigKey({} {:?})", self.name, self.algorithm)
    }
}
