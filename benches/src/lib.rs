//! Inputs and the stop-watch that the benches share.

use std::hint::black_box;
use std::time::{Duration, Instant};

pub mod dns;
pub mod dns_zone;
pub mod http;
#[cfg(feature = "peers")]
pub mod http_peers;
pub mod text;

/// Nanoseconds of one turn of each operation in its shortest round.
///
/// They run in turn, round after round, so that other work on the machine meets all of them.
pub fn shortest<const N: usize>(
    rounds: u32,
    turns: u32,
    mut operations: [&mut dyn FnMut() -> bool; N],
) -> [f64; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..rounds {
        for (operation, best) in operations.iter_mut().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..turns {
                black_box(operation());
            }
            *best = start.elapsed().min(*best);
        }
    }
    best.map(|time| time.as_secs_f64() * 1e9 / f64::from(turns))
}

/// The examples of the workspace's README, compiled and run; this crate is the one that knows all three libraries.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
