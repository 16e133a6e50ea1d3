//! The authoritative answer: from a question to the sections of a response (RFC 1034 §4.3.2).

use super::denial::{Denial, Proofs};
use super::lookup::{Descent, Lookup};
use super::tree::NodeId;
use super::{SetEntry, Zone};
use crate::buffer::Buffer;
use crate::error::{Error, ErrorKind};
use crate::name::FlatName;
use crate::rdata::{Cname, Rdata};
use crate::{Builder, Name, Rcode, RecordType, Section, Ttl};

/// Most aliases that are followed for one question.
pub(super) const LINKS_MAX: usize = 16;

/// Most hosts whose addresses are added to one response.
const HOSTS_MAX: usize = 32;

/// What an answer turned out to be, from [`Zone::answer`].
///
/// ```
/// use wire_dns::{Builder, Class, NameBuf, RecordType, zone::{Answer, ZoneBuilder}};
/// let apex: NameBuf = "example.".parse()?;
/// let mut builder = ZoneBuilder::new(&apex, Class::IN);
/// builder.insert_record(&"example. 300 SOA ns.example. h.example. 1 7200 600 86400 60".parse()?, 0);
/// builder.insert_record(&"example. 300 NS ns.example.".parse()?, 0);
/// builder.insert_record(&"ns.example. 300 A 192.0.2.53".parse()?, 0);
/// let zone = builder.finish(&mut Vec::new()).unwrap();
///
/// let answer = |name: &str, record_type| {
///     let name: NameBuf = name.parse()?;
///     zone.answer(&name, record_type, false, &mut Builder::new(&mut Vec::new()))
/// };
/// assert_eq!(answer("ns.example.", RecordType::A), Ok(Answer::Records));
/// assert_eq!(answer("ns.example.", RecordType::AAAA), Ok(Answer::NoData));
/// assert_eq!(answer("elsewhere.", RecordType::A), Ok(Answer::OutOfZone));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// Records, or aliases that lead out of the zone.
    Records,
    /// The name exists without records of the type; SOA in the authority section
    /// ([RFC 2308 §2.2](https://www.rfc-editor.org/rfc/rfc2308#section-2.2)).
    NoData,
    /// The name does not exist; NXDOMAIN and SOA ([RFC 2308 §2.1](https://www.rfc-editor.org/rfc/rfc2308#section-2.1)).
    NameError,
    /// The servers of another zone, without AA.
    Referral,
    /// A DNAME makes the name longer than names may be; YXDOMAIN
    /// ([RFC 6672 §2.2](https://www.rfc-editor.org/rfc/rfc6672#section-2.2)).
    NameTooLong,
    /// Not all fits; TC is set ([RFC 2181 §9](https://www.rfc-editor.org/rfc/rfc2181#section-9)).
    Truncated,
    /// The name is not in the zone; nothing was written.
    OutOfZone,
}

/// One step of following aliases.
enum Step {
    Done(Answer),
    /// Go on at the name in the buffer.
    Follow,
}

