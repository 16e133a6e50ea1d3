//! What is said of each message of the input.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::SocketAddr;

use anstyle::AnsiColor;
use wire_http::Limits;

use super::capture::{self, Capture, Contents, Flow, Run};
use super::guess::{begins_as, form, guess, guess_flow};
use super::live::{Next, Reading};
use super::verdict::{Origin, Report, Said, Verdict, tail};
use super::{Args, As, Input, dissect, dns, hex, http, unreadable};
use crate::exit::Failure;
use crate::input;
use crate::output::{Output, counted};
use crate::show::{ResponseTo, Transport};

/// Reads messages and says what they are.
pub(super) struct Judge {
    protocol: As,
    /// What a response answers whose request is not known.
    response_to: ResponseTo,
    /// The requests of a capture by their client and server, until their responses come.
    unanswered: HashMap<(SocketAddr, SocketAddr), VecDeque<ResponseTo>>,
    out: Output,
    refused: bool,
    /// What is said of messages and not printed yet.
    text: Vec<u8>,
}

impl Judge {
    pub(super) fn new(protocol: As, response_to: ResponseTo, out: Output) -> Self {
        Self {
            protocol,
            response_to,
            unanswered: HashMap::new(),
            out,
            refused: false,
            text: Vec::new(),
        }
    }

    /// Whether a message was refused.
    pub(super) const fn has_refused(&self) -> bool {
        self.refused
    }

    pub(super) fn read(&mut self, args: &Args) -> anyhow::Result<()> {
        let (file, name) = input::open(args.file.as_deref())?;
        let mut input = BufReader::with_capacity(64 * 1024, file);
        if args.input == Input::HexLines {
            return self.lines(&mut input, &name);
        }
        let first = input.fill_buf();
        let first = first.map_err(|error| unreadable(&name, &error))?;
        if matches!(args.input, Input::Auto | Input::Pcap) && capture::is_plain_capture(first) {
            return self.capture_as_it_comes(&mut input, &name);
        }
        let mut octets = Vec::new();
        input
            .read_to_end(&mut octets)
            .map_err(|error| unreadable(&name, &error))?;
        if matches!(args.input, Input::Auto | Input::Pcap)
            && let Some((what, way_out)) = capture::foreign(&octets)
        {
            return Err(
                Failure::failed(format!("cannot read {name}: it is {what}; {way_out}")).into(),
            );
        }
        match form(args.input, &octets) {
            Input::Pcap => self.contents(&capture::read(&octets), false, &name),
            Input::HexLines => self.lines(&mut BufReader::new(octets.as_slice()), &name),
            Input::Hex => {
                let text = String::from_utf8_lossy(&octets);
                let decoded = hex::decode_dump(&text).map_err(|reason| {
                    Failure::failed(format!("cannot read the digits of {name}: {reason}"))
                })?;
                self.messages(self.protocol, &decoded, Origin::Whole, 0)
            }
            Input::Raw | Input::Auto => self.messages(self.protocol, &octets, Origin::Whole, 0),
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
            let origin = Origin::Line(number);
            match hex::decode_line(&digits) {
                Ok(octets) => self.messages(self.protocol, &octets, origin, 0)?,
                Err(detail) => {
                    let verdict = Verdict::Refuse {
                        offset: 0,
                        kind: "not-hexadecimal",
                        detail,
                        reference: "",
                        status: None,
                    };
                    self.report(self.protocol, self.response_to, verdict, &[], origin, 0)?;
                }
            }
        }
    }

