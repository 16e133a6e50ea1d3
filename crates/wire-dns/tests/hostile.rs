//! One test per attack or trap, named for it. Where a list is known the source is in the comment.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]
#![allow(clippy::cast_possible_truncation, clippy::panic, reason = "test code")]

use wire_dns::{DecodeOptions, ErrorKind, Message, Name, Rdata, RdataBuf, RecordType, Section};

/// A message with counts of questions, answers, authorities and additionals before `rest`.
fn message(counts: [u16; 4], rest: &[u8]) -> Vec<u8> {
    let mut octets = vec![0, 1, 0x80, 0];
    for count in counts {
        octets.extend_from_slice(&count.to_be_bytes());
    }
    octets.extend_from_slice(rest);
    octets
}

/// A record of class IN with TTL 0.
fn record(owner: &[u8], record_type: u16, rdata: &[u8]) -> Vec<u8> {
    let mut octets = owner.to_vec();
    octets.extend_from_slice(&record_type.to_be_bytes());
    octets.extend_from_slice(&[0, 1, 0, 0, 0, 0]);
    octets.extend_from_slice(&(rdata.len() as u16).to_be_bytes());
    octets.extend_from_slice(rdata);
    octets
}

fn refused(octets: &[u8]) -> ErrorKind {
    *Message::decode(octets).unwrap_err().kind()
}

fn question(name: &[u8]) -> Vec<u8> {
    message([1, 0, 0, 0], &[name, &[0, 1, 0, 1]].concat())
}

/// RUSTSEC-2018-0007: a pointer to itself.
#[test]
fn pointer_to_itself() {
    assert_eq!(
        refused(&question(&[0xC0, 12])),
        ErrorKind::PointerNotBackwards { target: 12 }
    );
}

/// A label and a pointer back to it: every pointer goes backwards, and still the name has no end.
#[test]
fn loop_through_a_label() {
    assert_eq!(
        refused(&question(&[1, b'a', 0xC0, 12])),
        ErrorKind::NameTooLong
    );
}

#[test]
fn pointer_forwards() {
    assert_eq!(
        refused(&question(&[0xC0, 14, 0])),
        ErrorKind::PointerNotBackwards { target: 14 }
    );
}

/// RFC 9267 §2: a name cannot begin in the header.
#[test]
fn pointer_into_the_header() {
    for target in 0..12 {
        let kind = refused(&question(&[0xC0, target]));
        assert_eq!(
            kind,
            ErrorKind::PointerIntoHeader {
                target: u16::from(target)
            }
        );
    }
}

/// What lies inside a label may look like a name; it is read as one, and within all limits.
#[test]
fn pointer_into_a_label() {
    let octets = message(
        [1, 1, 0, 0],
        &[
            &[3, 1, b'x', 0, 0, 0, 1, 0, 1][..],
            &record(&[0xC0, 13], 1, &[192, 0, 2, 1]),
        ]
        .concat(),
    );
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.answers().next().unwrap().owner().to_string(), "x.");
    // A letter is no length.
    let octets = message_with_owner(&[0xC0, 14]);
    assert_eq!(refused(&octets), ErrorKind::LabelType { octet: b'x' });
}

fn message_with_owner(owner: &[u8]) -> Vec<u8> {
    let question = [3, 1, b'x', 0, 0, 0, 1, 0, 1];
    // "xyz" as a label: length at 12, letters from 13 on.
    let question = [&[3, b'w', b'x', b'y'][..], &question[4..]].concat();
    message(
        [1, 1, 0, 0],
        &[question, record(owner, 1, &[192, 0, 2, 1])].concat(),
    )
}

/// jedisct1/dnssector issue 19: Knot points to pointers, and may.
#[test]
fn pointer_to_a_pointer() {
    let first = record(&[1, b'a', 0], 10, &[]);
    let second = record(&[0xC0, 12], 10, &[]);
    let at = 12 + first.len();
    let third = record(&(0xC000 | at as u16).to_be_bytes(), 10, &[]);
    let octets = message([0, 3, 0, 0], &[first, second, third].concat());
    let message = Message::decode(&octets).unwrap();
    assert!(
        message
            .answers()
            .all(|record| record.owner().to_string() == "a.")
    );
}

/// A chain of `pointers` pointers inside NULL RDATA, and a record whose owner goes through all of them.
fn chain(pointers: usize) -> Vec<u8> {
    // The owner's own pointer is one of them; octet 23 is the first of the RDATA.
    let mut rdata = vec![0u8];
    for step in 1..pointers {
        let target = if step == 1 { 23 } else { 24 + 2 * (step - 2) };
        rdata.extend_from_slice(&(0xC000 | target as u16).to_be_bytes());
    }
    let last = if pointers == 1 {
        23
    } else {
        24 + 2 * (pointers - 2)
    };
    let owner = (0xC000 | last as u16).to_be_bytes();
    message(
        [0, 2, 0, 0],
        &[record(&[0], 10, &rdata), record(&owner, 10, &[])].concat(),
    )
}

