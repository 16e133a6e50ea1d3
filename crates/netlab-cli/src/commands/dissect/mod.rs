//! `netlab dissect`: messages from a file, a hex dump or a capture, taken apart and judged.

mod capture;
mod dns;
pub(crate) mod hex;
mod http;

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::path::PathBuf;

use anstyle::AnsiColor;
use serde::{Serialize, Serializer};
use serde_json::Value;
use wire_dns::Message;
use wire_http::{Limits, Method};

use self::capture::Flow;
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::system_text;
use crate::output::Output;
use crate::show::{
    Dissection, ResponseTo, Transport, dissect_dns, dissect_http_request, dissect_http_response,
};

/// What to take apart, and how to read it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The file to read; stdin if there is none, or for `-`
    file: Option<PathBuf>,
    /// What the messages are
    #[arg(long = "as", value_enum, default_value_t, value_name = "PROTOCOL")]
    protocol: As,
    /// What the input looks like
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    input: Input,
    /// The method of the request that a response answers
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    request_method: String,
}

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

/// What the input looks like.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Input {
    /// The octets themselves
    Raw,
    /// Hexadecimal digits, or a dump of them with offsets
    Hex,
    /// One message a line, in hexadecimal digits
    HexLines,
    /// A capture, pcap or pcapng
    Pcap,
    /// Whatever it looks like
    #[default]
    Auto,
}

/// What was found out about one message.
enum Verdict<'a> {
    /// It is good: how many octets it has, and what it says.
    Accept { octets: usize, message: Said<'a> },
    /// It is good as far as it goes.
    Incomplete,
    /// It breaks a rule.
    Refuse {
        offset: usize,
        kind: &'static str,
        detail: String,
        reference: &'static str,
        /// What a server answers; only requests have it.
        status: Option<u16>,
    },
}

/// What a good message says.
enum Said<'a> {
    Dns(Message<'a>),
    Http(Value),
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Dns(message) => message.serialize(serializer),
            Self::Http(message) => message.serialize(serializer),
        }
    }
}

impl Verdict<'_> {
    /// The same verdict on a message that stands `octets` further on.
    fn moved_by(mut self, octets: usize) -> Self {
        if let Self::Refuse { offset, .. } = &mut self {
            *offset = offset.saturating_add(octets);
        }
        self
    }
}

/// Takes everything apart.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut judge = Judge {
        protocol: args.protocol,
        response_to: ResponseTo::method(&args.request_method),
        out: context.out.clone(),
        refused: false,
        text: Vec::new(),
    };
    // What was found out before an error is not lost.
    let judged = judge.read(args);
    judge.print()?;
    judged?;
    Ok(if judge.refused {
        ExitCode::MessageRefused
    } else {
        ExitCode::Done
    })
}

fn open(args: &Args) -> Result<BufReader<Box<dyn Read>>, Failure> {
    let input: Box<dyn Read> = match args.file.as_deref().filter(|path| path.as_os_str() != "-") {
        None => Box::new(io::stdin()),
        Some(path) => Box::new(File::open(path).map_err(|error| {
            Failure::cannot_start(format!(
                "cannot open {}: {}",
                path.display(),
                system_text(&error)
            ))
        })?),
    };
    Ok(BufReader::with_capacity(64 * 1024, input))
}

/// The form of the input, guessed if nobody said it.
fn form(asked: Input, octets: &[u8]) -> Input {
    if asked != Input::Auto {
        return asked;
    }
    if capture::is_capture(octets) {
        return Input::Pcap;
    }
    match core::str::from_utf8(octets) {
        Ok(text) if hex::is_one_message_a_line(text) => Input::HexLines,
        Ok(text) if hex::is_hex(text) => Input::Hex,
        _ => Input::Raw,
    }
}

struct Judge {
    protocol: As,
    response_to: ResponseTo,
    out: Output,
    refused: bool,
    /// What is said of messages and not printed yet.
    text: Vec<u8>,
}

impl Judge {
    fn read(&mut self, args: &Args) -> anyhow::Result<()> {
        let mut input = open(args)?;
        if args.input == Input::HexLines {
            return self.lines(&mut input);
        }
        let mut octets = Vec::new();
        input
            .read_to_end(&mut octets)
            .map_err(|error| Failure::failed(format!("cannot read: {}", system_text(&error))))?;
        match form(args.input, &octets) {
            Input::Pcap => {
                let flows = capture::read(&octets).map_err(Failure::failed)?;
                for flow in &flows {
                    self.flow(flow)?;
                }
                Ok(())
            }
            Input::HexLines => self.lines(&mut BufReader::new(octets.as_slice())),
            Input::Hex => {
                let text = String::from_utf8_lossy(&octets);
                let decoded = hex::decode_dump(&text).map_err(|reason| {
                    Failure::failed(format!("cannot read the digits: {reason}"))
                })?;
                self.messages(self.protocol, &decoded, None)
            }
            Input::Raw | Input::Auto => self.messages(self.protocol, &octets, None),
        }
    }

