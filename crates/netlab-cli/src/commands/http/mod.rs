//! `netlab http`: a web server, a client, and a look at what passes.

mod body_reader;
pub(crate) mod broken_rule;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod get;
mod html;
pub(crate) mod inspect;
mod received;
mod reply;
mod request_body;
pub(crate) mod serve;
pub(crate) mod web_server;
pub(crate) mod web_url;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::ExitCode;

/// The HTTP commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a directory, or a built-in page
    Serve(serve::Args),
    /// Fetch URLs, as curl does
    Get(get::Args),
    /// Show requests as they arrive, or a response, with every field explained
    Inspect(inspect::Args),
}

/// Runs one of them.
pub(crate) fn run(command: &Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(args, context),
        Command::Get(args) => get::run(args, context),
        Command::Inspect(args) => inspect::run(args, context),
    }
}
