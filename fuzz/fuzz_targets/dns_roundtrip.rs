#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_dns::{Builder, Message, RecordBuf};

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = Message::decode(octets) else {
        return;
    };
    let mut copy = Vec::new();
    let mut builder = Builder::new(&mut copy);
    builder.set_id(message.header().id);
    builder.set_flags(message.flags());
    for question in message.questions() {
        builder
            .question(question.name, question.record_type, question.class)
            .unwrap();
    }
    for (section, record) in message.all_records() {
        // Names written out may make a message too long.
        if builder.copy_record(section, &record).is_err() {
            return;
        }
    }
    builder.finish();
    let again = Message::decode(&copy).unwrap();
    let records = |message: &Message<'_>| -> Vec<(wire_dns::Section, RecordBuf)> {
        message
            .all_records()
            .map(|(section, record)| (section, record.to_record_buf()))
            .collect()
    };
    assert_eq!(records(&message), records(&again));
});
