//! `netlab dns query`: dig's question, dig's answer.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::json;
use wire_dns::edns::Edns;
use wire_dns::{
    Builder, Class, DecodeOptions, Flags, Header, Message, Name, NameBuf, Rcode, RecordType,
};

use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{Attempt, HostPort, ask_tcp, ask_udp, io_failure, parse_seconds};
use crate::output::Output;
use crate::show::{Protocol, Seen, Transport};

/// What to ask whom.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// `@SERVER[:PORT]`, NAME and TYPE in any order, as dig takes them; the system's server and A unless given
    #[arg(value_name = "[@SERVER[:PORT]] NAME [TYPE]")]
    words: Vec<String>,
    /// Ask for the name of this address
    #[arg(short = 'x', value_name = "ADDRESS")]
    reverse: Option<IpAddr>,
    /// Ask over TCP from the start
    #[arg(long)]
    tcp: bool,
    /// Do not ask the server to ask others
    #[arg(long)]
    no_recurse: bool,
    /// The largest UDP answer to take, in octets; 0 asks without EDNS
    #[arg(long, value_name = "N", default_value_t = 1232)]
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
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = parse_seconds)]
    timeout: Duration,
    /// How often a question without reply is asked again (UDP)
    #[arg(long, value_name = "N", default_value_t = 2)]
    retries: u32,
    /// Exit with 10 when there is no such name or no such data
    #[arg(long)]
    fail: bool,
}

/// What is asked, and of whom.
struct Question {
    name: NameBuf,
    types: Vec<RecordType>,
    server: HostPort,
}

/// A reply and how it came.
struct Reply {
    octets: Vec<u8>,
    attempt: Attempt,
    transport: Transport,
    time: Duration,
}

const DNS_PORT: u16 = 53;

/// Asks and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let question = Question::new(args)?;
    let mut servers = VecDeque::from(question.server.resolve()?);
    let mut code = ExitCode::Done;
    for record_type in &question.types {
        let reply = first_answer(&mut servers, &context.out, |server| {
            exchange(args, context, &question, server, *record_type)
        })?;
        let server = reply.attempt.server;
        let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
        let message = Message::decode_with(&reply.octets, options).map_err(|error| {
            Failure::failed(format!("the reply of {server} is malformed: {error}"))
        })?;
        print(args, context, &reply, &message)?;
        if args.fail && (message.rcode() != Rcode::NOERROR || message.header().answer_count == 0) {
            code = ExitCode::Negative;
        }
    }
    Ok(code)
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
        let mut name: Option<&str> = None;
        let mut server = None;
        let mut types = Vec::new();
        for word in &args.words {
            if let Some(at) = word.strip_prefix('@') {
                server = Some(HostPort::with_default_port(at, DNS_PORT).map_err(Failure::usage)?);
            } else if name.is_none() && args.reverse.is_none() {
                name = Some(word);
            } else if let Ok(record_type) = word.parse::<RecordType>() {
                types.push(record_type);
            } else if let Some(record_type) = name.and_then(|first| first.parse().ok()) {
                // dig takes the type first as well.
                types.push(record_type);
                name = Some(word);
            } else {
                return Err(Failure::usage(format!(
                    "'{word}' is no record type; one without a name is written TYPE and its number"
                )));
            }
        }
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
        Ok(Self {
            name,
            types,
            server: server.map_or_else(system_server, Ok)?,
        })
    }
}

fn parse_class(text: &str) -> Result<Class, String> {
    text.parse()
        .map_err(|error: wire_dns::Error| error.kind().to_string())
}