    pub(super) fn print(&mut self) -> io::Result<()> {
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

    /// What has ended is told while the rest is still to come.
    fn capture_as_it_comes(
        &mut self,
        input: &mut BufReader<File>,
        name: &str,
    ) -> anyhow::Result<()> {
        let mut capture = Capture::default();
        let mut found = false;
        let mut failed = Ok(());
        let mut reading = Reading::start(input)?;
        let read = loop {
            match reading.next(input) {
                Ok(Next::Octets(octets)) => {
                    if let Err(reason) = capture.push(octets) {
                        break Err(reason);
                    }
                }
                Ok(Next::Pause) => {
                    for flow in capture.ended() {
                        found |= self.flow(&flow)?;
                    }
                    self.print()?;
                }
                Ok(Next::End) => break Ok(()),
                Err(error) => {
                    failed = Err(unreadable(name, &error));
                    break Ok(());
                }
            }
        };
        let told = self.contents(&capture.finish(read), found, name);
        failed?;
        told
    }

    /// The rest of a capture in which a message was `found` before, or not.
    fn contents(&mut self, capture: &Contents, mut found: bool, name: &str) -> anyhow::Result<()> {
        for (link, count) in &capture.unknown_links {
            self.out.warn(&format!(
                "{} of {name} passed over: link type {link} is not known here",
                counted(*count, "packet")
            ));
        }
        if capture.lost_fragments > 0 {
            self.out.warn(&format!(
                "{} of {name} passed over: the first fragment was not captured",
                counted(capture.lost_fragments, "packet")
            ));
        }
        for flow in &capture.flows {
            found |= self.flow(flow)?;
        }
        if !found && capture.read.is_ok() {
            self.out
                .notice(&format!("netlab: no DNS or HTTP message found in {name}; with -v each stream that is neither is named"));
        }
        match &capture.read {
            Ok(()) => Ok(()),
            Err(reason) => {
                Err(Failure::failed(format!("the capture {name} is broken: {reason}")).into())
            }
        }
    }

    /// What went from one end to another; false if it is passed over.
    fn flow(&mut self, flow: &Flow) -> anyhow::Result<bool> {
        let protocol = match self.protocol {
            As::Auto => {
                let requests = self.unanswered.get(&(flow.to, flow.from));
                guess_flow(flow, requests.is_some_and(|requests| !requests.is_empty()))
            }
            asked => Some(asked),
        };
        let Some(protocol) = protocol else {
            self.out
                .remark(|| format!("{flow}: neither DNS nor HTTP, passed over"));
            return Ok(false);
        };
        if protocol == As::HttpRequest && flow.dissector.is_none() {
            // A new connection between the same ports; exported messages come one by one.
            self.unanswered.remove(&(flow.from, flow.to));
        }
        for run in &flow.runs {
            self.run(flow, run, protocol)?;
        }
        Ok(true)
    }

    /// What of a flow was captured in one go. Where its first octet need not be the first of a message, the next message that begins
    /// with a segment is looked for.
    fn run(&mut self, flow: &Flow, run: &Run, protocol: As) -> anyhow::Result<()> {
        let start = if run.is_start {
            Some(0)
        } else {
            next_start(protocol, run, 0)
        };
        let origin = Origin::Captured(flow, run);
        if start != Some(0) {
            let octets = start.unwrap_or(run.octets.len());
            let verdict = Verdict::Tail { octets };
            let behind = run.octets.get(..octets).unwrap_or_default();
            self.report(protocol, self.response_to, verdict, behind, origin, 0)?;
        }
        match start {
            Some(start) => self.messages(protocol, &run.octets, origin, start),
            None => Ok(()),
        }
    }

    /// What the next response answers.
    fn next_response_to(&self, origin: Origin<'_>) -> ResponseTo {
        match origin {
            Origin::Captured(flow, _) => self
                .unanswered
                .get(&(flow.to, flow.from))
                .and_then(|unanswered| unanswered.front().copied()),
            Origin::Whole | Origin::Line(_) => None,
        }
        .unwrap_or(self.response_to)
    }

    /// Keeps in mind which requests have their responses. One that is refused counts as well: it was sent.
    fn pair(&mut self, flow: &Flow, protocol: As, verdict: &Verdict<'_>, octets: &[u8]) {
        let response_to = match verdict {
            Verdict::Accept { message, .. } => match message {
                Said::Request(request) => Some(request.response_to()),
                Said::Response(response) if response.is_final() => None,
                Said::Response(_) | Said::Dns(_) => return,
            },
            Verdict::Refuse { .. } if protocol == As::HttpRequest => {
                let method = octets.split(|octet| *octet == b' ').next();
                let method = String::from_utf8_lossy(method.unwrap_or_default());
                Some(ResponseTo::method(&method))
            }
            Verdict::Refuse { .. } if protocol == As::HttpResponse => None,
            Verdict::Refuse { .. } | Verdict::Incomplete { .. } | Verdict::Tail { .. } => return,
        };
        if let Some(response_to) = response_to {
            let unanswered = self.unanswered.entry((flow.from, flow.to)).or_default();
            unanswered.push_back(response_to);
        } else if let Some(unanswered) = self.unanswered.get_mut(&(flow.to, flow.from)) {
            unanswered.pop_front();
        }
    }

    /// Every message of the octets from `start`, until one is refused or not whole. Behind one that ends its connection or begins a
    /// tunnel, a stream of a capture may go on with what is no message to its receiver, and was sent all the same.
    fn messages(
        &mut self,
        protocol: As,
        octets: &[u8],
        origin: Origin<'_>,
        mut start: usize,
    ) -> anyhow::Result<()> {
        let protocol = match protocol {
            As::Auto => guess(octets),
            asked => asked,
        };
        loop {
            let rest = octets.get(start..).unwrap_or_default();
            let response_to = self.next_response_to(origin);
            let (mut verdict, goes_on) = match protocol {
                As::Dns | As::Auto => (dns::message(rest), false),
                As::DnsTcp => dns::framed(rest),
                As::HttpRequest => http::request(rest),
                As::HttpResponse => {
                    http::response(rest, response_to.as_method(), &Limits::default())
                }
            };
            if let Origin::Captured(flow, run) = origin {
                verdict = verdict.of_what_was_captured(rest.len(), run.missing);
                self.pair(flow, protocol, &verdict, rest);
            }
            let end = match verdict {
                Verdict::Accept { octets: used, .. } => start.saturating_add(used),
                Verdict::Incomplete { .. } | Verdict::Tail { .. } | Verdict::Refuse { .. } => {
                    octets.len()
                }
            };
            let next = match origin {
                _ if end >= octets.len() => None,
                _ if goes_on => Some(end),
                Origin::Captured(flow, run) if flow.transport == Transport::Tcp => {
                    let there = octets.get(end..).unwrap_or_default();
                    if begins_as(protocol, there) {
                        Some(end)
                    } else {
                        next_start(protocol, run, end)
                    }
                }
                Origin::Captured(..) | Origin::Whole | Origin::Line(_) => None,
            };
            let until = next.unwrap_or(octets.len());
            let rest = octets.get(start..until).unwrap_or_default();
            // In a capture the packets say where a message is, and its octets are counted from its own first.
            let verdict = match origin {
                Origin::Captured(..) => verdict,
                Origin::Whole | Origin::Line(_) => verdict.moved_by(start),
            };
            self.report(protocol, response_to, verdict, rest, origin, start)?;
            if let Origin::Captured(flow, _) = origin
                && end < until
            {
                self.out.remark(|| {
                    let passed_over = counted(until.saturating_sub(end), "octet");
                    format!("{flow}: {passed_over} behind the last message passed over")
                });
            }
            match next {
                Some(next) => start = next,
                None => return Ok(()),
            }
        }
    }

    /// Says what a message is that stands at `start` of its origin; `octets` go from there to the end.
    fn report(
        &mut self,
        protocol: As,
        response_to: ResponseTo,
        verdict: Verdict<'_>,
        octets: &[u8],
        origin: Origin<'_>,
        start: usize,
    ) -> io::Result<()> {
        /// What is kept back while more lines are at hand.
        const TEXT_MAX: usize = 64 * 1024;
        self.refused |= matches!(verdict, Verdict::Refuse { .. });
        let used = match verdict {
            Verdict::Accept { octets, .. } => octets,
            Verdict::Incomplete { .. } | Verdict::Tail { .. } | Verdict::Refuse { .. } => {
                octets.len()
            }
        };
        let place = start..start.saturating_add(used);
        if self.out.is_json() {
            let report = Report::of(protocol, verdict, origin, place);
            serde_json::to_writer(&mut self.text, &report)?;
            self.text.push(b'\n');
        } else {
            origin.write_heading(&mut self.text, place)?;
            let octets = octets.get(..used).unwrap_or_default();
            self.tell(protocol, response_to, verdict, octets)?;
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
    ) -> io::Result<()> {
        if !matches!(verdict, Verdict::Tail { .. }) {
            let mut dissection = dissect(protocol, response_to, octets);
            if matches!(verdict, Verdict::Incomplete { .. }) && protocol.is_dns() {
                "the start of a DNS message".clone_into(&mut dissection.summary);
            }
            writeln!(self.text, "{}", dissection.to_text(octets).trim_end())?;
        }
        match verdict {
            Verdict::Accept { .. } => {}
            Verdict::Incomplete { detail } => {
                let detail = detail.as_deref();
                let detail = detail.unwrap_or("more octets are needed");
                writeln!(self.text, "not whole: {detail}")?;
            }
            Verdict::Tail { octets } => writeln!(self.text, "not whole: {}", tail(octets))?,
            Verdict::Refuse {
                offset,
                detail,
                reference,
                status,
                ..
            } => {
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

/// Where, from `place` on, octets begin as messages do with what a packet brought.
fn next_start(protocol: As, run: &Run, place: usize) -> Option<usize> {
    run.starts_from(place)
        .find(|start| begins_as(protocol, run.octets.get(*start..).unwrap_or_default()))
}
