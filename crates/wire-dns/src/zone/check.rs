//! What can be wrong with a zone, in sentences.

use alloc::vec::Vec;
use core::fmt;

use super::Zone;
use super::lookup::Descent;
use super::tree::{APEX, NodeId};
use crate::rdata::Rdata;
use crate::{DigestType, Name, NameBuf, RecordType};

/// A fault of a zone: whose, where, what.
///
/// [`Display`](fmt::Display) writes owner, type and a sentence, without the line.
///
/// ```
/// use wire_dns::{Class, NameBuf, zone::{ZoneBuilder, ZoneFaultKind}};
///
/// let apex: NameBuf = "example.".parse()?;
/// let mut zone = ZoneBuilder::new(&apex, Class::IN);
/// for (record, line) in [
///     ("example. 300 SOA ns.elsewhere. h.example. 1 7200 600 86400 60", 1),
///     ("example. 300 NS ns.elsewhere.", 2),
///     ("example. 600 NS ns.other.", 3),
/// ] {
///     zone.insert_record(&record.parse()?, line);
/// }
/// let mut faults = Vec::new();
/// assert!(zone.finish(&mut faults).is_some());
/// let [fault] = &faults[..] else { panic!() };
/// assert_eq!((fault.line(), fault.kind()), (3, ZoneFaultKind::TtlsDiffer));
/// assert!(!fault.is_fatal());
/// assert_eq!(fault.to_string(), "example. NS: the TTLs of the set differ");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ZoneFault {
    pub(super) owner: NameBuf,
    pub(super) record_type: RecordType,
    pub(super) line: u64,
    pub(super) kind: ZoneFaultKind,
    pub(super) host: Option<NameBuf>,
}

impl ZoneFault {
    /// The owner of the record or set.
    #[must_use]
    pub const fn owner(&self) -> Name<'_> {
        self.owner.as_name()
    }

    /// The type of the record or set.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The line that the record came with; 0 for none. For a set, that of its first record; for NS records that are
    /// missing, that of the SOA record.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The host that an NS, MX or SRV record names, where that is what the fault is about: one of the set may be wrong and
    /// the others right.
    #[must_use]
    pub fn host(&self) -> Option<Name<'_>> {
        self.host.as_ref().map(NameBuf::as_name)
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ZoneFaultKind {
        self.kind
    }

    /// True when the zone must not be served so.
    ///
    /// Not fatal, but most likely mistakes, are [`Double`](ZoneFaultKind::Double),
    /// [`TtlsDiffer`](ZoneFaultKind::TtlsDiffer), [`Occluded`](ZoneFaultKind::Occluded),
    /// [`TargetIsAlias`](ZoneFaultKind::TargetIsAlias), [`DsWithoutCut`](ZoneFaultKind::DsWithoutCut),
    /// [`DigestLength`](ZoneFaultKind::DigestLength), hosts without
    /// addresses that others must do without ([`NoAddress`](ZoneFaultKind::NoAddress), [`NoGlue`](ZoneFaultKind::NoGlue)), and
    /// records that are left out because they belong elsewhere ([`OutOfZone`](ZoneFaultKind::OutOfZone)).
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        !matches!(
            self.kind,
            ZoneFaultKind::Double
                | ZoneFaultKind::TtlsDiffer
                | ZoneFaultKind::Occluded
                | ZoneFaultKind::TargetIsAlias
                | ZoneFaultKind::DsWithoutCut
                | ZoneFaultKind::DigestLength
                | ZoneFaultKind::NoAddress
                | ZoneFaultKind::NoGlue
                | ZoneFaultKind::OutOfZone
        )
    }
}

