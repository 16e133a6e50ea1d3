//! What is measured: reading every field, walking every label, and encoding a message that was taken apart.

use std::hint::black_box;

use wire_dns::{
    Builder, Class, Header, Message, NameBuf, Rdata, RecordBuf, RecordType, Records, Section,
};

/// Checks a message and reads every field of every question and record; false for what is no message.
pub fn read_every_field(octets: &[u8]) -> bool {
    let Ok(message) = Message::decode(octets) else {
        return false;
    };
    black_box(message.header());
    for question in message.questions() {
        black_box(question);
    }
    for (_, record) in message.all_records() {
        black_box(&(
            record.owner(),
            record.record_type(),
            record.class(),
            record.ttl(),
        ));
        let rdata = record.rdata();
        black_box(&rdata);
        read_lists(&rdata);
    }
    true
}

/// Steps through the fields that are lists.
fn read_lists(rdata: &Rdata<'_>) {
    match rdata {
        Rdata::Opt(opt) => opt.options.raw().for_each(|option| _ = black_box(option)),
        Rdata::Txt(txt) => txt.strings.iter().for_each(|string| _ = black_box(string)),
        Rdata::Https(https) => https.params.iter().for_each(|param| _ = black_box(param)),
        Rdata::Nsec3(nsec3) => nsec3
            .types
            .iter()
            .for_each(|record_type| _ = black_box(record_type)),
        _ => {}
    }
}

/// Checks a message and walks every label of every question's and record's name; how many there are.
pub fn walk_every_label(octets: &[u8]) -> usize {
    let Ok(message) = Message::decode(octets) else {
        return 0;
    };
    let questions: usize = message
        .questions()
        .map(|question| question.name.label_count())
        .sum();
    let owners = |records: Records<'_>| -> usize {
        records.map(|record| record.owner().label_count()).sum()
    };
    questions
        + owners(message.answers())
        + owners(message.authorities())
        + owners(message.additionals())
}

/// A message taken apart into values that own what they hold.
#[derive(Debug)]
pub struct Parts {
    header: Header,
    questions: Vec<(NameBuf, RecordType, Class)>,
    records: Vec<(Section, RecordBuf)>,
}

impl Parts {
    /// The parts of a message.
    pub fn of(message: &Message<'_>) -> Self {
        Self {
            header: message.header(),
            questions: message
                .questions()
                .map(|q| (q.name.to_name_buf(), q.record_type, q.class))
                .collect(),
            records: message
                .all_records()
                .map(|(section, record)| (section, record.to_record_buf()))
                .collect(),
        }
    }

    /// The same with borrowed RDATA, as a program holds it that made it itself.
    pub fn rdata(&self) -> Vec<(Section, &RecordBuf, Rdata<'_>)> {
        self.records
            .iter()
            .map(|(section, record)| (*section, record, record.rdata.as_rdata()))
            .collect()
    }
}

/// Encodes a message with compression into the caller's buffer; its octets.
pub fn encode(
    parts: &Parts,
    rdata: &[(Section, &RecordBuf, Rdata<'_>)],
    buffer: &mut [u8],
) -> usize {
    let mut builder = Builder::new(buffer);
    builder.set_id(parts.header.id);
    builder.set_flags(parts.header.flags);
    for (name, record_type, class) in &parts.questions {
        builder.question(name, *record_type, *class).expect("room");
    }
    for (section, record, rdata) in rdata {
        builder
            .record(*section, &record.owner, record.class, record.ttl, rdata)
            .expect("room");
    }
    builder.finish()
}
