#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use wire_dns::{DecodeOptions, Message, Name, Outcome};

fuzz_target!(|octets: &[u8]| {
    let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
    for options in [DecodeOptions::new(), tolerant] {
        let Ok(message) = Message::decode_with(octets, options) else {
            continue;
        };
        let mut text = String::new();
        write!(text, "{message}").unwrap();
        let header = message.header();
        assert_eq!(message.answers().count(), usize::from(header.answer_count));
        assert_eq!(
            message.additionals().count(),
            usize::from(header.additional_count)
        );
        for name in [
            Some(Name::ROOT),
            message.question().map(|question| question.name),
        ] {
            let outcome = name.map(|zone| message.outcome(zone));
            assert!(message.flags().response() || !matches!(outcome, Some(Outcome::Answer { .. })));
        }
        let mut last = 0;
        message.walk(&mut |_, field: wire_dns::Field<'_>| {
            assert!(field.start <= field.end && field.end <= octets.len());
            assert!(
                field.start >= last || field.start + 1 >= last,
                "fields go forwards"
            );
            last = field.start;
            write!(text, "{}", field.value).unwrap();
        });
    }
});
