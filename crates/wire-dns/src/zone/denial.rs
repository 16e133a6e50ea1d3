//! Proofs that something is not there: NSEC (RFC 4035 §3.1.3) and NSEC3 (RFC 5155 §7.2).

#[cfg(feature = "dnssec")]
mod hashed;

use alloc::vec::Vec;

use super::Zone;
use super::answer::LINKS_MAX;
use super::tree::NodeId;
use crate::name::FlatName;
use crate::{Label, Name, RecordType};

/// The owners of a zone's NSEC or NSEC3 records in their order.
#[derive(Clone, Debug)]
pub(super) enum Chain {
    /// There are none.
    None,
    /// In canonical order (RFC 4034 §6.1).
    Nsec(Vec<NodeId>),
    /// In the order of the hashes.
    #[cfg(feature = "dnssec")]
    Nsec3(hashed::Chain),
}

/// What is to be proved of a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Denial {
    /// The name is there, the type is not.
    Type(NodeId),
    /// Neither the name is there nor a wildcard for it.
    Name,
    /// Nothing is closer to the name than the wildcard that stands for it.
    Closer,
    /// The same, and the wildcard does not have the type.
    WildcardType(NodeId),
}

/// The records that prove it, each once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proofs {
    nodes: [NodeId; Self::MAX],
    count: usize,
}

impl Proofs {
    /// One for each alias that a wildcard gave, and three at the end.
    const MAX: usize = LINKS_MAX.saturating_add(4);

    pub(super) const NONE: Self = Self {
        nodes: [super::tree::APEX; Self::MAX],
        count: 0,
    };

    /// Their owners, in the order in which they were found.
    pub(super) fn owners(&self) -> &[NodeId] {
        self.nodes.get(..self.count).unwrap_or_default()
    }

    fn add(&mut self, owner: Option<NodeId>) {
        if let Some(owner) = owner
            && !self.owners().contains(&owner)
            && let Some(slot) = self.nodes.get_mut(self.count)
        {
            *slot = owner;
            self.count = self.count.saturating_add(1);
        }
    }
}

impl Chain {
    /// The chain of a zone whose sets are complete.
    pub(super) fn of(zone: &Zone) -> Self {
        #[cfg(feature = "dnssec")]
        if let Some(chain) = hashed::Chain::of(zone) {
            return Self::Nsec3(chain);
        }
        let has_nsec =
            |(node, _): &(NodeId, Name<'_>)| zone.find_set(*node, RecordType::NSEC).is_some();
        let mut owners: Vec<NodeId> = zone
            .tree
            .nodes()
            .filter(has_nsec)
            .map(|(node, _)| node)
            .collect();
        if owners.is_empty() {
            return Self::None;
        }
        owners.sort_unstable_by(|a, b| zone.tree.name(*a).cmp(&zone.tree.name(*b)));
        Self::Nsec(owners)
    }

    /// The type of the records that prove.
    pub(super) const fn record_type(&self) -> RecordType {
        match self {
            Self::None | Self::Nsec(_) => RecordType::NSEC,
            #[cfg(feature = "dnssec")]
            Self::Nsec3(_) => RecordType::NSEC3,
        }
    }
}

impl Zone {
    /// Gathers what proves `denial` of `name`, as far as the zone has it.
    #[cold]
    pub(super) fn deny(&self, denial: Denial, name: Name<'_>, proofs: &mut Proofs) {
        let flat = name.flatten();
        let name = flat.name();
        match &self.chain {
            Chain::None => {}
            Chain::Nsec(owners) => self.deny_by_name(owners, denial, name, proofs),
            #[cfg(feature = "dnssec")]
            Chain::Nsec3(chain) => chain.deny(self, denial, name, proofs),
        }
    }

    fn deny_by_name(&self, owners: &[NodeId], denial: Denial, name: Name<'_>, proofs: &mut Proofs) {
        // The last owner that is not behind the name: the name itself, or the one whose record covers it.
        let mut add = |name: Name<'_>| {
            let behind = owners.partition_point(|owner| self.tree.name(*owner) <= name);
            let last = behind.checked_sub(1).and_then(|last| owners.get(last));
            proofs.add(last.copied());
        };
        match denial {
            Denial::Type(node) => add(self.tree.name(node)),
            Denial::Closer => add(name),
            Denial::WildcardType(source) => {
                add(name);
                add(self.tree.name(source));
            }
            Denial::Name => {
                add(name);
                add(wildcard_below(self.encloser(name).0).name());
            }
        }
    }

    /// The closest encloser of a name that is not there, and the next closer name (RFC 4592 §3.3.1, RFC 5155 §1.3).
    fn encloser<'n>(&'n self, name: Name<'n>) -> (Name<'n>, Name<'n>) {
        let mut next_closer = name;
        for ancestor in name.ancestors().skip(1) {
            if let Some(node) = self.find(ancestor)
                && !self.tree.marks(node).hidden
            {
                return (self.tree.name(node), next_closer);
            }
            next_closer = ancestor;
        }
        (self.apex(), next_closer)
    }
}

/// The name of `*` right below an encloser, which has a name below it, so there is room for a label of one octet.
fn wildcard_below(encloser: Name<'_>) -> FlatName {
    let labels = Label::new(b"*").into_iter().chain(encloser.labels());
    FlatName::of(labels).unwrap_or(FlatName::ROOT)
}

#[cfg(test)]
mod tests;
