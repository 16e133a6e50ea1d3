//! Answers of the RFCs' example zones, and faults.

mod additional;
mod aliases;
mod faults;
mod signatures;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{Answer, Response, Zone, ZoneBuilder, ZoneFault};
use crate::edns::Edns;
use crate::rdata::Caa;
use crate::{
    Builder, CharacterString, Class, Message, NameBuf, Rcode, Rdata, RecordBuf, RecordType,
    Section, Ttl,
};

/// RFC 4592 §2.2.1, with more below it.
const EXAMPLE: &[&str] = &[
    "example. 3600 IN SOA ns.example.com. h.example. 1 7200 600 86400 900",
    "example. 3600 IN NS ns.example.com.",
    "example. 3600 IN NS ns.example.net.",
    "*.example. 3600 IN TXT \"this is a wildcard\"",
    "*.example. 3600 IN MX 10 host1.example.",
    "sub.*.example. 3600 IN TXT \"this is not a wildcard\"",
    "host1.example. 3600 IN A 192.0.2.1",
    "_ssh._tcp.host1.example. 3600 IN SRV 0 0 22 host1.example.",
    "_ssh._tcp.host2.example. 3600 IN SRV 0 0 22 host1.example.",
    "subdel.example. 3600 IN NS ns.example.com.",
    "subdel.example. 3600 IN NS ns.subdel.example.",
    "subdel.example. 3600 IN DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000",
    "ns.subdel.example. 3600 IN A 192.0.2.9",
    "alias.example. 60 IN CNAME Host1.example.",
    "chain.example. 60 IN CNAME alias.example.",
    "dangling.example. 60 IN CNAME _absent.host1.example.",
    "away.example. 60 IN CNAME www.elsewhere.",
    "loop.example. 60 IN CNAME loop.example.",
    "todel.example. 60 IN CNAME www.subdel.example.",
    "old.example. 60 IN DNAME example.",
    "old.example. 60 IN TXT \"at the DNAME itself\"",
    "long.example. 60 IN DNAME a123456789a123456789a123456789a123456789a123456789a123456789.b123456789b123456789b123456789b123456789b123456789b123456789.c123456789.example.",
    "*.wc.example. 60 IN CNAME host1.example.",
];

fn zone_of(apex: &str, records: &[&str]) -> (Option<Zone>, Vec<ZoneFault>) {
    let apex: NameBuf = apex.parse().unwrap();
    let mut builder = ZoneBuilder::new(apex.as_name(), Class::IN);
    for (line, text) in (1_u64..).zip(records) {
        let record: RecordBuf = text.parse().unwrap();
        builder.insert_record(&record, line);
    }
    let mut faults = Vec::new();
    let zone = builder.finish(&mut faults);
    (zone, faults)
}

fn example() -> Zone {
    let (zone, faults) = zone_of("example.", EXAMPLE);
    assert!(faults.is_empty(), "{faults:#?}");
    zone.unwrap()
}

/// The answer and the records as `section owner ttl type rdata`.
fn ask(zone: &Zone, question: &str) -> (Answer, String, Vec<String>) {
    let (name, record_type) = question.split_once(' ').unwrap();
    let name: NameBuf = name.parse().unwrap();
    let record_type: RecordType = record_type.parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.question(&name, record_type, Class::IN).unwrap();
    let answer = zone
        .answer(name.as_name(), record_type, false, &mut builder)
        .unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    let records = message
        .all_records()
        .map(|(section, record)| {
            let short = match section {
                Section::Answer => "an",
                Section::Authority => "ns",
                _ => "ar",
            };
            format!(
                "{short} {} {} {} {}",
                record.owner(),
                record.ttl(),
                record.record_type(),
                record.rdata()
            )
        })
        .collect();
    let status = format!("{} {}", message.rcode(), message.flags());
    (answer, status, records)
}

const SOA: &str = "ns example. 900 SOA ns.example.com. h.example. 1 7200 600 86400 900";

