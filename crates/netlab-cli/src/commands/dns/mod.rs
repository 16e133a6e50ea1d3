//! `netlab dns`: asking, answering, tracing, checking and converting.

pub(crate) mod check;
pub(crate) mod convert;
mod exchange;
pub(crate) mod query;
mod resolve;
pub(crate) mod serve;
pub(crate) mod trace;
mod transfer;
mod words;
mod zone_file;

use clap::Subcommand;
use wire_dns::NameBuf;

use crate::context::Context;
use crate::exit::ExitCode;

/// Where name servers listen (RFC 1035 §4.2).
const DNS_PORT: u16 = 53;

/// The DNS commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask a server, as dig does
    Query(query::Args),
    /// Answer for zones, over UDP and TCP
    Serve(serve::Args),
    /// Ask from the root down, and show every referral
    Trace(trace::Args),
    /// Check a zone file
    Check(check::Args),
    /// Turn records, or whole messages, from one form into another
    Convert(convert::Args),
}

/// Runs one of them.
pub(crate) fn run(command: &Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::Query(args) => query::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Trace(args) => trace::run(args, context),
        Command::Check(args) => check::run(args, context),
        Command::Convert(args) => convert::run(args, context),
    }
}

/// A domain name as an argument.
fn parse_name(text: &str) -> Result<NameBuf, String> {
    text.parse()
        .map_err(|error: wire_dns::Error| format!("'{text}' is no domain name: {error}"))
}
