//! One operation on one message, so many times over: `dns_repeat OPERATION MESSAGE TIMES`, to be run under callgrind.
//!
//! The difference of the instruction counts of two runs is the work of one turn, free of noise:
//! `valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/examples/dns_repeat touch c_referral 1000`.

use std::hint::black_box;

use netlab_benches::dns::{
    Parts, bare_walk, encode, hostile, messages, read_every_field, walk_every_label,
};
use wire_dns::{Message, MessageBuf, Question};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [operation, message, times] = &arguments[..] else {
        panic!("dns_repeat OPERATION MESSAGE TIMES");
    };
    let times: u32 = times.parse().expect("a number of times");
    let (_, octets) = messages()
        .into_iter()
        .chain(hostile())
        .find(|(name, _)| name.starts_with(message.as_str()))
        .expect("a message of that name");
    let octets = &octets[..];
    match operation.as_str() {
        "walk" => repeat(times, || bare_walk(black_box(octets)).is_some()),
        "check" => repeat(times, || Message::decode(black_box(octets)).is_ok()),
        "touch" => repeat(times, || read_every_field(black_box(octets))),
        "labels" => repeat(times, || walk_every_label(black_box(octets)) > 0),
        "own" => repeat(times, || {
            black_box(&MessageBuf::decode(black_box(octets))).is_ok()
        }),
        "head" => repeat(times, || Question::decode_first(black_box(octets)).is_ok()),
        "encode" => {
            let parts = Parts::of(&Message::decode(octets).expect("a message"));
            let rdata = parts.rdata();
            let mut buffer = vec![0; 4096];
            repeat(times, || {
                encode(black_box(&parts), black_box(&rdata), &mut buffer) > 0
            });
        }
        _ => panic!("walk, check, touch, labels, own, head or encode"),
    }
}

fn repeat(times: u32, mut operation: impl FnMut() -> bool) {
    for _ in 0..times {
        black_box(operation());
    }
}
