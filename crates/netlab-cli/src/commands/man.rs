//! `netlab man [DIR]`.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_mangen::Man;
use serde_json::json;

use crate::args::Cli;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::system_text;

/// Where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Writes `netlab.1` and one page for each command here, instead of the main page to stdout
    dir: Option<PathBuf>,
}

/// Prints or writes the pages.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let command = Cli::command();
    match &args.dir {
        None => {
            let mut page = Vec::new();
            Man::new(command).render(&mut page)?;
            if context.out.is_json() {
                let page = String::from_utf8_lossy(&page);
                context.out.json(&json!({"page": page}))?;
            } else {
                context.out.octets(&page)?;
            }
        }
        Some(dir) => {
            let failure = |error: &std::io::Error| {
                Failure::failed(format!(
                    "cannot write man pages to {}: {}",
                    dir.display(),
                    system_text(error)
                ))
            };
            std::fs::create_dir_all(dir).map_err(|error| failure(&error))?;
            clap_mangen::generate_to(command, dir).map_err(|error| failure(&error))?;
            context.out.notice(&format!(
                "netlab: the man pages are in {}; read one with: man {}",
                dir.display(),
                dir.join("netlab.1").display()
            ));
        }
    }
    Ok(ExitCode::Done)
}
