//! The exit status of every command: one table, printed by `netlab help exit-codes`.

use core::fmt;
use std::io;

use rustix::io::Errno;

use crate::net::system_text;

/// How a command ended, as scripts see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum ExitCode {
    /// The command did what it was asked.
    Done = 0,
    /// It failed while running: a malformed reply, a reset connection, an unwritable file.
    Failed = 1,
    /// The command line was wrong.
    Usage = 2,
    /// It could not start: port in use, missing file, bad zone.
    CannotStart = 3,
    /// A name has no address (6 as curl).
    NotResolved = 6,
    /// The connection was refused (7 as curl).
    Refused = 7,
    /// A negative answer where `--fail` asks for it.
    Negative = 10,
    /// A message was refused (`dissect`, `dns convert`).
    MessageRefused = 20,
    /// No reply in time (28 as curl).
    NoReply = 28,
}

impl ExitCode {
    /// Every status in ascending order.
    pub(crate) const ALL: [Self; 9] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::CannotStart,
        Self::NotResolved,
        Self::Refused,
        Self::Negative,
        Self::MessageRefused,
        Self::NoReply,
    ];

    /// The number the process exits with.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// What it means, in one line.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed while running (malformed reply, reset connection, …)",
            Self::Usage => "wrong usage",
            Self::CannotStart => "could not start (port in use, missing file, bad zone)",
            Self::NotResolved => "name not resolved",
            Self::Refused => "connection refused",
            Self::Negative => {
                "a negative answer where --fail asks for it (NXDOMAIN, no data, HTTP 400 and up, no open port)"
            }
            Self::MessageRefused => "the message was refused (dissect, convert)",
            Self::NoReply => "no reply in time",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

/// A failure with its exit status and the sentence the user reads.
///
/// Any other error that reaches `main` exits with [`ExitCode::Failed`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    code: ExitCode,
    sentence: String,
}

impl Failure {
    /// A failure that ends the process with `code` after printing `sentence`.
    pub(crate) fn new(code: ExitCode, sentence: impl Into<String>) -> Self {
        Self {
            code,
            sentence: sentence.into(),
        }
    }

    /// Wrong usage that clap could not see.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, sentence)
    }

    /// Something needed before the work could begin was not there.
    pub(crate) fn cannot_start(sentence: impl Into<String>) -> Self {
        Self::new(ExitCode::CannotStart, sentence)
    }

    /// The system refused what a server needs before it serves: a thread, a descriptor.
    #[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
    pub(crate) fn not_started(error: io::Error) -> Self {
        let way_out = match Errno::from_io_error(&error) {
            Some(Errno::AGAIN) => "; are there as many processes as the limit allows (ulimit -u)?",
            Some(Errno::MFILE) => "; may more files be open at once (ulimit -n)?",
            _ => "",
        };
        Self::cannot_start(format!("cannot start: {}{way_out}", system_text(&error)))
    }

    /// The work itself failed.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self::new(ExitCode::Failed, sentence)
    }

    /// The exit status.
    pub(crate) const fn code(&self) -> ExitCode {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl core::error::Error for Failure {}

/// The exit status an error ends the process with.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    error
        .downcast_ref::<Failure>()
        .map_or(ExitCode::Failed, Failure::code)
}

/// What the user reads of an error: its contexts, and the system's words without the number that std adds.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    let parts: Vec<String> = error
        .chain()
        .map(|part| match part.downcast_ref::<io::Error>() {
            Some(system) if system.raw_os_error().is_some() => system_text(system),
            _ => part.to_string(),
        })
        .collect();
    parts.join(": ")
}

/// The status of what was found out, also where nobody read on to the end of telling it: a fault in a line that `head` never
/// showed is one all the same.
pub(crate) fn found(code: ExitCode, told: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    match told {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(code),
    }
}

/// Whether it is that nobody reads the output any more.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
