//! Several transforms in order, parsed from `uppercase|rot13`.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::str::FromStr;

use crate::blocks::{self, BLOCK_OCTETS};
use crate::{Error, ErrorKind, InPlace, Transform, by_name};

/// Transforms in order: the output of each is the input of the next.
///
/// Parsed from names with `|` between them, blanks around them allowed, parameters after a colon. A chain is a
/// [`Transform`] itself and obeys the same laws; when all its transforms work in place, so does it. The default chain is
/// empty and passes everything through.
///
/// Input goes through in blocks that stay in the cache, so a second transform costs less than a second pass over memory.
///
/// ```
/// use textxform::{Chain, Transform};
///
/// let mut chain: Chain = "uppercase | rot13".parse()?;
/// assert_eq!(chain.to_string(), "uppercase|rot13");
/// assert_eq!(chain.apply(b"hello")?, b"URYYB");
/// # Ok::<(), textxform::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::stage`] says which transform refused its input. What the transforms before it put out has been through the
/// whole chain, as if the input ended at the fault.
///
/// # Limits
///
/// At most [`TRANSFORMS_MAX`](Self::TRANSFORMS_MAX) transforms. Beyond what its transforms hold back a chain keeps at most
/// what they make of 16 KiB; note that `hex` doubles, so a chain of many puts out a great deal.
#[derive(Debug, Default)]
pub struct Chain {
    stages: Vec<Stage>,
    /// From this stage on all work in place.
    in_place_from: usize,
    /// Between two stages, kept for its capacity.
    scratch: Vec<u8>,
    spare: Vec<u8>,
}

impl Chain {
    /// The most transforms in one chain.
    pub const TRANSFORMS_MAX: usize = 64;

    /// Appends a transform, also one of your own. It is shown by its name.
    ///
    /// A chain in a chain counts as one transform: of an error inside it [`Error::stage`] names the inner chain, while
    /// [`Error::offset`] counts in the input of the transform at fault. Append its transforms one by one to know that one too.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyTransforms`] at offset 0.
    pub fn append(&mut self, transform: Box<dyn Transform>) -> Result<(), Error> {
        let text = transform.name().to_string();
        self.append_stage(Stage { text, transform })
            .map_err(|kind| Error::new(0, kind))
    }

    /// How many transforms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stages.len()
    }

    /// Whether there is none, which passes everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// The transforms in order.
    #[must_use = "an iterator does nothing by itself"]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &dyn Transform> + DoubleEndedIterator {
        self.stages.iter().map(|stage| &*stage.transform)
    }

    fn append_stage(&mut self, mut stage: Stage) -> Result<(), ErrorKind> {
        if self.stages.len() >= Self::TRANSFORMS_MAX {
            return Err(ErrorKind::TooManyTransforms {
                max: Self::TRANSFORMS_MAX,
            });
        }
        let keeps_length = stage.transform.as_in_place().is_some();
        self.stages.push(stage);
        if !keeps_length {
            self.in_place_from = self.stages.len();
        }
        Ok(())
    }

    /// Sends `input` through the stages from `first` on, block by block.
    fn run(&mut self, first: usize, input: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if first >= self.in_place_from {
            blocks::append(input, out, |block| self.run_in_place(first, block));
            return Ok(());
        }
        input
            .chunks(BLOCK_OCTETS)
            .try_for_each(|block| self.run_block(first, block, out))
    }

    /// Sends one block through the stages from `first` on; at least one of them does not work in place.
    ///
    /// A stage that refuses its input does not stop the octets it put out before. A fault further down the chain is in
    /// octets that came earlier, so it is the one that counts.
    fn run_block(&mut self, first: usize, block: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let appended = out.len();
        let (mut from, mut to) = (mem::take(&mut self.scratch), mem::take(&mut self.spare));
        let mut fault = None;
        let last = self.in_place_from.saturating_sub(1);
        for (index, stage) in self
            .stages
            .iter_mut()
            .enumerate()
            .take(self.in_place_from)
            .skip(first)
        {
            let input = if index == first {
                block
            } else {
                from.as_slice()
            };
            to.clear();
            let target = if index == last { &mut *out } else { &mut to };
            // A stage after the one at fault gets no more input than this, so it is finished too.
            let result = stage.transform.push(input, target);
            match result {
                Err(error) => fault = Some(error.at_stage(index)),
                Ok(()) if fault.is_some() => drop(stage.transform.finish(target)),
                Ok(()) => {}
            }
            mem::swap(&mut from, &mut to);
        }
        (self.scratch, self.spare) = (from, to);
        if let Some(appended) = out.get_mut(appended..) {
            self.run_in_place(self.in_place_from, appended);
        }
        match fault {
            Some(error) => {
                self.reset();
                Err(error)
            }
            None => Ok(()),
        }
    }

    fn run_in_place(&mut self, first: usize, block: &mut [u8]) {
        for stage in self.stages.iter_mut().skip(first) {
            if let Some(transform) = stage.transform.as_in_place() {
                transform.push_in_place(block);
            }
        }
    }
}

