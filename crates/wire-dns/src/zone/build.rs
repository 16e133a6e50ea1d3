//! ZoneBuilder: gathers records and makes them a zone.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::check::{ZoneFault, ZoneFaultKind};
use super::denial::Chain;
use super::tree::{APEX, NodeId, Tree};
use super::{SetEntry, Slice, Zone};
use crate::rdata::Rdata;
use crate::reader::Reader;
use crate::{Class, Name, NameBuf, RecordBuf, RecordType, Ttl};

/// Gathers the records of a zone in any order.
///
/// Faults are kept with the line that each record came with, and reported together by [`ZoneBuilder::finish`].
///
/// ```
/// use wire_dns::{Class, NameBuf, zone::ZoneBuilder};
///
/// let apex: NameBuf = "example.".parse()?;
/// let mut zone = ZoneBuilder::new(&apex, Class::IN);
/// zone.insert_record(&"example. 300 SOA ns.example. h.example. 1 7200 600 86400 60".parse()?, 1);
/// zone.insert_record(&"example. 300 NS ns.example.".parse()?, 2);
/// zone.insert_record(&"www.invalid. 300 A 192.0.2.80".parse()?, 3);
///
/// let mut faults = Vec::new();
/// assert!(zone.finish(&mut faults).is_none());
/// let faults: Vec<String> = faults.iter().map(|fault| format!("{}: {fault}", fault.line())).collect();
/// assert_eq!(faults, [
///     "3: www.invalid. A: the owner is not in the zone",
///     "2: example. NS ns.example.: the server of the zone is in the zone and has no address",
/// ]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Debug)]
pub struct ZoneBuilder {
    apex: NameBuf,
    apex_labels: usize,
    class: Class,
    tree: Tree,
    entries: Vec<Entry>,
    octets: Vec<u8>,
    faults: Vec<ZoneFault>,
}

/// A record that was inserted.
#[derive(Clone, Copy, Debug)]
struct Entry {
    node: NodeId,
    record_type: RecordType,
    ttl: Ttl,
    rdata: Slice,
    line: u32,
}

