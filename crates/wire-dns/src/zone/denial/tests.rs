//! The answers of RFC 4035 appendix B and RFC 5155 appendix B, by the owners of what they prove with.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::zone::{Zone, ZoneBuilder};
use crate::{Builder, Class, Message, NameBuf, RecordBuf, RecordType, Section};

fn zone(records: impl Iterator<Item = String>) -> Zone {
    let apex: NameBuf = "example.".parse().unwrap();
    let mut zone = ZoneBuilder::new(apex.as_name(), Class::IN);
    for text in records {
        let record: RecordBuf = text.parse().unwrap();
        zone.insert_record(&record, 0);
    }
    let mut faults = Vec::new();
    let zone = zone.finish(&mut faults);
    zone.unwrap_or_else(|| panic!("{faults:?}"))
}

/// The first labels of the owners of NSEC or NSEC3 in the authority section, in the order of the answer.
fn proofs(zone: &Zone, name: &str, record_type: RecordType) -> String {
    let name: NameBuf = name.parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    zone.answer(name.as_name(), record_type, true, &mut builder)
        .unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    let owners: Vec<String> = message
        .authorities()
        .filter(|record| [RecordType::NSEC, RecordType::NSEC3].contains(&record.record_type()))
        .map(|record| record.owner().to_string())
        .collect();
    owners.join(" ")
}

/// RFC 4035 appendix A, without signatures but for one.
const NAMES: &[&str] = &[
    "example. SOA ns1.example. bugs.x.w.example. 1081539377 3600 300 3600000 3600",
    "example. NS ns1.example.",
    "example. MX 1 xx.example.",
    "example. NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY",
    "a.example. NS ns1.a.example.",
    "a.example. DS 57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B",
    "a.example. NSEC ai.example. NS DS RRSIG NSEC",
    "ns1.a.example. A 192.0.2.5",
    "ai.example. A 192.0.2.9",
    "ai.example. NSEC b.example. A HINFO AAAA RRSIG NSEC",
    "b.example. NS ns1.b.example.",
    "b.example. NSEC ns1.example. NS RRSIG NSEC",
    "b.example. RRSIG NSEC 5 2 3600 20040509183619 20040409183619 38519 example. AA==",
    "ns1.b.example. A 192.0.2.7",
    "ns1.example. A 192.0.2.1",
    "ns1.example. NSEC ns2.example. A RRSIG NSEC",
    "ns2.example. A 192.0.2.2",
    "ns2.example. NSEC *.w.example. A RRSIG NSEC",
    "*.w.example. MX 1 ai.example.",
    "*.w.example. NSEC x.w.example. MX RRSIG NSEC",
    "x.w.example. MX 1 xx.example.",
    "x.w.example. NSEC x.y.w.example. MX RRSIG NSEC",
    "x.y.w.example. MX 1 xx.example.",
    "x.y.w.example. NSEC xx.example. MX RRSIG NSEC",
    "xx.example. A 192.0.2.10",
    "xx.example. NSEC example. A HINFO AAAA RRSIG NSEC",
];

fn named() -> Zone {
    zone(NAMES.iter().map(ToString::to_string))
}

