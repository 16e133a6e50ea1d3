//! HMAC over the five hashes, as one type.

use hmac::{Hmac, KeyInit, Mac as _};

use super::key::{TsigAlgorithm, TsigKey};

/// A MAC, whole or truncated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mac {
    octets: [u8; 64],
    len: usize,
}

impl Mac {
    /// A MAC from the wire.
    pub(super) fn new(octets: &[u8]) -> Self {
        let mut mac = Self {
            octets: [0; 64],
            len: octets.len().min(64),
        };
        for (to, from) in mac.octets.iter_mut().zip(octets) {
            *to = *from;
        }
        mac
    }

    pub(super) fn octets(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or(&self.octets)
    }
}

/// Declares the enum over the hashes and what each does.
macro_rules! hashers {
    ($( $name:ident $hash:ty; )*) => {
        /// A MAC being computed.
        #[derive(Clone)]
        pub(super) enum Hasher {
            $( $name(Hmac<$hash>), )*
        }

        impl Hasher {
            /// `None` never: HMAC takes secrets of any length.
            pub(super) fn new(key: &TsigKey) -> Option<Self> {
                match key.algorithm() {
                    $( TsigAlgorithm::$name => Hmac::new_from_slice(key.secret()).ok().map(Self::$name), )*
                }
            }

            pub(super) fn update(&mut self, octets: &[u8]) {
                match self {
                    $( Self::$name(hmac) => hmac.update(octets), )*
                }
            }

            /// The first `len` octets of the MAC.
            pub(super) fn finish(self, len: usize) -> Mac {
                match self {
                    $( Self::$name(hmac) => {
                        let whole = hmac.finalize().into_bytes();
                        Mac::new(whole.get(..len).unwrap_or(&whole))
                    } )*
                }
            }

            /// Compares in constant time; `mac` may be truncated.
            pub(super) fn verify(self, mac: &[u8]) -> bool {
                match self {
                    $( Self::$name(hmac) => hmac.verify_truncated_left(mac).is_ok(), )*
                }
            }
        }
    };
}

hashers! {
    HmacSha1 sha1::Sha1;
    HmacSha224 sha2::Sha224;
    HmacSha256 sha2::Sha256;
    HmacSha384 sha2::Sha384;
    HmacSha512 sha2::Sha512;
}
