//! Values that are no message and no record: those of registries by their names, TTLs as numbers.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde_core::de::{self, Deserialize, Deserializer, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::edns::{EdeCode, OptionCode};
use crate::rdata::SvcParamKey;
use crate::{
    Algorithm, CertType, Class, DigestType, DsyncScheme, Error, NameBuf, Nsec3HashAlgorithm,
    Opcode, Rcode, RecordType, Ttl,
};

/// Reads a value from its text.
struct Text<T> {
    /// What the text is of.
    what: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err = Error>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Text in both directions.
macro_rules! as_text {
    ($( $name:ident is $what:literal; )*) => {
        $(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                #[doc = concat!("From ", $what, ".")]
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_str(Text { what: $what, value: PhantomData })
                }
            }
        )*
    };
}

as_text! {
    NameBuf is "a domain name in presentation form, with or without a final dot";
    RecordType is "a record type, as `AAAA` or `TYPE28`";
    Class is "a class, as `IN` or `CLASS1`";
    Rcode is "a response code, as `NXDOMAIN` or `RCODE3`";
    Opcode is "an opcode, as `QUERY` or `OPCODE0`";
    Algorithm is "a DNSSEC algorithm, as a mnemonic or number in text";
    DigestType is "a digest type, as a mnemonic or number in text";
    Nsec3HashAlgorithm is "a hash algorithm of NSEC3, as a mnemonic or number in text";
    CertType is "a certificate type, as a mnemonic or number in text";
    DsyncScheme is "a scheme of DSYNC, as a mnemonic or number in text";
    OptionCode is "an EDNS option code, as a mnemonic or number in text";
    EdeCode is "a code of an extended error, as its name or number in text";
    SvcParamKey is "a key of a service parameter, as `alpn` or `key1`";
}

/// A number of seconds.
impl Serialize for Ttl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for Ttl {
    /// From a number of seconds.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Self)
    }
}
