use super::{Change, Prerequisite, Update, begin};
use crate::rdata::{A, Rdata};
use crate::{Builder, Class, Message, Name, NameBuf, Opcode, Rcode, RecordType, Section, Ttl};
use alloc::vec::Vec;

fn name(text: &str) -> NameBuf {
    text.parse().unwrap()
}

fn address() -> Rdata<'static> {
    Rdata::from(A {
        address: [192, 0, 2, 7].into(),
    })
}

fn build(write: impl FnOnce(&mut Builder<crate::Growing<'_, Vec<u8>>>)) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    begin(&mut builder, name("z.").as_name(), Class::IN).unwrap();
    write(&mut builder);
    builder.finish();
    octets
}

#[test]
fn all_kinds_read_back() {
    let owner = name("a.z.");
    let name = owner.as_name();
    let record_type = RecordType::A;
    let rdata = address();
    let prerequisites = [
        Prerequisite::SetExists { name, record_type },
        Prerequisite::SetIs { name, rdata },
        Prerequisite::SetIsAbsent { name, record_type },
        Prerequisite::NameInUse { name },
        Prerequisite::NameNotInUse { name },
    ];
    let ttl = Ttl(60);
    let changes = [
        Change::Add { name, ttl, rdata },
        Change::DeleteSet { name, record_type },
        Change::DeleteName { name },
        Change::DeleteRecord { name, rdata },
    ];
    let octets = build(|builder| {
        for prerequisite in &prerequisites {
            prerequisite.write(builder, Class::IN).unwrap();
        }
        for change in &changes {
            change.write(builder, Class::IN).unwrap();
        }
    });
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.opcode(), Opcode::UPDATE);
    let update = Update::of(&message).unwrap();
    assert_eq!(update.prerequisites().collect::<Vec<_>>(), prerequisites);
    assert_eq!(update.changes().collect::<Vec<_>>(), changes);
    // RFC 2136 §2.4.1: "CLASS must be specified as ANY", TTL and RDLENGTH zero.
    let first = message.answers().next().unwrap();
    assert_eq!((first.class(), first.ttl()), (Class::ANY, Ttl(0)));
    assert!(first.rdata_octets().is_empty());
}

#[test]
fn refuses_what_section_3_refuses() {
    let empty = super::empty;
    for (section, owner, class, ttl, rdata, rcode) in [
        (
            Section::Answer,
            "a.z.",
            Class::ANY,
            1,
            empty(RecordType::A),
            Rcode::FORMERR,
        ),
        (
            Section::Answer,
            "a.z.",
            Class::ANY,
            0,
            address(),
            Rcode::FORMERR,
        ),
        (
            Section::Answer,
            "a.z.",
            Class::NONE,
            0,
            address(),
            Rcode::FORMERR,
        ),
        (
            Section::Answer,
            "a.z.",
            Class::CH,
            0,
            address(),
            Rcode::FORMERR,
        ),
        (
            Section::Answer,
            "a.y.",
            Class::IN,
            0,
            address(),
            Rcode::NOTZONE,
        ),
        (
            Section::Authority,
            "a.y.",
            Class::IN,
            0,
            address(),
            Rcode::NOTZONE,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::ANY,
            1,
            empty(RecordType::A),
            Rcode::FORMERR,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::ANY,
            0,
            address(),
            Rcode::FORMERR,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::NONE,
            1,
            address(),
            Rcode::FORMERR,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::NONE,
            0,
            empty(RecordType::ANY),
            Rcode::FORMERR,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::IN,
            0,
            empty(RecordType::ANY),
            Rcode::FORMERR,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::ANY,
            0,
            empty(RecordType::AXFR),
            Rcode::FORMERR,
        ),
        (
            Section::Authority,
            "a.z.",
            Class::CH,
            0,
            address(),
            Rcode::FORMERR,
        ),
    ] {
        let octets = build(|builder| {
            builder
                .record(section, &name(owner), class, Ttl(ttl), &rdata)
                .unwrap();
        });
        let message = Message::decode(&octets).unwrap();
        let result = Update::of(&message).map(drop);
        assert_eq!(
            result,
            Err(rcode),
            "{section} {owner} {class} {ttl} {rdata}"
        );
    }
}

#[test]
fn the_zone_section_has_one_soa() {
    // RFC 2136 §3.1.1.
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_opcode(Opcode::UPDATE);
    builder
        .question(Name::ROOT, RecordType::A, Class::IN)
        .unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    assert_eq!(Update::of(&message).map(drop), Err(Rcode::FORMERR));
    let none = [0, 0, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let message = Message::decode(&none).unwrap();
    assert_eq!(Update::of(&message).map(drop), Err(Rcode::FORMERR));
}
