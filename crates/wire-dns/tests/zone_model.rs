//! Lookups in random zones against an obviously right version: RFC 1034 §4.3.2 and RFC 4592 word by word, over a list.
#![cfg(feature = "zone")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation in a helper is a failed test"
)]

use proptest::prelude::{Strategy, prop, prop_assert_eq, proptest};
use wire_dns::zone::{Answer, Lookup, Zone, ZoneBuilder};
use wire_dns::{Builder, Class, Message, Name, NameBuf, RecordBuf, RecordType};

/// A name of up to three of these labels below `z.`
fn name() -> impl Strategy<Value = String> {
    let label = prop::sample::select(&["a", "B", "*", "c"][..]);
    prop::collection::vec(label, 0..4).prop_map(|labels| {
        let mut name = labels.join(".");
        if !name.is_empty() {
            name.push('.');
        }
        name + "z."
    })
}

fn records() -> impl Strategy<Value = Vec<RecordBuf>> {
    let data = prop::sample::select(
        &[
            "A 192.0.2.1",
            "A 192.0.2.2",
            "TXT x",
            "MX 1 a.z.",
            "NS ns.other.",
            "DS 1 8 1 00",
            "CNAME c.z.",
            "DNAME other.",
        ][..],
    );
    prop::collection::vec((name(), data), 0..8).prop_map(|records| {
        let fixed = ["z. 1 IN SOA m.other. r. 1 2 3 4 5", "z. 1 IN NS ns.other."];
        let others = records
            .into_iter()
            .map(|(name, data)| format!("{name} 1 IN {data}"));
        fixed
            .map(String::from)
            .into_iter()
            .chain(others)
            .map(|text| text.parse().unwrap())
            .collect()
    })
}

/// What a lookup finds, as text: the kind, and the owner and type of the set.
fn found(zone: &Zone, name: Name<'_>, record_type: RecordType) -> String {
    match zone.lookup(name, record_type) {
        Lookup::Found(set) => format!("found {} {}", set.owner(), set.record_type()),
        Lookup::Cname(set) => format!("cname {}", set.owner()),
        Lookup::Dname(set) => format!("dname {}", set.owner()),
        Lookup::Referral(set) => format!("referral {}", set.owner()),
        Lookup::NoData => "no data".into(),
        Lookup::NameError => "name error".into(),
        other => format!("{other:?}"),
    }
    .to_lowercase()
}

/// The same from the list.
fn expected(records: &[RecordBuf], name: Name<'_>, record_type: RecordType) -> String {
    let has = |owner: Name<'_>, record_type: RecordType| {
        records
            .iter()
            .any(|record| record.owner == owner && record.record_type() == record_type)
    };
    // RFC 4592 §2.2.3: a name exists when it or anything below it has records.
    let exists = |owner: Name<'_>| {
        records
            .iter()
            .any(|record| record.owner.as_name().is_subdomain_of(owner))
    };
    let mut path: Vec<Name<'_>> = name.ancestors().collect();
    path.reverse();
    // Without the root: the apex and what is below it.
    let path = path.get(1..).unwrap();
    for ancestor in path {
        let is_apex = ancestor.label_count() == 1;
        let is_name = *ancestor == name;
        if !is_apex && has(*ancestor, RecordType::NS) && !(is_name && record_type == RecordType::DS)
        {
            return format!("referral {ancestor}").to_lowercase();
        }
        if !is_name && has(*ancestor, RecordType::DNAME) {
            return format!("dname {ancestor}").to_lowercase();
        }
        if !exists(*ancestor) {
            break;
        }
    }
    let source: NameBuf = if exists(name) {
        name.to_name_buf()
    } else {
        let encloser = path.iter().rev().find(|ancestor| exists(**ancestor));
        encloser.unwrap().to_name_buf().child("*").unwrap()
    };
    let source = source.as_name();
    if !exists(source) {
        return "name error".into();
    }
    let text = if has(source, RecordType::CNAME) && record_type != RecordType::CNAME {
        format!("cname {source}")
    } else if has(source, record_type) {
        format!("found {source} {record_type}")
    } else {
        "no data".into()
    };
    text.to_lowercase()
}

proptest! {
    #[test]
    fn lookups_are_those_of_the_rfcs(records in records(), names in prop::collection::vec(name(), 1..8)) {
        let apex: NameBuf = "z.".parse().unwrap();
        let mut builder = ZoneBuilder::new(&apex, Class::IN);
        for record in &records {
            builder.insert_record(record, 0);
        }
        let mut faults = Vec::new();
        let Some(zone) = builder.finish(&mut faults) else {
            return Ok(());
        };
        for name in &names {
            let name: NameBuf = name.parse().unwrap();
            for record_type in [RecordType::A, RecordType::TXT, RecordType::DS, RecordType::CNAME, RecordType::NS] {
                let name = name.as_name();
                let found = found(&zone, name, record_type);
                prop_assert_eq!(&found, &expected(&records, name, record_type), "{} {}\n{:#?}", name, record_type, records);
                // The answer written is of the same kind, and a message.
                let mut octets = Vec::new();
                let mut builder = Builder::new(&mut octets);
                let answer = zone.answer(name, record_type, true, &mut builder).unwrap();
                builder.finish();
                let message = Message::decode(&octets).unwrap();
                let kind = match answer {
                    Answer::NoData => "no data",
                    Answer::NameError => "name error",
                    Answer::Referral => "referral",
                    _ => "",
                };
                if message.answers().next().is_none() {
                    assert!(found.starts_with(kind) && !kind.is_empty(), "{found} {answer:?}");
                }
            }
        }
    }
}
