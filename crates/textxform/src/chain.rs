//! Several transforms in order, parsed from `uppercase|rot13`.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

#[cfg(doc)]
use crate::ErrorKind;
use crate::stages::{Stage, Stages, at};
use crate::{Error, InPlace, Transform};

/// Transforms in order: the output of each is the input of the next.
///
/// Parsed from names with `|` between them, blanks around them allowed, parameters after a colon. A chain is a
/// [`Transform`] itself and obeys the same laws; when all its transforms work in place, [`Transform::as_in_place`] gives the
/// way to do so. The default chain is empty and passes everything through.
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
/// ```
/// use textxform::{Chain, Transform};
///
/// let mut line = *b"hello";
/// let mut chain: Chain = "uppercase|rot13".parse()?;
/// if let Some(in_place) = chain.as_in_place() {
///     in_place.push_in_place(&mut line);
/// }
/// assert_eq!(&line, b"URYYB");
/// assert!("hex|rot13".parse::<Chain>()?.as_in_place().is_none());
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
#[derive(Clone, Debug, Default)]
pub struct Chain {
    stages: Stages,
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
    #[doc(alias = "pipe")]
    pub fn append(&mut self, transform: Box<dyn Transform>) -> Result<(), Error> {
        let text = transform.name().to_string();
        self.stages
            .append(Stage { text, transform })
            .map_err(|kind| Error::new(0, kind))
    }

    /// How many transforms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stages.iter().len()
    }

    /// Whether there is none, which passes everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The transforms in order.
    #[must_use = "an iterator does nothing by itself"]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &dyn Transform> + DoubleEndedIterator {
        self.stages.iter().map(|stage| &*stage.transform)
    }
}

impl Transform for Chain {
    fn name(&self) -> &'static str {
        self.stages.name()
    }

    fn description(&self) -> &'static str {
        self.stages.description()
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.stages.push(chunk, out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.stages.finish(out)
    }

    fn reset(&mut self) {
        self.stages.reset();
    }

    fn is_at_start(&self) -> bool {
        self.stages.is_at_start()
    }

    fn boxed_clone(&self) -> Box<dyn Transform> {
        Box::new(self.clone())
    }

    /// `None` unless every transform of the chain works in place.
    fn as_in_place(&mut self) -> Option<&mut dyn InPlace> {
        self.stages.as_in_place()
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
            chain
                .stages
                .append(stage)
                .map_err(|kind| at(offset, kind))?;
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
