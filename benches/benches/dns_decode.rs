//! Decoding the five messages: check, check and read every field, own, header and question only; and hostile inputs.
//!
//! What counts is the ratio to `bare_walk` of the same run.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::dns::{bare_walk, hostile, messages};
use wire_dns::{Message, MessageBuf, Question, Rdata};

/// Checks a message and reads every field of every question and record.
fn touch(octets: &[u8]) {
    let message = Message::decode(octets).expect("a message");
    black_box(message.header());
    for question in message.questions() {
        black_box(question);
    }
    for records in [
        message.answers(),
        message.authorities(),
        message.additionals(),
    ] {
        for record in records {
            black_box(&(
                record.owner(),
                record.record_type(),
                record.class(),
                record.ttl(),
            ));
            let rdata = record.rdata();
            black_box(&rdata);
            match &rdata {
                Rdata::Opt(opt) => opt.options.raw().for_each(|option| _ = black_box(option)),
                Rdata::Txt(txt) => txt.strings.iter().for_each(|string| _ = black_box(string)),
                Rdata::Https(https) => {
                    https.params.iter().for_each(|param| _ = black_box(param));
                }
                Rdata::Nsec3(nsec3) => {
                    nsec3
                        .types
                        .iter()
                        .for_each(|record_type| _ = black_box(record_type));
                }
                _ => {}
            }
        }
    }
}

fn decode(criterion: &mut Criterion) {
    for (name, octets) in messages() {
        let mut group = criterion.benchmark_group(format!("dns_decode/{name}"));
        group.throughput(Throughput::Bytes(octets.len() as u64));
        group.bench_function("bare_walk", |bencher| {
            bencher.iter(|| bare_walk(black_box(&octets)))
        });
        group.bench_function("check", |bencher| {
            bencher.iter(|| Message::decode(black_box(&octets)).is_ok())
        });
        group.bench_function("touch", |bencher| {
            bencher.iter(|| touch(black_box(&octets)))
        });
        group.bench_function("own", |bencher| {
            bencher.iter(|| MessageBuf::decode(black_box(&octets)))
        });
        group.bench_function("head", |bencher| {
            bencher.iter(|| Question::decode_first(black_box(&octets)).is_ok());
        });
        group.finish();
    }
}

/// Inputs that cost other decoders milliseconds; each is checked in time linear in its octets.
fn refuse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dns_hostile");
    for (name, octets) in hostile() {
        group.bench_function(format!("{name}/check"), |bencher| {
            bencher.iter(|| Message::decode(black_box(&octets)).is_ok());
        });
        if Message::decode(&octets).is_ok() {
            group.bench_function(format!("{name}/labels"), |bencher| {
                bencher.iter(|| labels(black_box(&octets)))
            });
        }
    }
    group.finish();
}

/// Walks every label of every name.
fn labels(octets: &[u8]) -> usize {
    let message = Message::decode(octets).expect("a message");
    let questions: usize = message
        .questions()
        .map(|question| question.name.label_count())
        .sum();
    let owners: usize = message
        .all_records()
        .map(|(_, record)| record.owner().label_count())
        .sum();
    questions + owners
}

criterion_group!(benches, decode, refuse);
criterion_main!(benches);
