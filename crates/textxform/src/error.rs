//! Where and why a chain's text or a transform's input was refused.

use alloc::boxed::Box;

/// A chain could not be parsed, or a transform refused its input.
///
/// [`offset`](Self::offset) counts octets from the start of the chain's text while parsing, and from the start of the
/// whole input, over all chunks, while transforming.
///
/// ```
/// use textxform::Chain;
///
/// let error = "uppercase|rot31".parse::<Chain>().unwrap_err();
/// assert_eq!(error.offset(), 10);
/// assert_eq!(error.to_string(), "octet 10: no transform is named `rot31`");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Error {
    offset: u64,
    stage: usize,
    kind: ErrorKind,
}

impl Error {
    /// An error at `offset`, as a transform reports it about its own input.
    #[must_use]
    pub const fn new(offset: u64, kind: ErrorKind) -> Self {
        Self {
            offset,
            stage: 0,
            kind,
        }
    }

    /// The octet at fault, counted from 0: of the chain's text, or of the whole input of the transform that refused it.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Which transform of a [`Chain`](crate::Chain) refused its input, counted from 0.
    ///
    /// The first one reads what was pushed; the others read what the one before them put out, and [`offset`](Self::offset)
    /// counts there. 0 for a transform by itself and for errors in the text of a chain.
    #[must_use]
    pub const fn stage(&self) -> usize {
        self.stage
    }

    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    pub(crate) const fn unexpected(offset: u64, expected: &'static str, found: u8) -> Self {
        Self::new(offset, ErrorKind::Unexpected { expected, found })
    }

    pub(crate) const fn incomplete(offset: u64, unit: &'static str) -> Self {
        Self::new(offset, ErrorKind::Incomplete { unit })
    }

    pub(crate) fn into_kind(self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn at_stage(self, stage: usize) -> Self {
        Self { stage, ..self }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "octet {}", self.offset)?;
        if self.stage > 0 {
            write!(
                f,
                " of the input of transform {}",
                self.stage.saturating_add(1)
            )?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl core::error::Error for Error {}

/// What was wrong with a chain's text or with a transform's input. [`ErrorKind::name`] is a stable word for machines,
/// [`Display`](core::fmt::Display) the sentence for people.
#[derive(Clone, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The chain's text has no name where one is needed: it is empty, or a `|` has nothing on one side.
    #[error("expected the name of a transform")]
    MissingName,
    /// No transform has this name. [`ALL`](crate::ALL) lists those there are.
    #[error("no transform is named `{name}`")]
    UnknownTransform {
        /// The name as it was written.
        name: Box<str>,
    },
    /// The transform needs a parameter and none was given.
    #[error("`{transform}` needs a parameter: {expected}")]
    MissingParameter {
        /// The transform's name.
        transform: &'static str,
        /// What the parameter has to be.
        expected: &'static str,
    },
    /// The transform takes no parameter and one was given.
    #[error("`{transform}` takes no parameter")]
    UnexpectedParameter {
        /// The transform's name.
        transform: &'static str,
    },
    /// The parameter is not what the transform needs.
    #[error("the parameter of `{transform}` has to be {expected}")]
    BadParameter {
        /// The transform's name.
        transform: &'static str,
        /// What the parameter has to be.
        expected: &'static str,
    },
    /// The chain names more transforms than [`Chain::TRANSFORMS_MAX`](crate::Chain::TRANSFORMS_MAX).
    #[error("more than {max} transforms in one chain")]
    TooManyTransforms {
        /// How many are allowed.
        max: usize,
    },
    /// The input has an octet that cannot stand there.
    #[error("expected {expected}, found {found:#04x}")]
    Unexpected {
        /// What could have stood there.
        expected: &'static str,
        /// The octet that does.
        found: u8,
    },
    /// The input ends, or goes on with something else, before this unit is complete; the offset is that of its first octet.
    #[error("{unit} is not complete")]
    Incomplete {
        /// What began at the offset.
        unit: &'static str,
    },
    /// The transform works on text and the input is not UTF-8 at this octet.
    #[error("not UTF-8")]
    NotUtf8,
    /// The transform has to hold octets back until it knows what follows, and more would have to be held than its limit allows.
    #[error("more than {max} octets of {what} in a row")]
    RunTooLong {
        /// What is held back.
        what: &'static str,
        /// How many octets can be held.
        max: usize,
    },
}

impl ErrorKind {
    /// A stable word for machines: lower-case letters, digits and hyphens.
    ///
    /// ```
    /// use textxform::{HexDecode, Transform};
    ///
    /// let error = HexDecode::new().apply(b"4x").unwrap_err();
    /// assert_eq!(error.kind().name(), "unexpected");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MissingName => "missing-name",
            Self::UnknownTransform { .. } => "unknown-transform",
            Self::MissingParameter { .. } => "missing-parameter",
            Self::UnexpectedParameter { .. } => "unexpected-parameter",
            Self::BadParameter { .. } => "bad-parameter",
            Self::TooManyTransforms { .. } => "too-many-transforms",
            Self::Unexpected { .. } => "unexpected",
            Self::Incomplete { .. } => "incomplete",
            Self::NotUtf8 => "not-utf8",
            Self::RunTooLong { .. } => "run-too-long",
        }
    }
}
