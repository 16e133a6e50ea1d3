//! The transforms of `textxform` for ASCII beside the limits of the machine, in one run: `text_ratios [ROUNDS]`.
//!
//! Each works on 16 KiB in place, so that memory is the first-level cache; then two work on 1 MiB, one after the other and
//! as a chain. They run in turn, round after round, and the shortest round of each counts, so that a machine with other work
//! to do spoils little.

use std::hint::black_box;

use netlab_benches::shortest;
use netlab_benches::text::text;
use textxform::{
    Atbash, Caesar, Chain, InPlace, Lowercase, Rot13, Rot47, Swapcase, Transform, Uppercase,
};

const CACHED: usize = 16 * 1024;
const LARGE: usize = 1024 * 1024;

fn main() {
    let rounds = std::env::args().nth(1);
    let rounds: u32 = rounds.map_or(300, |text| text.parse().expect("a number of rounds"));
    in_place(rounds);
    chain(rounds);
}

fn in_place(rounds: u32) {
    let source = text(CACHED);
    let [mut copied, mut capitals] = [source.clone(), source.clone()];
    let times = shortest(
        rounds,
        100,
        [
            &mut || {
                black_box(&mut copied).copy_from_slice(black_box(&source));
                true
            },
            &mut || {
                black_box(&mut capitals).make_ascii_uppercase();
                true
            },
            &mut again(Uppercase::new(), &source),
            &mut again(Lowercase::new(), &source),
            &mut again(Swapcase::new(), &source),
            &mut again(Rot47::new(), &source),
            &mut again(Atbash::new(), &source),
            &mut again(Rot13::new(), &source),
            &mut again(Caesar::new(black_box(3)), &source),
        ],
    );
    let names = [
        "memcpy",
        "make_ascii_uppercase",
        "uppercase",
        "lowercase",
        "swapcase",
        "rot47",
        "atbash",
        "rot13",
        "caesar:3",
    ];
    let [memcpy, _, uppercase, ..] = times;
    println!("16 KiB in place          GB/s   of memcpy   of uppercase");
    for (name, time) in names.iter().zip(times) {
        println!(
            "{name:20}{:9.1}{:12.2}{:15.3}",
            CACHED as f64 / time,
            memcpy / time,
            uppercase / time
        );
    }
}

fn chain(rounds: u32) {
    let source = text(LARGE);
    let mut apart = source.clone();
    let chain: Chain = "uppercase|rot13".parse().expect("a chain");
    let [apart, chained] = shortest(
        rounds,
        1,
        [
            &mut || {
                Uppercase::new().push_in_place(black_box(&mut apart));
                Rot13::new().push_in_place(black_box(&mut apart));
                true
            },
            &mut again(chain, &source),
        ],
    );
    println!(
        "\n1 MiB through uppercase|rot13: {:.2} of the time of one after the other",
        chained / apart
    );
}

/// The transform over a copy of the text, and over what comes of it.
fn again(mut transform: impl Transform, source: &[u8]) -> impl FnMut() -> bool {
    let mut buffer = source.to_vec();
    move || {
        let in_place = transform.as_in_place().expect("it keeps the length");
        in_place.push_in_place(black_box(&mut buffer));
        true
    }
}