impl ZoneBuilder {
    /// A zone without records.
    #[must_use]
    pub fn new<'n>(apex: impl Into<Name<'n>>, class: Class) -> Self {
        let apex = apex.into();
        Self {
            apex: apex.to_name_buf(),
            apex_labels: apex.label_count(),
            class,
            tree: Tree::new(apex),
            entries: Vec::new(),
            octets: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The name at the top of the zone.
    #[must_use]
    pub const fn apex(&self) -> Name<'_> {
        self.apex.as_name()
    }

    /// Adds an owned record; `line` is where it came from, 0 for nowhere. One that cannot be in this zone is left out, and a
    /// fault says so.
    pub fn insert_record(&mut self, record: &RecordBuf, line: u64) {
        let rdata = record.rdata.as_rdata();
        self.insert(&record.owner, record.class, record.ttl, &rdata, line);
    }

    /// Adds a record; `line` is where it came from, 0 for nowhere.
    ///
    /// One that cannot be in this zone is left out, and a fault says so: owner or class of another zone, a type of questions
    /// or messages, no room.
    pub fn insert<'n>(
        &mut self,
        owner: impl Into<Name<'n>>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
        line: u64,
    ) {
        let owner = owner.into();
        let record_type = rdata.record_type();
        let result = self.try_insert(owner, class, ttl, rdata, line);
        if let Err(kind) = result {
            self.faults.push(ZoneFault {
                owner: owner.to_name_buf(),
                record_type,
                line,
                kind,
                host: None,
            });
        }
    }

    fn try_insert(
        &mut self,
        owner: Name<'_>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
        line: u64,
    ) -> Result<(), ZoneFaultKind> {
        let record_type = rdata.record_type();
        if !owner.is_subdomain_of(self.apex()) {
            return Err(ZoneFaultKind::OutOfZone);
        }
        if class != self.class {
            return Err(ZoneFaultKind::OtherClass);
        }
        if record_type.is_question_only() || record_type.is_pseudo() {
            return Err(ZoneFaultKind::NotForZones);
        }
        let start = self.octets.len();
        rdata
            .encode_into(&mut self.octets)
            .map_err(|_| ZoneFaultKind::TooLarge)?;
        // The fields of RDATA are public, so they may hold what no record can.
        let encoded = self.octets.get(start..).unwrap_or_default();
        if Rdata::check(record_type, &mut Reader::alone(encoded)).is_err() {
            self.octets.truncate(start);
            return Err(ZoneFaultKind::Malformed);
        }
        let len = self.octets.len().saturating_sub(start);
        let (Ok(start), Ok(len)) = (u32::try_from(start), u16::try_from(len)) else {
            self.octets.truncate(start);
            return Err(ZoneFaultKind::TooLarge);
        };
        let node = self
            .tree
            .insert(owner, self.apex_labels)
            .ok_or(ZoneFaultKind::TooLarge)?;
        self.entries.push(Entry {
            node,
            record_type,
            ttl,
            rdata: Slice { start, len },
            line: u32::try_from(line).unwrap_or(u32::MAX),
        });
        Ok(())
    }

    /// Checks the records and makes them a zone; `None` when a fault is [fatal](ZoneFault::is_fatal).
    ///
    /// All faults are appended to `faults`. Records that are there twice are kept once
    /// ([RFC 2181 §5](https://www.rfc-editor.org/rfc/rfc2181#section-5)).
    #[must_use]
    pub fn finish(mut self, faults: &mut Vec<ZoneFault>) -> Option<Zone> {
        faults.append(&mut self.faults);
        // Stable: the records of a set stay in the order of the file.
        self.entries
            .sort_by_key(|entry| (entry.node, entry.record_type));
        let Self {
            apex,
            class,
            tree,
            entries,
            octets,
            ..
        } = self;
        let mut zone = Zone {
            apex,
            class,
            tree,
            sets: Vec::new(),
            records: Vec::with_capacity(entries.len()),
            octets,
            soa: 0,
            negative_ttl: Ttl(0),
            chain: Chain::None,
        };
        let mut lines = Vec::new();
        for set in entries.chunk_by(|a, b| (a.node, a.record_type) == (b.node, b.record_type)) {
            lines.push(set.first().map_or(0, |entry| u64::from(entry.line)));
            zone.append_set(set, faults);
        }
        zone.finish(&lines, faults)
    }
}

impl Zone {
    /// Appends a set; those of a node come one behind the other.
    fn append_set(&mut self, entries: &[Entry], faults: &mut Vec<ZoneFault>) {
        let Some(first) = entries.first() else {
            return;
        };
        let start = self.records.len();
        let doubles = self.doubles(entries);
        for (position, entry) in entries.iter().enumerate() {
            let fault = |kind| ZoneFault {
                owner: self.tree.name(entry.node).to_name_buf(),
                record_type: entry.record_type,
                line: u64::from(entry.line),
                kind,
                host: None,
            };
            if doubles.contains(&position) {
                faults.push(fault(ZoneFaultKind::Double));
                continue;
            }
            // RRSIG's TTLs are those of the sets that it covers (RFC 4034 §3).
            if entry.ttl != first.ttl && entry.record_type != RecordType::RRSIG {
                faults.push(fault(ZoneFaultKind::TtlsDiffer));
            }
            self.records.push(entry.rdata);
        }
        let index = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        let set_start = match self.tree.sets(first.node) {
            range if range.is_empty() => index,
            range => u32::try_from(range.start).unwrap_or(u32::MAX),
        };
        self.tree
            .set_sets(first.node, set_start, index.saturating_add(1));
        let ttl = entries
            .iter()
            .map(|entry| entry.ttl)
            .min()
            .unwrap_or(first.ttl);
        self.sets.push(SetEntry {
            record_type: first.record_type,
            ttl,
            first: u32::try_from(start).unwrap_or(u32::MAX),
            count: u32::try_from(self.records.len().saturating_sub(start)).unwrap_or(u32::MAX),
        });
        let node = first.node;
        self.tree.mark(node, |marks| match first.record_type {
            RecordType::NS => marks.cut = node != APEX,
            RecordType::DNAME => marks.dname = true,
            RecordType::CNAME => marks.cname = true,
            _ => {}
        });
    }

