//! What programs expect of any value: equal when it says the same, and iterators that know their length.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

extern crate alloc;

use alloc::collections::BTreeSet;
use std::collections::HashSet;

use wire_dns::edns::EdnsOptions;
use wire_dns::{
    AsName, Builder, CharacterStrings, Class, Message, MessageBuf, Name, NameBuf, Rdata, RdataBuf,
    RecordBuf, RecordType, Ttl,
};

/// Two questions for `name`, two answers and nothing else.
fn message(name: &str, ttl: u32) -> Vec<u8> {
    let name: NameBuf = name.parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.question(&name, RecordType::A, Class::IN).unwrap();
    builder
        .question(&name, RecordType::AAAA, Class::IN)
        .unwrap();
    for address in ["192.0.2.1", "192.0.2.2"] {
        let record: RecordBuf = format!("{name} {ttl} IN A {address}").parse().unwrap();
        builder
            .answer(&name, Class::IN, Ttl(ttl), &record.rdata.as_rdata())
            .unwrap();
    }
    builder.finish();
    octets
}

#[test]
fn messages_are_equal_by_their_octets() {
    let (one, same, other) = (message("a.", 1), message("a.", 1), message("b.", 1));
    let decode = |octets| Message::decode(octets).unwrap();
    assert!(decode(&one) == decode(&same) && decode(&one) != decode(&other));
    let own = |octets: &[u8]| MessageBuf::decode(octets).unwrap();
    assert!(own(&one) == own(&same) && own(&one) != own(&other));
    assert_eq!(own(&one).to_string(), decode(&one).to_string());
}

/// RFC 4343 §3: names are compared without regard to case. RFC 2181 §5: records by all they have.
#[test]
fn records_are_equal_when_they_say_the_same() {
    let (lower, upper, older) = (message("a.b.", 1), message("A.B.", 1), message("a.b.", 2));
    let other = message("a.c.", 1);
    let [lower, upper, older, other] =
        [&lower, &upper, &older, &other].map(|octets| Message::decode(octets).unwrap());
    let [one, same, later, elsewhere] =
        [&lower, &upper, &older, &other].map(|message| message.answers().next().unwrap());
    let second = lower.answers().nth(1).unwrap();
    assert!(one == same && one != later && one != elsewhere && one != second);
    assert_eq!(one.to_record_buf(), same.to_record_buf());
}

#[test]
fn names_are_equal_whatever_their_case_and_form() {
    let [one, same, other]: [NameBuf; 3] =
        ["a.Example", "A.example.", "b.example"].map(|text| text.parse().unwrap());
    assert!(one == same && one != other);
    assert!(one.as_name() == same && one.as_name() != other);
    assert!(one == same.as_name() && one != other.as_name());
    assert_eq!(HashSet::from([&one, &same, &other]).len(), 2);
    assert_eq!((one.label_count(), one.is_root()), (2, false));
    let root: NameBuf = ".".parse().unwrap();
    assert_eq!((root.label_count(), root.is_root()), (0, true));
    // RFC 4592 §2.1.1: the first label is an asterisk and nothing else.
    for (text, is_wildcard) in [
        ("*.a", true),
        ("*", true),
        ("a.*", false),
        ("**.a", false),
        (".", false),
    ] {
        let name: NameBuf = text.parse().unwrap();
        assert_eq!(name.as_name().is_wildcard(), is_wildcard, "{text}");
    }
}

#[test]
fn iterators_know_their_length() {
    let octets = message("a.", 1);
    let message = Message::decode(&octets).unwrap();
    let (mut questions, mut answers) = (message.questions(), message.answers());
    for left in [2, 1, 0] {
        assert_eq!((questions.len(), answers.len()), (left, left));
        assert_eq!(
            (questions.next().is_some(), answers.next().is_some()),
            (left > 0, left > 0)
        );
    }
}

/// RFC 4034 §4.1.2: windows of 256 types, bit 0 first.
#[test]
fn a_bitmap_contains_its_types() {
    let record: RecordBuf = "a. NSEC b. A MX RRSIG NSEC TYPE1234".parse().unwrap();
    let Rdata::Nsec(nsec) = record.rdata.as_rdata() else {
        unreachable!()
    };
    for number in 0..=u16::MAX {
        let expected = [1, 15, 46, 47, 1234].contains(&number);
        assert_eq!(
            nsec.types.contains(RecordType(number)),
            expected,
            "{number}"
        );
    }
}

/// RFC 2181 §8: 31 bits, and with the top bit set it counts as 0.
#[test]
fn a_ttl_has_31_bits() {
    assert_eq!(Ttl::from(5), Ttl(5));
    assert_eq!(Ttl(0x7FFF_FFFF).as_secs(), 0x7FFF_FFFF);
    assert_eq!(Ttl(0x8000_0000).as_secs(), 0);
}

