//! Messages as JSON with the members of RFC 8427, through `serde` (feature `serde`).
//!
//! Written by hand on `serde_core`, so that the feature costs no procedural macro.

mod read;
mod record;
mod write;

use core::fmt;

use serde_core::de::{self, Deserialize, Deserializer, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::{Name, NameBuf};

impl Serialize for Name<'_> {
    /// The presentation form with its final dot.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for NameBuf {
    /// The presentation form with its final dot.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_name().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for NameBuf {
    /// From the presentation form, with or without a final dot.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = NameBuf;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a domain name in presentation form")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<NameBuf, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests;
