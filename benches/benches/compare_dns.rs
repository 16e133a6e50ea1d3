//! The five messages through other libraries: `cargo bench -p netlab-benches --features peers --bench compare_dns`.
//!
//! Each library decodes and reads every field in the way its users do, decodes to a value that owns what it needs, and
//! encodes what it has decoded with compression. Lines of one group are comparable with each other and with nothing else.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::base::message_builder::MessageBuilder;
use domain::base::{ParsedName, StaticCompressor};
use domain::rdata::AllRecordData;
use hickory_proto::serialize::binary::{BinDecodable, BinEncodable};
use netlab_benches::dns::{bare_walk, messages};
use wire_dns::{Builder, Message, MessageBuf, NameBuf, Rdata, RecordBuf, Section};

fn read(criterion: &mut Criterion) {
    for (name, octets) in messages() {
        let mut group = criterion.benchmark_group(format!("compare_dns_read/{name}"));
        group.throughput(Throughput::Bytes(octets.len() as u64));
        group.bench_function("bare_walk", |bencher| {
            bencher.iter(|| bare_walk(black_box(&octets)))
        });
        group.bench_function("wire_dns", |bencher| {
            bencher.iter(|| read_wire_dns(black_box(&octets)))
        });
        group.bench_function("domain", |bencher| {
            bencher.iter(|| read_domain(black_box(&octets)))
        });
        group.bench_function("hickory", |bencher| {
            bencher.iter(|| read_hickory(black_box(&octets)))
        });
        group.bench_function("simple_dns", |bencher| {
            bencher.iter(|| read_simple_dns(black_box(&octets)))
        });
        group.finish();
    }
}

fn read_wire_dns(octets: &[u8]) {
    let message = Message::decode(octets).expect("a message");
    black_box(&message.header());
    for question in message.questions() {
        black_box(&question);
    }
    for (_, record) in message.all_records() {
        black_box(&(
            record.owner(),
            record.record_type(),
            record.class(),
            record.ttl(),
        ));
        black_box(&record.rdata());
    }
}

fn read_domain(octets: &[u8]) {
    let message = domain::base::Message::from_octets(octets).expect("a message");
    black_box(&message.header());
    for question in message.question() {
        black_box(&question.expect("a question"));
    }
    for section in [message.answer(), message.authority(), message.additional()] {
        for record in section.expect("a section") {
            let record = record.expect("a record");
            black_box(
                &record
                    .to_any_record::<AllRecordData<_, ParsedName<_>>>()
                    .expect("RDATA"),
            );
        }
    }
}

fn read_hickory(octets: &[u8]) {
    black_box(&hickory_proto::op::Message::from_bytes(octets).expect("a message"));
}

fn read_simple_dns(octets: &[u8]) {
    black_box(&simple_dns::Packet::parse(octets).expect("a message"));
}

fn own(criterion: &mut Criterion) {
    for (name, octets) in messages() {
        let mut group = criterion.benchmark_group(format!("compare_dns_own/{name}"));
        group.throughput(Throughput::Bytes(octets.len() as u64));
        group.bench_function("wire_dns", |bencher| {
            bencher.iter(|| MessageBuf::decode(black_box(&octets)))
        });
        group.bench_function("hickory", |bencher| {
            bencher.iter(|| read_hickory(black_box(&octets)))
        });
        group.bench_function("simple_dns", |bencher| {
            bencher.iter(|| {
                let packet = simple_dns::Packet::parse(black_box(&octets)).expect("a message");
                [
                    packet.answers,
                    packet.name_servers,
                    packet.additional_records,
                ]
                .map(|records| {
                    records
                        .into_iter()
                        .map(simple_dns::ResourceRecord::into_owned)
                        .collect::<Vec<_>>()
                })
            });
        });
        group.finish();
    }
}

fn encode(criterion: &mut Criterion) {
    for (name, octets) in messages() {
        let mut group = criterion.benchmark_group(format!("compare_dns_encode/{name}"));
        group.throughput(Throughput::Bytes(octets.len() as u64));

        let message = Message::decode(&octets).expect("a message");
        let questions: Vec<_> = message
            .questions()
            .map(|question| {
                (
                    NameBuf::from(question.name),
                    question.record_type,
                    question.class,
                )
            })
            .collect();
        let records: Vec<(Section, RecordBuf)> = message
            .all_records()
            .map(|(section, record)| (section, record.to_record_buf()))
            .collect();
        let views: Vec<(Section, &RecordBuf, Rdata<'_>)> = records
            .iter()
            .map(|(section, record)| (*section, record, record.rdata.as_rdata()))
            .collect();
        let mut buffer = vec![0; 4096];
        group.bench_function("wire_dns", |bencher| {
            bencher.iter(|| {
                let mut builder = Builder::new(black_box(&mut buffer[..]));
                builder.set_id(message.header().id);
                builder.set_flags(message.flags());
                for (name, record_type, class) in &questions {
                    builder.question(name, *record_type, *class).expect("room");
                }
                for (section, record, rdata) in &views {
                    builder
                        .record(*section, &record.owner, record.class, record.ttl, rdata)
                        .expect("room");
                }
                builder.finish()
            });
        });

        let parsed = domain::base::Message::from_octets(&octets[..]).expect("a message");
        let questions: Vec<_> = parsed
            .question()
            .map(|question| question.expect("a question"))
            .collect();
        let sections = [parsed.answer(), parsed.authority(), parsed.additional()].map(|section| {
            section
                .expect("a section")
                .map(|record| {
                    let record = record.expect("a record");
                    record
                        .to_any_record::<AllRecordData<_, ParsedName<_>>>()
                        .expect("RDATA")
                })
                .collect::<Vec<_>>()
        });
        let [answers, authorities, additionals] = &sections;
        group.bench_function("domain_static", |bencher| {
            bencher.iter(|| {
                let target = StaticCompressor::new(Vec::with_capacity(1024));
                let mut builder = MessageBuilder::from_target(target)
                    .expect("room")
                    .question();
                for question in &questions {
                    builder.push(question).expect("room");
                }
                let mut builder = builder.answer();
                for record in answers {
                    builder.push(record).expect("room");
                }
                let mut builder = builder.authority();
                for record in authorities {
                    builder.push(record).expect("room");
                }
                let mut builder = builder.additional();
                for record in additionals {
                    builder.push(record).expect("room");
                }
                black_box(builder.finish().into_target())
            });
        });

        let message = hickory_proto::op::Message::from_bytes(&octets).expect("a message");
        group.bench_function("hickory", |bencher| {
            bencher.iter(|| black_box(&message).to_bytes().expect("room"))
        });
        let packet = simple_dns::Packet::parse(&octets).expect("a message");
        group.bench_function("simple_dns", |bencher| {
            bencher.iter(|| {
                black_box(&packet)
                    .build_bytes_vec_compressed()
                    .expect("room")
            });
        });
        group.finish();
    }
}

criterion_group!(benches, read, own, encode);
criterion_main!(benches);