impl fmt::Display for ZoneFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.owner, self.record_type)?;
        if let Some(host) = &self.host {
            write!(f, " {host}")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl core::error::Error for ZoneFault {}

/// What is wrong with a record or set of a zone.
///
/// ```
/// use wire_dns::zone::ZoneFaultKind;
/// assert_eq!(ZoneFaultKind::CnameAndOther.to_string(), "a CNAME record and other data at the same name");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoneFaultKind {
    /// The owner is not at or below the apex; the record is left out.
    #[error("the owner is not in the zone")]
    OutOfZone,
    /// A class other than the zone's.
    #[error("the class is not the zone's")]
    OtherClass,
    /// A type for questions or messages ([RFC 6895 §3.1](https://www.rfc-editor.org/rfc/rfc6895#section-3.1)).
    #[error("records of this type do not belong into zones")]
    NotForZones,
    /// More data than four gigabytes, or RDATA over 65,535 octets.
    #[error("the zone has no room for this record")]
    TooLarge,
    /// RDATA that is not of its type's form.
    #[error("the RDATA is not of its type's form")]
    Malformed,
    /// No SOA at the apex ([RFC 1035 §5.2](https://www.rfc-editor.org/rfc/rfc1035#section-5.2)).
    #[error("the zone has no SOA record")]
    NoSoa,
    /// More than one SOA.
    #[error("more than one SOA record")]
    SoaTwice,
    /// SOA elsewhere than at the apex.
    #[error("an SOA record below the apex")]
    SoaBelowApex,
    /// No NS at the apex ([RFC 1035 §5.2](https://www.rfc-editor.org/rfc/rfc1035#section-5.2)).
    #[error("the zone has no NS record at its apex")]
    NoNs,
    /// CNAME beside other data ([RFC 1034 §3.6.2](https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2)).
    #[error("a CNAME record and other data at the same name")]
    CnameAndOther,
    /// More than one CNAME ([RFC 2181 §10.1](https://www.rfc-editor.org/rfc/rfc2181#section-10.1)).
    #[error("more than one CNAME record")]
    CnameTwice,
    /// More than one DNAME ([RFC 6672 §2.4](https://www.rfc-editor.org/rfc/rfc6672#section-2.4)).
    #[error("more than one DNAME record")]
    DnameTwice,
    /// DNAME and NS below the apex ([RFC 6672 §2.3](https://www.rfc-editor.org/rfc/rfc6672#section-2.3)).
    #[error("a DNAME record at a delegation")]
    DnameAtCut,
    /// Data below a DNAME ([RFC 6672 §2.4](https://www.rfc-editor.org/rfc/rfc6672#section-2.4)).
    #[error("data below a DNAME record")]
    BelowDname,
    /// A host in the zone without an address.
    #[error("the host it names is in the zone and has no address")]
    NoAddress,
    /// A server of the zone itself, in the zone, without an address: nobody could ask it.
    #[error("the server of the zone is in the zone and has no address")]
    ServerNoAddress,
    /// A server below the cut without an address ([RFC 1034 §4.2.1](https://www.rfc-editor.org/rfc/rfc1034#section-4.2.1)).
    #[error("the server is below the delegation and has no glue address")]
    NoGlue,
    /// A host that is an alias ([RFC 2181 §10.3](https://www.rfc-editor.org/rfc/rfc2181#section-10.3)), by its own CNAME or by
    /// a DNAME above it.
    #[error("the host it names is an alias")]
    TargetIsAlias,
    /// Data below a delegation that is no glue.
    #[error("data below a delegation that nobody will see")]
    Occluded,
    /// DS without NS ([RFC 4035 §2.4](https://www.rfc-editor.org/rfc/rfc4035#section-2.4)).
    #[error("a DS record where nothing is delegated")]
    DsWithoutCut,
    /// Records of a set with different TTLs ([RFC 2181 §5.2](https://www.rfc-editor.org/rfc/rfc2181#section-5.2)); the
    /// smallest counts.
    #[error("the TTLs of the set differ")]
    TtlsDiffer,
    /// A DS, CDS or ZONEMD record that nothing can agree with
    /// ([RFC 4509 §2.1](https://www.rfc-editor.org/rfc/rfc4509#section-2.1),
    /// [RFC 8976 §2.2.4](https://www.rfc-editor.org/rfc/rfc8976#section-2.2.4)).
    #[error("a digest that is longer or shorter than its type has it")]
    DigestLength,
    /// A record that is there twice ([RFC 2181 §5](https://www.rfc-editor.org/rfc/rfc2181#section-5)); it counts once.
    #[error("the record is there already")]
    Double,
}

