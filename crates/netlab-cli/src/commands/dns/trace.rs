//! `netlab dns trace`: from the root down, as dig +trace shows it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;
use wire_dns::{Message, NameBuf, Outcome, Rcode, RecordType, ResourceRecord};

use super::exchange::Reply;
use super::resolve::{Asked, Delegation, Event, Resolver, Server, Servers, is_data};
use super::words::Words;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::parse_seconds;
use crate::output::milliseconds;

/// What to look for.
#[derive(Clone, Debug, clap::Args)]
#[command(
    override_usage = "netlab dns trace [OPTIONS] NAME [TYPE]",
    after_long_help = "With --json each reply is one object: `zone`, `server`, `address`, `transport`, `ms`, `octets`, `outcome` \
        (referral, alias, answer, nodata, nxdomain), and `message` with the members of RFC 8427."
)]
pub(crate) struct Args {
    /// NAME and TYPE in any order; A unless given
    #[arg(value_name = "NAME [TYPE]", required = true)]
    words: Vec<String>,
    /// The root servers, as a zone file has their NS and address records; the real ones without it
    #[arg(long, value_name = "FILE")]
    hints: Option<PathBuf>,
    /// The port of the servers
    #[arg(long, value_name = "N", default_value_t = super::DNS_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Ask over TCP from the start
    #[arg(long)]
    tcp: bool,
    /// Ask for DNSSEC records too
    #[arg(long)]
    dnssec: bool,
    /// How long to wait for each reply; a third of it while there are others to ask
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "3", value_parser = parse_seconds)]
    timeout: Duration,
    /// Exit with 10 when there is no such name or no such data
    #[arg(long)]
    fail: bool,
}

/// Replies that may be waited for in all.
const WAITS_MAX: u32 = 20;

/// Asks and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let (name, record_type) = question(args)?;
    let root = Delegation::root(args.hints.as_deref())?;
    let servers = Servers::new(context, args.port, args.tcp, args.timeout);
    let resolver = Resolver::new(servers, Vec::new(), Some(root)).asking_anew();
    let asked = Asked {
        name: name.clone(),
        record_type,
        dnssec_ok: args.dnssec,
        checking_disabled: false,
    };
    let mut view = View {
        context,
        name: name.clone(),
        record_type,
        printed: Ok(()),
    };
    let patience = args.timeout.saturating_mul(WAITS_MAX);
    let found = resolver.resolve(&asked, &[], patience, &mut |event| view.see(&event));
    view.printed?;
    if let Some(trouble) = &found.trouble {
        let sentence = format!("cannot trace {name}: {}", trouble.sentence);
        return Err(Failure::new(trouble.code, sentence).into());
    }
    let is_negative = !found.has(record_type);
    if is_negative && !context.out.is_json() {
        let what = match found.rcode {
            Rcode::NOERROR => "NOERROR, but no data of this type".to_owned(),
            rcode => rcode.to_string(),
        };
        context.out.line(&format!(";; status: {what}"))?;
    }
    Ok(if is_negative && args.fail {
        ExitCode::Negative
    } else {
        ExitCode::Done
    })
}

/// What to look for.
fn question(args: &Args) -> Result<(NameBuf, RecordType), Failure> {
    let words = Words::parse(&args.words, false)?;
    if let Some(server) = words.server {
        return Err(Failure::usage(format!(
            "@{server}: a trace begins at the root servers; --hints FILE gives others than the real ones"
        )));
    }
    let name = super::parse_name(words.name.unwrap_or_default()).map_err(Failure::usage)?;
    match words.types.as_slice() {
        [] => Ok((name, RecordType::A)),
        [RecordType::AXFR] => Err(Failure::usage(format!(
            "a trace is for records; netlab dns query @SERVER {name} AXFR asks for the whole zone"
        ))),
        [record_type] if !is_data(*record_type) => Err(Failure::usage(format!(
            "a trace is for records, and {record_type} is none that a name has"
        ))),
        [record_type] => Ok((name, *record_type)),
        _ => Err(Failure::usage("a trace is for one type")),
    }
}

/// A step as `--json` tells it.
#[derive(Serialize)]
struct Step<'m> {
    zone: String,
    server: Option<String>,
    address: SocketAddr,
    transport: String,
    ms: f64,
    octets: usize,
    outcome: &'static str,
    message: Message<'m>,
}

/// What is shown of the way.
struct View<'c> {
    context: &'c Context,
    /// The name asked for, then the name it is an alias of.
    name: NameBuf,
    record_type: RecordType,
    /// The first thing that went wrong while printing.
    printed: io::Result<()>,
}

impl View<'_> {
    fn see(&mut self, event: &Event<'_>) {
        let out = &self.context.out;
        let server = label(event.server);
        let asked = &event.asked.name;
        // Addresses of servers are looked for on the way; that is not the way itself.
        let is_step = *asked == self.name && event.asked.record_type == self.record_type;
        match event.result {
            Err(no_reply) => out.notice(&format!(";; {server}: {}", no_reply.reason)),
            Ok(reply) if is_step => {
                let printed = self.step(event.server, reply);
                if self.printed.is_ok() {
                    self.printed = printed;
                }
            }
            Ok(_) => {
                out.remark(|| format!("{server} told of {asked} {}", event.asked.record_type));
            }
        }
    }

    fn step(&mut self, server: &Server<'_>, reply: &Reply) -> io::Result<()> {
        let message = Message::decode(&reply.octets).map_err(io::Error::other)?;
        let outcome = message.outcome(server.zone);
        let milliseconds = milliseconds(reply.time);
        let out = &self.context.out;
        out.json(&Step {
            zone: server.zone.to_string(),
            server: server.name.map(NameBuf::to_string),
            address: server.socket,
            transport: reply.transport.to_string(),
            ms: milliseconds,
            octets: reply.octets.len(),
            outcome: word(&outcome),
            message,
        })?;
        let is_answer = matches!(outcome, Outcome::Answer { .. } | Outcome::Alias { .. });
        let shown: Box<dyn Iterator<Item = ResourceRecord<'_>>> = match outcome {
            _ if is_answer => Box::new(message.answers()),
            _ => Box::new(message.answers().chain(message.authorities())),
        };
        for record in shown {
            out.line(&record.to_string())?;
        }
        out.line(&format!(
            ";; Received {} bytes from {} in {milliseconds:.0} ms\n",
            reply.octets.len(),
            label(server),
        ))?;
        if let Outcome::Alias { target } = outcome {
            self.name = target.to_name_buf();
        }
        Ok(())
    }
}

/// A server as dig names it.
fn label(server: &Server<'_>) -> String {
    let (ip, port) = (server.socket.ip(), server.socket.port());
    let name = server.name.map(NameBuf::to_string).unwrap_or_default();
    let name = name.strip_suffix('.').unwrap_or(&name);
    format!("{ip}#{port}({name})")
}

fn word(outcome: &Outcome<'_>) -> &'static str {
    match outcome {
        Outcome::Answer { .. } => "answer",
        Outcome::Alias { .. } => "alias",
        Outcome::Referral { .. } => "referral",
        Outcome::NoData { .. } => "nodata",
        Outcome::NameError { .. } => "nxdomain",
        Outcome::NameTooLong { .. } => "yxdomain",
        _ => "failure",
    }
}
