use alloc::vec;
use alloc::vec::Vec;

use super::Builder;
use crate::edns::{Edns, EdnsOption};
use crate::error::ErrorKind;
use crate::rdata::{A, Mx, Ns, Srv};
use crate::{Class, Flags, Message, Name, NameBuf, Rdata, RecordType, Section, Ttl};

fn name(text: &str) -> NameBuf {
    text.parse().unwrap()
}

fn a(last: u8) -> Rdata<'static> {
    Rdata::from(A {
        address: [192, 0, 2, last].into(),
    })
}

#[test]
fn compresses_owners_and_old_rdata() {
    let (zone, host) = (name("example.com"), name("mail.example.com"));
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.question(&zone, RecordType::MX, Class::IN).unwrap();
    let mx = Rdata::from(Mx {
        preference: 10,
        exchange: host.as_name(),
    });
    builder.answer(&zone, Class::IN, Ttl(60), &mx).unwrap();
    builder
        .additional(&host, Class::IN, Ttl(60), &a(1))
        .unwrap();
    let len = builder.finish();
    assert_eq!(len, octets.len());
    // The owner is a pointer; the exchange is "mail" and a pointer; the last owner points to the exchange.
    assert_eq!(octets[29..31], [0xC0, 12]);
    assert_eq!(octets[43..50], [4, b'm', b'a', b'i', b'l', 0xC0, 12]);
    assert_eq!(octets[50..52], [0xC0, 43]);
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.additionals().next().unwrap().owner(), host);
}

/// RFC 3597 §4: no compression in the RDATA of newer types; but later names may point to what stands there.
#[test]
fn leaves_newer_rdata_whole() {
    let (zone, host) = (name("_s._tcp.example.com"), name("host.example.com"));
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.question(&zone, RecordType::SRV, Class::IN).unwrap();
    let srv = Rdata::from(Srv {
        priority: 1,
        weight: 2,
        port: 3,
        target: host.as_name(),
    });
    builder.answer(&zone, Class::IN, Ttl(60), &srv).unwrap();
    builder
        .additional(&host, Class::IN, Ttl(60), &a(1))
        .unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    let record = message.answers().next().unwrap();
    assert_eq!(record.rdata_octets().len(), 6 + host.octets().len());
    let additional = message.additionals().next().unwrap().layout();
    assert_eq!(additional.owner.len(), 2);
    assert_eq!(message.additionals().next().unwrap().owner(), host);
}

/// Names are shared in exactly the same case only, so that queries with random case (0x20) come back as they were.
#[test]
fn keeps_case() {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder
        .question(&name("wWw.eXample.com"), RecordType::A, Class::IN)
        .unwrap();
    builder
        .answer(&name("www.example.com"), Class::IN, Ttl(1), &a(1))
        .unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    assert!(
        message
            .question()
            .unwrap()
            .name
            .eq_with_case(name("wWw.eXample.com").as_name())
    );
    assert!(
        message
            .answers()
            .next()
            .unwrap()
            .owner()
            .eq_with_case(name("www.example.com").as_name())
    );
}

/// What does not fit leaves nothing behind, in the table of names neither.
#[test]
fn rolls_back() {
    for limit in 12..120 {
        let mut octets = [0u8; 200];
        let mut builder = Builder::new(&mut octets);
        builder.set_limit(limit);
        let mut written = 0u16;
        for index in 0..4 {
            let owner = name(["a.example", "b.a.example", "c.b.example", "c.b.a.example"][index]);
            match builder.answer(&owner, Class::IN, Ttl(1), &a(1)) {
                Ok(()) => written += 1,
                Err(error) => assert!(matches!(error.kind(), ErrorKind::BufferFull { .. })),
            }
        }
        builder.set_truncated();
        let len = builder.finish();
        assert!(len <= limit);
        let message = Message::decode(&octets[..len]).unwrap();
        assert_eq!(message.header().answer_count, written);
        for record in message.answers() {
            assert!(
                record.owner().is_subdomain_of(name("example").as_name()),
                "{limit} {record}"
            );
        }
    }
}

/// The ID and the flags are those set last, before or after the checkpoint; all else is as it was.
#[test]
fn a_checkpoint_keeps_id_and_flags() {
    let owner = name("x.example");
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(1);
    builder.answer(&owner, Class::IN, Ttl(1), &a(1)).unwrap();
    let checkpoint = builder.checkpoint();
    builder.answer(&owner, Class::IN, Ttl(1), &a(2)).unwrap();
    builder.edns(&Edns::default()).unwrap();
    builder.set_id(2);
    builder.set_flags(Flags(0x8400));
    builder.roll_back(checkpoint);
    builder.edns(&Edns::default()).unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    let header = message.header();
    assert_eq!((header.id, header.flags), (2, Flags(0x8400)));
    assert_eq!((header.answer_count, header.additional_count), (1, 1));
}

