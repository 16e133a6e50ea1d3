//! JSON of RFC 8427: what any message becomes turns back into it.
#![cfg(feature = "serde")]
#![allow(
    clippy::unwrap_used,
    reason = "a failed expectation in a helper is a failed test"
)]

use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
use wire_dns::{
    Builder, Class, Flags, Message, MessageBuf, NameBuf, Rdata, RdataBuf, RecordBuf, RecordType,
    Section, Ttl,
};

fn name() -> impl Strategy<Value = NameBuf> {
    let label = prop::collection::vec(any::<u8>(), 1..8);
    prop::collection::vec(label, 0..5).prop_map(|labels| NameBuf::from_labels(labels).unwrap())
}

/// RDATA of every type that may stand anywhere in a message.
fn rdata() -> impl Strategy<Value = RdataBuf> {
    let octets = prop::sample::select(&[0u8, 1, 2, 3, 4, 8, 65, 92, 34, 255][..]);
    let octets = prop::collection::vec(octets, 0..40);
    (0..Rdata::KNOWN_TYPES.len(), octets, any::<u16>()).prop_map(|(index, octets, other)| {
        let known = *Rdata::KNOWN_TYPES.get(index).unwrap();
        let unknown = RecordType(other | 0xF000);
        let record_type = if known.is_pseudo() { unknown } else { known };
        RdataBuf::decode(record_type, octets.clone())
            .unwrap_or_else(|_| RdataBuf::opaque(unknown, octets).unwrap())
    })
}

fn record() -> impl Strategy<Value = RecordBuf> {
    (name(), any::<u16>(), any::<u32>(), rdata()).prop_map(|(owner, class, ttl, rdata)| RecordBuf {
        owner,
        class: Class(class),
        ttl: Ttl(ttl),
        rdata,
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        id in any::<u16>(),
        flags in any::<u16>(),
        questions in prop::collection::vec((name(), any::<u16>(), any::<u16>()), 0..3),
        records in prop::collection::vec(record(), 0..6),
    ) {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_id(id);
        builder.set_flags(Flags(flags));
        for (name, record_type, class) in &questions {
            builder.question(name, RecordType(*record_type), Class(*class)).unwrap();
        }
        for (index, record) in records.iter().enumerate() {
            let section = if index < 2 { Section::Answer } else { Section::Authority };
            builder.record_buf(section, record).unwrap();
        }
        builder.finish();
        let json = serde_json::to_string(&Message::decode(&octets).unwrap()).unwrap();
        let back: MessageBuf = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back.octets(), octets, "{}", json);
        for record in &records {
            let json = serde_json::to_string(record).unwrap();
            let back: RecordBuf = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&back, record, "{}", json);
        }
    }

    #[test]
    fn any_json_is_a_message_or_an_error(text in r#"\{("(ID|QR|QNAME|answerRRs|TTL)":(1|true|"a"|\[\]|\[\{\}\]),?){0,4}\}"#) {
        let _ = serde_json::from_str::<MessageBuf>(&text);
    }
}