impl Zone {
    /// Writes the answer to a question behind the question section: records, authority, additional; AA, TC and the
    /// response code.
    ///
    /// Aliases are followed within the zone. Of a set that does not fit nothing is left, and TC is set unless it is a help
    /// only. With `dnssec_ok` the signatures that the zone has go along, DS with referrals, and the proofs of what is not
    /// there: NSEC ([RFC 4035 §3.1.3](https://www.rfc-editor.org/rfc/rfc4035#section-3.1.3)), or NSEC3 of up to 150
    /// iterations ([RFC 5155 §7.2](https://www.rfc-editor.org/rfc/rfc5155#section-7.2), with the feature `dnssec`).
    ///
    /// At most 16 aliases are followed, and the addresses of at most 32 hosts added, those that NS, MX, SRV, SVCB and HTTPS records
    /// name; for the last two with the services of these hosts ([RFC 9460 §4.1](https://www.rfc-editor.org/rfc/rfc9460#section-4.1)).
    /// A zone's class is not compared.
    ///
    /// Room for an OPT record is the caller's business: a [limit](Builder::set_limit) less 11 octets does it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SectionOrder`] for a builder that is past the answer section. That something does not fit is no error
    /// but [`Answer::Truncated`].
    ///
    /// ```
    /// use wire_dns::{Builder, Class, Message, NameBuf, RecordType, Ttl, zone::{Answer, ZoneBuilder}};
    /// let apex: NameBuf = "example.".parse()?;
    /// let mut builder = ZoneBuilder::new(&apex, Class::IN);
    /// builder.insert_record(&"example. 300 SOA ns.example. h.example. 1 7200 600 86400 60".parse()?, 0);
    /// builder.insert_record(&"example. 300 NS ns.example.".parse()?, 0);
    /// builder.insert_record(&"ns.example. 300 A 192.0.2.53".parse()?, 0);
    /// let zone = builder.finish(&mut Vec::new()).unwrap();
    ///
    /// let name: NameBuf = "absent.example.".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.question(&name, RecordType::A, Class::IN)?;
    /// assert_eq!(zone.answer(&name, RecordType::A, false, &mut builder)?, Answer::NameError);
    /// builder.finish();
    /// let message = Message::decode(&octets)?;
    /// assert_eq!(message.rcode().to_string(), "NXDOMAIN");
    /// // The SOA with the smaller of its TTL and MINIMUM (RFC 2308 §5).
    /// let soa = message.authorities().next().unwrap();
    /// assert_eq!((soa.record_type(), soa.ttl()), (RecordType::SOA, Ttl(60)));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn answer<'n, B: Buffer>(
        &self,
        name: impl Into<Name<'n>>,
        record_type: RecordType,
        dnssec_ok: bool,
        builder: &mut Builder<B>,
    ) -> Result<Answer, Error> {
        let mut work = Work {
            zone: self,
            builder,
            dnssec_ok,
            record_type,
            hosts: Hosts::new(),
            aliases: Aliases::NONE,
            proofs: Proofs::NONE,
        };
        match work.run(name.into()) {
            Err(error) if matches!(error.kind(), ErrorKind::BufferFull { .. }) => {
                work.builder.set_truncated();
                Ok(Answer::Truncated)
            }
            result => result,
        }
    }
}

/// The sets of CNAME and DNAME in the answer, by their places in the zone: each of them is there once (RFC 2181 §5).
struct Aliases {
    sets: [usize; LINKS_MAX],
    len: usize,
}

impl Aliases {
    const NONE: Self = Self {
        sets: [0; LINKS_MAX],
        len: 0,
    };

    /// Notes a set; false if it was there already.
    fn add(&mut self, index: usize) -> bool {
        let seen = self.sets.get(..self.len).unwrap_or_default();
        let is_new = !seen.contains(&index);
        if let (true, Some(slot)) = (is_new, self.sets.get_mut(self.len)) {
            *slot = index;
            self.len = self.len.saturating_add(1);
        }
        is_new
    }
}

/// An answer being written.
struct Work<'z, 'w, B> {
    zone: &'z Zone,
    builder: &'w mut Builder<B>,
    dnssec_ok: bool,
    record_type: RecordType,
    hosts: Hosts,
    aliases: Aliases,
    /// What proves, to those who want it, that something is not there.
    proofs: Proofs,
}

impl<B: Buffer> Work<'_, '_, B> {
    fn run(&mut self, name: Name<'_>) -> Result<Answer, Error> {
        let mut target = None;
        let mut answer = self.step(name, &mut target, true)?;
        for _ in 0..LINKS_MAX {
            let (Step::Follow, Some(now)) = (&answer, target) else {
                break;
            };
            answer = self.step(now.name(), &mut target, false)?;
        }
        let answer = match answer {
            Step::Done(answer) => answer,
            Step::Follow => Answer::Records,
        };
        self.put_proofs()?;
        self.add_hosts()?;
        Ok(answer)
    }

    #[inline]
    fn step(
        &mut self,
        name: Name<'_>,
        target: &mut Option<FlatName>,
        first: bool,
    ) -> Result<Step, Error> {
        let zone = self.zone;
        let descent = zone.descend(name, self.record_type);
        if first && !matches!(descent, Descent::Cut(_) | Descent::OutOfZone) {
            let flags = self.builder.header().flags;
            self.builder.set_flags(flags.with_authoritative(true));
        }
        match descent {
            Descent::Node(node) => self.node(node, name, target),
            Descent::Cut(node) => self.referral(node),
            Descent::Dname(node) => self.dname(node, name, target),
            Descent::Nothing => {
                self.builder.set_rcode(Rcode::NXDOMAIN);
                self.negative()?;
                self.deny(Denial::Name, name);
                Ok(Step::Done(Answer::NameError))
            }
            Descent::OutOfZone if first => Ok(Step::Done(Answer::OutOfZone)),
            // What an alias leads to.
            Descent::OutOfZone => Ok(Step::Done(Answer::Records)),
        }
    }