/// miekg/dns issue 834: a low limit refused legal messages.
#[test]
fn pointers_up_to_127() {
    for pointers in [1, 2, 10, 126, 127] {
        let octets = chain(pointers);
        let message = Message::decode(&octets).unwrap();
        assert!(
            message.answers().nth(1).unwrap().owner().is_root(),
            "{pointers}"
        );
    }
    assert_eq!(refused(&chain(128)), ErrorKind::TooManyPointers);
}

/// A 64 KB staircase of pointers takes other decoders 80 to 170 ms; it is refused at its first long name.
#[test]
fn staircase_of_pointers() {
    let octets = chain(8000);
    assert_eq!(refused(&octets), ErrorKind::TooManyPointers);
}

/// A name of `octets` octets, made of labels at 12 and one pointer to them.
fn name_across_a_pointer(first: usize, second: usize) -> Vec<u8> {
    let labels = |octets: usize| {
        let mut labels = Vec::new();
        let mut left = octets;
        while left > 0 {
            let len = (left - 1).min(63);
            let len = if left - 1 - len == 1 { len - 1 } else { len };
            labels.push(len as u8);
            labels.extend(core::iter::repeat_n(b'a', len));
            left -= len + 1;
        }
        labels
    };
    let question = [labels(first), vec![0, 0, 1, 0, 1]].concat();
    let owner = [labels(second), vec![0xC0, 12]].concat();
    message([1, 1, 0, 0], &[question, record(&owner, 10, &[])].concat())
}

/// RFC 1035 §2.3.4, across a pointer (PowerDNS pull request 17796).
#[test]
fn name_of_255_and_of_256_octets_across_a_pointer() {
    let octets = name_across_a_pointer(150, 104);
    assert_eq!(
        Message::decode(&octets)
            .unwrap()
            .answers()
            .next()
            .unwrap()
            .owner()
            .octet_count(),
        255
    );
    assert_eq!(
        refused(&name_across_a_pointer(150, 105)),
        ErrorKind::NameTooLong
    );
    assert_eq!(
        refused(&name_across_a_pointer(255, 0)),
        ErrorKind::NameTooLong
    );
}

/// RFC 6891 §5: 0x40 was for extended labels, 0x80 never was.
#[test]
fn label_types_01_and_10() {
    for octet in [0x40, 0x41, 0x7F, 0x80, 0xBF] {
        assert_eq!(
            refused(&question(&[octet, 0, 0])),
            ErrorKind::LabelType { octet }
        );
    }
}

/// Counts that promise more than there is reserve nothing and end at the octets' end.
#[test]
fn counts_that_lie() {
    assert!(matches!(
        refused(&message([0xFFFF; 4], &[])),
        ErrorKind::UnexpectedEnd { .. }
    ));
    let one = record(&[0], 1, &[192, 0, 2, 1]);
    assert!(matches!(
        refused(&message([0, 2, 0, 0], &one)),
        ErrorKind::UnexpectedEnd { .. }
    ));
    let error = Message::decode(&message([0, 0, 0, 0], &one)).unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::TrailingOctets {
            count: one.len() as u16
        }
    );
}

/// numa pull request 301: "rdlength - 4" below zero.
#[test]
fn rdlength_shorter_than_the_fixed_part() {
    for record_type in Rdata::KNOWN_TYPES {
        for len in 0..4 {
            let octets = message([0, 1, 0, 0], &record(&[0], record_type.0, &vec![0; len]));
            // An error or a message, never a panic; then every reader works.
            if let Ok(message) = Message::decode(&octets) {
                assert_eq!(
                    message.answers().next().unwrap().rdata().record_type(),
                    *record_type
                );
            }
        }
    }
    assert_eq!(
        refused(&message([0, 1, 0, 0], &record(&[0], 1, &[1, 2, 3]))),
        ErrorKind::UnexpectedEnd { needed: 4, left: 3 }
    );
}

#[test]
fn rdlength_longer_than_the_rdata() {
    let octets = message([0, 1, 0, 0], &record(&[0], 1, &[192, 0, 2, 1, 0]));
    assert_eq!(refused(&octets), ErrorKind::TrailingRdata { count: 1 });
    let mut octets = message([0, 1, 0, 0], &record(&[0], 10, &[1]));
    let at = octets.len() - 2;
    octets[at] = 200;
    assert!(matches!(
        refused(&octets),
        ErrorKind::UnexpectedEnd {
            needed: 200,
            left: 1
        }
    ));
}

