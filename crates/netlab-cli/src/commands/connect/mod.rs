//! `netlab connect`: one connection, step by step.

mod attempt;
mod said;

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;

use self::attempt::outcome;
use self::said::Said;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{
    Ends, FailedAttempt, HostPort, Stop, TimedStream, Winner, connect_each, connect_failure,
    io_failure, parse_seconds,
};
use crate::output::{Output, milliseconds};
use crate::show::Transport;

/// Whom to connect to.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_long_help = "With --json the connection is one object: `connected`, `resolve_ms`, `attempts` (each `address`, `ms`, `outcome`: \
    connected, refused, timed-out, overtaken, unreachable, prohibited, reset, failed; none if the name has no address), and once connected `local`, `peer`, `connect_ms`, `first_octet_ms` \
    (null if nothing was said), `said`, `octets`, `ended`."
)]
pub(crate) struct Args {
    /// The server
    #[arg(value_name = "HOST:PORT")]
    pub(crate) target: HostPort,
    /// How long to wait for the connection, and then for what the server says
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "3", value_parser = parse_seconds)]
    pub(crate) wait: Duration,
}

/// Connects and prints what the server says as it says it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let out = &context.out;
    let resolve = Instant::now();
    let resolved = args.target.resolve_within(args.wait);
    let resolve_time = resolve.elapsed();
    let not_connected = |failed: &[FailedAttempt]| {
        out.json(&json!({
            "resolve_ms": milliseconds(resolve_time),
            "attempts": attempts_json(failed, None),
            "connected": false,
        }))
    };
    if resolved.is_err() {
        not_connected(&[])?;
    }
    let (winner, failed_attempts) = try_each(args, &resolved?, out)?;
    let Some(winner) = winner else {
        not_connected(&failed_attempts)?;
        return Err(connect_failure(&args.target, &failed_attempts).into());
    };
    let (attempts, connect_time) = (attempts_json(&failed_attempts, Some(&winner)), winner.time);

    let failed = |error: &io::Error| failure(&args.target, error);
    let mut said = Said::begin();
    let mut stream =
        TimedStream::new(winner.stream, args.wait, Stop::new()).map_err(|error| failed(&error))?;
    let ends = stream.ends().map_err(|error| failed(&error))?;
    out.line(&format!("connected from {} to {}", ends.local, ends.peer))?;
    context.tap.connected(ends.local, ends.peer);
    out.line(&format!(
        "  name resolution {}, connection {}",
        in_words(resolve_time),
        in_words(connect_time)
    ))?;
    let ended = hear_out(&mut stream, ends, &mut said, args, context)?;
    let sentence = ended.sentence(said.first_octet().is_some());
    out.line(&format!("  {sentence}"))?;
    out.json(&json!({
        "local": ends.local.to_string(),
        "peer": ends.peer.to_string(),
        "resolve_ms": milliseconds(resolve_time),
        "connect_ms": milliseconds(connect_time),
        "first_octet_ms": said.first_octet().map(milliseconds),
        "attempts": attempts,
        "connected": true,
        "said": said.text(),
        "octets": said.octets(),
        "ended": sentence,
    }))?;
    match ended {
        Ended::Reset => Err(failed(&io::ErrorKind::ConnectionReset.into()).into()),
        Ended::Closed | Ended::Silent | Ended::TooMuch => Ok(ExitCode::Done),
    }
}

fn failure(target: &HostPort, error: &io::Error) -> Failure {
    io_failure(&target.to_string(), "reading what it says", error)
}

/// Tries the addresses in turn. With a single one nothing is printed: the sentence at the end says it all.
fn try_each(
    args: &Args,
    addresses: &[SocketAddr],
    out: &Output,
) -> io::Result<(Option<Winner>, Vec<FailedAttempt>)> {
    if addresses.len() == 1 {
        return Ok(connect_each(addresses, args.wait));
    }
    let all: Vec<String> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    out.line(&format!(
        "{} has the addresses {}",
        args.target.host,
        all.join(", ")
    ))?;
    let (winner, failed) = connect_each(addresses, args.wait);
    for attempt in &failed {
        out.line(&format!(
            "{} after {}: {}",
            attempt.address,
            in_words(attempt.time),
            outcome(&attempt.error).1
        ))?;
    }
    Ok((winner, failed))
}

/// Prints what the server says until it says nothing more.
fn hear_out(
    stream: &mut TimedStream,
    ends: Ends,
    said: &mut Said,
    args: &Args,
    context: &Context,
) -> anyhow::Result<Ended> {
    let out = &context.out;
    let mut buffer = vec![0; 64 * 1024];
    let ended = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break Ended::Closed,
            Ok(count) => {
                let octets = buffer.get(..count).unwrap_or_default();
                let tap = &context.tap;
                tap.see_data(Transport::Tcp, ends.peer, ends.local, octets);
                if said.first_octet().is_none() {
                    let time = said.note_first_octet();
                    out.line(&format!("first octet after {}:", in_words(time)))?;
                }
                said.hear(octets, out)?;
                if said.octets() > SAID_OCTETS_MAX {
                    break Ended::TooMuch;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => break Ended::Silent,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break Ended::Reset,
            Err(error) => return Err(failure(&args.target, &error).into()),
        }
    };
    said.end(out)?;
    Ok(ended)
}

/// Why nothing more is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ended {
    Closed,
    Silent,
    Reset,
    TooMuch,
}

impl Ended {
    const fn sentence(self, has_spoken: bool) -> &'static str {
        match (self, has_spoken) {
            (Self::Closed, true) => "the server closed the connection",
            (Self::Closed, false) => "the server closed the connection without a word",
            (Self::Silent, true) => "the server keeps the connection open and is silent",
            (Self::Silent, false) => {
                "the server keeps the connection open and waits for us to speak first"
            }
            (Self::Reset, _) => "the server broke the connection off (reset)",
            (Self::TooMuch, _) => "the server says more than is shown",
        }
    }
}

/// How much of what a server says is kept.
const SAID_OCTETS_MAX: usize = 1 << 20;

fn attempts_json(failed: &[FailedAttempt], winner: Option<&Winner>) -> serde_json::Value {
    let failed = failed
        .iter()
        .map(|attempt| (attempt.address, attempt.time, outcome(&attempt.error).0));
    let winner = winner.map(|winner| (winner.address, winner.time, "connected"));
    failed
        .chain(winner)
        .map(|(address, time, outcome)| {
            json!({
                "address": address.to_string(),
                "ms": milliseconds(time),
                "outcome": outcome,
            })
        })
        .collect()
}

fn in_words(time: Duration) -> String {
    format!("{:.3} ms", milliseconds(time))
}