/// A message behind other octets, grown from nothing, is the same in every buffer.
#[cfg(feature = "bytes")]
#[test]
fn buffers_of_bytes_grow_as_vectors_do() {
    let owner = name("x.example");
    let write = |builder: &mut dyn FnMut(u8)| (0..=99).for_each(builder);
    let mut vector = Vec::from(*b"kept");
    let mut builder = Builder::new(&mut vector);
    write(&mut |last| builder.answer(&owner, Class::IN, Ttl(1), &a(last)).unwrap());
    let len = builder.finish();
    let mut bytes = bytes::BytesMut::from(&b"kept"[..]);
    let mut builder = Builder::new(&mut bytes);
    write(&mut |last| builder.answer(&owner, Class::IN, Ttl(1), &a(last)).unwrap());
    assert_eq!(builder.finish(), len);
    assert!(vector.starts_with(b"kept") && vector.len() == 4 + len);
    assert_eq!(bytes, vector);
}

#[test]
fn rolls_back_a_set() {
    let owner = name("x.example");
    let mut octets = [0u8; 512];
    let mut builder = Builder::new(&mut octets);
    builder.question(&owner, RecordType::NS, Class::IN).unwrap();
    let before = builder.checkpoint();
    let server = name("ns.other");
    builder
        .answer(
            &owner,
            Class::IN,
            Ttl(1),
            &Rdata::from(Ns {
                nsdname: server.as_name(),
            }),
        )
        .unwrap();
    builder.set_truncated();
    builder.roll_back(before);
    // The name is new again.
    builder
        .authority(&server, Class::IN, Ttl(1), &a(1))
        .unwrap();
    let len = builder.finish();
    let message = Message::decode(&octets[..len]).unwrap();
    assert!(message.flags().truncated());
    assert_eq!(
        (
            message.header().answer_count,
            message.header().authority_count
        ),
        (0, 1)
    );
    assert_eq!(message.authorities().next().unwrap().owner(), server);
}

#[test]
fn refuses_sections_out_of_order() {
    let mut octets = [0u8; 512];
    let mut builder = Builder::new(&mut octets);
    builder
        .authority(Name::ROOT, Class::IN, Ttl(1), &a(1))
        .unwrap();
    for result in [
        builder.question(Name::ROOT, RecordType::A, Class::IN),
        builder.answer(Name::ROOT, Class::IN, Ttl(1), &a(1)),
        builder.record(Section::Question, Name::ROOT, Class::IN, Ttl(1), &a(1)),
    ] {
        assert_eq!(result.unwrap_err().kind(), &ErrorKind::SectionOrder);
    }
}

/// Offset 16,383 is the last that a pointer reaches (RFC 1035 §4.1.4).
#[test]
fn pointers_reach_16383() {
    for start in 16_365..16_390 {
        let filler = vec![0u8; start - 12 - 11];
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        let null = Rdata::Null(crate::rdata::Null { anything: &filler });
        builder
            .answer(Name::ROOT, Class::IN, Ttl(1), &null)
            .unwrap();
        assert_eq!(builder.len(), start);
        let owner = name("a.b.c.d.e.f");
        for _ in 0..2 {
            builder.answer(&owner, Class::IN, Ttl(1), &a(1)).unwrap();
        }
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        assert!(
            message
                .answers()
                .skip(1)
                .all(|record| record.owner() == owner),
            "{start}"
        );
        let second = message.answers().nth(2).unwrap().layout().owner.len();
        // A name that begins at 16,383 can be pointed to, one behind is written once more.
        assert_eq!(second == 2, start <= 16_383, "{start}: {second}");

        // Of a name across that octet only some labels can be pointed to.
        let mut builder = Builder::new(&mut octets);
        builder
            .answer(Name::ROOT, Class::IN, Ttl(1), &null)
            .unwrap();
        let names = [
            "a.b.c.d.e.f",
            "f",
            "e.f",
            "x.f",
            "d.e.f",
            "b.c.d.e.f",
            "y.z.f",
            "f",
        ];
        for text in names {
            builder
                .answer(&name(text), Class::IN, Ttl(1), &a(1))
                .unwrap();
        }
        let len = builder.finish();
        let message = Message::decode(&octets[octets.len() - len..]).unwrap();
        let owners = message
            .answers()
            .skip(1)
            .map(|record| record.owner().to_name_buf());
        assert!(owners.eq(names.map(name)), "{start}");
    }
}

