//! Answers for those who want signatures.

use super::*;

#[test]
fn signatures_and_ds_go_along_with_do() {
    let signature = "8 1 3600 20260101000000 20250101000000 1 example. AA==";
    let mut records: Vec<String> = EXAMPLE.iter().map(ToString::to_string).collect();
    records.push(format!("host1.example. 3600 IN RRSIG A {signature}"));
    records.push(format!("host1.example. 3600 IN RRSIG NSEC {signature}"));
    records.push(format!("example. 3600 IN RRSIG SOA {signature}"));
    let (zone, _) = zone_of(
        "example.",
        &records.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let zone = zone.unwrap();
    for (name, types) in [
        ("host1.example.", "A RRSIG"),
        ("a.subdel.example.", "NS NS DS A"),
        ("sub.*.example.", "SOA RRSIG"),
    ] {
        let name: NameBuf = name.parse().unwrap();
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        zone.answer(name.as_name(), RecordType::A, true, &mut builder)
            .unwrap();
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        let found: Vec<_> = message
            .all_records()
            .map(|(_, record)| record.record_type().to_string())
            .collect();
        assert_eq!(found.join(" "), types, "{name}");
    }
}

#[test]
fn a_signature_lives_as_long_as_what_it_covers() {
    // RFC 4034 §3. Its Original TTL may be more: signers leave it as it was when they shorten TTLs.
    let signature = "8 1 86400 20260101000000 20250101000000 1 z. AA==";
    let records = [
        "z. 3600 IN SOA m. r. 1 2 3 4 5".into(),
        format!("z. 3600 IN RRSIG SOA {signature}"),
        "z. 300 IN NS ns.other.".into(),
        format!("z. 300 IN RRSIG NS {signature}"),
        "z. 60 IN TXT \"text\"".into(),
        format!("z. 60 IN RRSIG TXT {signature}"),
    ];
    let (zone, _) = zone_of(
        "z.",
        &records.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let zone = zone.unwrap();
    let apex: NameBuf = "z.".parse().unwrap();
    for (record_type, expected) in [
        (RecordType::TXT, "TXT 60, RRSIG 60"),
        (RecordType::RRSIG, "RRSIG 300, RRSIG 3600, RRSIG 60"),
        // As long as the SOA of a negative answer (RFC 2308 §5).
        (RecordType::A, "SOA 5, RRSIG 5"),
    ] {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        zone.answer(&apex, record_type, true, &mut builder).unwrap();
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        let mut found: Vec<_> = message
            .all_records()
            .map(|(_, record)| format!("{} {}", record.record_type(), record.ttl()))
            .collect();
        if record_type == RecordType::RRSIG {
            found.sort();
        }
        assert_eq!(found.join(", "), expected);
    }
}
