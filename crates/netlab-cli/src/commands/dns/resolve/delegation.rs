//! A zone and its servers: from a referral, or for the root from hints.

use std::net::IpAddr;
use std::path::Path;

use wire_dns::text::ZoneRecords;
use wire_dns::{Class, Message, Name, NameBuf, Rdata, RecordType, ResourceRecord, Section, Ttl};

use crate::exit::Failure;
use crate::net::system_text;

/// A zone and who serves it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in super::super) struct Delegation {
    pub(super) zone: NameBuf,
    pub(super) servers: Vec<NameServer>,
    /// How long it may be remembered, in seconds.
    pub(super) seconds: u32,
}

/// A server and the addresses that came with its name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct NameServer {
    pub(super) name: NameBuf,
    pub(super) addresses: Vec<IpAddr>,
}

/// The root servers as IANA lists them.
const ROOT_HINTS: &str = include_str!("root.hints");

/// More servers of one zone are not remembered.
const SERVERS_MAX: usize = 32;
/// More addresses of one server are not remembered.
const ADDRESSES_MAX: usize = 8;

impl Delegation {
    /// The servers of the root zone from a file, or else the built-in ones.
    pub(in super::super) fn root(hints: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = hints else {
            return Self::from_hints(ROOT_HINTS.as_bytes()).map_err(Failure::cannot_start);
        };
        let file = path.display();
        let text = std::fs::read(path).map_err(|error| {
            let reason = system_text(&error);
            Failure::cannot_start(format!("cannot read {file}: {reason}"))
        })?;
        Self::from_hints(&text)
            .map_err(|reason| Failure::cannot_start(format!("bad hints {file}:{reason}")))
    }

    /// The servers of the root zone as a hints file has them, or what is wrong with it and where.
    fn from_hints(text: &[u8]) -> Result<Self, String> {
        let mut root = Self::new(Name::ROOT, u32::MAX);
        let mut addresses = Vec::new();
        // The TTLs of hints mean nothing, so they may be left out.
        let records = ZoneRecords::new(text, Name::ROOT).with_default_ttl(Ttl(0));
        for record in records {
            let record = record.map_err(|error| error.to_string())?;
            match record.rdata.as_rdata() {
                Rdata::Ns(ns) if record.owner.as_name().is_root() => root.add_server(ns.nsdname),
                rdata => addresses.extend(address(&rdata).map(|address| (record.owner, address))),
            }
        }
        for (owner, address) in &addresses {
            root.add_address(owner.as_name(), *address);
        }
        if root
            .servers
            .iter()
            .all(|server| server.addresses.is_empty())
        {
            return Err("1:1: no root server with an address is in it".to_owned());
        }
        Ok(root)
    }

    /// The servers of `zone` as a referral of a server of `parent` has them. Addresses count only where the parent's servers
    /// can know them: at names below its apex (RFC 2181 §5.4.1).
    pub(super) fn from_referral(message: &Message<'_>, zone: Name<'_>, parent: Name<'_>) -> Self {
        let mut delegation = Self::new(zone, u32::MAX);
        let of_internet = |record: &ResourceRecord<'_>| record.class() == Class::IN;
        for record in message.authorities().filter(of_internet) {
            if let Rdata::Ns(ns) = record.rdata()
                && record.owner() == zone
            {
                delegation.seconds = delegation.seconds.min(record.ttl().as_secs());
                delegation.add_server(ns.nsdname);
            }
        }
        for record in message.records(Section::Additional).filter(of_internet) {
            if let Some(address) = address(&record.rdata())
                && record.owner().is_subdomain_of(parent)
            {
                delegation.add_address(record.owner(), address);
            }
        }
        delegation
    }

    fn new(zone: Name<'_>, seconds: u32) -> Self {
        Self {
            zone: zone.to_name_buf(),
            servers: Vec::new(),
            seconds,
        }
    }

