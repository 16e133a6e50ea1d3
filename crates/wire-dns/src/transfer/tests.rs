use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Role, Transfer, TransferError, ask, is_newer};
use crate::buffer::Buffer;
use crate::{Builder, Class, Flags, Message, NameBuf, Rcode, RecordBuf, Section};

const ID: u16 = 0x1234;
const ZONE: &str = "JAIN.AD.JP.";

fn query(have: Option<u32>) -> Vec<u8> {
    let zone: NameBuf = ZONE.parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(ID);
    ask(&mut builder, &zone, Class::IN, have).unwrap();
    builder.finish();
    octets
}

fn transfer(have: Option<u32>) -> Transfer {
    let query = query(have);
    Transfer::of(&Message::decode(&query).unwrap()).unwrap()
}

/// A message of the answer, without the question; a number stands for the SOA record of that version.
fn message(records: &[&str]) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(ID);
    builder.set_flags(Flags::default().with_response(true));
    answer(&mut builder, records);
    builder.finish();
    octets
}

/// The first message of the answer to a query.
fn first(query: &[u8], records: &[&str]) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.reply_to(&Message::decode(query).unwrap()).unwrap();
    answer(&mut builder, records);
    builder.finish();
    octets
}

fn answer<B: Buffer>(builder: &mut Builder<B>, records: &[&str]) {
    for record in records {
        let text = match record.parse::<u32>() {
            Ok(serial) => {
                format!("{ZONE} 60 IN SOA NS.{ZONE} mohta.{ZONE} {serial} 600 600 3600000 604800")
            }
            Err(_) => record.replacen(' ', &format!(".{ZONE} 60 IN "), 1),
        };
        let record: RecordBuf = text.parse().unwrap();
        builder.record_buf(Section::Answer, &record).unwrap();
    }
}

/// The steps that messages lead to, the first of which carries the question.
fn steps(have: Option<u32>, messages: &[&[&str]]) -> Result<(Vec<String>, bool), TransferError> {
    let mut transfer = transfer(have);
    let mut steps = Vec::new();
    for (index, records) in messages.iter().enumerate() {
        let octets = match index {
            0 => first(&query(have), records),
            _ => message(records),
        };
        for step in transfer.take(&Message::decode(&octets).unwrap())? {
            let sign = match step.role {
                Role::Version => "v",
                Role::Zone => "=",
                Role::Deleted => "-",
                Role::Added => "+",
                Role::End => ".",
            };
            let rdata = format!("{:#}", step.record.rdata());
            let word = match rdata.split(' ').nth(2) {
                Some(serial) => serial,
                None => rdata.as_str(),
            };
            steps.push(format!("{sign}{word}"));
        }
    }
    Ok((steps, transfer.is_done()))
}

/// Each way to spread the records over messages gives the same steps (RFC 5936 §2.2: one record a message is allowed).
fn check(have: Option<u32>, records: &[&str], expected: &[&str]) {
    for size in 1..=records.len() {
        let messages: Vec<&[&str]> = records.chunks(size).collect();
        let (steps, is_done) = steps(have, &messages).unwrap();
        assert_eq!(steps, expected, "{size} records a message");
        assert!(is_done, "{size} records a message");
    }
}

const NS: &str = "JP NS NS.JAIN.AD.JP.";
const NEZU: &str = "NZ A 133.69.136.5";
const BB_4: &str = "BB A 133.69.136.4";
const BB_3: &str = "BB A 133.69.136.3";
const BB: &str = "BB A 192.41.197.2";

/// RFC 5936 §2.2, and RFC 1995 §7, the first of its answers.
#[test]
fn a_whole_zone_lies_between_its_soa_records() {
    let whole = ["3", NS, BB_3, BB, "3"];
    let expected = [
        "v3",
        "=NS.JAIN.AD.JP.",
        "=133.69.136.3",
        "=192.41.197.2",
        ".3",
    ];
    check(None, &whole, &expected);
    check(Some(1), &whole, &expected);
    check(None, &["3", "3"], &["v3", ".3"]);
}

/// RFC 1995 §7, the second of its answers, and the condensed one.
#[test]
fn changes_lie_between_the_soa_records_of_versions() {
    let versions = ["3", "1", NEZU, "2", BB_4, BB, "2", BB_4, "3", BB_3, "3"];
    let expected = [
        "v3",
        "-1",
        "-133.69.136.5",
        "+2",
        "+133.69.136.4",
        "+192.41.197.2",
        "-2",
        "-133.69.136.4",
        "+3",
        "+133.69.136.3",
        ".3",
    ];
    check(Some(1), &versions, &expected);
    let condensed = ["3", "1", NEZU, "3", BB_3, BB, "3"];
    let expected = [
        "v3",
        "-1",
        "-133.69.136.5",
        "+3",
        "+133.69.136.3",
        "+192.41.197.2",
        ".3",
    ];
    check(Some(1), &condensed, &expected);
    // Nothing but the serial may have changed.
    check(Some(1), &["3", "1", "3", "3"], &["v3", "-1", "+3", ".3"]);
}

