//! Where content goes: stdout, a file, or a member of a JSON object.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::Failure;
use crate::net::system_text;
use crate::output::{Output, terminal_safe};
use crate::show::Progress;

/// A JSON object is made in memory, and a server may never end.
const MEMORY_OCTETS_MAX: usize = 64 * 1024 * 1024;

/// Takes the content of one response.
pub(super) struct Sink {
    target: Target,
    octets: u64,
    progress: Option<Progress>,
    failure: Option<anyhow::Error>,
}

enum Target {
    /// Stdout; on a terminal the start of a character that is not whole yet waits.
    Stdout {
        out: Output,
        partial: Vec<u8>,
    },
    File {
        path: PathBuf,
        file: File,
    },
    Memory(Vec<u8>),
    Nowhere,
}

impl Sink {
    /// A sink for a response: to `output` if there is one, kept for JSON if that is what is printed, else to stdout.
    pub(super) fn open(output: Option<&Path>, out: &Output) -> Result<Self, Failure> {
        let target = match output {
            Some(path) => Target::File {
                path: path.to_owned(),
                file: File::create(path).map_err(|error| cannot_write(path, &error))?,
            },
            None if out.is_json() => Target::Memory(Vec::new()),
            None => Target::Stdout {
                out: out.clone(),
                partial: Vec::new(),
            },
        };
        Ok(Self::to(target))
    }

    /// A sink that only counts.
    pub(super) fn nowhere() -> Self {
        Self::to(Target::Nowhere)
    }

    const fn to(target: Target) -> Self {
        Self {
            target,
            octets: 0,
            progress: None,
            failure: None,
        }
    }

    /// Shows progress while a file is written, if a person is there to see it; `length` is how much will come, if that is known.
    pub(super) fn show_progress(&mut self, length: Option<u64>, out: &Output) {
        if matches!(self.target, Target::File { .. }) {
            self.progress = Some(Progress::new(out, length, "octets"));
        }
    }

    /// Takes a piece. The error only says that there is one; [`Self::finish`] says which.
    pub(super) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.octets = self.octets.saturating_add(length);
        if let Some(progress) = &self.progress {
            progress.advance(length);
        }
        let written = match &mut self.target {
            Target::Stdout { out, partial } => {
                if out.is_terminal() {
                    partial.extend_from_slice(piece);
                    out.octets(take_text(partial, false).as_bytes())
                        .map_err(anyhow::Error::from)
                } else {
                    out.octets(piece).map_err(anyhow::Error::from)
                }
            }
            Target::File { path, file } => file
                .write_all(piece)
                .map_err(|error| cannot_write(path, &error).into()),
            Target::Memory(content) => {
                content.extend_from_slice(piece);
                if content.len() > MEMORY_OCTETS_MAX {
                    Err(Failure::failed(format!(
                        "the content has more than {MEMORY_OCTETS_MAX} octets, too many for a JSON object; write it to a file with -o"
                    ))
                    .into())
                } else {
                    Ok(())
                }
            }
            Target::Nowhere => Ok(()),
        };
        written.map_err(|error| {
            self.failure = Some(error);
            io::Error::other("the content cannot be written")
        })
    }

    /// Ends the content, and says what went wrong with writing it.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        self.progress = None;
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if let Target::Stdout { out, partial } = &mut self.target
            && !partial.is_empty()
        {
            out.octets(take_text(partial, true).as_bytes())?;
        }
        Ok(())
    }

    /// How much content came.
    pub(super) const fn octets(&self) -> u64 {
        self.octets
    }

    /// The content, if it was kept.
    pub(super) fn content(&self) -> Option<&[u8]> {
        match &self.target {
            Target::Memory(content) => Some(content),
            _ => None,
        }
    }
}

/// Takes the text out of `octets` in a form that cannot steer a terminal, but for a character that is not whole yet.
fn take_text(octets: &mut Vec<u8>, is_end: bool) -> String {
    let whole = match core::str::from_utf8(octets) {
        Err(error) if error.error_len().is_none() && !is_end => error.valid_up_to(),
        _ => octets.len(),
    };
    let rest = octets.split_off(whole);
    let text = String::from_utf8_lossy(octets)
        .split('\n')
        .map(|line| terminal_safe(line.strip_suffix('\r').unwrap_or(line)))
        .collect::<Vec<_>>()
        .join("\n");
    *octets = rest;
    text
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!(
        "cannot write {}: {}",
        path.display(),
        system_text(error)
    ))
}

#[cfg(test)]
mod tests {
    use super::{MEMORY_OCTETS_MAX, Sink, Target, take_text};

    #[test]
    fn a_json_object_has_an_end() {
        let mut sink = Sink::to(Target::Memory(Vec::new()));
        let piece = vec![0; MEMORY_OCTETS_MAX];
        assert!(sink.write(&piece).is_ok());
        assert!(sink.write(&[0]).is_err());
        let failure = sink.finish().unwrap_err().to_string();
        assert!(failure.contains("-o"), "{failure}");
    }

    #[test]
    fn characters_are_not_cut_and_controls_are_shown() {
        let mut octets = "a\x1b[2J\r\ngr\u{fc}".as_bytes().to_vec();
        let last = octets.pop().unwrap();
        assert_eq!(take_text(&mut octets, false), "a\\u{1b}[2J\ngr");
        octets.push(last);
        assert_eq!(take_text(&mut octets, false), "\u{fc}");
        assert!(octets.is_empty());
        let mut broken = b"\xff".to_vec();
        assert_eq!(take_text(&mut broken, true), "\u{fffd}");
    }
}
