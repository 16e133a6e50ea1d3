//! Zones: their data, their checks, and the authoritative answer as a pure function
//! ([RFC 1034 §4.3.2](https://www.rfc-editor.org/rfc/rfc1034#section-4.3.2)).
//!
//! | to | use |
//! |---|---|
//! | gather records and check them | [`ZoneBuilder`], which gives [`ZoneFault`]s in sentences |
//! | look something up | [`Zone::lookup`] |
//! | write an answer | [`Zone::answer`], straight into a [`Builder`](crate::Builder), without an allocation |
//! | answer a whole query, EDNS and all | [`Zone::respond`] |
//!
//! ```
//! # #[cfg(feature = "zone-file")] {
//! use wire_dns::{Builder, Class, Message, NameBuf, RecordType, text::ZoneRecords, zone::{Answer, ZoneBuilder}};
//!
//! let apex: NameBuf = "example.".parse()?;
//! let text = "@ 300 SOA ns.example. h.example. 1 7200 600 86400 60\n@ 300 NS ns\nns 300 A 192.0.2.53\n*.w 300 A 192.0.2.80\n";
//! let mut zone = ZoneBuilder::new(&apex, Class::IN);
//! for record in ZoneRecords::new(text.as_bytes(), &apex) {
//!     zone.insert_record(&record.unwrap(), 0);
//! }
//! let mut faults = Vec::new();
//! let zone = zone.finish(&mut faults).expect("a zone without fatal faults");
//!
//! let mut octets = Vec::new();
//! let mut builder = Builder::new(&mut octets);
//! let name: NameBuf = "anything.w.example.".parse()?;
//! builder.question(&name, RecordType::A, Class::IN)?;
//! assert_eq!(zone.answer(&name, RecordType::A, false, &mut builder)?, Answer::Records);
//! builder.finish();
//! let message = Message::decode(&octets)?;
//! assert!(message.flags().authoritative());
//! assert_eq!(message.answers().next().unwrap().to_string(), "anything.w.example.\t300\tIN\tA\t192.0.2.80");
//! # }
//! # Ok::<(), wire_dns::Error>(())
//! ```

mod answer;
mod build;
mod check;
mod denial;
mod lookup;
mod respond;
mod tree;

use alloc::vec::Vec;
use core::fmt;

pub use answer::Answer;
pub use build::ZoneBuilder;
pub use check::{ZoneFault, ZoneFaultKind};
pub use lookup::{Lookup, RecordSet};
pub use respond::Response;

use self::tree::{NodeId, Tree};
use crate::{Class, Name, NameBuf, RecordType};

/// The data of one zone, ready to be looked up.
///
/// Names are a tree of labels in one hash table, records lie in one piece: a lookup costs a probe per label below the apex
/// and no allocation. [`ZoneBuilder::finish`] makes it; a zone that exists has its SOA and no fatal fault.
///
/// ```
/// use wire_dns::{Class, NameBuf, zone::ZoneBuilder};
///
/// let apex: NameBuf = "example.".parse()?;
/// let mut builder = ZoneBuilder::new(&apex, Class::IN);
/// for record in [
///     "ns.example. 300 A 192.0.2.53",
///     "example. 300 NS ns.example.",
///     "example. 300 SOA ns.example. h.example. 1 7200 600 86400 60",
/// ] {
///     builder.insert_record(&record.parse()?, 0);
/// }
/// let zone = builder.finish(&mut Vec::new()).unwrap();
/// assert_eq!(zone.record_count(), 3);
/// let sets: Vec<String> = zone.sets().map(|set| format!("{} {}", set.owner(), set.record_type())).collect();
/// assert_eq!(sets, ["example. SOA", "example. NS", "ns.example. A"]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone)]
pub struct Zone {
    apex: NameBuf,
    class: Class,
    tree: Tree,
    /// The sets, those of a node one behind the other, by type.
    sets: Vec<SetEntry>,
    /// The records' RDATA by set: where it lies in `octets`.
    records: Vec<Slice>,
    octets: Vec<u8>,
    /// SOA's set and the TTL of negative answers (RFC 2308 §5).
    soa: usize,
    negative_ttl: crate::Ttl,
    /// What proves that something is not there.
    chain: denial::Chain,
}

/// A set in [`Zone::sets`].
#[derive(Clone, Copy, Debug)]
struct SetEntry {
    record_type: RecordType,
    ttl: crate::Ttl,
    /// The first of its records, and how many there are.
    first: u32,
    count: u32,
}

/// A piece of [`Zone::octets`].
#[derive(Clone, Copy, Debug)]
struct Slice {
    start: u32,
    len: u16,
}

impl Zone {
    /// The name at the top of the zone.
    #[must_use]
    pub const fn apex(&self) -> Name<'_> {
        self.apex.as_name()
    }

    /// CLASS.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// True when the name is the apex or below it.
    ///
    /// Of several zones that contain a name the one with the longest apex answers; but what is asked for DS at a zone's apex
    /// belongs to the parent's ([RFC 4035 §3.1.4.1](https://www.rfc-editor.org/rfc/rfc4035#section-3.1.4.1)):
    /// [`Zone::for_question`] decides.
    #[must_use]
    pub fn contains<'n>(&self, name: impl Into<Name<'n>>) -> bool {
        name.into().is_subdomain_of(self.apex())
    }

    /// The start of authority: the set of the SOA record, which is one.
    #[must_use]
    pub fn soa(&self) -> RecordSet<'_> {
        self.set_at(self.apex(), self.soa)
    }

    /// How many records there are.
    #[must_use]
    pub const fn record_count(&self) -> usize {
        self.records.len()
    }

    /// Every set, the SOA first, then by name from the apex on, for transfers
    /// ([RFC 5936 §2.2](https://www.rfc-editor.org/rfc/rfc5936#section-2.2)) and for writing.
    pub fn sets(&self) -> impl Iterator<Item = RecordSet<'_>> {
        let others = self.tree.nodes().flat_map(move |(id, owner)| {
            self.tree
                .sets(id)
                .filter(move |index| *index != self.soa)
                .map(move |index| self.set_at(owner, index))
        });
        core::iter::once(self.soa()).chain(others)
    }

    /// The set of one type at a node.
    fn find_set(&self, node: NodeId, record_type: RecordType) -> Option<usize> {
        self.tree.sets(node).find(|index| {
            self.sets
                .get(*index)
                .is_some_and(|set| set.record_type == record_type)
        })
    }

    fn set_at<'z>(&'z self, owner: Name<'z>, index: usize) -> RecordSet<'z> {
        RecordSet::new(self, owner, index)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Zone({} {}, {} records)",
            self.apex,
            self.class,
            self.record_count()
        )
    }
}

#[cfg(test)]
mod tests;