    fn add_server(&mut self, name: Name<'_>) {
        let is_known = self.servers.iter().any(|server| name == server.name);
        if !is_known && self.servers.len() < SERVERS_MAX {
            self.servers.push(NameServer {
                name: name.to_name_buf(),
                addresses: Vec::new(),
            });
        }
    }

    fn add_address(&mut self, name: Name<'_>, address: IpAddr) {
        let server = self.servers.iter_mut().find(|server| name == server.name);
        if let Some(NameServer { addresses, .. }) = server
            && addresses.len() < ADDRESSES_MAX
            && !addresses.contains(&address)
        {
            addresses.push(address);
        }
    }

    /// Whether this machine is one of the servers, as in a lab on one machine.
    pub(super) fn has_loopback(&self) -> bool {
        let mut addresses = self.servers.iter().flat_map(|server| &server.addresses);
        addresses.any(|address| address.to_canonical().is_loopback())
    }
}

/// The types of addresses.
pub(super) const ADDRESS_TYPES: [RecordType; 2] = [RecordType::A, RecordType::AAAA];

/// The address that a record holds.
pub(super) fn address(rdata: &Rdata<'_>) -> Option<IpAddr> {
    match rdata {
        Rdata::A(a) => Some(a.address.into()),
        Rdata::Aaaa(aaaa) => Some(aaaa.address.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use wire_dns::{Builder, Message, NameBuf, Section};

    use super::{Delegation, ROOT_HINTS};

    fn name(text: &str) -> NameBuf {
        text.parse().unwrap()
    }

    #[test]
    fn the_built_in_hints_have_thirteen_servers_with_two_addresses_each() {
        let root = Delegation::from_hints(ROOT_HINTS.as_bytes()).unwrap();
        assert_eq!(root.servers.len(), 13);
        assert!(
            root.servers
                .iter()
                .all(|server| server.addresses.len() == 2)
        );
        assert!(!root.has_loopback());
    }

    #[test]
    fn hints_without_an_address_or_with_rubbish_are_refused() {
        for text in ["", ". NS a.test.\n", "a.test. A 127.0.0.1\n"] {
            let error = Delegation::from_hints(text.as_bytes()).unwrap_err();
            assert_eq!(error, "1:1: no root server with an address is in it");
        }
        let error = Delegation::from_hints(b". NS a.test.\na.test. A 127.0.1\n").unwrap_err();
        assert!(error.starts_with("2:11: "), "{error}");
    }

    #[test]
    fn glue_counts_where_the_parent_can_know_it() {
        // RFC 2181 §5.4.1: servers of example. say nothing of names elsewhere.
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        for (section, record) in [
            (Section::Authority, "sub.example. 60 NS ns.sub.example."),
            (Section::Authority, "sub.example. 30 NS ns.victim."),
            (Section::Authority, "other.example. 1 NS ns.other.example."),
            // A set is of one class (RFC 2181 §5).
            (Section::Authority, "sub.example. 1 CH NS ns.sub.example."),
            (Section::Additional, "ns.sub.example. 60 A 192.0.2.1"),
            (Section::Additional, "ns.sub.example. 60 AAAA 2001:db8::1"),
            (Section::Additional, "ns.victim. 60 A 192.0.2.66"),
            (Section::Additional, "ns.sub.example. 60 CH A 192.0.2.66"),
        ] {
            builder
                .record_buf(section, &record.parse().unwrap())
                .unwrap();
        }
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        let zone = name("sub.example.");
        let delegation =
            Delegation::from_referral(&message, zone.as_name(), name("example.").as_name());
        assert_eq!((&delegation.zone, delegation.seconds), (&zone, 30));
        let [inside, outside] = delegation.servers.as_slice() else {
            panic!("{delegation:?}");
        };
        let addresses: [IpAddr; 2] = ["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        assert_eq!(inside.addresses, addresses);
        assert_eq!(
            (&outside.name, outside.addresses.len()),
            (&name("ns.victim."), 0)
        );
    }
}