/// RFC 2136 §2.4: only in the classes ANY and NONE may RDATA be missing.
#[test]
fn records_of_class_in_have_their_rdata() {
    let with = |class: u8| [0, 0, 1, 0, class, 0, 0, 0, 0, 0, 0];
    assert!(RecordBuf::decode(&with(1)).is_err());
    assert!(RecordBuf::decode(&with(255)).is_ok() && RecordBuf::decode(&with(254)).is_ok());
}

/// What takes octets takes the parts of names, strings and whole messages.
#[test]
fn parts_are_octets() {
    let name: NameBuf = "www.example".parse().unwrap();
    let below = NameBuf::from_labels(name.labels().skip(1)).unwrap();
    assert_eq!(below.child(name.labels().next().unwrap()).unwrap(), name);
    let strings = CharacterStrings::from_wire(b"\x02hi\0").unwrap();
    let mut octets = Vec::new();
    assert_eq!(
        CharacterStrings::encode_strings(strings.iter(), &mut octets)
            .unwrap()
            .wire(),
        strings.wire()
    );
    let message = MessageBuf::decode(&message("a.", 1)).unwrap();
    assert_eq!(message.as_ref(), message.octets());
}

/// RFC 4343: one name in a map, whatever its case and form.
#[test]
fn maps_of_owned_names_are_asked_with_borrowed_ones() {
    let octets = message("WWW.Example", 1);
    let message = Message::decode(&octets).unwrap();
    let keys = || ["www.example", "example"].map(|text| text.parse::<NameBuf>().unwrap());
    let (hashed, ordered) = (HashSet::from(keys()), BTreeSet::from(keys()));
    for (text, expected) in [
        ("www.example", true),
        ("EXAMPLE", true),
        ("www", false),
        (".", false),
    ] {
        let name: NameBuf = text.parse().unwrap();
        let name: &dyn AsName = &name.as_name();
        assert_eq!(
            (hashed.contains(name), ordered.contains(name)),
            (expected, expected),
            "{text}"
        );
    }
    // Its labels lie apart, behind a pointer.
    let owner = message.answers().next().unwrap().owner();
    assert_eq!(owner.contiguous(), None);
    assert!(hashed.contains::<dyn AsName>(&owner) && ordered.contains::<dyn AsName>(&owner));
}

/// Lists are walked by `for`, and what walks them is named, cloned and has an end that stays.
#[test]
fn lists_are_walked() {
    fn members<L: IntoIterator<Item: ToString, IntoIter: Clone>>(list: L) -> Vec<String> {
        let mut members = list.into_iter();
        let mut copy = members.clone();
        let found = members.by_ref().map(|member| member.to_string()).collect();
        assert!(members.next().is_none(), "the end is the end");
        assert!(copy.by_ref().count() == Vec::len(&found) && copy.next().is_none());
        found
    }
    for (record_type, text, expected) in [
        (
            RecordType::TXT,
            r#""a" "" "b c""#,
            &[r#""a""#, r#""""#, r#""b c""#][..],
        ),
        (
            RecordType::NSEC,
            ". A MX TYPE256 TYPE65535",
            &["A", "MX", "URI", "TYPE65535"],
        ),
        (RecordType::NXT, ". A MX SRV", &["A", "MX", "SRV"]),
        (
            RecordType::HTTPS,
            "1 . alpn=h2 port=443",
            &[r#"alpn="h2""#, "port=443"],
        ),
        (
            RecordType::APL,
            "1:192.0.2.0/24 !2:2001:db8::/32",
            &["1:192.0.2.0/24", "!2:2001:db8::/32"],
        ),
        (
            RecordType::HIP,
            "2 20010010 AQID a.example. . b.",
            &["a.example.", ".", "b."],
        ),
        (
            RecordType::WKS,
            "192.0.2.1 6 1 8 25 65535",
            &["1", "8", "25", "65535"],
        ),
    ] {
        let rdata = RdataBuf::parse(record_type, text, Name::ROOT).unwrap();
        let found = match rdata.as_rdata() {
            Rdata::Txt(txt) => members(txt.strings),
            Rdata::Nsec(nsec) => members(nsec.types),
            Rdata::Nxt(nxt) => members(nxt.types),
            Rdata::Https(https) => members(https.params),
            Rdata::Apl(apl) => members(apl.items),
            Rdata::Hip(hip) => members(hip.rendezvous_servers),
            Rdata::Wks(wks) => members(wks.ports),
            _ => Vec::new(),
        };
        assert_eq!(found, expected, "{record_type}");
    }
    let options = EdnsOptions::from_wire(b"\0\x03\0\x01a\0\x0C\0\0").unwrap();
    assert_eq!(members(options), ["NSID: 61 (\"a\")", "PADDING: 0 octets"]);
}
