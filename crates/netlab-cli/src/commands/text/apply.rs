//! `netlab text apply`: a filter, in blocks that stay in the processor's cache.

mod blocks;
mod parallel;
#[cfg(target_os = "linux")]
mod pipe;
mod report;

use std::fs::File;
use std::io::{self, IsTerminal as _, Seek as _, Write};
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use anyhow::Context as _;
use rustix::fs::{OFlags, fcntl_getfl};
use textxform::{Chain, Transform as _};

use self::blocks::each_block;
use self::report::Report;
use super::octet_by_octet::is_octet_by_octet;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::input;
use crate::net::system_text;
use crate::output::unwritable;
use crate::show::Progress;

/// What to do to what.
#[derive(Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// A transform or several: "uppercase|rot13"
    #[arg(value_name = "CHAIN", value_parser = super::ChainParser)]
    chain: Chain,
    /// The file to read; stdin if there is none, or for `-`
    file: Option<PathBuf>,
}

/// What is worth knowing beside the flags.
const AFTER_HELP: &str = "\
'netlab text list' lists the transforms. The result comes out piece by piece as the input goes in, in little memory; only
'reverse' keeps the whole input until its end, since its last character comes first. Input that cannot be transformed is an
error with its offset (exit 1); what became of the octets before it is written.

With --json each piece of the result is one object: output (output_hex, as digits, where it is not UTF-8). The last object counts:
chain, octets_in, octets_out.";

/// Filters to the end of the input.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let (mut input, name) = input::open(args.file.as_deref())?;
    #[cfg(target_os = "linux")]
    pipe::widen(&input);
    if feeds_itself(&mut input).unwrap_or(false) {
        return Err(Failure::usage(format!(
            "the result would go behind what is read from {name}, without an end; write it to another file"
        ))
        .into());
    }
    let file_octets = input
        .metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|file| file.len());
    // On a terminal the output itself shows how far it is.
    let progress = file_octets
        .filter(|octets| *octets >= PROGRESS_OCTETS_MIN && !io::stdout().is_terminal())
        .map(|octets| Progress::new(&context.out, Some(octets), "octets"));
    let advance = |count: usize| {
        if let Some(progress) = &progress {
            progress.advance(count as u64);
        }
    };
    let is_parallel = !context.out.is_json()
        && file_octets.is_some_and(|octets| octets >= PARALLEL_OCTETS_MIN)
        && parallel::threads() > 1
        && is_octet_by_octet(&args.chain);
    let result = if is_parallel {
        let mut output = stdout().context("cannot open stdout")?;
        parallel::transform(&mut input, &args.chain, &mut output, &advance).map(|()| None)
    } else {
        let mut output: Box<dyn Sink> = if context.out.is_json() {
            Box::new(Report::new(&args.chain, context.out.clone()))
        } else {
            Box::new(Octets(stdout().context("cannot open stdout")?))
        };
        in_turn(&mut input, args.chain.clone(), &mut *output, &advance)
    };
    drop(progress);
    match result.map_err(|error| failure(error, &name))? {
        Some(error) => Err(Failure::failed(format!("cannot transform {name}: {error}")).into()),
        None => Ok(ExitCode::Done),
    }
}

/// Transforms one block after the other. Gives the error of the transform, if there is one, after what was right before it was
/// written.
fn in_turn(
    input: &mut File,
    mut chain: Chain,
    output: &mut dyn Sink,
    advance: &dyn Fn(usize),
) -> Result<Option<textxform::Error>, blocks::Error> {
    let mut answer = Vec::new();
    let mut refused = None;
    each_block(input, &mut |octets: &mut [u8]| {
        let taken = octets.len();
        if let Some(in_place) = chain.as_in_place() {
            in_place.push_in_place(octets);
            output.write(taken, octets)?;
        } else {
            answer.clear();
            let result = chain.push(octets, &mut answer);
            output.write(taken, &answer)?;
            refused = result.err();
        }
        advance(taken);
        Ok(refused.is_none())
    })?;
    let mut end = || {
        if refused.is_none() {
            answer.clear();
            refused = chain.finish(&mut answer).err();
            output.write(0, &answer)?;
        }
        output.end(refused.is_none())
    };
    end().map_err(blocks::Error::Work)?;
    Ok(refused)
}

fn failure(error: blocks::Error, name: &str) -> anyhow::Error {
    match error {
        blocks::Error::Read(error) => {
            Failure::failed(format!("cannot read {name}: {}", system_text(&error))).into()
        }
        blocks::Error::Work(error) => error.into(),
    }
}

/// The shortest file that is worth starting threads for.
const PARALLEL_OCTETS_MIN: u64 = 4 << 20;

/// The shortest file whose progress anybody has the time to look at.
const PROGRESS_OCTETS_MIN: u64 = 64 << 20;

/// Where the result goes.
trait Sink {
    /// Takes what became of the next `taken` octets of the input.
    fn write(&mut self, taken: usize, octets: &[u8]) -> io::Result<()>;

    /// Nothing more comes: the input is at its end, or what follows cannot be transformed.
    fn end(&mut self, is_whole: bool) -> io::Result<()>;
}

/// The octets themselves.
struct Octets<W>(W);

impl<W: Write> Sink for Octets<W> {
    fn write(&mut self, _taken: usize, octets: &[u8]) -> io::Result<()> {
        self.0.write_all(octets).map_err(|error| unwritable(&error))
    }

    fn end(&mut self, _is_whole: bool) -> io::Result<()> {
        self.0.flush().map_err(|error| unwritable(&error))
    }
}

/// Whether the result goes to the file that is read, behind what is read. In its place it may go.
fn feeds_itself(input: &mut File) -> io::Result<bool> {
    let mut output = stdout()?;
    let (from, to) = (input.metadata()?, output.metadata()?);
    let is_same = (from.dev(), from.ino()) == (to.dev(), to.ino());
    if !from.is_file() || !is_same || from.len() == 0 {
        return Ok(false);
    }
    Ok(fcntl_getfl(&output)?.contains(OFlags::APPEND)
        || output.stream_position()? > input.stream_position()?)
}

/// Stdout without std's buffer, which would search every block for line ends.
fn stdout() -> io::Result<File> {
    let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    #[cfg(target_os = "linux")]
    pipe::widen(&file);
    Ok(file)
}
