//! `netlab connect`: one connection, step by step.

use std::io::{self, Read as _};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::context::Context;
use crate::exit::ExitCode;
use crate::net::{HostPort, Stop, TimedStream, connect, io_failure, parse_seconds};
use crate::show::{Protocol, Seen, Transport};

/// Whom to connect to.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The server
    #[arg(value_name = "HOST:PORT")]
    pub(crate) target: HostPort,
    /// How long to wait for the connection, and then for what the server says
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = parse_seconds)]
    pub(crate) wait: Duration,
}

/// Connects and prints what the server says.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let connected = connect(&args.target, args.wait)?;
    let peer_name = args.target.to_string();
    let failure = |error: &io::Error| io_failure(&peer_name, "reading what it says", error);
    let mut stream = TimedStream::new(connected.stream, args.wait, Stop::new())
        .map_err(|error| failure(&error))?;
    let (local, peer) = (
        stream.local_addr().map_err(|error| failure(&error))?,
        stream.peer_addr().map_err(|error| failure(&error))?,
    );
    let out = &context.out;
    out.line(&format!("connected from {local} to {peer}"))?;
    out.line(&format!(
        "  name resolution {}, connection {}",
        milliseconds(connected.resolve_time),
        milliseconds(connected.connect_time)
    ))?;

    let start = Instant::now();
    let mut first_octet = None;
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    let ended = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break "the server closed the connection",
            Ok(count) => {
                first_octet.get_or_insert_with(|| start.elapsed());
                said.extend_from_slice(buffer.get(..count).unwrap_or_default());
                if said.len() > SAID_OCTETS_MAX {
                    break "the server says more than is shown";
                }
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                break "the server keeps the connection open and is silent";
            }
            Err(error) => return Err(failure(&error).into()),
        }
    };
    if !said.is_empty() {
        context.tap.see(&Seen {
            transport: Transport::Tcp,
            from: peer,
            to: local,
            protocol: Protocol::Data,
            octets: &said,
        });
    }
    let text = String::from_utf8_lossy(&said);
    if let Some(time) = first_octet {
        out.line(&format!("  first octet after {}", milliseconds(time)))?;
    }
    for line in text.lines() {
        out.peer_line(line)?;
    }
    out.line(&format!("  {ended}"))?;
    out.json(&json!({
        "local": local.to_string(),
        "peer": peer.to_string(),
        "resolve_ms": in_milliseconds(connected.resolve_time),
        "connect_ms": in_milliseconds(connected.connect_time),
        "first_octet_ms": first_octet.map(in_milliseconds),
        "said": text,
        "ended": ended,
    }))?;
    Ok(ExitCode::Done)
}

/// How much of what a server says is kept.
const SAID_OCTETS_MAX: usize = 1 << 20;

fn in_milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn milliseconds(time: Duration) -> String {
    format!("{:.3} ms", in_milliseconds(time))
}
