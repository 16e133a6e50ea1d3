//! `netlab http get`: fetches URLs, as curl does.

mod cookies;
mod order;
mod pipeline;
mod sink;
mod transfer;
mod validators;

use std::path::{Path, PathBuf};
use std::time::Duration;

use self::transfer::Client;
use crate::commands::http::web_url::WebUrl;
use crate::context::Context;
use crate::exit::{ExitCode, Failure, exit_code, is_broken_pipe};
use crate::net::parse_seconds;

/// What to fetch, and how.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = JSON_HELP)]
pub(crate) struct Args {
    /// What to fetch; without a scheme it is http
    #[arg(required = true, value_name = "URL", value_parser = WebUrl::parse)]
    pub(crate) urls: Vec<WebUrl>,
    /// Show the heads of the response too, and its trailers
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Ask for the head alone (HEAD) and show it
    #[arg(short = 'I', long)]
    pub(crate) head: bool,
    /// Send this field too; 'Name:' leaves one out, 'Name;' sends it empty (repeatable)
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// The method; the default is GET, with data POST
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Send this as a form; @FILE takes it from a file without its line ends, @- from stdin (repeatable)
    #[arg(short, long, value_name = "DATA", allow_hyphen_values = true)]
    pub(crate) data: Vec<String>,
    /// As --data, but octet for octet
    #[arg(long, value_name = "DATA", allow_hyphen_values = true)]
    pub(crate) data_binary: Vec<String>,
    /// Write the content to this file, to stdout for `-`; with several URLs, one for each
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,
    /// User and password for the server (Basic)
    #[arg(short, long, value_name = "USER:PASSWORD")]
    pub(crate) user: Option<String>,
    /// Send the cookies in this file, and keep there what the servers set
    #[arg(long, value_name = "FILE")]
    pub(crate) cookies: Option<PathBuf>,
    /// Fetch through this proxy
    #[arg(short = 'x', long, value_name = "URL", value_parser = WebUrl::parse)]
    pub(crate) proxy: Option<WebUrl>,
    /// Follow redirections, up to ten
    #[arg(short = 'L', long = "location")]
    pub(crate) follow: bool,
    /// Exit with 10, and without showing the content, if the status is 400 or more
    #[arg(short, long)]
    pub(crate) fail: bool,
    /// Ask as an HTTP/1.0 client
    #[arg(long = "http1.0")]
    pub(crate) http10: bool,
    /// Use a new connection for each request
    #[arg(long)]
    pub(crate) no_keepalive: bool,
    /// Send all requests at once over one connection; the URLs must be of one server
    #[arg(long, conflicts_with_all = ["no_keepalive", "http10", "follow", "data", "data_binary", "cookies"])]
    pub(crate) pipeline: bool,
    /// Fetch only if it changed since -o saved it; the validators are kept in FILE.validators
    #[arg(long, requires = "outputs")]
    pub(crate) if_changed: bool,
    /// How long to wait for a connection, and for the server at any time after
    #[arg(short = 'm', long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "30", value_parser = parse_seconds)]
    pub(crate) timeout: Duration,
}

impl Args {
    /// The file for the content of the URL at `index`; stdout if there is none.
    fn output(&self, index: usize) -> Option<&Path> {
        let output = self.outputs.get(index)?;
        (output.as_os_str() != "-").then_some(output)
    }
}

const JSON_HELP: &str = "\
With --json, one object for each URL: url, method, redirects (URLs that led on), version, status, reason, fields and trailers ([[name, value], …]), \
octets (of content), body (if it is text) or body_hex, file (with --output), reused (the connection), \
milliseconds {resolve, connect, first_octet, total}.";

/// Fetches each URL in turn.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    if !args.outputs.is_empty() && args.outputs.len() != args.urls.len() {
        return Err(Failure::usage(format!(
            "there are {} URLs and {} output files; give one -o for each URL",
            args.urls.len(),
            args.outputs.len()
        ))
        .into());
    }
    let mut client = Client::new(args, context)?;
    let result = if args.pipeline {
        pipeline::fetch(&mut client)
    } else {
        fetch_in_turn(&mut client)
    };
    match (result, client.save_cookies()) {
        (result, Ok(())) => result,
        (Ok(ExitCode::Done), Err(failure)) => Err(failure.into()),
        (result, Err(failure)) => {
            // What went wrong first is said too, and is the exit status.
            context.out.error(&failure.to_string());
            result
        }
    }
}

/// One that fails does not stop the others, as with curl; the first failure is the exit status.
fn fetch_in_turn(client: &mut Client<'_>) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Done;
    let args = client.args;
    for (index, url) in args.urls.iter().enumerate() {
        let output = args.output(index);
        let outcome = match client.fetch(url, output) {
            Ok(status) if args.fail && status.code() >= 400 => ExitCode::Negative,
            Ok(_) => ExitCode::Done,
            Err(error) if args.urls.len() == 1 || is_broken_pipe(&error) => return Err(error),
            Err(error) => {
                client.context.out.error(&format!("{error:#}"));
                exit_code(&error)
            }
        };
        if code == ExitCode::Done {
            code = outcome;
        }
    }
    Ok(code)
}