/// RFC 1995 §2 and §4: the SOA record alone says that nothing is newer, or, over UDP, that the rest does not fit.
#[test]
fn the_soa_record_alone_is_the_end_unless_it_is_newer() {
    for (have, is_done) in [(3, true), (4, true), (1, false), (u32::MAX, false)] {
        let alone = steps(Some(have), &[&["3"]]);
        assert_eq!(alone, Ok((alloc::vec!["v3".into()], is_done)), "{have}");
    }
    assert_eq!(
        steps(None, &[&["3"]]),
        Ok((alloc::vec!["v3".into()], false))
    );
}

#[test]
fn what_does_not_go_on_with_the_answer_is_refused() {
    let other = |serial, due| TransferError::OtherVersion { serial, due };
    type Case = (
        Option<u32>,
        &'static [&'static [&'static str]],
        TransferError,
    );
    let cases: [Case; 11] = [
        (None, &[&[]], TransferError::NoVersion),
        (None, &[&[NS, "3"]], TransferError::NoVersion),
        // The zone changed meanwhile.
        (None, &[&["3", NS], &["4"]], other(4, 3)),
        (None, &[&["3", "1"]], other(1, 3)),
        (None, &[&["3", NS, "3", NS]], TransferError::BehindEnd),
        (None, &[&["3", NS, "3"], &[NS]], TransferError::BehindEnd),
        (Some(3), &[&["3"], &["3"]], TransferError::BehindEnd),
        // Changes since another version than the one that is there, and a gap between versions.
        (Some(1), &[&["3", "2", NEZU, "3", "3"]], other(2, 1)),
        (Some(1), &[&["9", "1", "2", "3"]], other(3, 2)),
        (Some(1), &[&["3", "1", "3", "4"]], other(4, 3)),
        (Some(1), &[&["3", NS, "1"]], other(1, 3)),
    ];
    for (have, messages, error) in cases {
        assert_eq!(steps(have, messages), Err(error), "{messages:?}");
    }
}

/// RFC 5936 §2.2.1.
#[test]
fn header_and_question_must_be_those_of_the_answer() {
    let asked = query(None);
    let good = first(&asked, &["3", "3"]);
    assert!(good.starts_with(&[0x12, 0x34, 0x80, 0]));
    let with = |changes: &[(usize, u8)]| {
        let mut octets = good.clone();
        for (index, octet) in changes {
            octets[*index] = *octet;
        }
        let message = Message::decode(&octets).unwrap();
        transfer(None).take(&message).map(Iterator::count)
    };
    assert_eq!(with(&[]), Ok(2));
    let cases: [(&[(usize, u8)], TransferError); 7] = [
        (&[(0, 0)], TransferError::OtherMessage),
        (&[(2, 0x00)], TransferError::OtherMessage),
        (&[(2, 0xA0)], TransferError::OtherMessage),
        (&[(13, b'K')], TransferError::OtherMessage),
        // The question asks for IXFR.
        (&[(25, 0xFB)], TransferError::OtherMessage),
        (&[(2, 0x82)], TransferError::Truncated),
        (&[(3, 0x05)], TransferError::Rcode(Rcode::REFUSED)),
    ];
    for (changes, error) in cases {
        assert_eq!(with(changes), Err(error), "{changes:?}");
    }
    // Messages without question: the first must have one unless it refuses, the others need not.
    let without = message(&["3", "3"]);
    let without = Message::decode(&without).unwrap();
    let answered = transfer(None).take(&without).map(Iterator::count);
    assert_eq!(answered, Err(TransferError::OtherMessage));
    let refusal = b"\x12\x34\x80\x04\0\0\0\0\0\0\0\0";
    let refusal = Message::decode(refusal).unwrap();
    let refused = transfer(None).take(&refusal).map(Iterator::count);
    assert_eq!(refused, Err(TransferError::Rcode(Rcode::NOTIMP)));
}

/// A transfer is the same however much of its steps is looked at.
#[test]
fn steps_need_not_be_walked_through() {
    let mut transfer = transfer(Some(1));
    for octets in [
        first(&query(Some(1)), &["2", "1", NEZU]),
        message(&["2", BB, "2"]),
    ] {
        assert!(!transfer.is_done());
        transfer.take(&Message::decode(&octets).unwrap()).unwrap();
    }
    assert!(transfer.is_done());
}

/// RFC 1995 §3: the authority section has the SOA record of the version that is there.
#[test]
fn other_queries_ask_for_no_transfer() {
    let asks = |octets: &[u8]| Transfer::of(&Message::decode(octets).unwrap()).is_some();
    assert!(asks(&query(None)) && asks(&query(Some(1))));
    let mut without_soa = query(Some(1));
    without_soa.truncate(12 + 12 + 4);
    without_soa[9] = 0;
    assert!(!asks(&without_soa));
    assert!(!asks(b"\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\x06\0\x01"));
    assert!(!asks(b"\0\0\0\0\0\0\0\0\0\0\0\0"));
}

/// RFC 1982 §3.2 and its table in §5.2, in 32 bits.
#[test]
fn serials_wrap() {
    for (serial, than) in [
        (1, 0),
        (44, 0),
        (100, 44),
        (0, u32::MAX),
        (0, 1 << 31 | 1),
        (1 << 31, 1),
    ] {
        assert!(is_newer(serial, than), "{serial} {than}");
        assert!(!is_newer(than, serial), "{than} {serial}");
    }
    assert!(!is_newer(7, 7));
}
