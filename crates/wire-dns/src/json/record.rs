//! Records to JSON and back.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde_core::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::{self, Serialize, SerializeMap, Serializer};

use super::write::Shown;
use crate::error::Error;
use crate::rdata::{Rdata, RdataBuf};
use crate::sink::{Length, NameRule, Sink};
use crate::text::encoding;
use crate::text::lexer::Token;
use crate::{Class, Name, NameBuf, RecordBuf, RecordType, ResourceRecord, Ttl};

impl Serialize for ResourceRecord<'_> {
    /// The record object of RFC 8427 §2.2 with the presentation form beside it.
    ///
    /// `NAME`, `TYPE`, `TYPEname`, `CLASS`, `CLASSname`, `TTL`, `RDLENGTH`, `RDATAHEX`, `rdata`. `RDATAHEX` has the RDATA
    /// with its names uncompressed, since a compression pointer means nothing outside its message, and `RDLENGTH` counts
    /// these octets. `rdata` is the presentation form, `\# …` for unknown types (RFC 3597 §5).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_record(
            self.owner(),
            self.class(),
            self.ttl(),
            &self.rdata(),
            serializer,
        )
    }
}

impl Serialize for RecordBuf {
    /// As [`ResourceRecord`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_record(
            self.owner.as_name(),
            self.class,
            self.ttl,
            &self.rdata.as_rdata(),
            serializer,
        )
    }
}

fn serialize_record<S: Serializer>(
    owner: Name<'_>,
    class: Class,
    ttl: Ttl,
    rdata: &Rdata<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let record_type = rdata.record_type();
    let mut length = Length(0);
    rdata.write(&mut length).map_err(ser::Error::custom)?;
    let mut map = serializer.serialize_map(Some(9))?;
    map.serialize_entry("NAME", &owner)?;
    map.serialize_entry("TYPE", &record_type.0)?;
    map.serialize_entry("TYPEname", &Shown(record_type))?;
    map.serialize_entry("CLASS", &class.0)?;
    map.serialize_entry("CLASSname", &Shown(class))?;
    map.serialize_entry("TTL", &ttl.0)?;
    map.serialize_entry("RDLENGTH", &length.0)?;
    map.serialize_entry("RDATAHEX", &Shown(Hex(rdata)))?;
    map.serialize_entry("rdata", &Shown(rdata))?;
    map.end()
}

/// Uncompressed RDATA as hexadecimal digits.
struct Hex<'r, 'a>(&'r Rdata<'a>);

impl fmt::Display for Hex<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sink = HexSink {
            out: f,
            result: Ok(()),
        };
        self.0.write(&mut sink).map_err(|_| fmt::Error)?;
        sink.result
    }
}

/// Writes octets as digits as they come.
struct HexSink<'f, 'g> {
    out: &'f mut fmt::Formatter<'g>,
    result: fmt::Result,
}

impl Sink for HexSink<'_, '_> {
    fn put(&mut self, octets: &[u8]) -> Result<(), Error> {
        if self.result.is_ok() {
            self.result = encoding::write_hex(octets, self.out);
        }
        Ok(())
    }

    fn name(&mut self, name: Name<'_>, _rule: NameRule) -> Result<(), Error> {
        self.put(name.flatten().octets())
    }
}

impl<'de> Deserialize<'de> for RecordBuf {
    /// From a record object: `NAME`, `TYPE` or `TYPEname`, and `RDATAHEX` or `rdata`, or instead of these an `RDLENGTH` of 0.
    ///
    /// `CLASS` or `CLASSname` may be left out and is IN then; so may `TTL`, which is 0 then. Where a number and a name are
    /// both there, the number counts; where `RDATAHEX` and `rdata` are, the octets. Other members are not looked at.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = RecordParts::deserialize(deserializer)?;
        parts.into_record().map_err(de::Error::custom)
    }
}

/// Declares the members that are looked at.
macro_rules! members {
    ($(#[doc = $doc:literal])* $name:ident { $( $member:literal $field:ident: $ty:ty, )* }) => {
        $(#[doc = $doc])*
        #[derive(Default)]
        pub(super) struct $name {
            $( pub(super) $field: Option<$ty>, )*
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;

                impl<'de> Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object with the members of RFC 8427")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut parts = $name::default();
                        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                            match &*key {
                                $( $member => {
                                    if parts.$field.replace(map.next_value()?).is_some() {
                                        return Err(de::Error::duplicate_field($member));
                                    }
                                } )*
                                _ => {
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(parts)
                    }
                }

                deserializer.deserialize_map(Members)
            }
        }
    };
}
pub(super) use members;

members! {
    /// The members of a record object or a question's.
    RecordParts {
        "NAME" name: NameBuf,
        "TYPE" record_type: u16,
        "TYPEname" type_name: String,
        "CLASS" class: u16,
        "CLASSname" class_name: String,
        "TTL" ttl: u32,
        "RDLENGTH" rdlength: u16,
        "RDATAHEX" rdata_hex: String,
        "rdata" rdata: String,
    }
}

/// A number or, failing that, its name.
pub(super) fn number_or_name<T: From<u16> + core::str::FromStr<Err = Error>>(
    number: Option<u16>,
    name: Option<&str>,
) -> Result<Option<T>, Error> {
    match (number, name) {
        (Some(number), _) => Ok(Some(T::from(number))),
        (None, Some(name)) => name.parse().map(Some),
        (None, None) => Ok(None),
    }
}

/// What a record object lacks, or what is wrong with a member.
pub(super) enum Fault {
    /// A member that must be there is not.
    Missing(&'static str),
    /// A member says something else than the octets.
    Bad(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Bad(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(member) => write!(f, "missing member {member}"),
            Self::Bad(error) => error.fmt(f),
        }
    }
}

impl RecordParts {
    /// The fields of a question.
    pub(super) fn question(&self) -> Result<(Name<'_>, RecordType, Class), Fault> {
        let name = self.name.as_ref().ok_or(Fault::Missing("NAME"))?;
        let record_type = number_or_name(self.record_type, self.type_name.as_deref())?;
        let class = number_or_name(self.class, self.class_name.as_deref())?;
        Ok((
            name.as_name(),
            record_type.ok_or(Fault::Missing("TYPE"))?,
            class.unwrap_or(Class::IN),
        ))
    }

    /// The record.
    fn into_record(self) -> Result<RecordBuf, Fault> {
        let (_, record_type, class) = self.question()?;
        let rdata_hex = match (self.rdata_hex, &self.rdata, self.rdlength) {
            (None, None, Some(0)) => Some(String::new()),
            (rdata_hex, ..) => rdata_hex,
        };
        let rdata = match (rdata_hex, self.rdata) {
            (Some(hex), _) => {
                let mut octets = Vec::with_capacity(hex.len() / 2);
                let token = Token {
                    octets: hex.as_bytes(),
                    offset: 0,
                    quoted: false,
                };
                encoding::parse_hex(&[token], &mut octets)?;
                if octets.is_empty() && class.may_be_empty() {
                    RdataBuf::opaque(record_type, octets)?
                } else {
                    RdataBuf::decode(record_type, octets)?
                }
            }
            (None, Some(text)) => RdataBuf::parse(record_type, &text, Name::ROOT)?,
            (None, None) => return Err(Fault::Missing("RDATAHEX")),
        };
        Ok(RecordBuf {
            owner: self.name.ok_or(Fault::Missing("NAME"))?,
            class,
            ttl: Ttl(self.ttl.unwrap_or(0)),
            rdata,
        })
    }
}
