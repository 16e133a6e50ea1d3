//! Encoding the five messages with compression into the caller's buffer, and 2,000 distinct names.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::dns::{Parts, encode, messages};
use wire_dns::{Builder, Class, Message, NameBuf, Rdata, RdataBuf, Ttl, rdata::A};

fn messages_of_five(criterion: &mut Criterion) {
    for (name, octets) in messages() {
        let parts = Parts::of(&Message::decode(&octets).expect("a message"));
        let rdata = parts.rdata();
        let mut buffer = vec![0; 4096];
        let mut group = criterion.benchmark_group(format!("dns_encode/{name}"));
        group.throughput(Throughput::Bytes(octets.len() as u64));
        group.bench_function("compressed", |bencher| {
            bencher.iter(|| encode(black_box(&parts), black_box(&rdata), black_box(&mut buffer)));
        });
        group.finish();
    }
}

fn distinct_names(criterion: &mut Criterion) {
    let names: Vec<NameBuf> = (0..2000)
        .map(|number| format!("a{number}.b{number}").parse().expect("a name"))
        .collect();
    let address = RdataBuf::from_rdata(&Rdata::from(A {
        address: [192, 0, 2, 1].into(),
    }))
    .expect("four octets");
    let address = address.as_rdata();
    let mut buffer = vec![0; 65_535];
    criterion.bench_function("dns_encode/2000_names", |bencher| {
        bencher.iter(|| {
            let mut builder = Builder::new(&mut buffer[..]);
            for name in black_box(&names) {
                builder
                    .answer(name, Class::IN, Ttl(1), &address)
                    .expect("room");
            }
            builder.finish()
        });
    });
}

criterion_group!(benches, messages_of_five, distinct_names);
criterion_main!(benches);
