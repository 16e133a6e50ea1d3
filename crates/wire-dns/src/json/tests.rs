//! What the JSON of a message says, and that it reads back.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::edns::{EdeCode, Edns};
use crate::rdata::SvcParamKey;
use crate::{
    Builder, Class, Message, MessageBuf, NameBuf, Rcode, RecordBuf, RecordType, Section, Ttl,
};

fn message(records: &[&str]) -> Vec<u8> {
    let name: NameBuf = "Example.com".parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(19_678);
    builder.set_flags(crate::Flags(0x8580));
    builder.question(&name, RecordType::ANY, Class::IN).unwrap();
    for record in records {
        let record: RecordBuf = record.parse().unwrap();
        builder.record_buf(Section::Answer, &record).unwrap();
    }
    builder.edns(&Edns::default()).unwrap();
    builder.finish();
    octets
}

#[test]
fn members_are_those_of_rfc_8427() {
    let octets = message(&["Example.com. 300 IN MX 10 mail.Example.com."]);
    let json = serde_json::to_value(Message::decode(&octets).unwrap()).unwrap();
    let expected: serde_json::Value = serde_json::from_str(
        r#"{
        "ID": 19678, "QR": true, "Opcode": 0, "AA": true, "TC": false, "RD": true, "RA": true, "AD": false,
        "CD": false, "RCODE": 0, "QDCOUNT": 1, "ANCOUNT": 1, "NSCOUNT": 0, "ARCOUNT": 1,
        "QNAME": "Example.com.", "QTYPE": 255, "QTYPEname": "ANY", "QCLASS": 1, "QCLASSname": "IN",
        "questionRRs": [{"NAME": "Example.com.", "TYPE": 255, "TYPEname": "ANY", "CLASS": 1, "CLASSname": "IN"}],
        "answerRRs": [{"NAME": "Example.com.", "TYPE": 15, "TYPEname": "MX", "CLASS": 1, "CLASSname": "IN", "TTL": 300,
            "RDLENGTH": 20, "RDATAHEX": "000A046D61696C074578616D706C6503636F6D00", "rdata": "10 mail.Example.com."}],
        "authorityRRs": [],
        "additionalRRs": [{"NAME": ".", "TYPE": 41, "TYPEname": "OPT", "CLASS": 1232, "CLASSname": "CLASS1232",
            "TTL": 0, "RDLENGTH": 0, "RDATAHEX": "", "rdata": "\\# 0"}]
    }"#,
    )
    .unwrap();
    assert_eq!(json, expected);
}

#[test]
fn reads_back_what_it_writes() {
    let octets = message(&[
        "a.example. 1 IN TXT \"quote \\\" and \\255\" b",
        "a.example. 2 CH TYPE65280 \\# 3 010203",
        "\\000b\\.c.example. 3 IN SVCB 1 . alpn=h2,h3 port=53",
        "a.example. 4294967295 IN SOA m. r.m. 1 2 3 4 5",
    ]);
    let text = serde_json::to_string(&Message::decode(&octets).unwrap()).unwrap();
    let back: MessageBuf = serde_json::from_str(&text).unwrap();
    assert_eq!(back.octets(), octets);
    // From the presentation form alone, and with names instead of numbers.
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    for section in ["questionRRs", "answerRRs", "additionalRRs"] {
        for record in json[section].as_array_mut().unwrap() {
            let record = record.as_object_mut().unwrap();
            for member in ["RDATAHEX", "RDLENGTH", "TYPE", "CLASS"] {
                record.remove(member);
            }
        }
    }
    let back: MessageBuf = serde_json::from_value(json).unwrap();
    assert_eq!(back.octets(), octets);
}

/// As kdig of Knot DNS writes them: flags as numbers, and no RDATAHEX where there is no RDATA.
#[test]
fn messages_of_other_programs_are_read() {
    let message: MessageBuf = serde_json::from_str(
        r#"{
        "dateString": "2026-11-22T17:49:53+0000", "dateSeconds": 1795369793, "msgLength": 57,
        "ID": 32810, "QR": 1, "Opcode": 0, "AA": 1, "TC": 0, "RD": 1, "RA": 0, "AD": 0, "CD": 0, "RCODE": 0,
        "QDCOUNT": 1, "ANCOUNT": 1, "NSCOUNT": 0, "ARCOUNT": 1,
        "QNAME": "www.lab.test.", "QTYPE": 1, "QTYPEname": "A", "QCLASS": 1, "QCLASSname": "IN",
        "answerRRs": [{"NAME": "www.lab.test.", "TYPE": 1, "TYPEname": "A", "CLASS": 1, "CLASSname": "IN", "TTL": 300,
            "rdataA": "127.0.0.1", "RDLENGTH": 4, "RDATAHEX": "7F000001"}],
        "additionalRRs": [{"NAME": ".", "TYPE": 41, "TYPEname": "OPT", "CLASS": 1232, "TTL": 32768, "RDLENGTH": 0}]
    }"#,
    )
    .unwrap();
    let expected = b"\x80\x2A\x85\0\0\x01\0\x01\0\0\0\x01\x03www\x03lab\x04test\0\0\x01\0\x01\
        \xC0\x0C\0\x01\0\x01\0\0\x01\x2C\0\x04\x7F\0\0\x01\0\0\x29\x04\xD0\0\0\x80\0\0\0";
    assert_eq!(message.octets(), expected);
}

