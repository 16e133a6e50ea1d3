//! What of the responses on the way becomes the answer.

use std::collections::HashSet;

use wire_dns::rdata::Rdata;
use wire_dns::{Class, Message, Name, Outcome, Rcode, RecordBuf, RecordType, ResourceRecord, Ttl};

use super::{Asked, Found};

/// The answer as it is put together.
pub(super) struct Draft {
    answers: Vec<RecordBuf>,
    /// What proves that there is nothing, or that a wildcard had to answer (RFC 4035 §3.1.3.3).
    authorities: Vec<RecordBuf>,
    /// Whether the first name is of a zone served here, when that is known.
    pub(super) is_authoritative: Option<bool>,
    seconds: u32,
}

impl Draft {
    /// With nothing in it yet.
    pub(super) const fn new() -> Self {
        Self {
            answers: Vec::new(),
            authorities: Vec::new(),
            is_authoritative: None,
            seconds: u32::MAX,
        }
    }

    /// Adds what a response of servers of `zone` can know of the names on the way. DNSSEC records count only where they were
    /// asked for (RFC 4035 §3.2.1).
    pub(super) fn add(
        &mut self,
        asked: &Asked,
        message: &Message<'_>,
        zone: Name<'_>,
        way: &[Name<'_>],
        outcome: &Outcome<'_>,
    ) {
        let end = match outcome {
            Outcome::Answer { name } => Some(name),
            _ => None,
        };
        for record in message.answers().filter(|record| counts(record, zone)) {
            let owner = record.owner();
            let (kind, record_type) = (kind(&record), record.record_type());
            let is_asked_for = [record_type, RecordType::ANY].contains(&asked.record_type);
            let is_wanted = match kind {
                _ if kind != record_type && !asked.dnssec_ok && !is_asked_for => false,
                RecordType::DNAME if way.iter().any(|name| is_below(*name, owner)) => true,
                _ if end == Some(&owner) => is_asked_for || kind == asked.record_type,
                kind => kind == RecordType::CNAME && way.contains(&owner),
            };
            if is_wanted {
                self.seconds = self.seconds.min(record.ttl().as_secs());
                self.answers.push(record.to_record_buf());
            }
        }
        let nothing = match outcome {
            Outcome::NoData { ttl, .. } | Outcome::NameError { ttl, .. } => {
                self.seconds = self.seconds.min(ttl.map_or(0, Ttl::as_secs));
                true
            }
            _ => false,
        };
        let seconds = self.seconds;
        let authorities = message.authorities().filter(|record| counts(record, zone));
        let proofs = authorities.filter(|record| match record.record_type() {
            RecordType::SOA => nothing,
            _ if !asked.dnssec_ok => false,
            _ => match kind(record) {
                RecordType::NSEC | RecordType::NSEC3 => true,
                kind => kind == RecordType::SOA && nothing,
            },
        });
        self.authorities.extend(proofs.map(|record| {
            let mut record = record.to_record_buf();
            // RFC 2308 §5: the SOA record is as old as what it says.
            record.ttl = Ttl(record.ttl.as_secs().min(seconds));
            record
        }));
    }

    /// Adds what has been known of the last alias for `age` seconds.
    pub(super) fn join(mut self, known: &Found, age: u32) -> Found {
        self.answers
            .extend(known.answers.iter().map(|record| aged(record, age)));
        self.authorities
            .extend(known.authorities.iter().map(|record| aged(record, age)));
        self.is_authoritative.get_or_insert(known.is_authoritative);
        self.seconds = self.seconds.min(known.seconds.saturating_sub(age));
        Found {
            trouble: known.trouble.clone(),
            ..self.finish(known.rcode)
        }
    }

    /// The answer.
    pub(super) fn finish(mut self, rcode: Rcode) -> Found {
        // Whoever sends a record twice, or one that proves two things, says it once (RFC 2181 §5).
        for records in [&mut self.answers, &mut self.authorities] {
            let mut seen = HashSet::new();
            records.retain(|record| seen.insert((record.owner.clone(), record.rdata.clone())));
        }
        Found {
            rcode,
            answers: self.answers,
            authorities: self.authorities,
            is_authoritative: self.is_authoritative.unwrap_or(false),
            seconds: self.seconds,
            trouble: None,
        }
    }
}

fn is_below(name: Name<'_>, other: Name<'_>) -> bool {
    name != other && name.is_subdomain_of(other)
}

/// The type of a record, or of those that it signs.
fn kind(record: &ResourceRecord<'_>) -> RecordType {
    match record.rdata() {
        Rdata::Rrsig(rrsig) => rrsig.type_covered,
        _ => record.record_type(),
    }
}

/// Whether servers of `zone` can know a record.
fn counts(record: &ResourceRecord<'_>, zone: Name<'_>) -> bool {
    record.class() == Class::IN && record.owner().is_subdomain_of(zone)
}

/// A record that has been known for `age` seconds.
pub(in super::super) fn aged(record: &RecordBuf, age: u32) -> RecordBuf {
    RecordBuf {
        ttl: record.ttl.aged(age),
        ..record.clone()
    }
}
