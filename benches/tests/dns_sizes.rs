//! Encoded messages are never larger than those of other libraries.

use domain::base::ParsedName;
use domain::base::message_builder::{HashCompressor, MessageBuilder, TreeCompressor};
use domain::base::wire::Composer;
use domain::rdata::AllRecordData;
use hickory_proto::serialize::binary::{BinDecodable, BinEncodable};
use netlab_benches::dns::{Parts, encode, messages};
use wire_dns::rdata::{A, Cname, Mx, Ns, Soa, Srv};
use wire_dns::{Builder, Class, Message, NameBuf, Rdata, RecordType, Section, Ttl};

/// Octets of the message as this crate writes it.
fn ours(octets: &[u8]) -> usize {
    let parts = Parts::of(&Message::decode(octets).expect("a message"));
    encode(&parts, &parts.rdata(), &mut vec![0; 65_535])
}

fn hickory(octets: &[u8]) -> usize {
    let message = hickory_proto::op::Message::from_bytes(octets).expect("a message");
    message.to_bytes().expect("octets").len()
}

fn simple_dns(octets: &[u8]) -> usize {
    let packet = simple_dns::Packet::parse(octets).expect("a message");
    packet.build_bytes_vec_compressed().expect("octets").len()
}

fn domain<T>(octets: &[u8], target: T) -> usize
where
    T: Composer,
    T::AppendError: std::fmt::Debug,
{
    let message = domain::base::Message::from_octets(octets).expect("a message");
    let mut builder = MessageBuilder::from_target(target)
        .expect("room")
        .question();
    for question in message.question() {
        builder.push(question.expect("a question")).expect("room");
    }
    macro_rules! append {
        ($builder:expr, $section:expr) => {
            for record in $section.expect("a section") {
                let record = record.expect("a record");
                let record = record.to_any_record::<AllRecordData<_, ParsedName<_>>>();
                $builder.push(record.expect("RDATA")).expect("room");
            }
        };
    }
    let mut builder = builder.answer();
    append!(builder, message.answer());
    let mut builder = builder.authority();
    append!(builder, message.authority());
    let mut builder = builder.additional();
    append!(builder, message.additional());
    builder.finish().as_ref().len()
}

/// Our octets and those of the library that needs fewest.
fn compare(octets: &[u8]) -> (usize, (&'static str, usize)) {
    let peers = [
        (
            "domain, tree",
            domain(octets, TreeCompressor::new(Vec::new())),
        ),
        (
            "domain, hash",
            domain(octets, HashCompressor::new(Vec::new())),
        ),
        ("hickory", hickory(octets)),
        ("simple-dns", simple_dns(octets)),
    ];
    let best = peers.into_iter().min_by_key(|(_, len)| *len);
    (ours(octets), best.expect("a peer"))
}

#[test]
fn the_five_messages_are_never_larger() {
    for (name, octets) in messages() {
        let (ours, (peer, best)) = compare(&octets);
        println!("{name}: {ours}, {peer} {best}");
        assert!(ours <= best, "{name}: {ours}, {peer} {best}");
    }
}

const LABELS: [&str; 27] = [
    "a", "bc", "def", "example", "net", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
    "n", "o", "p", "q", "r", "s", "t", "u", "v", "w",
];

#[test]
fn generated_messages_are_never_larger() {
    let mut state = 11u64;
    let mut next = move |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % bound
    };
    let mut shorter = 0;
    for run in 0..2000 {
        let labels = 2 + next(LABELS.len() - 2);
        let records = match run % 100 {
            0 => 700,
            _ => 1 + next(20),
        };
        let mut name = || -> NameBuf {
            let count = 1 + next(4);
            let text: Vec<_> = (0..count).map(|_| LABELS[next(labels)]).collect();
            text.join(".").parse().expect("a name")
        };
        let names: Vec<NameBuf> = (0..2 * records).map(|_| name()).collect();
        let mut buffer = vec![0; 65_535];
        let mut builder = Builder::new(&mut buffer[..]);
        builder.set_compression(false);
        builder
            .question(&names[0], RecordType::ANY, Class::IN)
            .expect("room");
        for pair in names.chunks(2) {
            let target = pair[1].as_name();
            let rdata = match next(6) {
                0 => Rdata::from(A {
                    address: [192, 0, 2, 1].into(),
                }),
                1 => Rdata::from(Cname { cname: target }),
                2 => Rdata::from(Ns { nsdname: target }),
                3 => Rdata::from(Mx {
                    preference: 1,
                    exchange: target,
                }),
                4 => Rdata::from(Soa {
                    mname: target,
                    rname: pair[0].as_name(),
                    serial: 1,
                    refresh: Ttl(1),
                    retry: Ttl(1),
                    expire: Ttl(1),
                    minimum: Ttl(1),
                }),
                _ => Rdata::from(Srv {
                    priority: 1,
                    weight: 1,
                    port: 1,
                    target,
                }),
            };
            builder
                .record(Section::Answer, &pair[0], Class::IN, Ttl(1), &rdata)
                .expect("room");
        }
        let len = builder.finish();
        let (ours, (peer, best)) = compare(&buffer[..len]);
        assert!(ours <= best, "run {run}: {ours}, {peer} {best}");
        shorter += usize::from(ours < best);
    }
    println!("shorter than the best of the others: {shorter} of 2000");
}
