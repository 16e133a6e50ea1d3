//! A question as people type it: `@SERVER`, NAME and TYPE in any order, as dig takes them.

use wire_dns::RecordType;

use crate::exit::Failure;

/// What the words say.
#[derive(Debug, Default)]
pub(super) struct Words<'w> {
    pub(super) name: Option<&'w str>,
    /// What is behind the `@`.
    pub(super) server: Option<&'w str>,
    pub(super) types: Vec<RecordType>,
}

impl<'w> Words<'w> {
    /// Tells them apart; `has_name` says that the name is known without them.
    pub(super) fn parse(words: &'w [String], has_name: bool) -> Result<Self, Failure> {
        let mut said = Self::default();
        for word in words {
            if let Some(at) = word.strip_prefix('@') {
                said.server = Some(at);
            } else if said.name.is_none() && !has_name {
                said.name = Some(word);
            } else if let Ok(record_type) = word.parse() {
                said.types.push(record_type);
            } else if let Some(record_type) = said.name.and_then(|first| first.parse().ok()) {
                // dig takes the type first as well.
                said.types.push(record_type);
                said.name = Some(word);
            } else {
                return Err(Failure::usage(format!(
                    "'{word}' is no record type; one without a name is written TYPE and its number"
                )));
            }
        }
        Ok(said)
    }
}
