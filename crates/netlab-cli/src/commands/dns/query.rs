//! `netlab dns query`: dig's question, dig's answer.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;
use wire_dns::edns::Edns;
use wire_dns::{Class, Flags, Message, NameBuf, Rcode, RecordType};

use super::DNS_PORT;
use super::exchange::{self, Reply};
use super::transfer::Received;
use super::words::Words;
use crate::context::Context;
use crate::exit::{ExitCode, Failure, found};
use crate::net::{HostPort, io_failure, no_way, parse_seconds, system_text};
use crate::output::{Output, milliseconds};

/// What to ask whom.
#[derive(Clone, Debug, clap::Args)]
#[command(
    override_usage = "netlab dns query [OPTIONS] [@SERVER[:PORT]] NAME [TYPE]...\n       netlab dns query [OPTIONS] [@SERVER[:PORT]] -x ADDRESS",
    after_long_help = "With --json each answer is one object: `server`, `transport`, `ms`, `octets`, and `message` with the members of RFC 8427."
)]
pub(crate) struct Args {
    /// `@SERVER[:PORT]`, NAME and any number of TYPEs in any order, as dig takes them; the system's server and A unless given. AXFR is
    /// the whole zone, IXFR=SERIAL what has changed since that version
    #[arg(value_name = "[@SERVER[:PORT]] NAME [TYPE]")]
    words: Vec<String>,
    /// The port of a server that is given without one
    #[arg(short, long, value_name = "N", default_value_t = DNS_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Ask for this type, as TYPE behind the name does (repeatable)
    #[arg(short = 't', value_name = "TYPE")]
    types: Vec<String>,
    /// Ask for the name of this address
    #[arg(short = 'x', value_name = "ADDRESS")]
    reverse: Option<IpAddr>,
    /// Ask over TCP from the start, as for ANY always
    #[arg(long)]
    tcp: bool,
    /// Do not ask the server to ask others
    #[arg(long)]
    no_recurse: bool,
    /// The largest UDP answer to take, in octets; 0 asks without EDNS
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        default_value_t = 1232
    )]
    bufsize: u16,
    /// Ask for DNSSEC records too
    #[arg(long)]
    dnssec: bool,
    /// Print only the data of the answer
    #[arg(long)]
    short: bool,
    /// The class of the question
    #[arg(long, value_name = "CLASS", default_value = "IN", value_parser = parse_class)]
    class: Class,
    /// How long to wait for each reply
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "3", value_parser = parse_seconds)]
    timeout: Duration,
    /// How often a question without reply is asked again (UDP)
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        default_value_t = 2
    )]
    retries: u32,
    /// Exit with 10 when there is no such name or no such data, or the server answers with an error
    #[arg(long)]
    fail: bool,
}

/// What is asked, and of whom.
struct Question {
    name: NameBuf,
    types: Vec<RecordType>,
    /// The version to ask from, for IXFR.
    serial: Option<u32>,
    server: HostPort,
}

/// An answer as `--json` tells it.
#[derive(Serialize)]
struct Object<'m> {
    server: SocketAddr,
    transport: String,
    ms: f64,
    octets: usize,
    message: &'m Message<'m>,
}

/// Asks and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    if args.dnssec && args.bufsize == 0 {
        return Err(Failure::usage(
            "--dnssec asks by EDNS, which --bufsize 0 leaves out; give a larger one",
        )
        .into());
    }
    let question = Question::new(args)?;
    let mut servers = VecDeque::from(question.server.resolve_within(args.timeout)?);
    let mut code = ExitCode::Done;
    for record_type in &question.types {
        if matches!(*record_type, RecordType::AXFR | RecordType::IXFR) {
            let is_there = transfer(args, context, &question, *record_type, &mut servers)?;
            if args.fail && !is_there {
                code = ExitCode::Negative;
            }
            continue;
        }
        let reply = first_answer(&mut servers, &context.out, |server| {
            exchange(args, context, &question, server, *record_type)
        })?;
        let message = reply.message()?;
        if args.fail && is_negative(&message) {
            code = ExitCode::Negative;
        }
        let told = print(args, context, &reply, &message);
        if told.is_err() {
            return found(code, told);
        }
    }
    Ok(code)
}

fn is_negative(message: &Message<'_>) -> bool {
    message.rcode() != Rcode::NOERROR || message.header().answer_count == 0
}

