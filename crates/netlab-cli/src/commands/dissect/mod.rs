//! `netlab dissect`: messages from a file, a hex dump or a capture, taken apart and judged.

mod capture;
mod dns;
mod guess;
pub(crate) mod hex;
mod http;
mod verdict;

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anstyle::AnsiColor;
use serde_json::Value;
use wire_http::{Limits, Method};

use self::capture::Flow;
use self::guess::{form, guess, guess_flow};
use self::verdict::{Report, Said, Verdict};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::system_text;
use crate::output::{Output, counted};
use crate::show::{
    Dissection, ResponseTo, dissect_dns, dissect_http_request, dissect_http_response,
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
    /// The method of the request that a response answers, where the input is no capture that has the request
    #[arg(long, value_name = "METHOD", default_value = "GET", value_parser = parse_method)]
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

fn parse_method(text: &str) -> Result<String, String> {
    match Method::new(text) {
        Ok(method) => Ok(method.as_str().to_owned()),
        Err(error) => Err(format!("not a method: {error}")),
    }
}

/// Takes everything apart.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut judge = Judge {
        protocol: args.protocol,
        response_to: ResponseTo::method(&args.request_method),
        unanswered: HashMap::new(),
        ends: None,
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

/// The input and its name.
fn open(args: &Args) -> Result<(BufReader<Box<dyn Read>>, String), Failure> {
    let path = args.file.as_deref().filter(|path| path.as_os_str() != "-");
    let (input, name): (Box<dyn Read>, _) = match path {
        None => (Box::new(io::stdin()), "stdin".to_owned()),
        Some(path) => {
            let name = path.display().to_string();
            let file = open_file(path).map_err(|error| {
                Failure::cannot_start(format!("cannot open {name}: {}", system_text(&error)))
            })?;
            (Box::new(file), name)
        }
    };
    Ok((BufReader::with_capacity(64 * 1024, input), name))
}

/// A directory opens, too, and only reading it fails.
fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::failed(format!("cannot read {name}: {}", system_text(error)))
}

struct Judge {
    protocol: As,
    /// What a response answers whose request is not known.
    response_to: ResponseTo,
    /// The requests of a capture by their client and server, until their responses come.
    unanswered: HashMap<(SocketAddr, SocketAddr), VecDeque<ResponseTo>>,
    /// From and to whom the messages at hand went, in a capture.
    ends: Option<(SocketAddr, SocketAddr)>,
    out: Output,
    refused: bool,
    /// What is said of messages and not printed yet.
    text: Vec<u8>,
}

impl Judge {
    fn read(&mut self, args: &Args) -> anyhow::Result<()> {
        let (mut input, name) = open(args)?;
        if args.input == Input::HexLines {
            return self.lines(&mut input, &name);
        }
        let mut octets = Vec::new();
        input
            .read_to_end(&mut octets)
            .map_err(|error| unreadable(&name, &error))?;
        match form(args.input, &octets) {
            Input::Pcap => {
                let capture = capture::read(&octets);
                for (link, count) in &capture.unknown_links {
                    self.out.warn(&format!(
                        "{} of {name} passed over: link type {link} is not known here",
                        counted(*count, "packet")
                    ));
                }
                let mut found = false;
                for flow in &capture.flows {
                    found |= self.flow(flow)?;
                }
                if !found && capture.read.is_ok() {
                    self.out
                        .notice(&format!("netlab: no DNS or HTTP message found in {name}; with -v each stream that is neither is named"));
                }
                Ok(capture.read.map_err(|reason| {
                    Failure::failed(format!("the capture {name} is broken: {reason}"))
                })?)
            }
            Input::HexLines => self.lines(&mut BufReader::new(octets.as_slice()), &name),
            Input::Hex => {
                let text = String::from_utf8_lossy(&octets);
                let decoded = hex::decode_dump(&text).map_err(|reason| {
                    Failure::failed(format!("cannot read the digits of {name}: {reason}"))
                })?;
                self.messages(self.protocol, &decoded, None)
            }
            Input::Raw | Input::Auto => self.messages(self.protocol, &octets, None),
        }
    }