    #[inline]
    fn node(
        &mut self,
        node: NodeId,
        name: Name<'_>,
        target: &mut Option<FlatName>,
    ) -> Result<Step, Error> {
        let zone = self.zone;
        if let Some(index) = zone.alias(node, self.record_type) {
            if !self.aliases.add(index) {
                // An alias of itself, over however many others.
                return Ok(Step::Done(Answer::Records));
            }
            self.put(Section::Answer, node, index, name, None)?;
            self.deny_closer(node, name);
            if let Some(Rdata::Cname(Cname { cname })) = zone.set_at(name, index).rdata().next() {
                *target = Some(cname.flatten());
            }
            return Ok(Step::Follow);
        }
        let index = match self.record_type {
            RecordType::ANY => zone.any_set(node),
            record_type => zone.find_set(node, record_type),
        };
        match index {
            Some(index) => {
                self.hosts.answered = Some(node);
                self.put(Section::Answer, node, index, name, None)?;
                self.deny_closer(node, name);
                Ok(Step::Done(Answer::Records))
            }
            None => {
                self.negative()?;
                let is_there = zone.tree.name(node) == name;
                self.deny(
                    if is_there {
                        Denial::Type(node)
                    } else {
                        Denial::WildcardType(node)
                    },
                    name,
                );
                Ok(Step::Done(Answer::NoData))
            }
        }
    }

    /// The SOA with the TTL that the negative answer may be kept for (RFC 2308 §5).
    fn negative(&mut self) -> Result<(), Error> {
        let zone = self.zone;
        let ttl = Some(zone.negative_ttl);
        self.put(
            Section::Authority,
            super::tree::APEX,
            zone.soa,
            zone.apex(),
            ttl,
        )
    }

    fn referral(&mut self, node: NodeId) -> Result<Step, Error> {
        let zone = self.zone;
        let owner = zone.tree.name(node);
        if let Some(servers) = zone.find_set(node, RecordType::NS) {
            // Signatures of a delegation's NS do not exist (RFC 4035 §2.2).
            self.put_plain(Section::Authority, node, servers, owner, None)?;
            self.hosts.cut = Some(node);
            // First the addresses that must not be missing (RFC 9471 §3.1).
            let hosts = self.hosts.nodes.get_mut(..self.hosts.count);
            hosts.unwrap_or_default().sort_unstable_by_key(|host| {
                let is_below = |host: NodeId| zone.is_below(host, node);
                !host.is_some_and(is_below)
            });
        }
        if self.dnssec_ok {
            match zone.find_set(node, RecordType::DS) {
                Some(ds) => self.put(Section::Authority, node, ds, owner, None)?,
                None => self.deny(Denial::Type(node), owner),
            }
        }
        Ok(Step::Done(Answer::Referral))
    }

    fn dname(
        &mut self,
        node: NodeId,
        name: Name<'_>,
        target: &mut Option<FlatName>,
    ) -> Result<Step, Error> {
        let zone = self.zone;
        let owner = zone.tree.name(node);
        let Some(index) = zone.find_set(node, RecordType::DNAME) else {
            return Ok(Step::Done(Answer::NoData));
        };
        if self.aliases.add(index) {
            self.put(Section::Answer, node, index, owner, None)?;
        } else if zone.leads_back(name, self.record_type) {
            return Ok(Step::Done(Answer::Records));
        }
        let set = zone.set_at(owner, index);
        let Some(Rdata::Dname(dname)) = set.rdata().next() else {
            return Ok(Step::Done(Answer::NoData));
        };
        let Some(substituted) = substitute(name, owner, dname.target) else {
            self.builder.set_rcode(Rcode::YXDOMAIN);
            return Ok(Step::Done(Answer::NameTooLong));
        };
        // RFC 6672 §3.1: for those who do not know DNAME.
        let cname = Rdata::from(Cname {
            cname: target.insert(substituted).name(),
        });
        self.builder.answer(name, zone.class, set.ttl(), &cname)?;
        match self.record_type {
            // The alias itself was asked for (RFC 1034 §3.6.2).
            RecordType::CNAME | RecordType::ANY => Ok(Step::Done(Answer::Records)),
            _ => Ok(Step::Follow),
        }
    }

