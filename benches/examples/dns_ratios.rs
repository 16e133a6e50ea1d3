//! The ratios to the bare walk in one run: `dns_ratios [ROUNDS]`.
//!
//! Every operation runs in turn, round after round, and the shortest round of each counts, so that a machine with other
//! work to do spoils little. The hostile messages are given against the bounds of 200 µs and 2 ms where the walk of the
//! referral takes 655 ns.

use std::hint::black_box;

use netlab_benches::dns::{
    Parts, bare_walk, encode, hostile, messages, read_every_field, walk_every_label,
};
use netlab_benches::shortest;
use wire_dns::{Message, MessageBuf, Question};

fn main() {
    let rounds = std::env::args().nth(1);
    let rounds: u32 = rounds.map_or(200, |text| text.parse().expect("a number of rounds"));
    println!("message        walk ns   check    read     own    head  encode");
    let mut referral = 0.0;
    for (name, octets) in messages() {
        let octets = &octets[..];
        let parts = Parts::of(&Message::decode(octets).expect("a message"));
        let rdata = parts.rdata();
        let mut buffer = vec![0; 4096];
        let [walk, check, read, own, head, encode] = shortest(
            rounds,
            200,
            [
                &mut || bare_walk(black_box(octets)).is_some(),
                &mut || Message::decode(black_box(octets)).is_ok(),
                &mut || read_every_field(black_box(octets)),
                &mut || black_box(&MessageBuf::decode(black_box(octets))).is_ok(),
                &mut || Question::decode_first(black_box(octets)).is_ok(),
                &mut || encode(black_box(&parts), black_box(&rdata), &mut buffer) > 0,
            ],
        );
        if name.starts_with("c_") {
            referral = walk;
        }
        print!("{name:12}{walk:10.1}");
        for time in [check, read, own, head, encode] {
            print!("{:8.2}", time / walk);
        }
        println!();
    }
    println!("\nhostile message             check   read  labels   share of the bound");
    let (check_max, read_max) = (200e3 / 655.0 * referral, 2e6 / 655.0 * referral);
    for (name, octets) in hostile() {
        let octets = &octets[..];
        let [check, read, labels] = shortest(
            rounds / 4,
            1,
            [
                &mut || Message::decode(black_box(octets)).is_ok(),
                &mut || read_every_field(black_box(octets)),
                &mut || walk_every_label(black_box(octets)) > 0,
            ],
        );
        println!(
            "{name:26}{:7.2}{:7.2}{:8.2}",
            check / check_max,
            read / read_max,
            labels / read_max
        );
    }
}
