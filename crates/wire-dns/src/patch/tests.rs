use alloc::vec::Vec;

use super::{age_ttls, reply_to, set_flags, set_id, set_opt, strip_opt};
use crate::edns::{Edns, EdnsOptions};
use crate::error::ErrorKind;
use crate::rdata::{A, Unknown};
use crate::{Builder, Class, Flags, Message, Name, NameBuf, Rdata, RecordType, Section, Ttl};

fn message(opt_first: bool) -> Vec<u8> {
    let name: NameBuf = "a.example".parse().unwrap();
    let other: NameBuf = "b.other".parse().unwrap();
    let address = Rdata::from(A {
        address: [192, 0, 2, 1].into(),
    });
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.question(&name, RecordType::A, Class::IN).unwrap();
    builder
        .answer(&name, Class::IN, Ttl(300), &address)
        .unwrap();
    if opt_first {
        builder.edns(&Edns::default()).unwrap();
    }
    for _ in 0..2 {
        builder
            .additional(&other, Class::IN, Ttl(50), &address)
            .unwrap();
    }
    if !opt_first {
        builder.edns(&Edns::default()).unwrap();
    }
    builder.finish();
    octets
}

/// Who keeps what others refuse gives it out again.
#[test]
fn ttls_age_beside_malformed_rdata() {
    // An A record of three octets.
    let mut octets = *b"\0\0\x80\0\0\0\0\x01\0\0\0\0\0\0\x01\0\x01\0\0\x01\x2C\0\x03\xC0\0\x02";
    assert!(Message::decode(&octets).is_err());
    age_ttls(&mut octets, 100).unwrap();
    assert_eq!(octets[17..21], [0, 0, 0, 200]);
}

/// RFC 5452 §9.1: ID and question; RFC 1035 §4.1.1 and RFC 4035 §3.2.2: RD and CD are copied.
#[test]
fn a_kept_response_replies_to_another_query() {
    let mut kept = message(false);
    let query = |name: &str, record_type, flags| {
        let name: NameBuf = name.parse().unwrap();
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_id(0xABCD);
        builder.set_flags(flags);
        builder.question(&name, record_type, Class::IN).unwrap();
        builder.finish();
        octets
    };
    let wanted = Flags(0)
        .with_recursion_desired(true)
        .with_checking_disabled(true);
    let asked = query("A.eXample", RecordType::A, wanted);
    let asked = Message::decode(&asked).unwrap();
    let before = kept.clone();
    assert!(!reply_to(&mut kept, &asked), "a query is no response");
    set_flags(
        &mut kept,
        Flags(0).with_response(true).with_authoritative(true),
    );
    for (name, record_type, flags) in [
        ("b.example", RecordType::A, Flags(0)),
        ("a.example", RecordType::AAAA, Flags(0)),
        (
            "a.example",
            RecordType::A,
            Flags(0).with_opcode(crate::Opcode::NOTIFY),
        ),
    ] {
        let other = query(name, record_type, flags);
        assert!(!reply_to(&mut kept, &Message::decode(&other).unwrap()));
        assert_eq!(kept[4..], before[4..]);
    }
    assert!(!reply_to(&mut kept[..20].to_vec(), &asked));
    assert!(reply_to(&mut kept, &asked));
    let reply = Message::decode(&kept).unwrap();
    assert!(reply.is_response_to(&asked) && reply.flags().authoritative());
    assert!(reply.flags().recursion_desired() && reply.flags().checking_disabled());
    let [sent, repeated] = [asked, reply].map(|message| message.question().unwrap().name);
    assert!(sent.eq_with_case(repeated));
    assert_eq!(reply.answers().count(), 1);
}

#[test]
fn sets_id_and_flags() {
    let mut octets = message(false);
    set_id(&mut octets, 0xABCD);
    set_flags(&mut octets, Flags(0).with_response(true));
    let header = Message::decode(&octets).unwrap().header();
    assert_eq!((header.id, header.flags.0), (0xABCD, 0x8000));
    // Too few octets: nothing happens.
    set_id(&mut [0], 1);
}

