//! The names of a zone: a tree of labels, found through one hash table.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

use super::lookup::LabelStarts;
use crate::Name;

/// A name of the zone, by its place in the tree. The apex is 0.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct NodeId(u32);

/// The apex.
pub(super) const APEX: NodeId = NodeId(0);

/// What is known of a name without a look at its sets.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Marks {
    /// NS below the apex: what is below belongs to others.
    pub(super) cut: bool,
    /// DNAME: what is below is elsewhere.
    pub(super) dname: bool,
    pub(super) cname: bool,
    /// `*` is right below.
    pub(super) wildcard: bool,
    /// Nothing but NSEC3 and its signatures.
    pub(super) hidden: bool,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    parent: NodeId,
    /// Where the whole name, uncompressed, lies in the names.
    name: u32,
    name_len: u8,
    /// The sets: first and behind the last.
    sets: (u32, u32),
    marks: Marks,
}

/// Slots of the table looked at for a label. Bounded, because whoever writes a zone file can choose any number of labels with the
/// same hash.
const PROBES: usize = 64;

/// All names, those without records too (RFC 4592 §2.2.2).
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The uncompressed names, in the case that they came with first.
    names: Vec<u8>,
    /// Open addressing: node numbers plus 1, 0 for none. A power of two, at most half full.
    table: Vec<u32>,
    /// What found no free slot within its probes, by parent and label in lower case.
    crowded: BTreeMap<(NodeId, Vec<u8>), NodeId>,
}

impl Tree {
    pub(super) fn new(apex: Name<'_>) -> Self {
        let mut names = Vec::new();
        apex.encode_into(&mut names);
        let apex = Node {
            parent: APEX,
            name: 0,
            name_len: u8::try_from(names.len()).unwrap_or(u8::MAX),
            sets: (0, 0),
            marks: Marks::default(),
        };
        Self {
            nodes: alloc::vec![apex],
            names,
            table: alloc::vec![0; 16],
            crowded: BTreeMap::new(),
        }
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    /// The name of a node.
    pub(super) fn name(&self, id: NodeId) -> Name<'_> {
        let octets = self.node(id).and_then(|node| {
            let start = node.name as usize;
            self.names
                .get(start..start.wrapping_add(usize::from(node.name_len)))
        });
        Name::checked(octets.unwrap_or(&[0]), 0)
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != APEX).then(|| self.node(id).map(|node| node.parent))?
    }

    pub(super) fn marks(&self, id: NodeId) -> Marks {
        self.node(id).map_or_else(Marks::default, |node| node.marks)
    }

    pub(super) fn mark(&mut self, id: NodeId, change: impl FnOnce(&mut Marks)) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            change(&mut node.marks);
        }
    }

    /// The indices of a node's sets.
    pub(super) fn sets(&self, id: NodeId) -> Range<usize> {
        let (start, end) = self.node(id).map_or((0, 0), |node| node.sets);
        start as usize..end as usize
    }

    pub(super) fn set_sets(&mut self, id: NodeId, start: u32, end: u32) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.sets = (start, end);
        }
    }

    /// Every node with its name, parents before children.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (NodeId, Name<'_>)> {
        (0u32..)
            .zip(&self.nodes)
            .map(|(number, _)| (NodeId(number), self.name(NodeId(number))))
    }

    /// The child of `parent` with this label.
    #[inline]
    pub(super) fn child(&self, parent: NodeId, label: &[u8]) -> Option<NodeId> {
        let mask = self.table.len().wrapping_sub(1);
        let mut slot = hash(parent, label) & mask;
        for _ in 0..PROBES {
            let found = self.table.get(slot).copied()?.checked_sub(1)?;
            let node = self.nodes.get(found as usize)?;
            if node.parent == parent && found != 0 {
                let stored = first_label(&self.names, node.name)?;
                if stored.eq_ignore_ascii_case(label) {
                    return Some(NodeId(found));
                }
            }
            slot = slot.wrapping_add(1) & mask;
        }
        self.crowded_child(parent, label)
    }

    #[cold]
    fn crowded_child(&self, parent: NodeId, label: &[u8]) -> Option<NodeId> {
        let key = (parent, label.to_ascii_lowercase());
        self.crowded.get(&key).copied()
    }

    /// The node of a name at or below the apex, made with its ancestors if need be; `None` when there are too many.
    pub(super) fn insert(&mut self, name: Name<'_>, apex_labels: usize) -> Option<NodeId> {
        let flat = name.flatten();
        let flat = flat.octets();
        let labels = LabelStarts::of(flat);
        let below = labels.count().checked_sub(apex_labels)?;
        let (mut node, mut stored) = (APEX, None);
        for index in (0..below).rev() {
            let label = labels.label(flat, index);
            node = match self.child(node, label) {
                Some(child) => child,
                None => {
                    // Stored once: the names of ancestors that are new, too, are its ends.
                    let at = *stored.get_or_insert(self.names.len());
                    if at == self.names.len() {
                        self.names.extend_from_slice(flat);
                    }
                    let start = labels.start(index);
                    self.add(
                        node,
                        at.wrapping_add(start),
                        flat.len().wrapping_sub(start),
                        label,
                    )?
                }
            };
        }
        Some(node)
    }

    /// Adds a node whose name has so many octets and lies at `start` in the names.
    fn add(&mut self, parent: NodeId, start: usize, len: usize, label: &[u8]) -> Option<NodeId> {
        let number = u32::try_from(self.nodes.len()).ok()?;
        // One less than all: the table holds numbers plus 1.
        number.checked_add(1)?;
        self.nodes.push(Node {
            parent,
            name: u32::try_from(start).ok()?,
            name_len: u8::try_from(len).unwrap_or(u8::MAX),
            sets: (0, 0),
            marks: Marks::default(),
        });
        if label == b"*" {
            self.mark(parent, |marks| marks.wildcard = true);
        }
        if self.nodes.len().saturating_mul(2) > self.table.len() {
            self.grow();
        } else {
            self.enter(NodeId(number));
        }
        Some(NodeId(number))
    }

    fn grow(&mut self) {
        let slots = self.table.len().saturating_mul(2);
        self.table = alloc::vec![0; slots];
        self.crowded.clear();
        for number in 1..self.nodes.len() {
            let id = NodeId(u32::try_from(number).unwrap_or(0));
            self.enter(id);
        }
    }

    fn enter(&mut self, id: NodeId) {
        let mask = self.table.len().wrapping_sub(1);
        let Some(&Node { parent, name, .. }) = self.nodes.get(id.0 as usize) else {
            return;
        };
        let Some(label) = first_label(&self.names, name) else {
            return;
        };
        let mut slot = hash(parent, label) & mask;
        for _ in 0..PROBES {
            match self.table.get_mut(slot) {
                Some(free) if *free == 0 => {
                    *free = id.0.saturating_add(1);
                    return;
                }
                _ => slot = slot.wrapping_add(1) & mask,
            }
        }
        self.crowded
            .insert((parent, label.to_ascii_lowercase()), id);
    }
}

