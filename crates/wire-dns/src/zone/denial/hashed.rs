//! NSEC3: owners are found by the hashes of names (RFC 5155).

use alloc::vec::Vec;

use super::{Denial, Proofs, wildcard_below};
use crate::dnssec::{NSEC3_HASH_OCTETS, nsec3_hash};
use crate::rdata::{Nsec3Param, Rdata};
use crate::text::encoding::parse_base32hex;
use crate::text::lexer::Token;
use crate::zone::Zone;
use crate::zone::tree::{APEX, NodeId};
use crate::{Name, Nsec3HashAlgorithm, RecordType};

/// More iterations cost a server more than they give anybody (RFC 9276 §3.1); such a zone gets no proofs.
const ITERATIONS_MAX: u16 = 150;

type Hash = [u8; NSEC3_HASH_OCTETS];

/// The owners of a complete chain in the order of their hashes.
#[derive(Clone, Debug)]
pub(in crate::zone) struct Chain {
    iterations: u16,
    salt: Vec<u8>,
    owners: Vec<(Hash, NodeId)>,
}

impl Chain {
    /// The chain that NSEC3PARAM at the apex says is complete (RFC 5155 §4).
    pub(super) fn of(zone: &Zone) -> Option<Self> {
        let params = zone.set_at(zone.apex(), zone.find_set(APEX, RecordType::NSEC3PARAM)?);
        params.rdata().find_map(|rdata| match rdata {
            Rdata::Nsec3Param(param) => Self::with(zone, &param),
            _ => None,
        })
    }

    fn with(zone: &Zone, param: &Nsec3Param<'_>) -> Option<Self> {
        // With flags it is not complete yet, or not any more (RFC 5155 §4.1.2).
        let is_usable = param.flags == 0
            && param.hash_algorithm == Nsec3HashAlgorithm::SHA1
            && param.iterations <= ITERATIONS_MAX;
        if !is_usable {
            return None;
        }
        let is_of_chain = |rdata: Rdata<'_>| {
            matches!(rdata, Rdata::Nsec3(nsec3) if nsec3.hash_algorithm == param.hash_algorithm
                && (nsec3.iterations, nsec3.salt) == (param.iterations, param.salt))
        };
        let mut owners: Vec<(Hash, NodeId)> = zone
            .tree
            .nodes()
            .filter_map(|(node, owner)| {
                let set = zone.set_at(owner, zone.find_set(node, RecordType::NSEC3)?);
                set.rdata()
                    .any(is_of_chain)
                    .then_some((hash_of(owner)?, node))
            })
            .collect();
        owners.sort_unstable();
        (!owners.is_empty()).then(|| Self {
            iterations: param.iterations,
            salt: param.salt.octets().to_vec(),
            owners,
        })
    }

    fn hash(&self, name: Name<'_>) -> Hash {
        nsec3_hash(name, self.iterations, &self.salt)
    }

    /// The record of exactly this name.
    fn matching(&self, name: Name<'_>) -> Option<NodeId> {
        let hash = self.hash(name);
        let found = self.owners.binary_search_by(|(owner, _)| owner.cmp(&hash));
        found
            .ok()
            .and_then(|index| self.owners.get(index))
            .map(|(_, node)| *node)
    }

    /// The record between whose hashes that of the name lies; the last one covers what is before the first.
    fn covering(&self, name: Name<'_>) -> Option<NodeId> {
        let hash = self.hash(name);
        let behind = self.owners.partition_point(|(owner, _)| *owner < hash);
        let last = self.owners.len().wrapping_sub(1);
        self.owners
            .get(behind.checked_sub(1).unwrap_or(last))
            .map(|(_, node)| *node)
    }

    pub(super) fn deny(&self, zone: &Zone, denial: Denial, name: Name<'_>, proofs: &mut Proofs) {
        match denial {
            Denial::Type(node) => {
                let name = zone.tree.name(node);
                match self.matching(name) {
                    owner @ Some(_) => proofs.add(owner),
                    // Left out of the chain (RFC 5155 §7.2.4, §7.2.7): an unsigned delegation, or what is only above such.
                    None => drop(self.prove_encloser(zone, name, proofs)),
                }
            }
            Denial::Closer => {
                let (_, next_closer) = zone.encloser(name);
                proofs.add(self.covering(next_closer));
            }
            Denial::WildcardType(source) => {
                self.prove_encloser(zone, name, proofs);
                proofs.add(self.matching(zone.tree.name(source)));
            }
            Denial::Name => {
                let encloser = self.prove_encloser(zone, name, proofs);
                proofs.add(self.covering(wildcard_below(encloser).name()));
            }
        }
    }

    /// The closest encloser that the chain has, and that the next closer name is not there (RFC 5155 §7.2.1).
    fn prove_encloser<'n>(&self, zone: &'n Zone, name: Name<'n>, proofs: &mut Proofs) -> Name<'n> {
        let (mut encloser, mut next_closer) = zone.encloser(name);
        let owner = loop {
            match (self.matching(encloser), encloser.parent()) {
                (None, Some(parent)) if encloser != zone.apex() => {
                    next_closer = encloser;
                    encloser = parent;
                }
                (owner, _) => break owner,
            }
        };
        proofs.add(owner);
        proofs.add(self.covering(next_closer));
        encloser
    }
}

/// The hash that is the first label of an owner (RFC 5155 §3).
fn hash_of(owner: Name<'_>) -> Option<Hash> {
    let label = Token {
        offset: 0,
        octets: owner.labels().next()?.octets(),
        quoted: false,
    };
    let mut hash = Vec::with_capacity(NSEC3_HASH_OCTETS);
    parse_base32hex(&label, &mut hash).ok()?;
    hash.try_into().ok()
}
