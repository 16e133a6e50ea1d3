//! Section: the four parts of a message behind the header (RFC 1035 §4.1).

use core::fmt;

/// A part of a message ([RFC 1035 §4.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1)).
///
/// ```
/// use wire_dns::Section;
/// assert_eq!(Section::RECORDS.map(|section| section.to_string()), ["answer", "authority", "additional"]);
/// // They compare in the order of the message.
/// assert!(Section::ALL.is_sorted() && Section::Question < Section::Answer);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a message has these four sections and no others"
)]
pub enum Section {
    /// What is asked (the zone, in UPDATE).
    Question,
    /// Records that answer (prerequisites, in UPDATE).
    Answer,
    /// Records that point to an authority (the changes, in UPDATE).
    Authority,
    /// Records that help.
    Additional,
}

impl Section {
    /// The four in the order of the message.
    pub const ALL: [Self; 4] = [
        Self::Question,
        Self::Answer,
        Self::Authority,
        Self::Additional,
    ];

    /// The three that hold records.
    pub const RECORDS: [Self; 3] = [Self::Answer, Self::Authority, Self::Additional];
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Authority => "authority",
            Self::Additional => "additional",
        })
    }
}
