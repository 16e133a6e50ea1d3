//! The stages of a chain, run block by block.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use crate::blocks::{self, BLOCK_OCTETS};
use crate::{Chain, Error, ErrorKind, InPlace, Transform, by_name};

/// What a [`Chain`] consists of and does.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    stages: Vec<Stage>,
    /// From this stage on all work in place.
    in_place_from: usize,
    /// Between two stages, kept for its capacity.
    scratch: Vec<u8>,
    spare: Vec<u8>,
}

impl Stages {
    pub(crate) fn iter(&self) -> core::slice::Iter<'_, Stage> {
        self.stages.iter()
    }

    pub(crate) fn append(&mut self, mut stage: Stage) -> Result<(), ErrorKind> {
        if self.stages.len() >= Chain::TRANSFORMS_MAX {
            return Err(ErrorKind::TooManyTransforms {
                max: Chain::TRANSFORMS_MAX,
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

impl Transform for Stages {
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
        self.stages
            .iter()
            .all(|stage| stage.transform.is_at_start())
    }

    fn boxed_clone(&self) -> Box<dyn Transform> {
        Box::new(self.clone())
    }

    fn as_in_place(&mut self) -> Option<&mut dyn InPlace> {
        if self.in_place_from != 0 {
            return None;
        }
        // One that is alone needs no blocks that stay in cache for the next.
        if self.stages.len() == 1 {
            return self.stages.first_mut()?.transform.as_in_place();
        }
        Some(self)
    }
}

/// Right only while every stage works in place, so nobody gets it but from `as_in_place`.
impl InPlace for Stages {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        for block in chunk.chunks_mut(BLOCK_OCTETS) {
            self.run_in_place(0, block);
        }
    }
}

impl Clone for Stages {
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
pub(crate) struct Stage {
    pub(crate) text: String,
    pub(crate) transform: Box<dyn Transform>,
}

impl Stage {
    pub(crate) fn parse(written: &str, offset: usize) -> Result<Self, Error> {
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

pub(crate) fn at(offset: usize, kind: ErrorKind) -> Error {
    Error::new(u64::try_from(offset).unwrap_or(u64::MAX), kind)
}
