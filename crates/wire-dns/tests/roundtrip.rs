//! Laws over generated values: what is encoded can be decoded to the same, what is printed can be read to the same.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use proptest::collection::vec;
use proptest::prelude::*;
use wire_dns::{
    Builder, Class, DecodeOptions, Message, MessageBuf, Name, NameBuf, Rdata, RdataBuf, RecordBuf,
    RecordType, Section, Ttl,
};

/// Names of up to five labels of any octets, letters preferred.
fn name() -> impl Strategy<Value = NameBuf> {
    let octet = prop_oneof![4 => b'a'..=b'c', 1 => b'A'..=b'C', 1 => any::<u8>()];
    vec(vec(octet, 1..12), 0..5).prop_map(|labels| NameBuf::from_labels(labels).unwrap())
}

/// RDATA of any known type: octets that are tried as they are, with a name put before, behind or between.
///
/// What is not RDATA of the type is mended by cutting until it is, so that all types are met.
fn rdata() -> impl Strategy<Value = RdataBuf> {
    let octets = vec(prop_oneof![3 => 0u8..4, 2 => any::<u8>()], 0..40);
    (
        0..Rdata::KNOWN_TYPES.len(),
        octets,
        name(),
        name(),
        0usize..20,
    )
        .prop_filter_map(
            "no RDATA of the type",
            |(index, octets, first, second, at)| {
                let record_type = Rdata::KNOWN_TYPES[index];
                // These two have rules beyond their own octets.
                if matches!(record_type, RecordType::OPT | RecordType::TSIG) {
                    return None;
                }
                let at = at.min(octets.len());
                let with_name = [
                    &octets[..at],
                    first.octets(),
                    second.octets(),
                    &octets[at..],
                ]
                .concat();
                [with_name, [&octets[..at], first.octets()].concat(), octets]
                    .into_iter()
                    .find_map(|octets| {
                        (0..=octets.len())
                            .rev()
                            .find_map(|len| RdataBuf::decode(record_type, &octets[..len]).ok())
                    })
            },
        )
}

fn record() -> impl Strategy<Value = RecordBuf> {
    (name(), any::<u32>(), rdata()).prop_map(|(owner, ttl, rdata)| RecordBuf {
        owner,
        class: Class::IN,
        ttl: Ttl(ttl),
        rdata,
    })
}

fn build(records: &[(usize, RecordBuf)], compress: bool) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_compression(compress);
    for (index, section) in Section::RECORDS.into_iter().enumerate() {
        for (_, record) in records.iter().filter(|(at, _)| *at == index) {
            builder.record_buf(section, record).unwrap();
        }
    }
    builder.finish();
    octets
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn names_through_text_and_octets(name in name()) {
        prop_assert!(name.to_string().parse::<NameBuf>().unwrap().as_name().eq_with_case(&name));
        prop_assert!(NameBuf::decode(name.octets()).unwrap().as_name().eq_with_case(&name));
        prop_assert_eq!(name.to_lowercase(), name);
    }

    #[test]
    fn names_order_as_their_reversed_labels(a in name(), b in name()) {
        let key = |name: &NameBuf| {
            let mut labels: Vec<Vec<u8>> =
                name.labels().map(|label| label.octets().to_ascii_lowercase()).collect();
            labels.reverse();
            labels
        };
        prop_assert_eq!(a.cmp(&b), key(&a).cmp(&key(&b)));
        prop_assert_eq!(a == b, key(&a) == key(&b));
    }

    #[test]
    fn rdata_through_text_and_structs(rdata in rdata()) {
        let text = rdata.to_string();
        let again = RdataBuf::parse(rdata.record_type(), &text, Name::ROOT);
        prop_assert_eq!(again.as_ref(), Ok(&rdata), "{} {}", rdata.record_type(), text);
        prop_assert_eq!(&RdataBuf::from_rdata(&rdata.as_rdata()).unwrap(), &rdata);
        prop_assert_eq!(rdata.canonical().len(), rdata.octets().len());
    }

    #[test]
    fn messages_through_octets(records in vec((0usize..3, record()), 0..12)) {
        for compress in [true, false] {
            let octets = build(&records, compress);
            let message = Message::decode(&octets).unwrap();
            for (index, section) in Section::RECORDS.into_iter().enumerate() {
                let expected: Vec<&RecordBuf> =
                    records.iter().filter(|(at, _)| *at == index).map(|(_, record)| record).collect();
                let found: Vec<RecordBuf> =
                    message.records(section).map(|record| record.to_record_buf()).collect();
                prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected);
            }
            let owned = MessageBuf::decode(&octets).unwrap();
            prop_assert_eq!(owned.octets(), &octets[..]);
            let _ = message.to_string();
        }
    }

    /// Any octets: an error, or a message whose every reader works and that can be written again to the same records.
    #[test]
    fn any_mutation_is_refused_or_stable(
        records in vec((0usize..3, record()), 0..5),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        tolerant in any::<bool>(),
    ) {
        let mut octets = build(&records, true);
        for (index, value) in changes {
            let at = index.index(octets.len());
            octets[at] = value;
        }
        let options = DecodeOptions::new().malformed_rdata_as_unknown(tolerant);
        if let Ok(message) = Message::decode_with(&octets, options) {
            let _ = message.to_string();
            message.walk(|_, field| {
                let _ = field.value.to_string();
            });
            let kept: Vec<(usize, RecordBuf)> = message
                .all_records()
                .filter(|(_, record)| !record.record_type().is_pseudo())
                .map(|(section, record)| (Section::RECORDS.iter().position(|other| *other == section).unwrap(), record.to_record_buf()))
                .collect();
            let again = build(&kept, true);
            let again = Message::decode_with(&again, options).unwrap();
            let found: Vec<RecordBuf> = again.all_records().map(|(_, record)| record.to_record_buf()).collect();
            prop_assert_eq!(found, kept.into_iter().map(|(_, record)| record).collect::<Vec<_>>());
        }
    }
}
