//! A transform of one's own in a chain: every line gets its number.

use textxform::{Chain, Error, Rot13, Transform};

/// Puts the number of each line before it.
#[derive(Clone, Debug, Default)]
struct NumberLines {
    lines: u64,
    inside_line: bool,
}

impl Transform for NumberLines {
    fn name(&self) -> &'static str {
        "number-lines"
    }

    fn description(&self) -> &'static str {
        "the number of each line before it"
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        for line in chunk.split_inclusive(|&octet| octet == b'\n') {
            if !self.inside_line {
                self.lines = self.lines.saturating_add(1);
                out.extend_from_slice(format!("{} ", self.lines).as_bytes());
            }
            out.extend_from_slice(line);
            self.inside_line = !line.ends_with(b"\n");
        }
        Ok(())
    }

    fn reset(&mut self) {
        *self = Self::default();
    }

    fn boxed_clone(&self) -> Box<dyn Transform> {
        Box::new(self.clone())
    }
}

fn main() -> Result<(), Error> {
    let mut chain = Chain::default();
    chain.append(Box::new(Rot13::new()))?;
    chain.append(Box::new(NumberLines::default()))?;
    assert_eq!(chain.to_string(), "rot13|number-lines");
    assert_eq!(chain.apply(b"Hello\nworld\n")?, b"1 Uryyb\n2 jbeyq\n");
    Ok(())
}