#[test]
fn nsec_of_rfc_4035_appendix_b() {
    let zone = named();
    for (name, record_type, owners) in [
        // B.1 Answer.
        ("x.w.example.", RecordType::MX, ""),
        // B.2 Name Error: neither the name nor a wildcard.
        ("ml.example.", RecordType::A, "b.example. example."),
        // B.3 No Data Error.
        ("ns1.example.", RecordType::MX, "ns1.example."),
        // B.4 and B.5 Referrals to a signed and an unsigned zone.
        ("mc.a.example.", RecordType::MX, ""),
        ("mc.b.example.", RecordType::MX, "b.example."),
        // B.6 Wildcard Expansion.
        ("a.z.w.example.", RecordType::MX, "x.y.w.example."),
        // B.7 Wildcard No Data Error.
        (
            "a.z.w.example.",
            RecordType::AAAA,
            "x.y.w.example. *.w.example.",
        ),
        // B.8 DS Child Zone No Data Error.
        ("example.", RecordType::DS, "example."),
        // The same for a delegation, whose DS is the parent's.
        ("b.example.", RecordType::DS, "b.example."),
        // An empty non-terminal has no NSEC; that of the name before covers it (RFC 4035 §3.1.3.2 by RFC 4592 §4.7).
        ("y.w.example.", RecordType::A, "x.w.example."),
        // Behind the last name, and one record that proves both.
        ("zz.example.", RecordType::A, "xx.example. example."),
        ("0.example.", RecordType::A, "example."),
    ] {
        assert_eq!(
            proofs(&zone, name, record_type),
            owners,
            "{name} {record_type}"
        );
    }
}

#[test]
fn proofs_are_for_those_who_ask_for_them_and_have_their_signatures() {
    let (zone, name) = (named(), "mc.b.example.".parse::<NameBuf>().unwrap());
    for (dnssec_ok, types) in [(false, "NS"), (true, "NS NSEC RRSIG")] {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        zone.answer(name.as_name(), RecordType::MX, dnssec_ok, &mut builder)
            .unwrap();
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        let found: Vec<String> = message
            .all_records()
            .filter(|(section, _)| *section == Section::Authority)
            .map(|(_, record)| record.record_type().to_string())
            .collect();
        assert_eq!(found.join(" "), types);
    }
}

/// RFC 5155 appendix A, without signatures. `c` is not signed and, by opt-out, not in the chain.
#[cfg(feature = "dnssec")]
const HASHED: &[&str] = &[
    "example. SOA ns1.example. bugs.x.w.example. 1 3600 300 3600000 3600",
    "example. NS ns1.example.",
    "example. NSEC3PARAM 1 0 12 aabbccdd",
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG",
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. A 192.0.2.127",
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
    "2vptu5timamqttgl4luu9kg21e0aor3s.example. NSEC3 1 1 12 aabbccdd 35mthgpgcu1qg68fab165klnsnk3dpvl MX RRSIG",
    "35mthgpgcu1qg68fab165klnsnk3dpvl.example. NSEC3 1 1 12 aabbccdd b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG",
    "a.example. NS ns1.a.example.",
    "a.example. DS 58470 5 1 3079F1593EBAD6DC121E202A8B766A6A4837206C",
    "ns1.a.example. A 192.0.2.5",
    "ai.example. A 192.0.2.9",
    "b4um86eghhds6nea196smvmlo4ors995.example. NSEC3 1 1 12 aabbccdd gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG",
    "c.example. NS ns1.c.example.",
    "ns1.c.example. A 192.0.2.7",
    "gjeqe526plbf1g8mklp59enfd789njgi.example. NSEC3 1 1 12 aabbccdd ji6neoaepv8b5o6k4ev33abha8ht9fgc HINFO A AAAA RRSIG",
    "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. NSEC3 1 1 12 aabbccdd k8udemvp1j2f7eg6jebps17vp3n8i58h",
    "k8udemvp1j2f7eg6jebps17vp3n8i58h.example. NSEC3 1 1 12 aabbccdd kohar7mbb8dc2ce8a9qvl8hon4k53uhi",
    "kohar7mbb8dc2ce8a9qvl8hon4k53uhi.example. NSEC3 1 1 12 aabbccdd q04jkcevqvmu85r014c7dkba38o0ji5r A RRSIG",
    "ns1.example. A 192.0.2.1",
    "ns2.example. A 192.0.2.2",
    "q04jkcevqvmu85r014c7dkba38o0ji5r.example. NSEC3 1 1 12 aabbccdd r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG",
    "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example. NSEC3 1 1 12 aabbccdd t644ebqk9bibcna874givr6joj62mlhv MX RRSIG",
    "t644ebqk9bibcna874givr6joj62mlhv.example. NSEC3 1 1 12 aabbccdd 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom HINFO A AAAA RRSIG",
    "*.w.example. MX 1 ai.example.",
    "x.w.example. MX 1 xx.example.",
    "x.y.w.example. MX 1 xx.example.",
    "xx.example. A 192.0.2.10",
];