    /// Notes what proves a denial, for those who want proofs.
    #[inline]
    fn deny(&mut self, denial: Denial, name: Name<'_>) {
        if self.dnssec_ok {
            self.zone.deny(denial, name, &mut self.proofs);
        }
    }

    /// An answer that a wildcard gave needs a proof that nothing is closer (RFC 4035 §3.1.3.3, RFC 5155 §7.2.6).
    #[inline]
    fn deny_closer(&mut self, node: NodeId, name: Name<'_>) {
        if self.dnssec_ok && self.zone.tree.name(node) != name {
            self.deny(Denial::Closer, name);
        }
    }

    fn put_proofs(&mut self) -> Result<(), Error> {
        let (zone, proofs) = (self.zone, self.proofs);
        for node in proofs.owners() {
            if let Some(index) = zone.find_set(*node, zone.chain.record_type()) {
                self.put(
                    Section::Authority,
                    *node,
                    index,
                    zone.tree.name(*node),
                    None,
                )?;
            }
        }
        Ok(())
    }

    /// Writes a set and, if they are wanted, its signatures.
    #[inline]
    fn put(
        &mut self,
        section: Section,
        node: NodeId,
        index: usize,
        owner: Name<'_>,
        ttl: Option<Ttl>,
    ) -> Result<(), Error> {
        self.put_plain(section, node, index, owner, ttl)?;
        if !self.dnssec_ok {
            return Ok(());
        }
        self.put_signatures(section, node, index, owner, ttl)
    }

    /// Writes a set, whole or not at all.
    #[inline]
    fn put_plain(
        &mut self,
        section: Section,
        node: NodeId,
        index: usize,
        owner: Name<'_>,
        ttl: Option<Ttl>,
    ) -> Result<(), Error> {
        let Some(entry) = self.zone.sets.get(index).copied() else {
            return Ok(());
        };
        let before = self.builder.checkpoint();
        let result = self.put_records(section, node, entry, owner, ttl.unwrap_or(entry.ttl));
        if result.is_err() {
            self.builder.roll_back(before);
        }
        result
    }

    #[inline]
    fn put_records(
        &mut self,
        section: Section,
        node: NodeId,
        entry: SetEntry,
        owner: Name<'_>,
        ttl: Ttl,
    ) -> Result<(), Error> {
        let zone = self.zone;
        let first = entry.first as usize;
        let end = first.saturating_add(entry.count as usize);
        for slice in zone.records.get(first..end).unwrap_or_default() {
            let rdata = zone.rdata_at(entry.record_type, *slice);
            let ttl = match &rdata {
                Rdata::Rrsig(rrsig) => zone.signature_ttl(node, rrsig),
                _ => ttl,
            };
            self.builder
                .record(section, owner, zone.class, ttl, &rdata)?;
            if let Some(host) = host(&rdata, owner) {
                self.hosts.add(zone, host);
            }
        }
        Ok(())
    }

    #[cold]
    fn put_signatures(
        &mut self,
        section: Section,
        node: NodeId,
        index: usize,
        owner: Name<'_>,
        ttl: Option<Ttl>,
    ) -> Result<(), Error> {
        let zone = self.zone;
        let covered = zone.set_at(owner, index);
        let Some(signatures) = zone.find_set(node, RecordType::RRSIG) else {
            return Ok(());
        };
        let set = zone.set_at(owner, signatures);
        for rdata in set.rdata() {
            if let Rdata::Rrsig(rrsig) = rdata
                && rrsig.type_covered == covered.record_type()
            {
                let ttl = ttl.unwrap_or(covered.ttl());
                self.builder
                    .record(section, owner, zone.class, ttl, &rdata)?;
            }
        }
        Ok(())
    }