/// Appends the faults of a whole zone; `lines` are those of its sets.
pub(super) fn check(zone: &Zone, lines: &[u64], faults: &mut Vec<ZoneFault>) {
    let mut report = Report {
        zone,
        lines,
        faults,
    };
    let soa = zone.find_set(APEX, RecordType::SOA);
    if soa.is_none() {
        report.at(APEX, RecordType::SOA, None, ZoneFaultKind::NoSoa);
    }
    if zone.find_set(APEX, RecordType::NS).is_none() {
        // What is missing has no line; that of the SOA record is where one would add it.
        report.at(APEX, RecordType::NS, soa, ZoneFaultKind::NoNs);
    }
    for (node, _) in zone.tree.nodes() {
        report.node(node);
    }
}

/// Where a node stands with regard to cuts and DNAMEs above it.
enum Above {
    Nothing,
    Cut,
    Dname,
}

struct Report<'z, 'f> {
    zone: &'z Zone,
    lines: &'z [u64],
    faults: &'f mut Vec<ZoneFault>,
}

impl Report<'_, '_> {
    fn at(
        &mut self,
        node: NodeId,
        record_type: RecordType,
        set: Option<usize>,
        kind: ZoneFaultKind,
    ) {
        let line = set.and_then(|index| self.lines.get(index)).copied();
        self.faults.push(ZoneFault {
            owner: self.zone.tree.name(node).to_name_buf(),
            record_type,
            line: line.unwrap_or(0),
            kind,
            host: None,
        });
    }

    fn node(&mut self, node: NodeId) {
        let zone = self.zone;
        let sets = zone.tree.sets(node);
        if sets.is_empty() {
            return;
        }
        let above = self.above(node);
        let marks = zone.tree.marks(node);
        for index in sets {
            let set = zone.set_at(zone.apex(), index);
            let record_type = set.record_type();
            let mut fault = |kind| self.at(node, record_type, Some(index), kind);
            match above {
                // Hashed owners of the zone's own NSEC3 records are no names of the zone (RFC 5155 §7.2.8).
                Above::Dname if !marks.hidden => fault(ZoneFaultKind::BelowDname),
                Above::Cut if !is_address(record_type) => fault(ZoneFaultKind::Occluded),
                Above::Nothing if marks.cut && !may_stand_at_cut(record_type) => {
                    fault(ZoneFaultKind::Occluded);
                }
                _ => {}
            }
            match record_type {
                RecordType::SOA if node != APEX => fault(ZoneFaultKind::SoaBelowApex),
                RecordType::SOA if set.len() > 1 => fault(ZoneFaultKind::SoaTwice),
                RecordType::CNAME if set.len() > 1 => fault(ZoneFaultKind::CnameTwice),
                RecordType::DNAME if set.len() > 1 => fault(ZoneFaultKind::DnameTwice),
                RecordType::DNAME if marks.cut => fault(ZoneFaultKind::DnameAtCut),
                RecordType::DS if !marks.cut => fault(ZoneFaultKind::DsWithoutCut),
                _ => {}
            }
            if has_digest(record_type) && !set.rdata().all(|rdata| is_digest_whole(&rdata)) {
                fault(ZoneFaultKind::DigestLength);
            }
            if marks.cname && !may_stand_beside_cname(record_type) {
                fault(ZoneFaultKind::CnameAndOther);
            }
            if let Above::Nothing = above {
                self.hosts(node, index);
            }
        }
    }

    fn above(&self, node: NodeId) -> Above {
        let tree = &self.zone.tree;
        let mut found = Above::Nothing;
        let parents = core::iter::successors(tree.parent(node), |node| tree.parent(*node));
        for ancestor in parents {
            let marks = tree.marks(ancestor);
            if marks.cut {
                found = Above::Cut;
            } else if marks.dname {
                found = Above::Dname;
            }
        }
        found
    }