#[test]
fn wildcards_of_rfc_4592_section_2_2_1() {
    let zone = example();
    for (question, answer, status, records) in [
        // "the following responses would be synthesized from one of the wildcards"
        (
            "host3.example. MX",
            Answer::Records,
            "NOERROR aa",
            vec![
                "an host3.example. 3600 MX 10 host1.example.",
                "ar host1.example. 3600 A 192.0.2.1",
            ],
        ),
        ("host3.example. A", Answer::NoData, "NOERROR aa", vec![SOA]),
        (
            "foo.bar.example. TXT",
            Answer::Records,
            "NOERROR aa",
            vec!["an foo.bar.example. 3600 TXT \"this is a wildcard\""],
        ),
        // "would not be synthesized": the name exists, …
        ("host1.example. MX", Answer::NoData, "NOERROR aa", vec![SOA]),
        ("sub.*.example. MX", Answer::NoData, "NOERROR aa", vec![SOA]),
        // … an empty non-terminal is the closest encloser, …
        (
            "_telnet._tcp.host1.example. SRV",
            Answer::NameError,
            "NXDOMAIN aa",
            vec![SOA],
        ),
        (
            "_tcp.host1.example. TXT",
            Answer::NoData,
            "NOERROR aa",
            vec![SOA],
        ),
        // … or it is below a cut.
        (
            "host.subdel.example. A",
            Answer::Referral,
            "NOERROR ",
            vec![
                "ns subdel.example. 3600 NS ns.example.com.",
                "ns subdel.example. 3600 NS ns.subdel.example.",
                "ar ns.subdel.example. 3600 A 192.0.2.9",
            ],
        ),
        (
            "ghost.*.example. MX",
            Answer::NameError,
            "NXDOMAIN aa",
            vec![SOA],
        ),
        (
            "*.example. MX",
            Answer::Records,
            "NOERROR aa",
            vec![
                "an *.example. 3600 MX 10 host1.example.",
                "ar host1.example. 3600 A 192.0.2.1",
            ],
        ),
    ] {
        let found = ask(&zone, question);
        assert_eq!((found.0, found.1.as_str()), (answer, status), "{question}");
        assert_eq!(found.2, records, "{question}");
    }
}

#[test]
fn a_ds_is_the_parents() {
    // RFC 4035 §3.1.4.1.
    let zone = example();
    let (answer, status, records) = ask(&zone, "subdel.example. DS");
    assert_eq!(
        (answer, status.as_str(), records.len()),
        (Answer::Records, "NOERROR aa", 1)
    );
    assert_eq!(ask(&zone, "x.subdel.example. DS").0, Answer::Referral);
    assert_eq!(ask(&zone, "subdel.example. NS").0, Answer::Referral);
    let (child, _) = zone_of(
        "subdel.example.",
        &[
            "subdel.example. 1 IN SOA m. r. 1 2 3 4 5",
            "subdel.example. 1 IN NS ns.example.com.",
        ],
    );
    let zones = [zone, child.unwrap()];
    let name: NameBuf = "subdel.example.".parse().unwrap();
    let apex = |record_type| {
        let zone = Zone::for_question(&zones, name.as_name(), record_type);
        zone.unwrap().apex().to_string()
    };
    assert_eq!(apex(RecordType::DS), "example.");
    assert_eq!(apex(RecordType::NS), "subdel.example.");
}

#[test]
fn any_gets_one_set() {
    // RFC 8482 §4.1.
    let zone = example();
    let (answer, _, records) = ask(&zone, "example. ANY");
    assert_eq!(answer, Answer::Records);
    assert_eq!(
        records,
        [
            "an example. 3600 NS ns.example.com.",
            "an example. 3600 NS ns.example.net."
        ]
    );
    assert_eq!(
        ask(&zone, "alias.example. ANY").2,
        ["an alias.example. 60 CNAME Host1.example."]
    );
    assert_eq!(ask(&zone, "_tcp.host1.example. ANY").0, Answer::NoData);
    // A set of data and not its proof, whatever their numbers are; the proof where there is no other.
    let (zone, _) = zone_of(
        "z.",
        &[
            "z. 1 IN SOA m. r. 1 2 3 4 5",
            "z. 1 IN NS ns.other.",
            "a.z. 1 IN NSEC z. NSEC CAA",
            "a.z. 1 IN CAA 0 issue b",
            "c.z. 1 IN NSEC z. NSEC",
        ],
    );
    let zone = zone.unwrap();
    assert_eq!(ask(&zone, "a.z. ANY").2, ["an a.z. 1 CAA 0 issue \"b\""]);
    assert_eq!(ask(&zone, "c.z. ANY").2, ["an c.z. 1 NSEC z. NSEC"]);
}

