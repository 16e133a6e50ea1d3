//! Messages as JSON with the members of RFC 8427, through `serde` (feature `serde`).
//!
//! Written by hand on `serde_core`, so that the feature costs no procedural macro.

mod read;
mod record;
mod values;
mod write;

use serde_core::ser::{Serialize, Serializer};

use crate::Name;

impl Serialize for Name<'_> {
    /// The presentation form with its final dot.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
