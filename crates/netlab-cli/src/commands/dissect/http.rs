//! HTTP messages of a stream: heads with their framing decided, and whole bodies.

use serde::Serialize;
use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Error, Fields, Framing, Limits, Method, RequestHead,
    ResponseHead,
};

use super::verdict::{Said, Verdict};
use crate::output::digits;
use crate::show::ResponseTo;

/// A good request, in the form of `--json`.
#[derive(Serialize)]
pub(super) struct Request {
    method: String,
    target: String,
    version: &'static str,
    #[serde(flatten)]
    rest: Rest,
}

impl Request {
    /// What its response answers.
    pub(super) fn response_to(&self) -> ResponseTo {
        ResponseTo::method(&self.method)
    }
}

/// A good response, in the form of `--json`.
#[derive(Serialize)]
pub(super) struct Response {
    version: &'static str,
    status: u16,
    reason: String,
    #[serde(flatten)]
    rest: Rest,
}

impl Response {
    /// Whether no other response to the same request follows.
    pub(super) const fn is_final(&self) -> bool {
        self.status >= 200 || self.status == 101
    }

    /// Whether it ends where its connection does.
    pub(super) fn goes_to_the_end(&self) -> bool {
        self.rest.framing.kind == UNTIL_CLOSE
    }
}

/// What requests and responses have in common.
#[derive(Serialize)]
struct Rest {
    fields: FieldLines,
    framing: Framed,
    body_hex: String,
    trailers: FieldLines,
}

/// Names and values.
type FieldLines = Vec<(String, String)>;

/// The body ends where its connection does.
const UNTIL_CLOSE: &str = "until-close";

/// How the end of the body is found.
#[derive(Serialize)]
struct Framed {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

impl Rest {
    fn of(lines: &Fields<'_>, framing: Framing, content: Vec<u8>, trailers: FieldLines) -> Self {
        let (kind, length) = match framing {
            Framing::None => ("none", None),
            Framing::ContentLength(length) => ("content-length", Some(length)),
            Framing::Chunked => ("chunked", None),
            Framing::UntilClose => (UNTIL_CLOSE, None),
        };
        Self {
            fields: fields(lines),
            framing: Framed { kind, length },
            body_hex: digits(&content),
            trailers,
        }
    }
}

/// The first request, and whether the octets behind it may be another.
pub(super) fn request(octets: &[u8]) -> (Verdict<'static>, bool) {
    let (head, len) = match RequestHead::decode(octets) {
        Ok(Decoded::Complete { value, len }) => (value, len),
        Ok(Decoded::Incomplete) => return (Verdict::INCOMPLETE, false),
        Err(error) => return (refuse(&error, true), false),
    };
    let body = match Body::read(octets, len, head.framing(), &Limits::default()) {
        Ok(Some(body)) => body,
        Ok(None) => return (Verdict::INCOMPLETE, false),
        Err(error) => return (refuse(&error, true), false),
    };
    let message = Request {
        method: head.method().as_str().to_owned(),
        target: head.target_text().to_owned(),
        version: head.version().as_str(),
        rest: Rest::of(head.fields(), head.framing(), body.content, body.trailers),
    };
    // What follows a request to switch, to tunnel or to close is no request.
    let goes_on = head.persists() && head.upgrade().is_none() && head.method() != Method::CONNECT;
    let verdict = Verdict::Accept {
        octets: body.end,
        message: Said::Request(message),
    };
    (verdict, goes_on)
}

/// The first response within `limits`, to a request with `method`, and whether the octets behind it may be another.
pub(super) fn response(
    octets: &[u8],
    method: Method<'_>,
    limits: &Limits,
) -> (Verdict<'static>, bool) {
    let (head, len) = match ResponseHead::decode_with(octets, method, limits) {
        Ok(Decoded::Complete { value, len }) => (value, len),
        Ok(Decoded::Incomplete) => return (Verdict::INCOMPLETE, false),
        Err(error) => return (refuse(&error, false), false),
    };
    let body = match Body::read(octets, len, head.framing(), limits) {
        Ok(Some(body)) => body,
        Ok(None) => return (Verdict::INCOMPLETE, false),
        Err(error) => return (refuse(&error, false), false),
    };
    let message = Response {
        version: head.version().as_str(),
        status: head.status().code(),
        reason: String::from_utf8_lossy(head.reason()).into_owned(),
        rest: Rest::of(head.fields(), head.framing(), body.content, body.trailers),
    };
    let goes_on = !message.is_final()
        || (head.persists() && !head.is_tunnel() && head.status().code() != 101);
    let verdict = Verdict::Accept {
        octets: body.end,
        message: Said::Response(message),
    };
    (verdict, goes_on)
}

struct Body {
    content: Vec<u8>,
    trailers: FieldLines,
    /// Where the message ends.
    end: usize,
}

impl Body {
    /// The whole body, `None` if it is not whole.
    fn read(
        octets: &[u8],
        start: usize,
        framing: Framing,
        limits: &Limits,
    ) -> Result<Option<Self>, Error> {
        let mut decoder = BodyDecoder::with_limits(framing, limits);
        let mut body = Self {
            content: Vec::new(),
            trailers: Vec::new(),
            end: start,
        };
        loop {
            let rest = octets.get(body.end..).unwrap_or_default();
            let step = decoder
                .decode(rest)
                .map_err(|error| error.moved_by(body.end))?;
            match step.event {
                BodyEvent::Data(data) => body.content.extend_from_slice(data),
                BodyEvent::Trailers(section) => body.trailers = fields(&section.fields()),
                BodyEvent::End => {
                    body.end = body.end.saturating_add(step.consumed);
                    return Ok(Some(body));
                }
                BodyEvent::NeedMore => {
                    body.end = body.end.saturating_add(step.consumed);
                    // The end of the input is the end of the connection.
                    return Ok(decoder.finish().is_ok().then_some(body));
                }
            }
            body.end = body.end.saturating_add(step.consumed);
        }
    }
}

fn refuse(error: &Error, is_request: bool) -> Verdict<'static> {
    Verdict::Refuse {
        offset: error.offset(),
        kind: error.kind().name(),
        detail: error.kind().to_string(),
        reference: error.reference(),
        status: is_request.then(|| error.suggested_status().code()),
    }
}

fn fields(fields: &Fields<'_>) -> FieldLines {
    fields
        .iter()
        .map(|line| {
            let value = String::from_utf8_lossy(line.value().as_bytes());
            (line.name().as_str().to_owned(), value.into_owned())
        })
        .collect()
}
