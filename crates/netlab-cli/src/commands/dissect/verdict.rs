//! What was found out about a message, and its form for `--json`.

use core::ops::Range;
use std::io::{self, Write};
use std::net::SocketAddr;

use serde::{Serialize, Serializer};
use serde_json::Value;
use wire_dns::Message;

use super::capture::{Flow, Run};
use super::{As, http};
use crate::output::counted;

/// Where octets come from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// They are the input.
    Whole,
    /// The line of the input with this number.
    Line(u64),
    /// A capture.
    Captured(&'a Flow, &'a Run),
}

impl Origin<'_> {
    /// What stands before a message at `place` for people.
    pub(super) fn write_heading(
        self,
        text: &mut impl Write,
        place: Range<usize>,
    ) -> io::Result<()> {
        match self {
            Self::Whole => Ok(()),
            Self::Line(line) => writeln!(text, "line {line}:"),
            Self::Captured(flow, run) => match run.packets(place) {
                [first, last] if first == last => writeln!(text, "{flow}, packet {first}"),
                [first, last] => writeln!(text, "{flow}, packets {first} to {last}"),
            },
        }
    }
}

/// What was found out about one message.
pub(super) enum Verdict<'a> {
    /// It is good: how many octets it has, and what it says.
    Accept { octets: usize, message: Said<'a> },
    /// It is good as far as it goes.
    Incomplete {
        /// Why there is no more of it, where that is known.
        detail: Option<String>,
    },
    /// Its beginning was not captured, only that many octets at its end.
    Tail { octets: usize },
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
pub(super) enum Said<'a> {
    Dns(Message<'a>),
    Request(http::Request),
    Response(http::Response),
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Dns(message) => message.serialize(serializer),
            Self::Request(message) => message.serialize(serializer),
            Self::Response(message) => message.serialize(serializer),
        }
    }
}

impl Verdict<'_> {
    /// It is good as far as it goes, and the input ends there.
    pub(super) const INCOMPLETE: Self = Self::Incomplete { detail: None };

    /// The same verdict on a message that stands `octets` further on.
    pub(super) fn moved_by(mut self, octets: usize) -> Self {
        if let Self::Refuse { offset, .. } = &mut self {
            *offset = offset.saturating_add(octets);
        }
        self
    }

    /// The same verdict on octets of which there are `length`, if `missing` behind them were not captured: what breaks off there is not
    /// whole.
    pub(super) fn of_what_was_captured(self, length: usize, missing: u64) -> Self {
        let breaks_off = missing > 0
            && match &self {
                Self::Incomplete { .. } => true,
                Self::Accept {
                    message: Said::Response(response),
                    octets,
                } => response.goes_to_the_end() && *octets == length,
                Self::Accept { .. } | Self::Tail { .. } => false,
                // The octet that would have been next is the one that is missing.
                Self::Refuse { kind, .. } => *kind == "unexpected-end",
            };
        if breaks_off {
            let detail = format!("{} behind it were not captured", counted(missing, "octet"));
            return Self::Incomplete {
                detail: Some(detail),
            };
        }
        self
    }
}

/// What is said of [`Verdict::Tail`].
pub(super) fn tail(octets: usize) -> String {
    let octets = counted(octets, "octet");
    format!("it ends with {octets} and its beginning was not captured")
}

/// A verdict in the form of `--json`.
#[derive(Default, Serialize)]
pub(super) struct Report<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packets: Option<[u64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<SocketAddr>,
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
    /// What was found out about the message that stands at `place` of its origin.
    pub(super) fn of(
        protocol: As,
        verdict: Verdict<'a>,
        origin: Origin<'_>,
        place: Range<usize>,
    ) -> Self {
        let protocol = match protocol {
            As::Dns | As::Auto => "dns",
            As::DnsTcp => "dns-tcp",
            As::HttpRequest => "http-request",
            As::HttpResponse => "http-response",
        };
        let mut report = Self {
            protocol,
            ..Self::default()
        };
        match origin {
            Origin::Whole => {}
            Origin::Line(line) => report.line = Some(line),
            Origin::Captured(flow, run) => {
                report.packets = Some(run.packets(place));
                report.transport = Some(flow.transport.to_string());
                report.from = Some(flow.from);
                report.to = Some(flow.to);
            }
        }
        match verdict {
            Verdict::Accept { octets, message } => Self {
                verdict: "accept",
                octets: Some(octets),
                message: Some(message),
                ..report
            },
            Verdict::Incomplete { detail } => Self {
                verdict: "incomplete",
                detail,
                ..report
            },
            Verdict::Tail { octets } => Self {
                verdict: "incomplete",
                detail: Some(tail(octets)),
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

    pub(super) fn into_value(self) -> Value {
        // Only a map with keys that are no strings could fail.
        serde_json::to_value(self).unwrap_or_default()
    }
}
