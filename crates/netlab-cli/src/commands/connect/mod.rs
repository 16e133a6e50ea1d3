//! `netlab connect`: one connection, step by step.

mod attempt;
mod said;

use std::io::{self, Read as _};
use std::time::{Duration, Instant};

use serde_json::json;

use self::attempt::{outcome, word};
use self::said::Said;
use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{
    ConnectAttempt, HostPort, Stop, TimedStream, connect_each, connect_failure, io_failure,
    parse_seconds,
};
use crate::output::milliseconds;
use crate::show::{Protocol, Seen, Transport};

/// Whom to connect to.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_long_help = "With --json the connection is one object: `connected`, `resolve_ms`, `attempts` (each `address`, `ms`, `outcome`: \
    connected, refused, timed-out, unreachable, reset, failed; none if the name has no address), and once connected `local`, `peer`, `connect_ms`, `first_octet_ms` \
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
    let resolved = args.target.resolve();
    let resolve_time = resolve.elapsed();
    let not_connected = |attempts: &[ConnectAttempt]| {
        out.json(&json!({
            "resolve_ms": milliseconds(resolve_time),
            "attempts": attempts_json(attempts),
            "connected": false,
        }))
    };
    if resolved.is_err() {
        not_connected(&[])?;
    }
    let addresses = resolved?;
    if addresses.len() > 1 {
        let all: Vec<String> = addresses
            .iter()
            .map(|address| address.ip().to_string())
            .collect();
        out.line(&format!(
            "{} has the addresses {}",
            args.target.host,
            all.join(", ")
        ))?;
    }
    let (stream, attempts) = connect_each(&addresses, args.wait);
    // With a single address the sentence at the end says it all.
    for attempt in attempts
        .iter()
        .filter(|attempt| addresses.len() > 1 && attempt.error.is_some())
    {
        let time = in_milliseconds(attempt.time);
        out.line(&format!(
            "{} after {time}: {}",
            attempt.address,
            outcome(attempt)
        ))?;
    }
    let Some(stream) = stream else {
        not_connected(&attempts)?;
        return Err(connect_failure(&args.target, &attempts).into());
    };

    let connected = Instant::now();
    let peer_name = args.target.to_string();
    let failed = |error: &io::Error| io_failure(&peer_name, "reading what it says", error);
    let mut stream =
        TimedStream::new(stream, args.wait, Stop::new()).map_err(|error| failed(&error))?;
    let local = stream.local_addr().map_err(|error| failed(&error))?;
    let peer = stream.peer_addr().map_err(|error| failed(&error))?;
    out.line(&format!("connected from {local} to {peer}"))?;
    context.tap.connected(local, peer);
    let connect_time = attempts
        .last()
        .map_or(Duration::ZERO, |attempt| attempt.time);
    out.line(&format!(
        "  name resolution {}, connection {}",
        in_milliseconds(resolve_time),
        in_milliseconds(connect_time)
    ))?;

    let mut first_octet = None;
    let mut said = Said::default();
    let mut buffer = vec![0; 64 * 1024];
    let ended = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break Ended::Closed,
            Ok(count) => {
                if first_octet.is_none() {
                    first_octet = Some(connected.elapsed());
                    out.line(&format!(
                        "first octet after {}:",
                        in_milliseconds(connected.elapsed())
                    ))?;
                }
                let octets = buffer.get(..count).unwrap_or_default();
                context.tap.see(&Seen {
                    transport: Transport::Tcp,
                    from: peer,
                    to: local,
                    protocol: Protocol::Data,
                    octets,
                });
                said.hear(octets, out)?;
                if said.octets() > SAID_OCTETS_MAX {
                    break Ended::TooMuch;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => break Ended::Silent,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break Ended::Reset,
            Err(error) => return Err(failed(&error).into()),
        }
    };
    said.end(out)?;
    let sentence = ended.sentence(first_octet.is_some());
    out.line(&format!("  {sentence}"))?;
    out.json(&json!({
        "local": local.to_string(),
        "peer": peer.to_string(),
        "resolve_ms": milliseconds(resolve_time),
        "connect_ms": milliseconds(connect_time),
        "first_octet_ms": first_octet.map(milliseconds),
        "attempts": attempts_json(&attempts),
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

fn attempts_json(attempts: &[ConnectAttempt]) -> serde_json::Value {
    attempts
        .iter()
        .map(|attempt| {
            json!({
                "address": attempt.address.to_string(),
                "ms": milliseconds(attempt.time),
                "outcome": word(attempt),
            })
        })
        .collect()
}

fn in_milliseconds(time: Duration) -> String {
    format!("{:.3} ms", milliseconds(time))
}
