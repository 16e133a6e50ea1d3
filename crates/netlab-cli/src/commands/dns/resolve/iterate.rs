//! From the root down: each zone's servers name those of the next, until one knows (RFC 1034 §5.3.3).

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wire_dns::{AsName, NameBuf, RecordType};

use super::delegation::{ADDRESS_TYPES, Delegation, NameServer, address};
use super::resolution::{Resolution, Said, Server};
use super::{Asked, NoReply, Resolver, Trouble};
use crate::lock::lock;
use crate::net::later;

/// While others have not been asked, a server has this part of the time that a reply may take.
const FIRST_PART: u32 = 3;

/// A server's name may be in a zone whose servers have names elsewhere, and so on.
const DEPTH_MAX: u32 = 4;

/// The servers of a zone are not remembered longer, whatever the TTL: a day.
const MEMORY: Duration = Duration::from_secs(86_400);

/// Of so many servers of a zone the addresses are looked for: each is a question that the zone makes of one
/// (CVE-2020-8616).
const NAMES_MAX: usize = 6;

/// A server of a zone with one of its addresses.
struct Candidate<'c> {
    name: &'c NameBuf,
    address: IpAddr,
}

/// The servers of a zone being asked in turn.
struct Round<'c> {
    at: &'c Delegation,
    asked: &'c Asked,
    timeout: Duration,
    /// Who need not be asked again.
    tried: HashSet<IpAddr>,
    /// Who did not answer in time.
    silent: Vec<Candidate<'c>>,
    /// Why the last one gave no answer.
    last: NoReply,
}

impl Resolution<'_> {
    /// Goes down from `start`, or from what is nearest to the name, to who has the last word.
    pub(super) fn descend(
        &mut self,
        asked: &Asked,
        start: Option<Delegation>,
        root: &Arc<Delegation>,
        depth: u32,
    ) -> Result<Said, Trouble> {
        let (mut at, mut until) = match start {
            Some(start) => (Arc::new(start), later(MEMORY)),
            None => self.resolver.nearest(asked, root),
        };
        loop {
            let octets = self.ask_zone(&at, asked, root, depth)?;
            let zone = at.zone.clone();
            let said = Said {
                octets,
                zone,
                is_own: false,
            };
            match said.referral() {
                Some(next) => (at, until) = self.resolver.remember(next, until),
                None => return Ok(said),
            }
        }
    }

    /// The response of one of a zone's servers.
    fn ask_zone(
        &mut self,
        at: &Delegation,
        asked: &Asked,
        root: &Delegation,
        depth: u32,
    ) -> Result<Vec<u8>, Trouble> {
        let whole = self.resolver.servers.timeout();
        let mut round = Round {
            at,
            asked,
            timeout: whole.checked_div(FIRST_PART).unwrap_or(whole),
            tried: HashSet::new(),
            silent: Vec::new(),
            last: NoReply::said("none of its servers has an address".to_owned()),
        };
        let servers = at.servers.iter();
        let mut given: Vec<Candidate<'_>> = servers
            .flat_map(|server| candidates(server, &server.addresses, root))
            .collect();
        self.resolver
            .servers
            .order(&mut given, |candidate| candidate.address);
        if let Some(octets) = self.ask_each(&mut round, given)? {
            return Ok(octets);
        }
        // More addresses are to be found by the names, of servers without any first, but not by one below the very zone that is
        // looked for.
        let outside = |server: &&NameServer| !server.name.as_name().is_subdomain_of(&at.zone);
        let mut named: Vec<&NameServer> = at.servers.iter().filter(outside).collect();
        named.sort_by_key(|server| !server.addresses.is_empty());
        named.truncate(NAMES_MAX);
        for (server, record_type) in named
            .into_iter()
            .flat_map(|server| ADDRESS_TYPES.map(|of| (server, of)))
        {
            if depth == DEPTH_MAX {
                self.is_cut = true;
                break;
            }
            let found = self.addresses(&server.name, record_type, depth);
            if let Some(octets) = self.ask_each(&mut round, candidates(server, &found, root))? {
                return Ok(octets);
            }
        }
        round.timeout = whole;
        round.tried.clear();
        let again = std::mem::take(&mut round.silent);
        if let Some(octets) = self.ask_each(&mut round, again)? {
            return Ok(octets);
        }
        let whom = format!("the servers of {}", at.zone);
        Err(Trouble::nobody(&whom, &round.last))
    }

    /// The first response that leads on. The round remembers who was silent.
    fn ask_each<'c>(
        &mut self,
        round: &mut Round<'c>,
        candidates: impl IntoIterator<Item = Candidate<'c>>,
    ) -> Result<Option<Vec<u8>>, Trouble> {
        for candidate in candidates {
            if !round.tried.insert(candidate.address) {
                continue;
            }
            let server = Server {
                zone: &round.at.zone,
                name: Some(candidate.name),
                socket: self.resolver.servers.socket(candidate.address),
            };
            match self.ask(&server, round.asked, round.timeout)? {
                Ok(octets) => return Ok(Some(octets)),
                Err(no_reply) => {
                    if no_reply.is_silence {
                        round.silent.push(candidate);
                    }
                    round.last = no_reply;
                }
            }
        }
        Ok(None)
    }

    /// The addresses of one type that a server has by its name.
    fn addresses(&mut self, name: &NameBuf, record_type: RecordType, depth: u32) -> Vec<IpAddr> {
        let asked = Asked {
            name: name.clone(),
            record_type,
            dnssec_ok: false,
            checking_disabled: false,
        };
        let found = self.find(&asked, depth.saturating_add(1));
        let answers = found.answers.iter();
        answers
            .filter_map(|record| address(&record.rdata.as_rdata()))
            .collect()
    }
}

