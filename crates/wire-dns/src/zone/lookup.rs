//! What a zone has at a name: the descent through the tree (RFC 1034 §4.3.2 step 3).

use super::tree::{APEX, NodeId};
use super::{SetEntry, Slice, Zone};
use crate::limits::NAME_LABELS_MAX;
use crate::rdata::Rrsig;
use crate::{Class, Name, Rdata, RecordType, Ttl};

/// All records of one owner and type.
///
/// ```
/// use wire_dns::{Class, NameBuf, RecordType, zone::{Lookup, ZoneBuilder}};
/// let apex: NameBuf = "example.".parse()?;
/// let mut builder = ZoneBuilder::new(&apex, Class::IN);
/// builder.insert_record(&"example. 300 SOA ns.example. h.example. 1 7200 600 86400 60".parse()?, 0);
/// builder.insert_record(&"example. 300 NS ns.elsewhere.".parse()?, 0);
/// builder.insert_record(&"*.w.example. 300 TXT any".parse()?, 0);
/// builder.insert_record(&"*.w.example. 300 TXT thing".parse()?, 0);
/// let zone = builder.finish(&mut Vec::new()).unwrap();
///
/// let name: NameBuf = "a.w.example.".parse()?;
/// let Lookup::Found(set) = zone.lookup(&name, RecordType::TXT) else { panic!() };
/// assert_eq!(set.owner().to_string(), "*.w.example.");
/// let texts: Vec<String> = set.rdata().map(|rdata| rdata.to_string()).collect();
/// assert_eq!((set.len(), texts), (2, vec!["\"any\"".into(), "\"thing\"".into()]));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RecordSet<'z> {
    zone: &'z Zone,
    owner: Name<'z>,
    entry: SetEntry,
}

impl<'z> RecordSet<'z> {
    pub(super) fn new(zone: &'z Zone, owner: Name<'z>, index: usize) -> Self {
        let none = SetEntry {
            record_type: RecordType(0),
            ttl: Ttl(0),
            first: 0,
            count: 0,
        };
        let entry = zone.sets.get(index).copied().unwrap_or(none);
        Self { zone, owner, entry }
    }

    /// NAME; for a set from a wildcard, the wildcard.
    #[must_use]
    pub const fn owner(&self) -> Name<'z> {
        self.owner
    }

    /// CLASS.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.zone.class
    }

    /// TYPE.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.entry.record_type
    }

    /// TTL, the smallest of the set's records ([RFC 2181 §5.2](https://www.rfc-editor.org/rfc/rfc2181#section-5.2)).
    #[must_use]
    pub const fn ttl(&self) -> Ttl {
        self.entry.ttl
    }

    /// How many records there are; at least one.
    #[expect(clippy::len_without_is_empty, reason = "a set has at least one record")]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entry.count as usize
    }

    /// The records' data in the order of their insertion.
    pub fn rdata(&self) -> impl Iterator<Item = Rdata<'z>> + use<'z> {
        let (zone, record_type) = (self.zone, self.entry.record_type);
        self.slices()
            .map(move |slice| zone.rdata_at(record_type, slice))
    }

    /// The octets of the records' data.
    pub fn rdata_octets(&self) -> impl Iterator<Item = &'z [u8]> + use<'z> {
        let zone = self.zone;
        self.slices().map(move |slice| zone.rdata_octets(slice))
    }

    fn slices(&self) -> impl Iterator<Item = Slice> + use<'z> {
        let first = self.entry.first as usize;
        let end = first.saturating_add(self.entry.count as usize);
        let slices = self.zone.records.get(first..end).unwrap_or_default();
        slices.iter().copied()
    }
}

