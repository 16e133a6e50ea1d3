//! Agreement with other libraries on what octets say, and the listed reasons where we differ.

use domain::base::ParsedName;
use domain::rdata::AllRecordData;
use hickory_proto::serialize::binary::BinDecodable;
use netlab_benches::dns::messages;
use wire_dns::{DecodeOptions, ErrorKind, Message, Rdata, RecordType};

fn hickory(octets: &[u8]) -> bool {
    hickory_proto::op::Message::from_bytes(octets).is_ok()
}

/// True when domain reads every record of the message, its RDATA included.
fn domain(octets: &[u8]) -> bool {
    let Ok(message) = domain::base::Message::from_octets(octets) else {
        return false;
    };
    let sections = (|| {
        Ok::<_, domain::base::wire::ParseError>([
            message.answer()?,
            message.authority()?,
            message.additional()?,
        ])
    })();
    let Ok(sections) = sections else { return false };
    message.question().all(|question| question.is_ok())
        && sections.into_iter().all(|section| {
            section.into_iter().all(|record| {
                record.is_ok_and(|record| {
                    record
                        .to_any_record::<AllRecordData<_, ParsedName<_>>>()
                        .is_ok()
                })
            })
        })
}

/// Owner, type, class and TTL as domain reads them, in our words.
fn domain_records(octets: &[u8]) -> Vec<(String, u16, u16, u32)> {
    let message = domain::base::Message::from_octets(octets).expect("a message");
    [message.answer(), message.authority(), message.additional()]
        .into_iter()
        .flat_map(|section| section.expect("a section"))
        .map(|record| {
            let record = record.expect("a record");
            let owner = record.owner().to_string().to_lowercase();
            (
                owner.trim_end_matches('.').to_owned(),
                record.rtype().to_int(),
                record.class().to_int(),
                record.ttl().as_secs(),
            )
        })
        .collect()
}

/// On whole messages all agree, record by record.
#[test]
fn vectors_say_the_same() {
    for (name, octets) in messages() {
        assert!(hickory(&octets) && domain(&octets), "{name}");
        let ours: Vec<_> = Message::decode(&octets)
            .unwrap()
            .all_records()
            .map(|(_, record)| {
                let owner = record.owner().to_string().to_lowercase();
                (
                    owner.trim_end_matches('.').to_owned(),
                    record.record_type().0,
                    record.class().0,
                    record.ttl().0,
                )
            })
            .collect();
        assert_eq!(ours, domain_records(&octets), "{name}");
    }
}

/// Types that all three read field by field with the same rules.
const SHARED: [RecordType; 8] = [
    RecordType::A,
    RecordType::AAAA,
    RecordType::NS,
    RecordType::CNAME,
    RecordType::PTR,
    RecordType::MX,
    RecordType::SOA,
    RecordType::SRV,
];

/// Why we refuse what both others take. Everything else is a disagreement to look into.
fn is_listed(octets: &[u8], kind: &ErrorKind) -> bool {
    match kind {
        // Both stop after the last record that the counts promise; we want whole messages (RFC 1035 section 4.1).
        ErrorKind::TrailingOctets { .. }
        // Both take OPT records with any owner, domain also more than one (RFC 6891 sections 6.1.1 and 6.1.2).
        | ErrorKind::OptTwice | ErrorKind::OptMisplaced | ErrorKind::OptOwner
        // domain takes a TSIG record anywhere (RFC 8945 section 5.1).
        | ErrorKind::TsigNotLast
        // Both follow pointers into the header, where no prior name can be (RFC 1035 section 4.1.4).
        | ErrorKind::PointerIntoHeader { .. } => true,
        // RDATA of types that one of the others keeps whole, or checks when it is asked for a field.
        _ => {
            let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
            Message::decode_with(octets, tolerant).is_ok_and(|message| {
                message.all_records().all(|(_, record)| {
                    !matches!(record.rdata(), Rdata::Unknown(_)) || !SHARED.contains(&record.record_type())
                })
            })
        }
    }
}

/// True when every record is of a type that all three read with the same rules.
fn is_shared(message: &Message<'_>) -> bool {
    message
        .all_records()
        .all(|(_, record)| SHARED.contains(&record.record_type()))
}

/// Mutated messages: where verdicts differ, the reason is a listed one.
#[test]
fn mutations_differ_for_listed_reasons_only() {
    let mut state = 7u64;
    let mut next = move |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % bound
    };
    let mut unexplained = Vec::new();
    for (name, octets) in messages() {
        for _ in 0..20_000 {
            let mut mutant = octets.clone();
            for _ in 0..=next(2) {
                let at = next(mutant.len());
                mutant[at] = u8::try_from(next(256)).expect("an octet");
            }
            let (hickory, domain) = (hickory(&mutant), domain(&mutant));
            match Message::decode(&mutant) {
                Err(error) if hickory && domain && !is_listed(&mutant, error.kind()) => {
                    unexplained.push(format!("{name}: we alone refuse: {error}"));
                }
                Ok(message) if !hickory && !domain && is_shared(&message) => {
                    unexplained.push(format!("{name}: we alone accept:\n{message}"));
                }
                _ => {}
            }
        }
    }
    assert!(
        unexplained.is_empty(),
        "{} cases:\n{}",
        unexplained.len(),
        unexplained.join("\n")
    );
}