#[test]
fn ages_ttls_but_not_that_of_opt() {
    let mut octets = message(false);
    let before = Message::decode(&octets)
        .unwrap()
        .edns()
        .map(|edns| edns.flags);
    age_ttls(&mut octets, 100).unwrap();
    let message = Message::decode(&octets).unwrap();
    let ttls: Vec<u32> = message
        .all_records()
        .map(|(_, record)| record.ttl().0)
        .collect();
    assert_eq!(ttls, [200, 0, 0, 0]);
    assert_eq!(message.edns().map(|edns| edns.flags), before);
    assert!(age_ttls(&mut octets[..20], 1).is_err());
}

/// RFC 2181 §8: a TTL with its top bit set is zero.
#[test]
fn ages_huge_ttls_to_zero() {
    let mut octets = b"\0\0\x80\0\0\0\0\x01\0\0\0\0\0\0\x0A\0\x01\xFF\0\0\0\0\0".to_vec();
    age_ttls(&mut octets, 1).unwrap();
    assert_eq!(
        Message::decode(&octets)
            .unwrap()
            .answers()
            .next()
            .unwrap()
            .ttl(),
        Ttl(0)
    );
}

/// Names behind an OPT record point to each other; taking it out must not break them.
#[test]
fn strips_and_sets_opt_wherever_it_is() {
    for opt_first in [false, true] {
        let mut octets = message(opt_first);
        strip_opt(&mut octets).unwrap();
        let stripped = Message::decode(&octets).unwrap();
        assert!(stripped.edns().is_none());
        let owners: Vec<_> = stripped
            .records(Section::Additional)
            .map(|record| record.owner().to_name_buf())
            .collect();
        assert_eq!(
            owners,
            [
                "b.other".parse::<NameBuf>().unwrap(),
                "b.other".parse().unwrap()
            ]
        );
        let once = octets.clone();
        strip_opt(&mut octets).unwrap();
        assert_eq!(octets, once);

        let edns = Edns {
            udp_payload_size: 1400,
            ..Edns::default()
        };
        let mut replaced = message(opt_first);
        set_opt(&mut replaced, &edns).unwrap();
        let message = Message::decode(&replaced).unwrap();
        assert_eq!(message.edns(), Some(edns));
        let others = message
            .records(Section::Additional)
            .filter(|record| record.record_type() != RecordType::OPT)
            .map(|record| record.owner().to_name_buf());
        assert!(others.eq(owners.iter().cloned()));
        for _ in 0..2 {
            set_opt(&mut octets, &edns).unwrap();
            let message = Message::decode(&octets).unwrap();
            assert_eq!(message.edns(), Some(edns));
            assert_eq!(message.header().additional_count, 3);
        }
    }
}

/// RFC 1035 §4.2.2: no message has over 65,535 octets. One that has no room for a longer OPT record keeps the one it has.
#[test]
fn what_has_no_room_keeps_its_opt() {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    let null = Rdata::Unknown(Unknown {
        record_type: RecordType(65_280),
        octets: &[0; 65_535 - 12 - 11 - 11],
    });
    builder
        .answer(Name::ROOT, Class::IN, Ttl(0), &null)
        .unwrap();
    builder.edns(&Edns::default()).unwrap();
    builder.finish();
    assert_eq!(octets.len(), 65_535);
    let before = octets.clone();
    let longer = Edns {
        options: EdnsOptions::from_wire(b"\0\x0C\0\0").unwrap(),
        ..Edns::default()
    };
    let error = set_opt(&mut octets, &longer).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::BufferFull { limit: 65_535 });
    assert_eq!(octets, before);
    set_opt(&mut octets, &Edns::default()).unwrap();
    assert_eq!(octets, before);
}
