//! `netlab help`: topics, and the help of a command under the name people try first.

use clap::CommandFactory as _;
use serde_json::json;

use crate::args::Cli;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};

/// What to explain.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `exit-codes`, or a command such as `dns query`
    topic: Vec<String>,
}

/// Prints the topic.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    if args.topic == ["exit-codes"] {
        for code in ExitCode::ALL {
            let (number, meaning) = (code.number(), code.meaning());
            context.out.line(&format!("{number:>3}  {meaning}"))?;
            context
                .out
                .json(&json!({"code": number, "meaning": meaning}))?;
        }
        return Ok(ExitCode::Done);
    }
    let mut command = Cli::command();
    // Names the whole path in the usage line of a subcommand.
    command.build();
    let mut found = &mut command;
    for name in &args.topic {
        let usage = || {
            Failure::usage(format!(
                "there is no command or topic '{}'; 'netlab help' lists the commands, 'netlab help exit-codes' the exit status",
                args.topic.join(" ")
            ))
        };
        found = found.find_subcommand_mut(name).ok_or_else(usage)?;
    }
    let text = found.render_long_help().to_string();
    if context.out.is_json() {
        context.out.json(&json!({"help": text}))?;
    } else {
        context.out.octets(text.as_bytes())?;
    }
    Ok(ExitCode::Done)
}