    /// One message, or several of a stream, a line.
    fn lines(&mut self, input: &mut BufReader<impl Read>) -> anyhow::Result<()> {
        let mut line = String::new();
        let mut number = 0_u64;
        loop {
            // Whoever sends one line and waits gets its answer; many lines are answered together.
            if !input.buffer().contains(&b'\n') {
                self.print()?;
            }
            line.clear();
            let read = input.read_line(&mut line);
            let count = read.map_err(|error| {
                Failure::failed(format!("cannot read: {}", system_text(&error)))
            })?;
            if count == 0 {
                return Ok(());
            }
            number = number.saturating_add(1);
            let digits = line.trim();
            if digits.is_empty() {
                continue;
            }
            match hex::decode_line(digits) {
                Ok(octets) => self.messages(self.protocol, &octets, Some(number))?,
                Err(detail) => {
                    let verdict = Verdict::Refuse {
                        offset: 0,
                        kind: "not-hexadecimal",
                        detail,
                        reference: "",
                        status: None,
                    };
                    self.report(self.protocol, verdict, &[], Some(number))?;
                }
            }
        }
    }

    fn print(&mut self) -> io::Result<()> {
        if !self.text.is_empty() {
            self.out.octets(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    fn flow(&mut self, flow: &Flow) -> anyhow::Result<()> {
        let protocol = match self.protocol {
            As::Auto => guess_flow(flow),
            asked => Some(asked),
        };
        let ends = format!("{} {} > {}", flow.transport, flow.from, flow.to);
        let Some(protocol) = protocol else {
            self.out
                .remark(|| format!("{ends}: neither DNS nor HTTP, passed over"));
            return Ok(());
        };
        if !self.out.is_json() {
            writeln!(self.text, "{ends}")?;
        }
        self.messages(protocol, &flow.octets, None)
    }

    /// Every message of the input, until one is refused or not whole.
    fn messages(&mut self, protocol: As, octets: &[u8], line: Option<u64>) -> anyhow::Result<()> {
        let protocol = match protocol {
            As::Auto => guess(octets),
            asked => asked,
        };
        let mut start = 0_usize;
        loop {
            let rest = octets.get(start..).unwrap_or_default();
            let (verdict, goes_on) = match protocol {
                As::Dns | As::Auto => (dns::message(rest), false),
                As::DnsTcp => dns::framed(rest),
                As::HttpRequest => http::request(rest),
                As::HttpResponse => {
                    http::response(rest, self.response_to.as_method(), &Limits::default())
                }
            };
            let used = match verdict {
                Verdict::Accept { octets, .. } => octets,
                Verdict::Incomplete | Verdict::Refuse { .. } => 0,
            };
            let verdict = verdict.moved_by(start);
            self.report(protocol, verdict, rest, line)?;
            start = start.saturating_add(used);
            if used == 0 || !goes_on || start >= octets.len() {
                return Ok(());
            }
        }
    }

    fn report(
        &mut self,
        protocol: As,
        verdict: Verdict<'_>,
        octets: &[u8],
        line: Option<u64>,
    ) -> io::Result<()> {
        /// What is kept back while more lines are at hand.
        const TEXT_MAX: usize = 64 * 1024;
        self.refused |= matches!(verdict, Verdict::Refuse { .. });
        if self.out.is_json() {
            serde_json::to_writer(&mut self.text, &Report::of(protocol, verdict, line))?;
            self.text.push(b'\n');
        } else {
            self.tell(protocol, verdict, octets, line)?;
        }
        if self.text.len() > TEXT_MAX {
            self.print()?;
        }
        Ok(())
    }

    fn tell(
        &mut self,
        protocol: As,
        verdict: Verdict<'_>,
        octets: &[u8],
        line: Option<u64>,
    ) -> io::Result<()> {
        if let Some(line) = line {
            writeln!(self.text, "line {line}:")?;
        }
        match verdict {
            Verdict::Accept { octets: used, .. } => {
                let octets = octets.get(..used).unwrap_or_default();
                let dissection = self.dissect(protocol, octets);
                writeln!(self.text, "{}", dissection.to_text(octets).trim_end())?;
            }
            Verdict::Incomplete => writeln!(self.text, "not whole yet: more octets are needed")?,
            Verdict::Refuse {
                offset,
                detail,
                reference,
                status,
                ..
            } => {
                let dissection = self.dissect(protocol, octets);
                writeln!(self.text, "{}", dissection.to_text(octets).trim_end())?;
                let label = self.out.paint(AnsiColor::Red, "refused");
                write!(self.text, "{label}: octet {offset}: {detail}")?;
                if !reference.is_empty() {
                    write!(self.text, " ({reference})")?;
                }
                if let Some(status) = status {
                    write!(self.text, "; a server answers {status}")?;
                }
                writeln!(self.text)?;
            }
        }
        writeln!(self.text)
    }

    fn dissect(&self, protocol: As, octets: &[u8]) -> Dissection {
        match protocol {
            As::Dns | As::Auto => dissect_dns(octets),
            As::DnsTcp => {
                let mut dissection =
                    dissect_dns(octets.get(dns::LENGTH_OCTETS..).unwrap_or_default());
                dissection.shift(dns::LENGTH_OCTETS);
                dissection
            }
            As::HttpRequest => dissect_http_request(octets),
            As::HttpResponse => dissect_http_response(octets, self.response_to.as_method()),
        }
    }
}

/// What `--json` says of an HTTP request with its body.
pub(crate) fn http_request_json(octets: &[u8]) -> Value {
    let (verdict, _) = http::request(octets);
    Report::of(As::HttpRequest, verdict, None).into_value()
}

/// What `--json` says of an HTTP response with its body, to a request with `method`, as a reader with `limits` takes it.
pub(crate) fn http_response_json(octets: &[u8], method: Method<'_>, limits: &Limits) -> Value {
    let (verdict, _) = http::response(octets, method, limits);
    Report::of(As::HttpResponse, verdict, None).into_value()
}

/// A verdict in the form of `--json`.
#[derive(Default, Serialize)]
struct Report<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    verdict: &'static str,
    protocol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    octets: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Said<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

impl<'a> Report<'a> {
    fn of(protocol: As, verdict: Verdict<'a>, line: Option<u64>) -> Self {
        let protocol = match protocol {
            As::Dns | As::Auto => "dns",
            As::DnsTcp => "dns-tcp",
            As::HttpRequest => "http-request",
            As::HttpResponse => "http-response",
        };
        let report = Self {
            line,
            protocol,
            ..Self::default()
        };
        match verdict {
            Verdict::Accept { octets, message } => Self {
                verdict: "accept",
                octets: Some(octets),
                message: Some(message),
                ..report
            },
            Verdict::Incomplete => Self {
                verdict: "incomplete",
                ..report
            },
            Verdict::Refuse {
                offset,
                kind,
                detail,
                reference,
                status,
            } => Self {
                verdict: "refuse",
                offset: Some(offset),
                kind: Some(kind),
                detail: Some(detail),
                reference: Some(reference),
                status,
                ..report
            },
        }
    }

    fn into_value(self) -> Value {
        // Only a map with keys that are no strings could fail.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What octets look like when nobody said it.
fn guess(octets: &[u8]) -> As {
    if octets.starts_with(b"HTTP/") {
        return As::HttpResponse;
    }
    // A method and a space: three letters at least, and no DNS message begins so with a zero in its counts.
    let word = octets
        .iter()
        .take_while(|octet| octet.is_ascii_alphabetic() || **octet == b'-')
        .count();
    if word >= 3 && octets.get(word) == Some(&b' ') {
        return As::HttpRequest;
    }
    if let Some((length, rest)) = octets.split_first_chunk::<2>()
        && usize::from(u16::from_be_bytes(*length)) == rest.len()
        && rest.len() >= 12
        && Message::decode(octets).is_err()
    {
        return As::DnsTcp;
    }
    As::Dns
}

/// What a flow of a capture is: by what the capture says, by its ports, by how it begins. `None` for what is not known here.
fn guess_flow(flow: &Flow) -> Option<As> {
    /// Port 53, and the ones of the tool's own DNS server and of multicast DNS.
    const DNS_PORTS: [u16; 3] = [53, 5300, 5353];
    let dns = match flow.transport {
        Transport::Udp => As::Dns,
        Transport::Tcp => As::DnsTcp,
    };
    let guessed = guess(&flow.octets);
    match flow.dissector.as_deref() {
        Some("dns") => Some(dns),
        Some("http") => Some(guessed),
        Some(_) => None,
        None if DNS_PORTS.contains(&flow.from.port()) || DNS_PORTS.contains(&flow.to.port()) => {
            Some(dns)
        }
        None if guessed == dns && dns == As::Dns => Message::decode(&flow.octets)
            .is_ok()
            .then_some(dns),
        None => (guessed != As::Dns && flow.transport == Transport::Tcp).then_some(guessed),
    }
}
