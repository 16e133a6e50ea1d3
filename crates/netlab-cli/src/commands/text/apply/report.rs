//! The result of `text apply` under `--json`.

use std::io;

use serde_json::{Map, json};
use textxform::Chain;

use super::Sink;
use crate::output::{Output, octets_member};

/// One object for each block of output, and one with the totals at the end: memory stays bounded, and so do the lines.
pub(super) struct Report {
    out: Output,
    chain: String,
    taken: u64,
    given: u64,
    /// The first octets of a character that the last block ended in.
    begun: Vec<u8>,
}

impl Report {
    pub(super) fn new(chain: &Chain, out: Output) -> Self {
        Self {
            out,
            chain: chain.to_string(),
            taken: 0,
            given: 0,
            begun: Vec::new(),
        }
    }

    fn give(&mut self, octets: &[u8]) -> io::Result<()> {
        if octets.is_empty() {
            return Ok(());
        }
        let object = Map::from_iter([octets_member("output", octets)]);
        self.out.json(&object)
    }
}

impl Sink for Report {
    fn write(&mut self, taken: usize, octets: &[u8]) -> io::Result<()> {
        self.taken = self.taken.saturating_add(taken as u64);
        self.given = self.given.saturating_add(octets.len() as u64);
        let mut block = std::mem::take(&mut self.begun);
        block.extend_from_slice(octets);
        let whole = match std::str::from_utf8(&block) {
            // Only the last character is cut; its beginning waits for the rest.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => block.len(),
        };
        self.begun = block.split_off(whole);
        self.give(&block)
    }

    fn end(&mut self, is_whole: bool) -> io::Result<()> {
        let begun = std::mem::take(&mut self.begun);
        self.give(&begun)?;
        if !is_whole {
            return Ok(());
        }
        self.out.json(&json!({
            "chain": self.chain,
            "octets_in": self.taken,
            "octets_out": self.given,
        }))
    }
}