/// A name in RDATA may not run on into the next record.
#[test]
fn name_leaves_its_rdata() {
    let mut octets = message(
        [0, 2, 0, 0],
        &[record(&[0], 2, &[3, b'a']), record(&[0], 10, &[0; 9])].concat(),
    );
    assert!(matches!(refused(&octets), ErrorKind::UnexpectedEnd { .. }));
    octets.truncate(20);
    assert!(Message::decode(&octets).is_err());
}

/// RFC 6891 §6.1.1.
#[test]
fn two_opts_one_elsewhere_one_with_an_owner() {
    let opt = record(&[0], 41, &[]);
    assert!(Message::decode(&message([0, 0, 0, 1], &opt)).is_ok());
    assert_eq!(
        refused(&message([0, 0, 0, 2], &[opt.clone(), opt.clone()].concat())),
        ErrorKind::OptTwice
    );
    assert_eq!(
        refused(&message([0, 1, 0, 0], &opt)),
        ErrorKind::OptMisplaced
    );
    assert_eq!(
        refused(&message([0, 0, 1, 0], &opt)),
        ErrorKind::OptMisplaced
    );
    assert_eq!(
        refused(&message([0, 0, 0, 1], &record(&[1, b'a', 0], 41, &[]))),
        ErrorKind::OptOwner
    );
}

/// RFC 8945 §5.1.
#[test]
fn tsig_not_last() {
    let tsig = record(&[0], 250, &[&[0; 7][..], &[0; 10]].concat());
    let other = record(&[0], 10, &[]);
    let octets = message([0, 0, 0, 2], &[other.clone(), tsig.clone()].concat());
    assert!(Message::decode(&octets).unwrap().tsig().is_some());
    assert_eq!(
        refused(&message([0, 0, 0, 2], &[tsig.clone(), other].concat())),
        ErrorKind::TsigNotLast
    );
    assert_eq!(
        refused(&message([0, 1, 0, 0], &tsig)),
        ErrorKind::TsigNotLast
    );
}

/// RFC 2136 §2.4: in UPDATE a record of class ANY or NONE may have any type and no RDATA.
#[test]
fn update_without_rdata() {
    for class in [254u8, 255] {
        let mut rr = record(&[0], 1, &[]);
        rr[4] = class;
        let octets = message([0, 0, 1, 0], &rr);
        let message = Message::decode(&octets).unwrap();
        let record = message.authorities().next().unwrap();
        assert!(matches!(record.rdata(), Rdata::Unknown(unknown) if unknown.octets.is_empty()));
        assert_eq!(record.to_record_buf().rdata.octets(), []);
    }
    assert!(Message::decode(&message([0, 0, 1, 0], &record(&[0], 1, &[]))).is_err());
}