/// Labels behind offset 16,383 before a tail that is not: what begins with them is written once more.
#[test]
fn no_pointer_leads_behind_16383_into_a_name_with_a_near_tail() {
    for start in 16_370..16_390 {
        let names = ["t", "p.q.r.t", "r.t", "q.r.t", "p.q.r.t", "s.r.t", "t"];
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        let owner = name(names[0]);
        builder.answer(&owner, Class::IN, Ttl(1), &a(1)).unwrap();
        // The header, and what the record before and this one have around their RDATA.
        let filler = vec![0u8; start - 12 - (3 + 14) - (1 + 10)];
        let null = Rdata::Null(crate::rdata::Null { anything: &filler });
        builder
            .answer(Name::ROOT, Class::IN, Ttl(1), &null)
            .unwrap();
        for text in &names[1..] {
            builder
                .answer(&name(text), Class::IN, Ttl(1), &a(1))
                .unwrap();
        }
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        assert_eq!(
            message.answers().nth(2).unwrap().layout().owner.start,
            start
        );
        let owners: Vec<_> = message
            .answers()
            .map(|record| record.owner().to_name_buf())
            .filter(|owner| !owner.is_root())
            .collect();
        assert_eq!(owners, names.map(name), "{start}");
    }
}

#[test]
fn writes_edns() {
    let mut octets = Vec::from(&b"\0\0"[..]);
    let mut builder = Builder::new(&mut octets);
    builder.set_id(1);
    let edns = Edns {
        udp_payload_size: 4096,
        ..Edns::default()
    }
    .with_dnssec_ok(true);
    builder
        .edns_with(
            &edns,
            &[EdnsOption::Nsid(b"x"), EdnsOption::TcpKeepalive(Some(100))],
        )
        .unwrap();
    let len = builder.finish();
    assert_eq!(len + 2, octets.len());
    let message = Message::decode(&octets[2..]).unwrap();
    let found = message.edns().unwrap();
    assert!(found.dnssec_ok());
    let options: Vec<_> = found.options.iter().collect();
    assert_eq!(
        options,
        [EdnsOption::Nsid(b"x"), EdnsOption::TcpKeepalive(Some(100))]
    );
}

/// Every tail of a first name with as many labels as a name may have (RFC 1035 §2.3.4) can be pointed to.
#[test]
fn compresses_names_below_each_of_127_labels() {
    let labels: Vec<[u8; 1]> = (0..126).map(|number| [number]).collect();
    let first = NameBuf::from_labels(labels.iter().chain([b"z"])).unwrap();
    let mut octets = vec![0; 65_535];
    let mut builder = Builder::new(&mut octets[..]);
    builder.answer(&first, Class::IN, Ttl(1), &a(1)).unwrap();
    for tail in first.as_name().ancestors().skip(2).take(125) {
        let labels = tail.labels().map(|label| label.octets().to_vec());
        let owner = NameBuf::from_labels([b"new".to_vec()].into_iter().chain(labels)).unwrap();
        let len = builder.len();
        builder.answer(&owner, Class::IN, Ttl(1), &a(1)).unwrap();
        assert_eq!(builder.len() - len, 4 + 2 + 14, "{owner}");
    }
}

