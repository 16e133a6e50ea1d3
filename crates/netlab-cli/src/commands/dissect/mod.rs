//! `netlab dissect`: messages from a file, a hex dump or a capture, taken apart and judged.

mod capture;
mod dns;
mod guess;
pub(crate) mod hex;
mod http;
mod judge;
mod live;
mod verdict;

use std::io;
use std::path::PathBuf;

use serde_json::Value;
use wire_http::{Limits, Method};

use self::judge::Judge;
use self::verdict::{Origin, Report};
use crate::context::Context;
use crate::exit::{ExitCode, Failure, found};
use crate::net::system_text;
use crate::show::{
    Dissection, ResponseTo, dissect_dns, dissect_http_request, dissect_http_response,
};

/// What to take apart, and how to read it.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The file to read; stdin if there is none, or for `-`
    file: Option<PathBuf>,
    /// What the messages are
    #[arg(long = "as", value_enum, default_value_t, value_name = "PROTOCOL")]
    protocol: As,
    /// What the input looks like
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    input: Input,
    /// The method of the request that a response answers, where the input is no capture that has the request
    #[arg(long, value_name = "METHOD", default_value = "GET", value_parser = parse_method)]
    request_method: String,
}

/// How to watch.
const AFTER_HELP: &str = "\
A capture that comes through a pipe is told of while it comes, a datagram at once, a connection when both sides have ended it, and
the rest at the end or on Ctrl-C:

  sudo tcpdump -U -w - -i lo port 53 | netlab dissect

The exit status is 20 if a message was refused. With --json each message is one object:
  accepted   `verdict` (accept), `protocol`, `octets` and `message`: of DNS the members of RFC 8427; of HTTP `method` and `target`, or
             `status` and `reason`, and `version`, `fields`, `framing` (`kind`, `length`), `body_hex`, `trailers`
  not whole  `verdict` (incomplete), `protocol`, and `detail` where a capture lacks a part of it
  refused    `verdict` (refuse), `protocol`, `offset`, `kind`, `detail`, `reference`, and `status` for requests
Each also has its `line` (from 1) with --input hex-lines; of a capture `packets` (the first and the last), `transport`, `from`, `to`.";

/// How messages are read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum As {
    /// One DNS message
    Dns,
    /// DNS messages, each behind its two-octet length
    DnsTcp,
    /// HTTP requests
    HttpRequest,
    /// HTTP responses
    HttpResponse,
    /// Whatever it looks like
    #[default]
    Auto,
}

impl As {
    fn is_dns(self) -> bool {
        matches!(self, Self::Dns | Self::DnsTcp)
    }
}

/// What the input looks like.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Input {
    /// The octets themselves
    Raw,
    /// Hexadecimal digits, or a dump of them with offsets
    Hex,
    /// One message a line, in hexadecimal digits
    HexLines,
    /// A capture, pcap or pcapng, compressed with gzip or not
    Pcap,
    /// Whatever it looks like
    #[default]
    Auto,
}

fn parse_method(text: &str) -> Result<String, String> {
    match Method::new(text) {
        Ok(method) => Ok(method.as_str().to_owned()),
        Err(error) => Err(format!("not a method: {error}")),
    }
}

/// Takes everything apart.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut judge = Judge::new(
        args.protocol,
        ResponseTo::method(&args.request_method),
        context.out.clone(),
    );
    // What was found out before an error is not lost.
    let judged = judge.read(args);
    let told = judge.print().map_err(Into::into).and(judged);
    let code = if judge.has_refused() {
        ExitCode::MessageRefused
    } else {
        ExitCode::Done
    };
    found(code, told)
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::failed(format!("cannot read {name}: {}", system_text(error)))
}

fn dissect(protocol: As, response_to: ResponseTo, octets: &[u8]) -> Dissection {
    match protocol {
        As::Dns | As::Auto => dissect_dns(octets),
        As::DnsTcp => {
            let mut dissection = dissect_dns(octets.get(dns::LENGTH_OCTETS..).unwrap_or_default());
            dissection.shift(dns::LENGTH_OCTETS);
            dissection
        }
        As::HttpRequest => dissect_http_request(octets, &Limits::default()),
        As::HttpResponse => dissect_http_response(octets, response_to.as_method()),
    }
}

/// What `--json` says of an HTTP request with its body.
pub(crate) fn http_request_json(octets: &[u8]) -> Value {
    let (verdict, _) = http::request(octets);
    Report::of(As::HttpRequest, verdict, Origin::Whole, 0..0).into_value()
}

/// What `--json` says of an HTTP response with its body, to a request with `method`, as a reader with `limits` takes it.
pub(crate) fn http_response_json(octets: &[u8], method: Method<'_>, limits: &Limits) -> Value {
    let (verdict, _) = http::response(octets, method, limits);
    Report::of(As::HttpResponse, verdict, Origin::Whole, 0..0).into_value()
}