/// A row of RDATA that each breaks one rule of its type.
#[test]
fn malformed_rdata_by_type() {
    let rows: &[(RecordType, &[u8], &str)] = &[
        (
            RecordType::TXT,
            b"",
            "TXT without a string (RFC 1035 §3.3.14)",
        ),
        (
            RecordType::TXT,
            b"\x05abc",
            "a string longer than its RDATA",
        ),
        (RecordType::HINFO, b"\x01a", "HINFO of one string"),
        (
            RecordType::CAA,
            b"\0\0value",
            "CAA with an empty tag (RFC 8659 §4.1)",
        ),
        (RecordType::CAA, b"\0\x02a-v", "CAA with a dash in its tag"),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\x03\0\x02\0\x50\0\x01\0\x03\x02h2",
            "keys out of order (RFC 9460 §2.2)",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\x03\0\x02\0\x50\0\x03\0\x02\0\x51",
            "a key twice",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\0\0\x02\0\0",
            "mandatory naming itself (RFC 9460 §8)",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\0\0\x02\0\x03",
            "mandatory naming a key that is missing",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\x01\0\x03\x03h2",
            "alpn running out",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\x02\0\0",
            "no-default-alpn without alpn",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\x04\0\x03\x01\x02\x03",
            "ipv4hint of three octets",
        ),
        (
            RecordType::SVCB,
            b"\0\x01\0\0\x03\0\x05\0",
            "a value over the end",
        ),
        (
            RecordType::NSEC,
            b"\0\x01\x01\x40\0\x01\x40",
            "windows out of order (RFC 4034 §4.1.2)",
        ),
        (
            RecordType::NSEC,
            b"\0\0\x01\x40\0\x01\x40",
            "a window twice",
        ),
        (RecordType::NSEC, b"\0\0\0", "a window of no octets"),
        (
            RecordType::NSEC,
            &[&[0, 0, 33][..], &[1; 33]].concat(),
            "a window of 33 octets",
        ),
        (RecordType::NSEC, b"\0\0\x02\x40\0", "trailing zeros"),
        (RecordType::NSEC, b"\0\0\x02\x40", "a window over the end"),
        (
            RecordType::LOC,
            &[
                0, 0xA0, 0x12, 0x12, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0,
            ],
            "a digit of ten",
        ),
        (
            RecordType::APL,
            b"\0\x01\x21\x01\x0A",
            "33 bits of IPv4 (RFC 3123 §4)",
        ),
        (RecordType::APL, b"\0\x01\x18\x02\x0A\0", "trailing zeros"),
        (RecordType::IPSECKEY, b"\x0A\x04\x02\x01", "gateway type 4"),
        (
            RecordType::IPSECKEY,
            b"\x0A\x01\x02\xC0\0\x02",
            "half a gateway",
        ),
        (RecordType::AMTRELAY, b"\x0A\x03\x01", "half a relay"),
        (RecordType::AMTRELAY, b"\x0A\0\0", "a relay where none is"),
        (RecordType::HIP, b"\0\x02\0\x01a", "HIT of no octets"),
        (RecordType::HIP, b"\x01\x02\0\x09ab", "a key over the end"),
        (RecordType::A6, b"\x81", "129 bits of prefix"),
        (RecordType::NSEC3, b"\x01\0\0\0\0\0", "no hash"),
        (
            RecordType::NSEC3,
            b"\x01\0\0\0\x09ab",
            "a salt over the end",
        ),
        (
            RecordType::URI,
            b"\0\x01\0\x01",
            "URI without a target (RFC 7553 §4.4)",
        ),
        (RecordType::EUI48, b"12345", "five octets"),
        (
            RecordType::OPT,
            b"\0\x0A\0\x07\0\0\0\0\0\0\0",
            "a cookie of seven octets (RFC 7873 §4)",
        ),
        (
            RecordType::OPT,
            b"\0\x08\0\x05\0\x01\x18\0\x01",
            "a subnet of too few octets (RFC 7871 §6)",
        ),
        (
            RecordType::OPT,
            b"\0\x08\0\x05\0\x01\x07\0\xFF",
            "a subnet with bits beyond the prefix",
        ),
        (RecordType::OPT, b"\0\x03\0\x05a", "an option over the end"),
        (
            RecordType::TSIG,
            b"\0\0\0\0\0\0\0\0\0\0\x05a\0\0\0\0\0\0",
            "a MAC over the end",
        ),
    ];
    for (record_type, octets, why) in rows {
        assert!(
            Rdata::decode(*record_type, octets).is_err(),
            "{record_type}: {why}"
        );
        assert!(
            RdataBuf::decode(*record_type, *octets).is_err(),
            "{record_type}: {why}"
        );
        let whole = message([0, 0, 0, 1], &record(&[0], record_type.0, octets));
        let error = Message::decode(&whole).unwrap_err();
        assert_eq!(
            error.place(),
            Some((Section::Additional, 0)),
            "{record_type}: {why}"
        );
        assert!(!error.reference().is_empty());
        // Tolerated by name, and then kept whole.
        let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
        let message = Message::decode_with(&whole, tolerant).unwrap();
        let kept = match message.additionals().next().unwrap().rdata() {
            Rdata::Unknown(unknown) => unknown.octets,
            Rdata::Opt(opt) => opt.options.wire(),
            _ => panic!("{why}"),
        };
        assert_eq!(&kept, octets, "{why}");
    }
}

/// RFC 3597 §4: RDATA that stands alone has no compressed names.
#[test]
fn pointers_outside_a_message() {
    for octets in [&[0xC0u8, 0][..], &[1, b'a', 0xC0, 0], &[0xC0, 12]] {
        let error = Rdata::decode(RecordType::NS, octets).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::PointerNotAllowed);
        assert!(Name::decode(octets).is_err());
    }
}

/// Compressed names in SRV and RRSIG are read, as old senders write them, and expanded when copied (domain pull 429).
#[test]
fn compressed_names_in_newer_rdata_are_expanded() {
    let srv = [&[0, 1, 0, 2, 0, 3][..], &[0xC0, 12]].concat();
    let octets = message(
        [1, 1, 0, 0],
        &[
            &[1, b'a', 0, 0, 33, 0, 1][..],
            &record(&[0xC0, 12], 33, &srv),
        ]
        .concat(),
    );
    let message = Message::decode(&octets).unwrap();
    let record = message.answers().next().unwrap().to_record_buf();
    assert_eq!(record.rdata.octets(), b"\0\x01\0\x02\0\x03\x01a\0");
    assert_eq!(record.to_string(), "a.\t0\tIN\tSRV\t1 2 3 a.");
}