/// Names are as short as a search through all earlier ones makes them, after roll-backs too, and read back as they were.
#[test]
fn compresses_as_a_full_search_does() {
    // Labels in labels: octets that look like a tail must not be taken for one.
    let few: [&[u8]; 6] = [b"a", b"A", b"\x01a", b"b\x01a", b"example", b"x\x07example"];
    let letters: Vec<&[u8]> = b"abcdefghijklmnopqrstuvwxyz".chunks(1).collect();
    let mut state = 1u32;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    for run in 0..100 {
        let labels: &[&[u8]] = if run % 2 == 0 { &few } else { &letters };
        let mut octets = vec![0; 65_535];
        let mut builder = Builder::new(&mut octets[..]);
        let mut tails: Vec<Vec<u8>> = Vec::new();
        let mut owners: Vec<NameBuf> = Vec::new();
        for _ in 0..60 {
            let count = 1 + random(5);
            let kinds = if run % 2 == 0 { 6 } else { 26 };
            let parts: Vec<&[u8]> = (0..count).map(|_| labels[random(kinds) as usize]).collect();
            let owner = NameBuf::from_labels(parts).unwrap();
            let in_rdata = random(2) == 0;
            let rdata = Rdata::from(Ns {
                nsdname: owner.as_name(),
            });
            let (before, len) = (builder.checkpoint(), builder.len());
            let at = if in_rdata {
                Name::ROOT
            } else {
                owner.as_name()
            };
            let rdata = if in_rdata { rdata } else { a(1) };
            builder.answer(at, Class::IN, Ttl(1), &rdata).unwrap();
            let written = builder.len() - len - 10 - if in_rdata { 1 } else { 4 };
            let own: Vec<&[u8]> = owner
                .as_name()
                .ancestors()
                .map(|name| &owner.octets()[name.offset()..])
                .filter(|tail| tail.len() > 1)
                .collect();
            let found = own.iter().find(|tail| tails.iter().any(|old| old == *tail));
            let shortest = match found {
                Some(tail) => owner.octets().len() - tail.len() + 2,
                None => owner.octets().len(),
            };
            assert_eq!(written, shortest, "run {run}: {owner} behind {owners:?}");
            if random(4) == 0 {
                builder.roll_back(before);
            } else {
                tails.extend(own.into_iter().map(Vec::from));
                owners.push(owner);
            }
        }
        let len = builder.finish();
        let message = Message::decode(&octets[..len]).unwrap();
        for (record, owner) in message.answers().zip(&owners) {
            let name = match record.rdata() {
                Rdata::Ns(ns) => ns.nsdname,
                _ => record.owner(),
            };
            assert!(name.eq_with_case(owner.as_name()), "run {run}");
        }
    }
}

/// RFC 6891 §6.1.1: "If a query message with more than one OPT RR is received, a FORMERR … MUST be returned".
#[test]
fn a_message_gets_one_opt() {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    let before = builder.checkpoint();
    builder.edns(&Edns::default()).unwrap();
    let error = builder.edns(&Edns::default()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::OptTwice);
    builder.roll_back(before);
    builder.edns(&Edns::default()).unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.header().additional_count, 1);
}

/// What was written stays when the limit is set below it, and so does the message.
#[test]
fn a_limit_below_what_is_written_takes_nothing_away() {
    let name: NameBuf = "www.example".parse().unwrap();
    let mut slice = [0; 64];
    let mut vec = Vec::new();
    let written = b"\0\0\0\0\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01";
    for limit in [0, 11, 12, 20, written.len() - 1] {
        let mut builder = Builder::new(&mut slice);
        builder.question(&name, RecordType::A, Class::IN).unwrap();
        builder.set_limit(limit);
        let error = builder.edns(&Edns::default()).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::BufferFull {
                limit: u32::try_from(limit).unwrap()
            }
        );
        let len = builder.finish();
        assert_eq!(slice.get(..len), Some(&written[..]), "{limit}");

        vec.clear();
        let mut builder = Builder::new(&mut vec);
        builder.question(&name, RecordType::A, Class::IN).unwrap();
        builder.set_limit(limit);
        builder.finish();
        assert_eq!(vec, written, "{limit}");
    }
    // Of a message that has nothing but a header nothing was written.
    let mut builder = Builder::new(&mut vec);
    builder.set_limit(11);
    assert_eq!(builder.finish(), 0);
}

/// RFC 1035 §4.1.1: FORMERR; what can be read of the query is repeated.
#[test]
fn malformed_queries_are_told() {
    let reply = |query: &[u8]| {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder
            .reply_to_malformed(query)
            .then(|| builder.finish())?;
        Some(octets)
    };
    let query = b"\x12\x34\x21\x10\0\x02\0\0\0\0\0\0\x01a\0\0\x01\0\x01\x40";
    assert_eq!(reply(&query[..11]), None);
    for len in 12..19 {
        let only_header = b"\x12\x34\xA1\x11\0\0\0\0\0\0\0\0";
        assert_eq!(reply(&query[..len]).unwrap(), only_header, "{len}");
    }
    let with_question = b"\x12\x34\xA1\x11\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01";
    assert_eq!(reply(query).unwrap(), with_question);
    let mut response = *query;
    response[2] |= 0x80;
    assert_eq!(reply(&response), None);
    let mut octets = [0; 12];
    let mut builder = Builder::new(&mut octets);
    assert!(builder.reply_to_malformed(query));
    assert_eq!(builder.finish(), 12);
}