/// The first label of the name that lies at `start` in the names.
#[inline]
fn first_label(names: &[u8], start: u32) -> Option<&[u8]> {
    let (len, rest) = names.get(start as usize..)?.split_first()?;
    rest.get(..usize::from(*len))
}

/// Without case: bit 5, in which the cases of a letter differ, is set in every octet.
#[inline]
fn hash(parent: NodeId, label: &[u8]) -> usize {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    const FOLD: u64 = 0x2020_2020_2020_2020;
    let mut state = u64::from(parent.0).wrapping_add(1).wrapping_mul(FACTOR);
    let (chunks, tail) = label.as_chunks::<8>();
    for chunk in chunks {
        state = (state ^ (u64::from_le_bytes(*chunk) | FOLD)).wrapping_mul(FACTOR);
        state ^= state >> 29;
    }
    let mut last = [0u8; 8];
    for (to, from) in last.iter_mut().zip(tail) {
        *to = *from | 0x20;
    }
    state = (state ^ u64::from_le_bytes(last) ^ label.len() as u64).wrapping_mul(FACTOR);
    usize::try_from(state >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels that differ only where the hash does not look, as `[` and `{` do.
    fn colliding(number: usize) -> Name<'static> {
        let octets = (0..12).map(|bit| if number >> bit & 1 == 1 { b'[' } else { b'{' });
        let octets: Vec<u8> = core::iter::once(12).chain(octets).chain([0]).collect();
        Name::checked(octets.leak(), 0)
    }

    #[test]
    fn a_deep_name_is_stored_once() {
        let deep: Vec<u8> = [&b"\x01a".repeat(120)[..], b"\0"].concat();
        let mut tree = Tree::new(Name::ROOT);
        let node = tree.insert(Name::checked(&deep, 0), 0).unwrap();
        assert_eq!(tree.names.len(), 1 + deep.len());
        let ancestors = core::iter::successors(Some(node), |node| tree.parent(*node));
        let names = Name::checked(&deep, 0).ancestors();
        assert!(ancestors.map(|node| tree.name(node)).eq(names));
    }

    #[test]
    fn labels_with_one_hash_take_no_more_than_their_probes() {
        const NAMES: usize = 4096;
        let mut tree = Tree::new(Name::ROOT);
        let nodes: Vec<_> = (0..NAMES)
            .map(|number| tree.insert(colliding(number), 0).unwrap())
            .collect();
        assert_eq!(tree.crowded.len(), NAMES - PROBES);
        for (number, node) in nodes.into_iter().enumerate() {
            assert_eq!(tree.insert(colliding(number), 0), Some(node));
            let label = colliding(number).labels().next().unwrap();
            assert_eq!(tree.child(APEX, label.octets()), Some(node));
        }
        assert_eq!(tree.child(APEX, b"{"), None);
        assert_eq!(tree.nodes().count(), NAMES + 1);
    }
}