    /// Looks for the addresses of the hosts that a set names.
    fn hosts(&mut self, node: NodeId, index: usize) {
        let zone = self.zone;
        let set = zone.set_at(zone.apex(), index);
        let record_type = set.record_type();
        let no_address = match record_type {
            RecordType::NS if node == APEX => ZoneFaultKind::ServerNoAddress,
            _ => ZoneFaultKind::NoAddress,
        };
        for rdata in set.rdata() {
            let host = match rdata {
                Rdata::Ns(ns) => ns.nsdname,
                Rdata::Mx(mx) => mx.exchange,
                Rdata::Srv(srv) => srv.target,
                _ => return,
            };
            // A null MX (RFC 7505) or SRV (RFC 2782) names no host.
            if host.is_root() && record_type != RecordType::NS {
                continue;
            }
            let named = host;
            let kind = match zone.descend(host, RecordType::A) {
                Descent::OutOfZone => None,
                Descent::Dname(_) => Some(ZoneFaultKind::TargetIsAlias),
                Descent::Cut(cut) => {
                    let is_own = record_type == RecordType::NS && cut == node;
                    let has_glue = zone.find(host).is_some_and(|host| self.has_address(host));
                    (is_own && !has_glue).then_some(ZoneFaultKind::NoGlue)
                }
                Descent::Nothing => Some(no_address),
                Descent::Node(host) if zone.tree.marks(host).cname => {
                    Some(ZoneFaultKind::TargetIsAlias)
                }
                Descent::Node(host) => (!self.has_address(host)).then_some(no_address),
            };
            if let Some(kind) = kind {
                self.at(node, record_type, Some(index), kind);
                if let Some(fault) = self.faults.last_mut() {
                    fault.host = Some(named.to_name_buf());
                }
            }
        }
    }

    fn has_address(&self, host: NodeId) -> bool {
        [RecordType::A, RecordType::AAAA]
            .into_iter()
            .any(|address| self.zone.find_set(host, address).is_some())
    }
}

const fn has_digest(record_type: RecordType) -> bool {
    matches!(
        record_type,
        RecordType::DS | RecordType::CDS | RecordType::ZONEMD
    )
}

/// Whether the digest of RDATA that has one is as long as its type says, as far as the type is known.
fn is_digest_whole(rdata: &Rdata<'_>) -> bool {
    let (octets, digest) = match rdata {
        Rdata::Ds(ds) => (ds_octets(ds.digest_type), ds.digest),
        Rdata::Cds(cds) => (ds_octets(cds.digest_type), cds.digest),
        Rdata::Zonemd(zonemd) => {
            let octets = match (zonemd.scheme, zonemd.hash_algorithm) {
                (1, 1) => Some(48),
                (1, 2) => Some(64),
                _ => None,
            };
            if zonemd.digest.len() < 12 {
                return false;
            }
            (octets, zonemd.digest)
        }
        _ => return true,
    };
    octets.is_none_or(|octets| octets == digest.len())
}

/// The octets of a digest over owner and key.
const fn ds_octets(digest_type: DigestType) -> Option<usize> {
    match digest_type {
        DigestType::SHA1 => Some(20),
        DigestType::SHA256 | DigestType::GOST | DigestType::GOST12 | DigestType::SM3 => Some(32),
        DigestType::SHA384 => Some(48),
        _ => None,
    }
}

const fn is_address(record_type: RecordType) -> bool {
    matches!(record_type, RecordType::A | RecordType::AAAA)
}

/// What the parent has at a delegation (RFC 4035 §2.3, §2.4), and glue.
const fn may_stand_at_cut(record_type: RecordType) -> bool {
    is_address(record_type)
        || matches!(
            record_type,
            RecordType::NS | RecordType::DS | RecordType::NSEC | RecordType::RRSIG
        )
}

/// RFC 2181 §10.1, RFC 4035 §2.5.
const fn may_stand_beside_cname(record_type: RecordType) -> bool {
    matches!(
        record_type,
        RecordType::CNAME
            | RecordType::RRSIG
            | RecordType::NSEC
            | RecordType::KEY
            | RecordType::SIG
            | RecordType::NXT
    )
}
