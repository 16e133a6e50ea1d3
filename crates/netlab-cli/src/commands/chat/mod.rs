//! `netlab chat`: one room for people who come over TCP and UDP.

mod connection;
mod hub;
pub(crate) mod join;
mod lines;
mod link;
mod names;
mod room;
pub(crate) mod serve;
mod terminal;
mod transcript;
mod turns;

use crate::context::Context;
use crate::exit::ExitCode;

/// Open a room, or join one.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Open a room for everybody who comes over TCP or UDP
    Serve(serve::Args),
    /// Join a room: each line of stdin is said, what others say is printed
    Join(join::Args),
}

/// Opens or joins a room.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Serve(args) => serve::run(args, context),
        Command::Join(args) => join::run(args, context),
    }
}