impl Resolver {
    /// The zone nearest to a name whose servers are known, and until when. DS belongs to the zone above (RFC 4035 §3.1.4.1).
    fn nearest(&self, asked: &Asked, root: &Arc<Delegation>) -> (Arc<Delegation>, Instant) {
        let now = Instant::now();
        let skipped = usize::from(asked.record_type == RecordType::DS);
        let mut delegations = lock(&self.delegations);
        let mut ancestors = asked.name.as_name().ancestors().skip(skipped);
        ancestors
            .find_map(|zone| {
                let (delegation, until) = delegations.get::<dyn AsName>(&zone)?;
                (*until > now).then(|| (Arc::clone(delegation), *until))
            })
            .unwrap_or_else(|| (Arc::clone(root), later(MEMORY)))
    }

    /// Remembers a zone's servers, not longer than those who named them: whose own delegation is gone has nothing to give
    /// away any more (CVE-2022-30698).
    fn remember(&self, delegation: Delegation, until: Instant) -> (Arc<Delegation>, Instant) {
        let delegation = Arc::new(delegation);
        let until = later(Duration::from_secs(delegation.seconds.into())).min(until);
        let zone = delegation.zone.clone();
        lock(&self.delegations).put(zone, (Arc::clone(&delegation), until));
        (delegation, until)
    }
}

/// The addresses of a server that may be asked. What a stranger's zone says must not lead to this machine, unless the root
/// is here too, as in a lab.
fn candidates<'c>(
    server: &'c NameServer,
    addresses: &[IpAddr],
    root: &Delegation,
) -> Vec<Candidate<'c>> {
    let with_loopback = root.has_loopback();
    let may_ask = |address: &IpAddr| {
        let ip = address.to_canonical();
        let is_here = ip.is_loopback() || ip.is_unspecified();
        !ip.is_multicast() && (with_loopback || !is_here)
    };
    let addresses = addresses.iter().copied().filter(may_ask);
    let name = &server.name;
    addresses
        .map(|address| Candidate { name, address })
        .collect()
}
