//! `netlab dns check`: everything that is wrong with a zone file.

use std::io::{self, Read as _};
use std::path::PathBuf;

use serde_json::json;
use wire_dns::NameBuf;

use super::zone_file;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::system_text;

/// What to check.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The zone file; stdin for `-`
    file: PathBuf,
    /// What relative names are relative to before any $ORIGIN; the file's name suggests it otherwise
    #[arg(long, value_name = "NAME", value_parser = super::parse_name)]
    origin: Option<NameBuf>,
}

/// Checks and prints every fault.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let out = &context.out;
    let is_stdin = args.file.as_os_str() == "-";
    let suggested = || match is_stdin {
        true => NameBuf::root(),
        false => zone_file::suggested_origin(&args.file),
    };
    let origin = args.origin.clone().unwrap_or_else(suggested);
    let read = if is_stdin {
        let mut text = Vec::new();
        let read = io::stdin().read_to_end(&mut text);
        read.map(|_| zone_file::parse("stdin", &text, origin.as_name()))
    } else {
        zone_file::read(&args.file, origin.as_name())
    };
    let file = read.map_err(|error| {
        Failure::cannot_start(format!(
            "cannot read {}: {}",
            args.file.display(),
            system_text(&error)
        ))
    })?;
    let errors = file.problems.iter().filter(|problem| problem.fatal).count();
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
        return Ok(ExitCode::Failed);
    }
    let apex = apex.unwrap_or_default();
    out.line(&format!("zone {apex}: {} records, OK", file.records))?;
    Ok(ExitCode::Done)
}