/// What a zone has at a name and type, from [`Zone::lookup`].
///
/// ```
/// use wire_dns::{Class, NameBuf, RecordType, zone::{Lookup, ZoneBuilder}};
/// let apex: NameBuf = "example.".parse()?;
/// let mut builder = ZoneBuilder::new(&apex, Class::IN);
/// builder.insert_record(&"example. 300 SOA ns.example. h.example. 1 7200 600 86400 60".parse()?, 0);
/// builder.insert_record(&"example. 300 NS ns.elsewhere.".parse()?, 0);
/// builder.insert_record(&"*.w.example. 300 TXT any".parse()?, 0);
/// builder.insert_record(&"alias.example. 300 CNAME example.".parse()?, 0);
/// builder.insert_record(&"sub.example. 300 NS ns.elsewhere.".parse()?, 0);
/// let zone = builder.finish(&mut Vec::new()).unwrap();
///
/// let what = |name: &str| match zone.lookup(name.parse::<NameBuf>().unwrap().as_name(), RecordType::A) {
///     Lookup::Cname(set) => format!("alias: {}", set.rdata().next().unwrap()),
///     Lookup::Referral(set) => format!("zone {}", set.owner()),
///     Lookup::NoData => "no data".into(),
///     other => format!("{other:?}"),
/// };
/// assert_eq!(what("alias.example."), "alias: example.");
/// assert_eq!(what("www.sub.example."), "zone sub.example.");
/// // There is something below it.
/// assert_eq!(what("w.example."), "no data");
/// assert_eq!(what("absent.example."), "NameError");
/// assert_eq!(what("elsewhere."), "OutOfZone");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Lookup<'z> {
    /// The records asked for. With `ANY`, one set of those that are there
    /// ([RFC 8482 §4.1](https://www.rfc-editor.org/rfc/rfc8482#section-4.1)).
    Found(RecordSet<'z>),
    /// An alias: the question goes on at the name in its record.
    Cname(RecordSet<'z>),
    /// A DNAME above the name: the question goes on elsewhere
    /// ([RFC 6672 §3.2](https://www.rfc-editor.org/rfc/rfc6672#section-3.2)).
    Dname(RecordSet<'z>),
    /// The name belongs to another zone, whose servers are these.
    Referral(RecordSet<'z>),
    /// The name exists, without records of the type.
    NoData,
    /// The name does not exist.
    NameError,
    /// The name is not in the zone.
    OutOfZone,
}

/// Where the descent ended.
pub(super) enum Descent {
    /// At a name that is there, or at the wildcard that stands for it.
    Node(NodeId),
    /// At a cut that is not answered from this zone.
    Cut(NodeId),
    /// At a DNAME above the name.
    Dname(NodeId),
    Nothing,
    OutOfZone,
}

impl Zone {
    /// What the zone has for a name and a type.
    ///
    /// ```
    /// use wire_dns::{Class, NameBuf, RecordType, zone::{Lookup, ZoneBuilder}};
    /// let apex: NameBuf = "example.".parse()?;
    /// # let mut zone = ZoneBuilder::new(&apex, Class::IN);
    /// # zone.insert_record(&"example. 1 SOA ns.example. h.example. 1 2 3 4 5".parse()?, 0);
    /// # zone.insert_record(&"example. 1 NS ns.elsewhere.".parse()?, 0);
    /// # let zone = zone.finish(&mut Vec::new()).unwrap();
    /// let Lookup::Found(servers) = zone.lookup(&apex, RecordType::NS) else { panic!() };
    /// assert_eq!(servers.rdata().next().unwrap().to_string(), "ns.elsewhere.");
    /// let absent: NameBuf = "absent.example.".parse()?;
    /// assert!(matches!(zone.lookup(&absent, RecordType::NS), Lookup::NameError));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn lookup<'n>(&self, name: impl Into<Name<'n>>, record_type: RecordType) -> Lookup<'_> {
        let name = name.into();
        let set = |node, record_type| {
            let index = self.find_set(node, record_type)?;
            Some(self.set_at(self.tree.name(node), index))
        };
        let found = match self.descend(name, record_type) {
            Descent::Node(node) => {
                if let Some(alias) = self.alias(node, record_type) {
                    Some(Lookup::Cname(self.set_at(self.tree.name(node), alias)))
                } else if record_type == RecordType::ANY {
                    let first = self.any_set(node);
                    first.map(|index| Lookup::Found(self.set_at(self.tree.name(node), index)))
                } else {
                    set(node, record_type).map(Lookup::Found)
                }
            }
            Descent::Cut(node) => set(node, RecordType::NS).map(Lookup::Referral),
            Descent::Dname(node) => set(node, RecordType::DNAME).map(Lookup::Dname),
            Descent::Nothing => Some(Lookup::NameError),
            Descent::OutOfZone => Some(Lookup::OutOfZone),
        };
        found.unwrap_or(Lookup::NoData)
    }

    /// The alias at a node, if it is to be followed: not by those who ask for itself or for something that stands beside it
    /// (RFC 1034 §3.6.2, RFC 4035 §2.5). Who asks for what may stand there and does not is no exception: that there is
    /// nothing cannot be proved where there is an alias (RFC 6840 §4.3).
    #[inline]
    pub(super) fn alias(&self, node: NodeId, record_type: RecordType) -> Option<usize> {
        let is_followed = self.tree.marks(node).cname
            && record_type != RecordType::ANY
            && self.find_set(node, record_type).is_none();
        is_followed.then(|| self.find_set(node, RecordType::CNAME))?
    }

    /// A signature has the TTL of what it covers (RFC 4034 §3), so those of one node differ.
    pub(super) fn signature_ttl(&self, node: NodeId, rrsig: &Rrsig<'_>) -> Ttl {
        let covered = self.find_set(node, rrsig.type_covered);
        let covered = covered.and_then(|index| self.sets.get(index));
        covered.map_or(rrsig.original_ttl, |set| set.ttl)
    }

    /// The set that answers ANY: the first that is no signature.
    pub(super) fn any_set(&self, node: NodeId) -> Option<usize> {
        let is_data = |index: &usize| {
            self.sets
                .get(*index)
                .is_some_and(|set| !matches!(set.record_type, RecordType::RRSIG | RecordType::NSEC))
        };
        self.tree
            .sets(node)
            .find(is_data)
            .or(self.tree.sets(node).next())
    }

    /// Goes down from the apex, label by label.
    #[inline]
    pub(super) fn descend(&self, name: Name<'_>, record_type: RecordType) -> Descent {
        let buffer;
        let flat = match name.contiguous() {
            Some(flat) => flat,
            None => {
                buffer = name.flatten();
                buffer.octets()
            }
        };
        let labels = LabelStarts::of(flat);
        let Some(below) = self.below_apex(flat, &labels) else {
            return Descent::OutOfZone;
        };
        let mut node = APEX;
        for left in (0..below).rev() {
            let label = labels.label(flat, left);
            // The name itself is not below its DNAME.
            if self.tree.marks(node).dname {
                return Descent::Dname(node);
            }
            let child = self.tree.child(node, label);
            let Some(child) = child.filter(|child| !self.tree.marks(*child).hidden) else {
                // `node` is the closest encloser (RFC 4592 §3.3.1).
                let wildcard = self.tree.marks(node).wildcard;
                return match wildcard.then(|| self.tree.child(node, b"*")).flatten() {
                    Some(source) => Descent::Node(source),
                    None => Descent::Nothing,
                };
            };
            // A DS at a cut is the parent's (RFC 4035 §3.1.4.1).
            if self.tree.marks(child).cut && (left > 0 || record_type != RecordType::DS) {
                return Descent::Cut(child);
            }
            node = child;
        }
        Descent::Node(node)
    }

    /// The node of exactly this name, cuts or not: for glue.
    pub(super) fn find(&self, name: Name<'_>) -> Option<NodeId> {
        let flat = name.contiguous()?;
        let labels = LabelStarts::of(flat);
        let below = self.below_apex(flat, &labels)?;
        (0..below).rev().try_fold(APEX, |node, index| {
            self.tree.child(node, labels.label(flat, index))
        })
    }

    /// How many labels a name has below the apex; `None` for one that is not in the zone.
    #[inline]
    fn below_apex(&self, flat: &[u8], labels: &LabelStarts) -> Option<usize> {
        let apex = self.apex.octets();
        let start = flat.len().checked_sub(apex.len())?;
        if !flat.get(start..)?.eq_ignore_ascii_case(apex) {
            return None;
        }
        // The octets agree, but a label must begin there, or the root.
        let starts = labels.starts.get(..labels.count)?;
        let index = starts.iter().position(|label| usize::from(*label) == start);
        index.or((apex.len() == 1).then_some(labels.count))
    }
}

/// Where the labels of an uncompressed name begin.
pub(super) struct LabelStarts {
    starts: [u8; NAME_LABELS_MAX],
    count: usize,
}

impl LabelStarts {
    #[inline]
    pub(super) fn of(flat: &[u8]) -> Self {
        let mut labels = Self {
            starts: [0; NAME_LABELS_MAX],
            count: 0,
        };
        let mut at = 0usize;
        while let Some(len @ 1..) = flat.get(at).copied() {
            if let (Some(slot), Ok(start)) = (labels.starts.get_mut(labels.count), u8::try_from(at))
            {
                *slot = start;
            }
            labels.count = labels.count.wrapping_add(1);
            at = at.wrapping_add(1).wrapping_add(usize::from(len));
        }
        labels
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Where a label begins, counted from the left.
    #[inline]
    pub(super) fn start(&self, index: usize) -> usize {
        self.starts
            .get(index)
            .map_or(0, |start| usize::from(*start))
    }

    /// The octets of a label, counted from the left.
    #[inline]
    pub(super) fn label<'n>(&self, flat: &'n [u8], index: usize) -> &'n [u8] {
        let start = self.start(index);
        let len = flat.get(start).map_or(0, |len| usize::from(*len));
        let first = start.wrapping_add(1);
        flat.get(first..first.wrapping_add(len)).unwrap_or_default()
    }
}
