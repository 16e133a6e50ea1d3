//! What was found out about a message, and its form for `--json`.

use serde::{Serialize, Serializer};
use serde_json::Value;
use wire_dns::Message;

use super::{As, http};

/// What was found out about one message.
pub(super) enum Verdict<'a> {
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
    /// The same verdict on a message that stands `octets` further on.
    pub(super) fn moved_by(mut self, octets: usize) -> Self {
        if let Self::Refuse { offset, .. } = &mut self {
            *offset = offset.saturating_add(octets);
        }
        self
    }
}

/// A verdict in the form of `--json`.
#[derive(Default, Serialize)]
pub(super) struct Report<'a> {
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
    pub(super) fn of(protocol: As, verdict: Verdict<'a>, line: Option<u64>) -> Self {
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

    pub(super) fn into_value(self) -> Value {
        // Only a map with keys that are no strings could fail.
        serde_json::to_value(self).unwrap_or_default()
    }
}