    /// The places in a set of records that are there already: their canonical forms are the same (RFC 2181 §5, RFC 4034 §6.2).
    fn doubles(&self, entries: &[Entry]) -> BTreeSet<usize> {
        let mut doubles = BTreeSet::new();
        if entries.len() < 2 {
            return doubles;
        }
        // Forms that are the same differ in the case of letters at most, and are seldom there.
        let octets = |position: usize| {
            let entry = entries.get(position);
            entry.map_or(&[][..], |entry| self.rdata_octets(entry.rdata))
        };
        let folded = |position: usize| octets(position).iter().map(u8::to_ascii_lowercase);
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|a, b| folded(*a).cmp(folded(*b)));
        let alike = order.chunk_by(|a, b| octets(*a).eq_ignore_ascii_case(octets(*b)));
        for alike in alike.filter(|alike| alike.len() > 1) {
            let mut forms = BTreeSet::new();
            for position in alike {
                let mut form = Vec::new();
                let rdata = entries
                    .get(*position)
                    .map(|entry| self.rdata_at(entry.record_type, entry.rdata));
                // What was inserted can be written again.
                if rdata.is_some_and(|rdata| rdata.encode_canonical_into(&mut form).is_ok())
                    && !forms.insert(form)
                {
                    doubles.insert(*position);
                }
            }
        }
        doubles
    }

    /// Marks, checks, and the numbers of the SOA.
    fn finish(mut self, lines: &[u64], faults: &mut Vec<ZoneFault>) -> Option<Self> {
        let before = faults.len();
        if let Some(soa) = self.find_set(APEX, RecordType::SOA) {
            self.soa = soa;
            let ttl = self.soa().ttl().as_secs();
            let minimum = match self.soa().rdata().next() {
                Some(Rdata::Soa(soa)) => soa.minimum.as_secs(),
                _ => ttl,
            };
            self.negative_ttl = Ttl(minimum.min(ttl));
        }
        self.hide_hashed_owners();
        self.chain = Chain::of(&self);
        super::check::check(&self, lines, faults);
        let (earlier, later) = faults.split_at_checked(before).unwrap_or((faults, &[]));
        let fatal = |faults: &[ZoneFault]| faults.iter().any(ZoneFault::is_fatal);
        (!fatal(earlier) && !fatal(later)).then_some(self)
    }

    /// Marks the names that only NSEC3 has made: for questions they are not there (RFC 5155 §7.2.8).
    fn hide_hashed_owners(&mut self) {
        let mut hidden: Vec<NodeId> = Vec::new();
        for (node, _) in self.tree.nodes() {
            let is_hashed = |index: usize| {
                let set = self.sets.get(index).map(|set| set.record_type);
                matches!(set, Some(RecordType::NSEC3 | RecordType::RRSIG))
            };
            if self.find_set(node, RecordType::NSEC3).is_some()
                && self.tree.sets(node).all(is_hashed)
            {
                hidden.push(node);
            }
        }
        for node in hidden {
            self.tree.mark(node, |marks| marks.hidden = true);
        }
    }

    /// The octets of a record's RDATA.
    pub(super) fn rdata_octets(&self, slice: Slice) -> &[u8] {
        let start = slice.start as usize;
        let end = start.saturating_add(usize::from(slice.len));
        self.octets.get(start..end).unwrap_or_default()
    }

    /// RDATA with its fields.
    pub(super) fn rdata_at(&self, record_type: RecordType, slice: Slice) -> Rdata<'_> {
        Rdata::read(record_type, Reader::alone(self.rdata_octets(slice)))
    }
}