    /// One message, or several of a stream, a line.
    fn lines(&mut self, input: &mut BufReader<impl Read>, name: &str) -> anyhow::Result<()> {
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            // Whoever sends one line and waits gets its answer; many lines are answered together.
            if !input.buffer().contains(&b'\n') {
                self.print()?;
            }
            line.clear();
            let read = input.read_until(b'\n', &mut line);
            if read.map_err(|error| unreadable(name, &error))? == 0 {
                return Ok(());
            }
            number = number.saturating_add(1);
            // Octets that are no text are no digits either.
            let digits = String::from_utf8_lossy(line.trim_ascii());
            if digits.is_empty() {
                continue;
            }
            match hex::decode_line(&digits) {
                Ok(octets) => self.messages(self.protocol, &octets, Some(number))?,
                Err(detail) => {
                    let verdict = Verdict::Refuse {
                        offset: 0,
                        kind: "not-hexadecimal",
                        detail,
                        reference: "",
                        status: None,
                    };
                    self.report(self.protocol, self.response_to, verdict, &[], Some(number))?;
                }
            }
        }
    }

    fn print(&mut self) -> io::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        if self.out.is_json() {
            self.out.json_lines(&String::from_utf8_lossy(&self.text))?;
        } else {
            self.out.octets(&self.text)?;
        }
        self.text.clear();
        Ok(())
    }

    /// What went from one end to another; false if it is passed over.
    fn flow(&mut self, flow: &Flow) -> anyhow::Result<bool> {
        let protocol = match self.protocol {
            As::Auto => guess_flow(flow),
            asked => Some(asked),
        };
        let ends = format!("{} {} > {}", flow.transport, flow.from, flow.to);
        let Some(protocol) = protocol else {
            self.out
                .remark(|| format!("{ends}: neither DNS nor HTTP, passed over"));
            return Ok(false);
        };
        if !self.out.is_json() {
            writeln!(self.text, "{ends}")?;
        }
        if flow.is_cut
            && protocol == As::Dns
            && let Verdict::Refuse { .. } = dns::message(&flow.octets)
        {
            // What is missing was not captured; nobody sent it so.
            self.report(protocol, self.response_to, Verdict::Incomplete, &[], None)?;
            return Ok(true);
        }
        self.ends = Some((flow.from, flow.to));
        if protocol == As::HttpRequest && flow.dissector.is_none() {
            // A new connection between the same ports; exported messages come one by one.
            self.unanswered.remove(&(flow.from, flow.to));
        }
        self.messages(protocol, &flow.octets, None)?;
        Ok(true)
    }

    /// What the next response answers.
    fn next_response_to(&self) -> ResponseTo {
        self.ends
            .and_then(|(from, to)| self.unanswered.get(&(to, from))?.front().copied())
            .unwrap_or(self.response_to)
    }

    /// Keeps in mind which requests have their responses.
    fn pair(&mut self, verdict: &Verdict<'_>) {
        let (Some((from, to)), Verdict::Accept { message, .. }) = (self.ends, verdict) else {
            return;
        };
        match message {
            Said::Request(request) => {
                let unanswered = self.unanswered.entry((from, to)).or_default();
                unanswered.push_back(request.response_to());
            }
            Said::Response(response) if response.is_final() => {
                if let Some(unanswered) = self.unanswered.get_mut(&(to, from)) {
                    unanswered.pop_front();
                }
            }
            Said::Response(_) | Said::Dns(_) => {}
        }
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
            let response_to = self.next_response_to();
            let (verdict, goes_on) = match protocol {
                As::Dns | As::Auto => (dns::message(rest), false),
                As::DnsTcp => dns::framed(rest),
                As::HttpRequest => http::request(rest),
                As::HttpResponse => {
                    http::response(rest, response_to.as_method(), &Limits::default())
                }
            };
            self.pair(&verdict);
            let used = match verdict {
                Verdict::Accept { octets, .. } => octets,
                Verdict::Incomplete | Verdict::Refuse { .. } => 0,
            };
            let verdict = verdict.moved_by(start);
            self.report(protocol, response_to, verdict, rest, line)?;
            start = start.saturating_add(used);
            if used == 0 || !goes_on || start >= octets.len() {
                return Ok(());
            }
        }
    }

    fn report(
        &mut self,
        protocol: As,
        response_to: ResponseTo,
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
            self.tell(protocol, response_to, verdict, octets, line)?;
        }
        if self.text.len() > TEXT_MAX {
            self.print()?;
        }
        Ok(())
    }

    fn tell(
        &mut self,
        protocol: As,
        response_to: ResponseTo,
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
                let dissection = dissect(protocol, response_to, octets);
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
                let dissection = dissect(protocol, response_to, octets);
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
    Report::of(As::HttpRequest, verdict, None).into_value()
}

/// What `--json` says of an HTTP response with its body, to a request with `method`, as a reader with `limits` takes it.
pub(crate) fn http_response_json(octets: &[u8], method: Method<'_>, limits: &Limits) -> Value {
    let (verdict, _) = http::response(octets, method, limits);
    Report::of(As::HttpResponse, verdict, None).into_value()
}