/// The first name server of the system.
fn system_server() -> Result<HostPort, Failure> {
    const PATH: &str = "/etc/resolv.conf";
    let missing = |reason: String| {
        Failure::cannot_start(format!(
            "no server was given and the system names none ({reason}); give one as @ADDRESS"
        ))
    };
    let octets = std::fs::read(PATH).map_err(|error| missing(format!("{PATH}: {error}")))?;
    let config =
        resolv_conf::Config::parse(octets).map_err(|error| missing(format!("{PATH}: {error}")))?;
    config
        .nameservers
        .first()
        .map(|server| HostPort {
            host: server.to_string(),
            port: DNS_PORT,
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
    let query = build(args, question.name.as_name(), record_type)?;
    if !args.tcp
        && let Some(reply) = over_udp(args, context, &question.server, server, &query)?
    {
        if !Header::decode(&reply.octets).is_ok_and(|header| header.flags.truncated()) {
            return Ok(reply);
        }
        context.out.notice(";; Truncated, retrying in TCP mode.");
    }
    over_tcp(args, context, &question.server, server, &query)
}

/// The first answer, after as many tries as allowed.
fn over_udp(
    args: &Args,
    context: &Context,
    name: &HostPort,
    server: SocketAddr,
    query: &[u8],
) -> anyhow::Result<Option<Reply>> {
    let start = Instant::now();
    let failure =
        |error: &io::Error| io_failure(&name.to_string(), "waiting for the answer", error);
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    for _ in 0..=args.retries {
        match ask_udp(
            server,
            query,
            args.timeout,
            |attempt, octets| {
                see(
                    context,
                    Transport::Udp,
                    attempt.local,
                    attempt.server,
                    octets,
                );
            },
            |attempt, datagram| {
                see(
                    context,
                    Transport::Udp,
                    attempt.server,
                    attempt.local,
                    datagram,
                );
                answers(query, datagram)
            },
        ) {
            Ok((attempt, octets)) => {
                return Ok(Some(Reply {
                    octets,
                    attempt,
                    transport: Transport::Udp,
                    time: start.elapsed(),
                }));
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                context.out.remark(|| format!("no answer from {name} yet"));
                last = error;
            }
            Err(error) => return Err(failure(&error).into()),
        }
    }
    Err(failure(&last).into())
}

fn over_tcp(
    args: &Args,
    context: &Context,
    name: &HostPort,
    server: SocketAddr,
    query: &[u8],
) -> anyhow::Result<Reply> {
    let start = Instant::now();
    let sent = |attempt: Attempt, octets: &[u8]| {
        see(
            context,
            Transport::Tcp,
            attempt.local,
            attempt.server,
            octets,
        );
    };
    let (attempt, octets) =
        ask_tcp(server, query, args.timeout, sent).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Failure::failed(format!(
                "{name} closed the connection before its answer was whole; does it serve DNS over TCP?"
            )),
            _ => io_failure(&name.to_string(), "waiting for the answer", &error),
        })?;
    see(
        context,
        Transport::Tcp,
        attempt.server,
        attempt.local,
        &octets,
    );
    if !answers(query, &octets) {
        return Err(Failure::failed(format!(
            "{name} sent a message that is no answer to the question"
        ))
        .into());
    }
    Ok(Reply {
        octets,
        attempt,
        transport: Transport::Tcp,
        time: start.elapsed(),
    })
}

fn see(context: &Context, transport: Transport, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
    context.tap.see(&Seen {
        transport,
        from,
        to,
        protocol: Protocol::Dns,
        octets,
    });
}

fn build(args: &Args, name: Name<'_>, record_type: RecordType) -> anyhow::Result<Vec<u8>> {
    let mut id = [0; 2];
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("no random number: {error}"))?;
    let mut query = Vec::new();
    let mut builder = Builder::new(&mut query);
    builder.set_id(u16::from_be_bytes(id));
    builder.set_flags(
        Flags::default()
            .with_recursion_desired(!args.no_recurse)
            .with_authentic_data(args.bufsize > 0),
    );
    builder.question(name, record_type, args.class)?;
    if args.bufsize > 0 {
        let edns = Edns {
            udp_payload_size: args.bufsize.max(512),
            ..Edns::default()
        }
        .with_dnssec_ok(args.dnssec);
        builder.edns(&edns)?;
    }
    builder.finish();
    Ok(query)
}

/// Whether a message is a response with the query's ID and question (RFC 5452 §9.1). One without a question counts where the
/// server could not read ours.
fn answers(query: &[u8], reply: &[u8]) -> bool {
    let asked = wire_dns::Question::decode_first(query);
    let answered = wire_dns::Question::decode_first(reply);
    let (Ok((asked_header, asked)), Ok((header, question))) = (asked, answered) else {
        return false;
    };
    let same_question = match question {
        Some(_) => question == asked,
        None => header.flags.rcode() != Rcode::NOERROR,
    };
    header.flags.response() && header.id == asked_header.id && same_question
}

fn print(
    args: &Args,
    context: &Context,
    reply: &Reply,
    message: &Message<'_>,
) -> anyhow::Result<()> {
    let out = &context.out;
    let milliseconds = reply.time.as_secs_f64() * 1000.0;
    let server = reply.attempt.server;
    if out.is_json() {
        out.json(&json!({
            "server": server.to_string(),
            "transport": reply.transport.to_string(),
            "ms": milliseconds,
            "octets": reply.octets.len(),
            "message": serde_json::to_value(message)?,
        }))?;
        return Ok(());
    }
    if args.short {
        for record in message.answers() {
            out.peer_line(&record.rdata().to_string())?;
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
    let (ip, port) = (server.ip(), server.port());
    out.line("")?;
    out.line(&format!(";; Query time: {milliseconds:.0} msec"))?;
    out.line(&format!(
        ";; SERVER: {ip}#{port}({ip}) ({})",
        reply.transport.to_string().to_uppercase()
    ))?;
    out.line(&format!(";; MSG SIZE  rcvd: {}", reply.octets.len()))?;
    out.line("")?;
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
