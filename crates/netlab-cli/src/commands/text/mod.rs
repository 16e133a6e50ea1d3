//! `netlab text`: transforms of text, as a filter, a server and a client.

pub(crate) mod apply;
pub(crate) mod list;
pub(crate) mod send;
pub(crate) mod serve;

use clap::Subcommand;
use textxform::Chain;

use crate::context::Context;
use crate::exit::ExitCode;

/// The text commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the transforms
    List,
    /// Transform a file or stdin to stdout
    Apply(apply::Args),
    /// Answer text with transformed text over TCP and UDP
    Serve(serve::Args),
    /// Send messages to a text server and print its replies
    Send(send::Args),
}

/// Runs one of them.
pub(crate) fn run(command: &Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::List => list::run(context),
        Command::Apply(args) => apply::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Send(args) => send::run(args, context),
    }
}

/// A chain as an argument.
fn parse_chain(text: &str) -> Result<Chain, String> {
    text.parse()
        .map_err(|error: textxform::Error| format!("{error}; 'netlab text list' names them all"))
}