/// Prints the records of a zone, or of its changes, as they come, or the refusal as any other reply; false for a refusal.
fn transfer(
    args: &Args,
    context: &Context,
    question: &Question,
    record_type: RecordType,
    servers: &mut VecDeque<SocketAddr>,
) -> anyhow::Result<bool> {
    let out = &context.out;
    let query = build(args, question, record_type)?;
    let mut received = Received::default();
    let take = |reply: &Reply, message: &Message<'_>| {
        if out.is_json() || is_negative(message) {
            return print(args, context, reply, message);
        }
        for record in message.answers() {
            out.peer_line(&if args.short {
                format!("{:#}", record.rdata())
            } else {
                record.to_string()
            })?;
        }
        Ok(())
    };
    let last = first_answer(servers, out, |server| {
        let server = (&question.server, server);
        let last = received.run(context, server, &query, args.timeout, take);
        // What has begun to be printed is not begun again.
        if received.messages > 0 {
            Ok(last)
        } else {
            last.map(Ok)
        }
    })??;
    if received.records > 0 && !args.short && !out.is_json() {
        print_end(context, &last)?;
        out.line(&format!(
            ";; XFR size: {} records (messages {}, bytes {})\n",
            received.records, received.messages, received.octets
        ))?;
    }
    Ok(received.records > 0)
}

/// Asks the addresses of a server in turn until one answers; those before it are not asked again.
fn first_answer<T>(
    servers: &mut VecDeque<SocketAddr>,
    out: &Output,
    mut ask: impl FnMut(SocketAddr) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    loop {
        let server = *servers.front().context("the server has no address")?;
        let result = ask(server);
        let next = servers.get(1).filter(|_| result.is_err());
        let Some(next) = next else { return result };
        out.notice(&format!(";; no answer from {server}, asking {next}"));
        servers.pop_front();
    }
}

impl Question {
    fn new(args: &Args) -> Result<Self, Failure> {
        let Words {
            name,
            server,
            mut types,
            mut serial,
        } = Words::parse(&args.words, args.reverse.is_some())?;
        let flags = Words::parse(&args.types, true)?;
        types.extend(flags.types);
        serial = serial.or(flags.serial);
        let server = server.map(|at| HostPort::with_default_port(at, args.port));
        let name = match (args.reverse, name) {
            (Some(address), _) => NameBuf::reverse(address),
            (None, Some(name)) => super::parse_name(name).map_err(Failure::usage)?,
            (None, None) => {
                return Err(Failure::usage(
                    "there is no name to ask for; as in: netlab dns query @127.0.0.1:5300 www.lab.test A",
                ));
            }
        };
        if types.is_empty() {
            types.push(if args.reverse.is_some() {
                RecordType::PTR
            } else {
                RecordType::A
            });
        }
        if types.contains(&RecordType::IXFR) && serial.is_none() {
            return Err(Failure::usage(
                "IXFR needs the serial of the version that is there already, as in IXFR=2024010100; AXFR asks for the whole zone",
            ));
        }
        Ok(Self {
            name,
            types,
            serial,
            server: match server {
                Some(server) => server.map_err(Failure::usage)?,
                None => system_server(args.port)?,
            },
        })
    }
}

fn parse_class(text: &str) -> Result<Class, String> {
    text.parse()
        .map_err(|error: wire_dns::Error| error.kind().to_string())
}

/// The first name server of the system.
fn system_server(port: u16) -> Result<HostPort, Failure> {
    const PATH: &str = "/etc/resolv.conf";
    let missing = |reason: String| {
        Failure::cannot_start(format!(
            "no server was given and the system names none ({reason}); give one as @ADDRESS"
        ))
    };
    let octets =
        std::fs::read(PATH).map_err(|error| missing(format!("{PATH}: {}", system_text(&error))))?;
    let config =
        resolv_conf::Config::parse(octets).map_err(|error| missing(format!("{PATH}: {error}")))?;
    config
        .nameservers
        .first()
        .map(|server| HostPort {
            host: server.to_string(),
            port,
        })
        .ok_or_else(|| missing(format!("{PATH} is empty")))
}

/// Asks over UDP, again if nothing comes, and over TCP if the answer was cut.
fn exchange(
    args: &Args,
    context: &Context,
    question: &Question,
    server: SocketAddr,
    record_type: RecordType,
) -> anyhow::Result<Reply> {
    let query = build(args, question, record_type)?;
    // As dig does: all that a name has is seldom little.
    if !args.tcp && record_type != RecordType::ANY {
        let reply = over_udp(args, context, &question.server, server, &query)?;
        if !reply.is_truncated() {
            return Ok(reply);
        }
        context.out.notice(";; Truncated, retrying in TCP mode.");
    }
    let name = &question.server;
    exchange::over_tcp(context, server, &query, args.timeout)
        .map_err(|error| exchange::tcp_failure(name, &error).into())
}