#[test]
fn names_outside_are_not_answered() {
    let zone = example();
    for name in ["com. A", ". NS", "xexample. A", "example.com. A"] {
        assert_eq!(ask(&zone, name).0, Answer::OutOfZone, "{name}");
    }
    assert_eq!(
        ask(&zone, "HOST1.EXAMPLE. A").2,
        ["an HOST1.EXAMPLE. 3600 A 192.0.2.1"]
    );
    let (root, faults) = zone_of(
        ".",
        &[
            ". 1 IN SOA m. r. 1 2 3 4 5",
            ". 1 IN NS ns.",
            "ns. 1 IN A 192.0.2.1",
        ],
    );
    assert!(faults.is_empty());
    let root = root.unwrap();
    assert_eq!(ask(&root, "ns. A").0, Answer::Records);
    assert_eq!(ask(&root, "a.b.c. A").0, Answer::NameError);
    assert_eq!(ask(&root, ". SOA").0, Answer::Records);
}

fn query(opcode: u16, name: &str, record_type: RecordType, edns: Option<Edns<'_>>) -> Vec<u8> {
    let name: NameBuf = name.parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_flags(crate::Flags(0x0100 | opcode << 11));
    builder.question(&name, record_type, Class::IN).unwrap();
    if let Some(edns) = edns {
        builder.edns(&edns).unwrap();
    }
    builder.finish();
    octets
}

#[test]
fn responds_as_a_server() {
    let zones = [example()];
    let respond = |query: &[u8], udp: Option<u16>| {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        let query = Message::decode(query).unwrap();
        let response = Zone::respond(&zones, &query, udp, &mut builder).unwrap();
        builder.finish();
        (response, octets)
    };
    let edns = Edns {
        udp_payload_size: 4096,
        ..Edns::default()
    };
    let (response, octets) = respond(
        &query(
            0,
            "host1.example.",
            RecordType::A,
            Some(edns.with_dnssec_ok(true)),
        ),
        Some(1400),
    );
    assert_eq!(response, Response::Answered(Answer::Records));
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.flags().to_string(), "qr aa rd");
    let opt = message.edns().unwrap();
    assert_eq!(
        (opt.udp_payload_size, opt.dnssec_ok(), opt.version),
        (1400, true, 0)
    );

    // RFC 1035 §6.2: the answer for any class is not authoritative.
    let mut any_class = query(0, "host1.example.", RecordType::A, None);
    let class = any_class.len() - 2;
    any_class.truncate(class);
    any_class.extend_from_slice(&Class::ANY.0.to_be_bytes());
    let (response, octets) = respond(&any_class, Some(1232));
    assert_eq!(response, Response::Answered(Answer::Records));
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.flags().to_string(), "qr rd");

    let bad_version = Edns { version: 1, ..edns };
    for (asked, rcode) in [
        (query(0, "com.", RecordType::A, None), Rcode::REFUSED),
        (query(0, "example.", RecordType::AXFR, None), Rcode::REFUSED),
        (query(0, "example.", RecordType::MAILA, None), Rcode::NOTIMP),
        (query(0, "example.", RecordType::OPT, None), Rcode::FORMERR),
        (query(2, "example.", RecordType::A, None), Rcode::NOTIMP),
        (
            query(0, "example.", RecordType::A, Some(bad_version)),
            Rcode::BADVERS,
        ),
    ] {
        let (response, octets) = respond(&asked, Some(1232));
        assert_eq!(response, Response::Refused(rcode));
        let message = Message::decode(&octets).unwrap();
        assert_eq!(message.rcode(), rcode);
        assert!(!message.flags().authoritative());
    }
    let mut no_question = query(0, "example.", RecordType::A, None);
    no_question.truncate(12);
    no_question[5] = 0;
    assert_eq!(
        respond(&no_question, None).0,
        Response::Refused(Rcode::FORMERR)
    );
    no_question[2] |= 0x80;
    assert_eq!(respond(&no_question, None).0, Response::Ignored);
    // RFC 9619: more than one question is as wrong in a response.
    let mut questions = query(0, "host1.example.", RecordType::A, None);
    questions[5] = 2;
    questions.extend_from_within(12..);
    let (response, octets) = respond(&questions, None);
    assert_eq!(response, Response::Refused(Rcode::FORMERR));
    assert_eq!(Message::decode(&octets).unwrap().questions().count(), 1);
}

