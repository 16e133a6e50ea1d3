//! `netlab text apply`: a filter, in blocks that stay in the processor's cache.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use textxform::{Chain, Transform as _};

use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::system_text;

/// What to do to what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A transform or several: "uppercase|rot13"
    #[arg(value_name = "CHAIN", value_parser = super::parse_chain)]
    chain: Chain,
    /// The file to read; stdin if there is none, or for `-`
    file: Option<PathBuf>,
}

/// Filters to the end of the input.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut chain = args.chain.clone();
    let file = args.file.as_deref().filter(|path| path.as_os_str() != "-");
    let (mut input, name): (Box<dyn Read>, String) = match file {
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| {
                Failure::cannot_start(format!("cannot open {name}: {}", system_text(&error)))
            })?;
            (Box::new(file), name)
        }
        None => (unbuffered(&io::stdin())?, "stdin".to_owned()),
    };
    let mut output = unbuffered_out()?;
    filter(&mut chain, &mut input, &mut output, &name)?;
    let _ = context;
    Ok(ExitCode::Done)
}

/// Reads blocks, transforms them and writes them; what was right before an error is written.
fn filter(
    chain: &mut Chain,
    input: &mut dyn Read,
    output: &mut dyn Write,
    name: &str,
) -> anyhow::Result<()> {
    const BLOCK_OCTETS: usize = 128 * 1024;
    let mut block = vec![0; BLOCK_OCTETS];
    let mut answer = Vec::new();
    let refused =
        |error: &textxform::Error| Failure::failed(format!("cannot transform {name}: {error}"));
    loop {
        let count = match input.read(&mut block) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(Failure::failed(format!(
                    "cannot read {name}: {}",
                    system_text(&error)
                ))
                .into());
            }
        };
        let octets = block.get_mut(..count).unwrap_or_default();
        if count > 0
            && let Some(in_place) = chain.as_in_place()
        {
            in_place.push_in_place(octets);
            output.write_all(octets)?;
            continue;
        }
        answer.clear();
        let result = if count == 0 {
            chain.finish(&mut answer)
        } else {
            chain.push(octets, &mut answer)
        };
        output.write_all(&answer)?;
        result.map_err(|error| refused(&error))?;
        if count == 0 {
            return Ok(());
        }
    }
}

/// Stdin without std's buffer, which would move every octet once more.
#[cfg(unix)]
fn unbuffered(stdin: &io::Stdin) -> io::Result<Box<dyn Read>> {
    use std::os::fd::AsFd as _;
    Ok(Box::new(File::from(stdin.as_fd().try_clone_to_owned()?)))
}

/// Stdout without std's line buffer, which would search every block for line ends.
#[cfg(unix)]
fn unbuffered_out() -> io::Result<Box<dyn Write>> {
    use std::os::fd::AsFd as _;
    Ok(Box::new(File::from(
        io::stdout().as_fd().try_clone_to_owned()?,
    )))
}

#[cfg(not(unix))]
fn unbuffered(_: &io::Stdin) -> io::Result<Box<dyn Read>> {
    Ok(Box::new(io::stdin()))
}

#[cfg(not(unix))]
fn unbuffered_out() -> io::Result<Box<dyn Write>> {
    Ok(Box::new(io::stdout()))
}