impl Transform for Chain {
    fn name(&self) -> &'static str {
        "chain"
    }

    fn description(&self) -> &'static str {
        "several transforms in order"
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.run(0, chunk, out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut held = Vec::new();
        let mut fault = None;
        for index in 0..self.stages.len() {
            held.clear();
            let Some(stage) = self.stages.get_mut(index) else {
                break;
            };
            let finished = stage.transform.finish(&mut held);
            if fault.is_none() {
                fault = finished.err().map(|error| error.at_stage(index));
            }
            // A fault further down is in octets that came before this one's end. It has finished and reset everything.
            self.run(index.saturating_add(1), &held, out)?;
        }
        self.reset();
        fault.map_or(Ok(()), Err)
    }

    fn reset(&mut self) {
        for stage in &mut self.stages {
            stage.transform.reset();
        }
    }

    fn is_at_start(&self) -> bool {
        self.iter().all(Transform::is_at_start)
    }

    fn boxed_clone(&self) -> Box<dyn Transform> {
        Box::new(self.clone())
    }

    fn as_in_place(&mut self) -> Option<&mut dyn InPlace> {
        if self.in_place_from == 0 {
            Some(self)
        } else {
            None
        }
    }
}

/// What [`Transform::as_in_place`] gives when every transform of the chain works in place; on another chain this changes
/// only what its length-keeping transforms can.
impl InPlace for Chain {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        for block in chunk.chunks_mut(BLOCK_OCTETS) {
            self.run_in_place(0, block);
        }
    }
}

impl FromStr for Chain {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut chain = Self::default();
        let mut start = 0_usize;
        for part in text.split('|') {
            let written = part.trim();
            let blanks = part.len().saturating_sub(part.trim_start().len());
            let offset = start.saturating_add(if written.is_empty() { 0 } else { blanks });
            let stage = Stage::parse(written, offset)?;
            chain.append_stage(stage).map_err(|kind| at(offset, kind))?;
            start = start.saturating_add(part.len()).saturating_add(1);
        }
        Ok(chain)
    }
}

/// The text it was parsed from, without blanks between the names, and the names of what was [appended](Chain::append). It can
/// be parsed again, unless the chain is empty or something of yours was appended, or something with a parameter.
impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, stage) in self.stages.iter().enumerate() {
            if index > 0 {
                f.write_str("|")?;
            }
            f.write_str(&stage.text)?;
        }
        Ok(())
    }
}

impl Clone for Chain {
    fn clone(&self) -> Self {
        let stages = self.stages.iter().map(Stage::copy).collect();
        Self {
            stages,
            in_place_from: self.in_place_from,
            ..Self::default()
        }
    }
}

/// One transform and how it was written.
#[derive(Debug)]
struct Stage {
    text: String,
    transform: Box<dyn Transform>,
}

impl Stage {
    fn parse(written: &str, offset: usize) -> Result<Self, Error> {
        let (name, parameter) = match written.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (written, None),
        };
        if name.is_empty() {
            return Err(at(offset, ErrorKind::MissingName));
        }
        let Some(entry) = by_name(name) else {
            return Err(at(
                offset,
                ErrorKind::UnknownTransform { name: name.into() },
            ));
        };
        let transform = entry.build(parameter).map_err(|error| {
            // A parameter at fault is pointed at, a missing one is missed after the name.
            let after_name = offset.saturating_add(name.len());
            let given = parameter.map_or(0, |_| 1);
            at(after_name.saturating_add(given), error.into_kind())
        })?;
        Ok(Self {
            text: written.to_string(),
            transform,
        })
    }

    fn copy(&self) -> Self {
        Self {
            text: self.text.clone(),
            transform: self.transform.boxed_clone(),
        }
    }
}

fn at(offset: usize, kind: ErrorKind) -> Error {
    Error::new(u64::try_from(offset).unwrap_or(u64::MAX), kind)
}