/// The first answer, after as many tries as allowed.
fn over_udp(
    args: &Args,
    context: &Context,
    name: &HostPort,
    server: SocketAddr,
    query: &[u8],
) -> anyhow::Result<Reply> {
    let start = Instant::now();
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    for _ in 0..=args.retries {
        match exchange::over_udp(context, server, query, args.timeout) {
            Ok(reply) => {
                let time = start.elapsed();
                return Ok(Reply { time, ..reply });
            }
            // Also what a router says: it may be wrong the next moment, and anybody can say it (RFC 5927).
            Err(error) => {
                context.out.remark(|| match error.kind() {
                    io::ErrorKind::TimedOut => format!("no answer from {name} yet"),
                    _ => format!("{name}: {}", system_text(&error)),
                });
                last = error;
            }
        }
    }
    Err(match last.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::ConnectionRefused => {
            io_failure(&name.to_string(), "waiting for the answer", &last)
        }
        _ => {
            let (code, reason) = no_way(&last);
            Failure::new(code, format!("cannot reach {name}: {reason}"))
        }
    }
    .into())
}

fn build(args: &Args, question: &Question, record_type: RecordType) -> io::Result<Vec<u8>> {
    let flags = Flags::default()
        .with_recursion_desired(!args.no_recurse)
        .with_authentic_data(args.bufsize > 0);
    let edns = Edns {
        udp_payload_size: args.bufsize.max(512),
        ..Edns::default()
    }
    .with_dnssec_ok(args.dnssec);
    let edns = (args.bufsize > 0).then_some(&edns);
    let (name, class) = (question.name.as_name(), args.class);
    exchange::query(flags, edns, |builder| match record_type {
        RecordType::IXFR => wire_dns::transfer::ask(builder, name, class, question.serial),
        _ => builder.question(name, record_type, class),
    })
}

fn print(
    args: &Args,
    context: &Context,
    reply: &Reply,
    message: &Message<'_>,
) -> anyhow::Result<()> {
    let out = &context.out;
    if out.is_json() {
        out.json(&Object {
            server: reply.ends.peer,
            transport: reply.transport.to_string(),
            ms: milliseconds(reply.time),
            octets: reply.octets.len(),
            message,
        })?;
        return Ok(());
    }
    if args.short {
        for record in message.answers() {
            out.peer_line(&format!("{:#}", record.rdata()))?;
        }
        if message.rcode() != Rcode::NOERROR {
            out.notice(&format!(";; status: {}", message.rcode()));
        }
        return Ok(());
    }
    out.line(";; Got answer:")?;
    // The presentation form escapes whatever could steer a terminal.
    for line in message.to_string().trim_end().lines() {
        out.line(line)?;
        let flags = message.header().flags;
        if line.starts_with(";; flags: ")
            && flags.recursion_desired()
            && !flags.recursion_available()
        {
            out.line(";; WARNING: recursion requested but not available")?;
        }
    }
    out.line("")?;
    print_end(context, reply)?;
    out.line(&format!(";; MSG SIZE  rcvd: {}\n", reply.octets.len()))?;
    Ok(())
}

/// How long it took, and who said it.
fn print_end(context: &Context, reply: &Reply) -> anyhow::Result<()> {
    let (ip, port) = (reply.ends.peer.ip(), reply.ends.peer.port());
    let milliseconds = milliseconds(reply.time);
    context
        .out
        .line(&format!(";; Query time: {milliseconds:.0} msec"))?;
    let transport = reply.transport.to_string().to_uppercase();
    context
        .out
        .line(&format!(";; SERVER: {ip}#{port}({ip}) ({transport})"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::net::SocketAddr;

    use super::first_answer;
    use crate::output::Output;

    /// `localhost` is often ::1 and 127.0.0.1, with a server on one of them.
    #[test]
    fn every_address_of_a_server_is_asked_until_one_answers() {
        let addresses: [SocketAddr; 3] = [
            "[::1]:53".parse().unwrap(),
            "127.0.0.1:53".parse().unwrap(),
            "127.0.0.2:53".parse().unwrap(),
        ];
        let (out, _) = Output::captured();
        let mut servers = VecDeque::from(addresses);
        let mut asked = Vec::new();
        for _ in 0..2 {
            let answer = first_answer(&mut servers, &out, |server| {
                asked.push(server);
                anyhow::ensure!(server == addresses[1], "refused");
                Ok(server)
            });
            assert_eq!(answer.unwrap(), addresses[1]);
        }
        assert_eq!(asked, [addresses[0], addresses[1], addresses[1]]);
        // If none answers, the last failure counts.
        let failed = first_answer(&mut servers, &out, |server| {
            anyhow::Result::<()>::Err(anyhow::anyhow!("{server}"))
        });
        assert_eq!(failed.unwrap_err().to_string(), addresses[2].to_string());
    }
}
