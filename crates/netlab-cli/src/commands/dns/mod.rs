//! `netlab dns`: asking, answering and converting.

pub(crate) mod convert;
pub(crate) mod query;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::ExitCode;

/// The DNS commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask a server, as dig does
    Query(query::Args),
    /// Turn records, or whole messages, from one form into another
    Convert(convert::Args),
}

/// Runs one of them.
pub(crate) fn run(command: &Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::Query(args) => query::run(args, context),
        Command::Convert(args) => convert::run(args, context),
    }
}