#[test]
fn a_question_may_stand_in_the_short_members() {
    let message: MessageBuf =
        serde_json::from_str(r#"{"QNAME": "a.example", "QTYPEname": "AAAA", "RD": true}"#).unwrap();
    let expected = b"\0\0\x01\0\0\x01\0\0\0\0\0\0\x01a\x07example\0\0\x1C\0\x01";
    assert_eq!(message.octets(), expected);
}

#[test]
fn faults_have_their_reason() {
    let fault = |text: &str| -> String {
        serde_json::from_str::<MessageBuf>(text)
            .unwrap_err()
            .to_string()
    };
    for (text, reason) in [
        (r#"{"ANCOUNT": 2}"#, "ANCOUNT is 2, but there are 0"),
        (r#"{"Opcode": 16}"#, "Opcode is not from 0 to 15"),
        (r#"{"RCODE": 16}"#, "RCODE is not from 0 to 15"),
        (
            r#"{"QR": 2}"#,
            "invalid value: integer `2`, expected a boolean, 0 or 1",
        ),
        (r#"{"ID": 1, "ID": 1}"#, "duplicate field `ID`"),
        (
            r#"{"ID": 65536}"#,
            "invalid value: integer `65536`, expected u16",
        ),
        (
            r#"{"QNAME": "a..b", "QTYPE": 1}"#,
            "octet 2: an empty label inside a name",
        ),
        (r#"{"QNAME": "a"}"#, "missing member QTYPE"),
        (r#"{"answerRRs": [{"TYPE": 1}]}"#, "missing member NAME"),
        (
            r#"{"answerRRs": [{"NAME": ".", "TYPE": 1}]}"#,
            "missing member RDATAHEX",
        ),
        (
            r#"{"answerRRs": [{"NAME": ".", "TYPE": 1, "RDATAHEX": "C00002"}]}"#,
            "octet 0: 4 octets needed, 3 left",
        ),
        (
            r#"{"answerRRs": [{"NAME": ".", "TYPE": 2, "RDATAHEX": "C00C"}]}"#,
            "octet 0: a compression pointer where names are not compressed",
        ),
    ] {
        let found = fault(text);
        assert!(found.starts_with(reason), "{text}: {found}");
    }
}

#[test]
fn update_keeps_rdata_of_no_octets() {
    // RFC 2136 §2.4.3: class NONE, type A, no RDATA.
    let octets = b"\0\x01\x28\0\0\0\0\x01\0\0\0\0\x01a\0\0\x01\0\xFE\0\0\0\0\0\0";
    let text = serde_json::to_string(&Message::decode(octets).unwrap()).unwrap();
    assert!(
        text.contains(r#""RDLENGTH":0,"RDATAHEX":"","rdata":"\\# 0""#),
        "{text}"
    );
    let back: MessageBuf = serde_json::from_str(&text).unwrap();
    assert_eq!(back.octets(), octets, "{back}");
}

/// What stands in a configuration, and in a log of another form than messages.
#[test]
fn values_by_themselves() {
    assert_eq!(json(&RecordType::AAAA), r#""AAAA""#);
    assert_eq!(json(&RecordType(65_280)), r#""TYPE65280""#);
    assert_eq!(json(&Rcode::NXDOMAIN), r#""NXDOMAIN""#);
    assert_eq!(json(&SvcParamKey::ALPN), r#""alpn""#);
    assert_eq!(json(&Ttl(300)), "300");
    for value in RecordType::ALL {
        assert_eq!(
            serde_json::from_str::<RecordType>(&json(value)).unwrap(),
            *value
        );
    }
    for value in EdeCode::ALL {
        assert_eq!(
            serde_json::from_str::<EdeCode>(&json(value)).unwrap(),
            *value
        );
    }
    assert_eq!(
        serde_json::from_str::<Class>(r#""class32""#).unwrap(),
        Class(32)
    );
    assert_eq!(
        serde_json::from_str::<Ttl>("4294967295").unwrap(),
        Ttl(u32::MAX)
    );
    let keys: BTreeMap<RecordType, Ttl> = serde_json::from_str(r#"{"MX":60,"TYPE28":5}"#).unwrap();
    assert_eq!(
        keys,
        [(RecordType::MX, Ttl(60)), (RecordType::AAAA, Ttl(5))].into()
    );
    for wrong in [r#""AAAAA""#, "28", r#""TYPE65536""#] {
        assert!(
            serde_json::from_str::<RecordType>(wrong).is_err(),
            "{wrong}"
        );
    }
    assert!(serde_json::from_str::<Ttl>("4294967296").is_err());
}

fn json(value: &impl serde_core::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