    /// Writes the addresses of the hosts that were named (RFC 1034 §4.3.2 step 6), and the services that they offer where
    /// those were asked for (RFC 9460 §4.1), as far as they fit.
    fn add_hosts(&mut self) -> Result<(), Error> {
        let zone = self.zone;
        for position in 0..self.hosts.count {
            let Some(node) = self.hosts.nodes.get(position).copied().flatten() else {
                continue;
            };
            let service = match self.record_type {
                of @ (RecordType::SVCB | RecordType::HTTPS) => {
                    // What is in the answer does not come twice.
                    self.hosts.answered.filter(|at| *at != node).map(|_| of)
                }
                _ => None,
            };
            for record_type in [RecordType::A, RecordType::AAAA].into_iter().chain(service) {
                let Some(index) = zone.find_set(node, record_type) else {
                    continue;
                };
                let owner = zone.tree.name(node);
                let result = self.put(Section::Additional, node, index, owner, None);
                match result {
                    Ok(()) => {}
                    // Without the addresses of servers below the cut a referral leads nowhere (RFC 9471 §3.1).
                    Err(error) if self.hosts.cut.is_some_and(|cut| zone.is_below(node, cut)) => {
                        return Err(error);
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::BufferFull { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

impl Zone {
    /// True when the aliases from `name` on come back to it. That a DNAME is met again does not say so: it serves any
    /// number of names.
    #[cold]
    fn leads_back(&self, name: Name<'_>, record_type: RecordType) -> bool {
        let mut at = name.flatten();
        for _ in 0..LINKS_MAX {
            let (Lookup::Cname(set) | Lookup::Dname(set)) = self.lookup(at.name(), record_type)
            else {
                return false;
            };
            let next = match set.rdata().next() {
                Some(Rdata::Cname(alias)) => Some(alias.cname.flatten()),
                Some(Rdata::Dname(dname)) => substitute(at.name(), set.owner(), dname.target),
                _ => None,
            };
            let Some(next) = next else {
                return false;
            };
            at = next;
            if at.name() == name {
                return true;
            }
        }
        false
    }

    /// True when `node` is `above` or below it.
    fn is_below(&self, node: NodeId, above: NodeId) -> bool {
        core::iter::successors(Some(node), |node| self.tree.parent(*node)).any(|node| node == above)
    }
}

/// The hosts whose addresses help whoever asked.
struct Hosts {
    nodes: [Option<NodeId>; HOSTS_MAX],
    count: usize,
    /// The cut of a referral.
    cut: Option<NodeId>,
    /// Whose set is the answer.
    answered: Option<NodeId>,
}

impl Hosts {
    const fn new() -> Self {
        Self {
            nodes: [None; HOSTS_MAX],
            count: 0,
            cut: None,
            answered: None,
        }
    }

    #[inline]
    fn add(&mut self, zone: &Zone, host: Name<'_>) {
        let Some(node) = zone.find(host) else {
            return;
        };
        let known = self.nodes.get(..self.count).unwrap_or_default();
        if known.contains(&Some(node)) {
            return;
        }
        if let Some(slot) = self.nodes.get_mut(self.count) {
            *slot = Some(node);
            self.count = self.count.wrapping_add(1);
        }
    }
}

/// The host that a record of `owner` names and whose addresses belong to the answer.
#[inline]
fn host<'r>(rdata: &Rdata<'r>, owner: Name<'r>) -> Option<Name<'r>> {
    let (priority, target) = match rdata {
        Rdata::Ns(ns) => return Some(ns.nsdname),
        Rdata::Mx(mx) => return Some(mx.exchange),
        Rdata::Srv(srv) => return Some(srv.target),
        Rdata::Svcb(svcb) => (svcb.priority, svcb.target_name),
        Rdata::Https(https) => (https.priority, https.target_name),
        _ => return None,
    };
    // In ServiceMode the root stands for the owner (RFC 9460 §2.5.2).
    let is_owner = priority > 0 && target.is_root();
    Some(if is_owner { owner } else { target })
}

/// `name` with `replacement` in the place of `ancestor`; `None` when that is too long (RFC 6672 §2.2).
fn substitute(name: Name<'_>, ancestor: Name<'_>, replacement: Name<'_>) -> Option<FlatName> {
    let kept = name.label_count().saturating_sub(ancestor.label_count());
    FlatName::of(name.labels().take(kept).chain(replacement.labels()))
}
