//! Whole messages as data: `vectors/*.hex`. a_query, b_cname_a4, c_referral, d_mixed and e_dnssec were made to resemble
//! a stub's query, an alias with addresses, a referral of the root, an answer to ANY and a signed answer.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

use wire_dns::{Builder, Message, MessageBuf, Rdata, RdataBuf, RecordBuf, Section};

const VECTORS: &[(&str, &str)] = &[
    ("a_query", include_str!("vectors/a_query.hex")),
    ("b_cname_a4", include_str!("vectors/b_cname_a4.hex")),
    ("c_referral", include_str!("vectors/c_referral.hex")),
    ("d_mixed", include_str!("vectors/d_mixed.hex")),
    ("e_dnssec", include_str!("vectors/e_dnssec.hex")),
];

fn vectors() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    VECTORS.iter().map(|(name, text)| {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pairs = digits
            .chunks(2)
            .map(|pair| core::str::from_utf8(pair).unwrap());
        (
            *name,
            pairs
                .map(|pair| u8::from_str_radix(pair, 16).unwrap())
                .collect(),
        )
    })
}

fn rebuild(message: &Message<'_>, compress: bool) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_compression(compress);
    builder.set_id(message.header().id);
    builder.set_flags(message.flags());
    for question in message.questions() {
        builder
            .question(question.name, question.record_type, question.class)
            .unwrap();
    }
    for (section, record) in message.all_records() {
        builder.copy_record(section, &record).unwrap();
    }
    builder.finish();
    octets
}

#[test]
fn every_truncation_is_refused() {
    for (name, octets) in vectors() {
        assert!(Message::decode(&octets).is_ok(), "{name}");
        for len in 0..octets.len() {
            assert!(Message::decode(&octets[..len]).is_err(), "{name} {len}");
        }
    }
}

/// Written again, a message says the same, and is no longer than it was.
#[test]
fn written_again_says_the_same() {
    for (name, octets) in vectors() {
        let message = Message::decode(&octets).unwrap();
        for compress in [true, false] {
            let again = rebuild(&message, compress);
            let copy = Message::decode(&again).unwrap();
            assert_eq!(copy.to_string(), message.to_string(), "{name}");
            assert!(
                !compress || again.len() <= octets.len(),
                "{name}: {} octets of {}",
                again.len(),
                octets.len()
            );
        }
    }
}

/// Without compression no octet of RDATA differs from the record's own form (RFC 3597 §4).
#[test]
fn uncompressed_rdata_is_that_of_the_record() {
    for (name, octets) in vectors() {
        let again = rebuild(&Message::decode(&octets).unwrap(), false);
        for (_, record) in Message::decode(&again).unwrap().all_records() {
            assert_eq!(
                record.rdata_octets(),
                RdataBuf::from_rdata(&record.rdata()).unwrap().octets(),
                "{name}"
            );
        }
    }
}

/// Records go through text and through octets of their own.
#[test]
fn records_go_through_text_and_octets() {
    for (name, octets) in vectors() {
        for (section, record) in Message::decode(&octets).unwrap().all_records() {
            let owned = record.to_record_buf();
            let mut alone = Vec::new();
            owned.encode_into(&mut alone);
            assert_eq!(RecordBuf::decode(&alone).unwrap(), owned, "{name}");
            if !matches!(record.rdata(), Rdata::Opt(_)) {
                assert_eq!(
                    owned.to_string().parse::<RecordBuf>().unwrap(),
                    owned,
                    "{name} {section}"
                );
            }
        }
    }
}

#[test]
fn walks_cover_every_octet() {
    for (name, octets) in vectors() {
        let mut end = 0;
        MessageBuf::decode(&octets)
            .unwrap()
            .as_message()
            .walk(|_, field| {
                // The flags share octets 2 and 3.
                if field.start >= 4 {
                    assert_eq!(field.start, end, "{name} {field:?}");
                }
                end = field.end;
            });
        assert_eq!(end, octets.len(), "{name}");
    }
}

#[test]
fn sections_are_as_counted() {
    for (_, octets) in vectors() {
        let message = Message::decode(&octets).unwrap();
        let header = message.header();
        assert_eq!(
            message.questions().count(),
            usize::from(header.question_count)
        );
        for (section, count) in [
            (Section::Answer, header.answer_count),
            (Section::Authority, header.authority_count),
            (Section::Additional, header.additional_count),
        ] {
            assert_eq!(message.records(section).count(), usize::from(count));
        }
    }
}
