//! The command line: what every command takes, and the list of commands.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::output::ColorChoice;
use crate::show::CaptureForm;

/// A networking lab in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "netlab",
    version,
    about,
    disable_help_subcommand = true,
    after_long_help = "'netlab tour' shows the whole lab. 'netlab help dns query' explains a command, 'netlab help exit-codes' the exit status.",
    args_override_self = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "For every command")]
pub(crate) struct Global {
    /// Print one JSON object per line on stdout, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colour (`NO_COLOR` is honoured)
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Show each connection and message on stderr
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Show only errors on stderr
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print every message sent or received, up to 64 MiB of each and 512 MiB of all at once, as an annotated dissection on stderr
    #[arg(long, global = true)]
    pub(crate) trace: bool,
    /// Write every message sent or received, up to 64 MiB of each and 512 MiB of all at once, to a pcapng file for Wireshark
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) capture: Option<PathBuf>,
    /// What the packets of the capture look like
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORM",
        requires = "capture"
    )]
    pub(crate) capture_form: CaptureForm,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole lab on loopback, every message taken apart
    Tour(crate::commands::tour::Args),
    /// Transform text: as a filter, a server, a client
    #[command(subcommand)]
    Text(crate::commands::text::Command),
    /// Ask, answer and convert DNS
    #[command(subcommand)]
    Dns(crate::commands::dns::Command),
    /// Serve, fetch and inspect over HTTP
    #[command(subcommand)]
    Http(crate::commands::http::Command),
    /// Chat: one room for people who come over TCP and UDP
    Chat(crate::commands::chat::Args),
    /// Pass on what browsers ask, and keep it
    Proxy(crate::commands::proxy::Args),
    /// Greet everybody who connects, and close
    Greet(crate::commands::greet::Args),
    /// Connect, and say how it went step by step
    Connect(crate::commands::connect::Args),
    /// Answer a lab question by doing it on loopback
    Ask(crate::commands::ask::Args),
    /// Find the open TCP ports of hosts
    Scan(crate::commands::scan::Args),
    /// Take messages apart: from a file, a hex dump or a capture
    Dissect(crate::commands::dissect::Args),
    /// Explain a topic (`exit-codes`) or a command
    Help(crate::commands::help::Args),
    /// Print the completions of a shell
    Completions(crate::commands::completions::Args),
    /// Print the man page, or write one for each command to a directory
    Man(crate::commands::man::Args),
}