#[test]
fn faults_have_sentences_and_lines() {
    let soa = "z. 1 IN SOA m. r. 1 2 3 4 5";
    let ns = "z. 1 IN NS ns.other.";
    let (zone, faults) = zone_of(
        "z.",
        &[
            soa,
            ns,
            "y. 1 IN A 192.0.2.1",
            "a.z. 1 CH A 192.0.2.1",
            "b.z. 1 IN CNAME c.z.",
            "b.z. 1 IN A 192.0.2.1",
            "d.z. 1 IN CNAME c.z.",
            "d.z. 1 IN CNAME e.z.",
            "f.z. 1 IN SOA m. r. 1 2 3 4 5",
            "g.z. 1 IN NS ns.g.z.",
            "h.z. 1 IN MX 1 absent.z.",
            "h.z. 1 IN MX 1 d.z.",
            "g.z. 1 IN TXT \"occluded\"",
            "x.g.z. 1 IN TXT \"occluded\"",
            "i.z. 1 IN DNAME j.",
            "k.i.z. 1 IN A 192.0.2.1",
            "l.z. 1 IN A 192.0.2.1",
            "l.z. 2 IN A 192.0.2.2",
            "l.z. 1 IN A 192.0.2.1",
            "l.z. 1 IN DS 1 1 250 00",
            "h.z. 1 IN MX 0 .",
            "m.z. 1 IN OPT \\# 0",
        ],
    );
    assert!(zone.is_none());
    let lines: Vec<_> = faults
        .iter()
        .map(|fault| format!("{}: {fault}", fault.line()))
        .collect();
    assert_eq!(
        lines,
        [
            "3: y. A: the owner is not in the zone",
            "4: a.z. A: the class is not the zone's",
            "22: m.z. OPT: records of this type do not belong into zones",
            "18: l.z. A: the TTLs of the set differ",
            "19: l.z. A: the record is there already",
            "6: b.z. A: a CNAME record and other data at the same name",
            "7: d.z. CNAME: more than one CNAME record",
            "9: f.z. SOA: an SOA record below the apex",
            "10: g.z. NS ns.g.z.: the server is below the delegation and has no glue address",
            "13: g.z. TXT: data below a delegation that nobody will see",
            "11: h.z. MX absent.z.: the host it names is in the zone and has no address",
            "11: h.z. MX d.z.: the host it names is an alias",
            "14: x.g.z. TXT: data below a delegation that nobody will see",
            "16: k.i.z. A: data below a DNAME record",
            "20: l.z. DS: a DS record where nothing is delegated",
        ]
    );
    let (zone, faults) = zone_of("z.", &["a.z. 1 IN A 192.0.2.1"]);
    assert!(zone.is_none());
    let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "z. SOA: the zone has no SOA record",
            "z. NS: the zone has no NS record at its apex"
        ]
    );
    let (_, faults) = zone_of("z.", &["a.z. 1 IN A 192.0.2.1", soa]);
    let places: Vec<_> = faults.iter().map(|fault| fault.line()).collect();
    assert_eq!(places, [2], "{faults:?}");
    let (zone, faults) = zone_of("z.", &[soa, ns, "z. 1 IN SOA m. r. 2 2 3 4 5"]);
    assert_eq!(
        (zone.is_none(), faults[0].to_string().as_str()),
        (true, "z. SOA: more than one SOA record")
    );
    // What is only doubtful does not stop the zone.
    let (zone, faults) = zone_of(
        "z.",
        &[soa, ns, "l.z. 1 IN A 192.0.2.1", "l.z. 1 IN A 192.0.2.1"],
    );
    assert_eq!((zone.unwrap().record_count(), faults.len()), (3, 1));
}

#[test]
fn sets_begin_with_the_soa_and_have_everything() {
    let zone = example();
    let sets: Vec<_> = zone.sets().collect();
    assert_eq!(sets[0].record_type(), RecordType::SOA);
    let count: usize = sets.iter().map(super::RecordSet::len).sum();
    assert_eq!((count, zone.record_count()), (EXAMPLE.len(), EXAMPLE.len()));
}

/// Public fields may hold what no record can; a zone does not take it.
#[test]
fn rdata_that_is_not_of_its_form_is_a_fault() {
    let apex: NameBuf = "example.".parse().unwrap();
    let mut builder = ZoneBuilder::new(&apex, Class::IN);
    let caa = Rdata::from(Caa {
        flags: 0,
        tag: CharacterString::new(b"").unwrap(),
        value: b"",
    });
    builder.insert(&apex, Class::IN, Ttl(60), &caa, 7);
    let mut faults = Vec::new();
    assert!(builder.finish(&mut faults).is_none());
    let fault = &faults[0];
    assert_eq!(
        (fault.line(), fault.to_string()),
        (
            7,
            "example. CAA: the RDATA is not of its type's form".into()
        )
    );
}