/// The first four digits of the hashes that prove.
#[cfg(feature = "dnssec")]
fn hashes(zone: &Zone, name: &str, record_type: RecordType) -> String {
    let owners = proofs(zone, name, record_type);
    let short: Vec<&str> = owners
        .split_whitespace()
        .filter_map(|owner| owner.get(..4))
        .collect();
    short.join(" ")
}

#[cfg(feature = "dnssec")]
#[test]
fn nsec3_of_rfc_5155_appendix_b() {
    let zone = zone(HASHED.iter().map(ToString::to_string));
    for (name, record_type, owners) in [
        // B.1 Name Error: the closest encloser x.w, the next closer name c.x.w, the wildcard *.x.w.
        ("a.c.x.w.example.", RecordType::A, "b4um 0p9m 35mt"),
        // B.2 No Data Error, and B.2.1 for an empty non-terminal.
        ("ns1.example.", RecordType::MX, "2t7b"),
        ("y.w.example.", RecordType::A, "ji6n"),
        // B.3 Referral to an Opt-Out Unsigned Zone: the closest encloser is the apex, c the next closer name.
        ("mc.c.example.", RecordType::MX, "0p9m 35mt"),
        ("c.example.", RecordType::DS, "0p9m 35mt"),
        ("mc.a.example.", RecordType::MX, ""),
        // B.4 Wildcard Expansion: the next closer name z.w.
        ("a.z.w.example.", RecordType::MX, "q04j"),
        // B.5 Wildcard No Data Error.
        ("a.z.w.example.", RecordType::AAAA, "k8ud q04j r53b"),
        // B.6 DS Child Zone No Data Error.
        ("example.", RecordType::DS, "0p9m"),
    ] {
        assert_eq!(
            hashes(&zone, name, record_type),
            owners,
            "{name} {record_type}"
        );
    }
}

#[cfg(feature = "dnssec")]
#[test]
fn names_that_only_nsec3_made_are_not_there() {
    // RFC 5155 §7.2.8; a name with other records is there even so.
    let zone = zone(HASHED.iter().map(ToString::to_string));
    for (name, rcode) in [
        ("35mthgpgcu1qg68fab165klnsnk3dpvl.example.", "NXDOMAIN"),
        ("a.35mthgpgcu1qg68fab165klnsnk3dpvl.example.", "NXDOMAIN"),
        ("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "NOERROR"),
    ] {
        let name: NameBuf = name.parse().unwrap();
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        zone.answer(name.as_name(), RecordType::MX, true, &mut builder)
            .unwrap();
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        assert_eq!(message.rcode().to_string(), rcode, "{name}");
    }
}

#[cfg(feature = "dnssec")]
#[test]
fn more_iterations_than_are_good_for_anybody_give_no_proofs() {
    // RFC 9276 §3.1.
    for (iterations, expected) in [("150", 1), ("151", 0)] {
        let records = HASHED
            .iter()
            .map(|text| text.replace(" 12 aabb", &alloc::format!(" {iterations} aabb")));
        let zone = zone(records);
        let found = proofs(&zone, "a.z.w.example.", RecordType::MX);
        assert_eq!(found.split_whitespace().count(), expected, "{iterations}");
    }
}

#[cfg(feature = "dnssec")]
#[test]
fn a_chain_whose_parameters_have_flags_is_not_used() {
    // RFC 5155 §4.1.2: a signer that has not written all of it yet says so.
    let begun = HASHED
        .iter()
        .map(|text| text.replace("PARAM 1 0", "PARAM 1 1"));
    assert_eq!(proofs(&zone(begun), "a.c.x.w.example.", RecordType::A), "");
}
