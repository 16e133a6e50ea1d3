//! A filter from standard input to standard output: `cargo run -p textxform --example filter -- "uppercase|rot13"`.

use core::error::Error;
use std::io::{self, Read as _, Write as _};

use textxform::{Chain, Transform as _};

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::env::args().nth(1).ok_or("usage: filter CHAIN")?;
    let mut chain: Chain = text.parse()?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut block = vec![0; 128 * 1024];
    let mut out = Vec::new();
    loop {
        let octets = input.read(&mut block)?;
        out.clear();
        let result = match block.get(..octets) {
            Some(chunk) if !chunk.is_empty() => chain.push(chunk, &mut out),
            _ => chain.finish(&mut out),
        };
        // What was right before a fault is in `out` already.
        output.write_all(&out)?;
        result?;
        if octets == 0 {
            return Ok(());
        }
    }
}
