//! `netlab dns check`: everything that is wrong with a zone file.

use std::fs;
use std::io::{self, Read as _};
use std::path::PathBuf;

use serde_json::json;
use wire_dns::NameBuf;

use super::zone_file::{self, ZoneFile};
use crate::context::Context;
use crate::exit::{ExitCode, Failure, found};
use crate::net::system_text;
use crate::output::{Output, counted};

/// What to check.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_long_help = "The exit status is 1 if there are errors. With --json each fault is one object: `file`, `line`, `column`, \
        `severity` (error, warning), `message`. The last object counts: `zone` (null if it has errors), `records`, `errors`, `warnings`."
)]
pub(crate) struct Args {
    /// The zone file; `-` is stdin
    file: PathBuf,
    /// What relative names are relative to before any $ORIGIN; the file's name suggests it otherwise
    #[arg(long, value_name = "NAME", value_parser = super::parse_name)]
    origin: Option<NameBuf>,
}

/// Checks and prints every fault.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let out = &context.out;
    let stdin = args.file.as_os_str() == "-";
    let (name, suggested) = if stdin {
        ("stdin".to_owned(), NameBuf::root())
    } else {
        let suggested = zone_file::suggested_origin(&args.file);
        (args.file.display().to_string(), suggested)
    };
    let text = if stdin {
        read_stdin()
    } else {
        fs::read(&args.file)
    };
    let text = text.map_err(|error| {
        Failure::cannot_start(format!("cannot read {name}: {}", system_text(&error)))
    })?;
    let origin = args.origin.as_ref().unwrap_or(&suggested);
    let file = zone_file::parse(&name, &text, origin.as_name());
    let errors = file.problems.iter().filter(|problem| problem.fatal).count();
    let code = if errors > 0 {
        ExitCode::Failed
    } else {
        ExitCode::Done
    };
    found(code, print(&file, errors, out).map_err(Into::into))
}

fn print(file: &ZoneFile, errors: usize, out: &Output) -> io::Result<()> {
    let warnings = file.problems.len().saturating_sub(errors);
    for problem in &file.problems {
        out.peer_line(&problem.to_string())?;
        out.json(&json!({
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "severity": if problem.fatal { "error" } else { "warning" },
            "message": problem.reason,
        }))?;
    }
    let apex = file.zone.as_ref().map(|zone| zone.apex().to_string());
    out.json(&json!({
        "zone": apex,
        "records": file.records,
        "errors": errors,
        "warnings": warnings,
    }))?;
    if errors > 0 {
        return Ok(());
    }
    let apex = apex.unwrap_or_default();
    out.line(&format!(
        "zone {apex}: {}, OK",
        counted(file.records, "record")
    ))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    Ok(text)
}
