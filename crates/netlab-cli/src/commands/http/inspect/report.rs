//! One message as an object, in the form that `netlab dissect --json` has too.

use serde_json::{Value, json};
use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Error, Fields, Framing, Limits, Method, RequestHead,
    ResponseHead,
};

use super::super::client;
use super::warnings;

/// What is to be said of a message besides its dissection.
pub(super) struct Report {
    /// The message, or why it is none.
    pub(super) json: Value,
    /// What is odd about it.
    pub(super) warnings: Vec<String>,
}

/// A request with its body.
pub(super) fn request(octets: &[u8]) -> Report {
    const PROTOCOL: &str = "http-request";
    match RequestHead::decode(octets) {
        Ok(Decoded::Complete { value: head, len }) => {
            let body = match Body::read(octets, len, head.framing(), &Limits::default()) {
                Ok(Some(body)) => body,
                Ok(None) => return incomplete(PROTOCOL),
                Err(error) => return refused(PROTOCOL, &error, true),
            };
            let mut message = json!({
                "method": head.method().as_str(),
                "target": head.target_text(),
                "version": head.version().as_str(),
            });
            body.put(&mut message, head.fields(), head.framing());
            Report {
                json: json!({"verdict": "accept", "protocol": PROTOCOL, "octets": body.end, "message": message}),
                warnings: warnings::of_request(&head),
            }
        }
        Ok(Decoded::Incomplete) => incomplete(PROTOCOL),
        Err(error) => refused(PROTOCOL, &error, true),
    }
}

/// A response to a request with `method`, with its body.
pub(super) fn response(octets: &[u8], method: Method<'_>) -> Report {
    const PROTOCOL: &str = "http-response";
    let limits = client::limits();
    match ResponseHead::decode_with(octets, method, &limits) {
        Ok(Decoded::Complete { value: head, len }) => {
            let body = match Body::read(octets, len, head.framing(), &limits) {
                Ok(Some(body)) => body,
                Ok(None) => return incomplete(PROTOCOL),
                Err(error) => return refused(PROTOCOL, &error, false),
            };
            let mut message = json!({
                "version": head.version().as_str(),
                "status": head.status().code(),
                "reason": String::from_utf8_lossy(head.reason()),
            });
            body.put(&mut message, head.fields(), head.framing());
            let mut warnings = warnings::of_response(&head);
            // What was let pass for the sake of real servers is still wrong.
            let strict = ResponseHead::decode(octets, method)
                .map(|_| ())
                .and_then(|()| {
                    Body::read(octets, len, head.framing(), &Limits::default()).map(|_| ())
                });
            if let Err(error) = strict {
                warnings.push(format!(
                    "a strict reader refuses it: {error} ({})",
                    error.reference()
                ));
            }
            Report {
                json: json!({"verdict": "accept", "protocol": PROTOCOL, "octets": body.end, "message": message}),
                warnings,
            }
        }
        Ok(Decoded::Incomplete) => incomplete(PROTOCOL),
        Err(error) => refused(PROTOCOL, &error, false),
    }
}

fn incomplete(protocol: &str) -> Report {
    Report {
        json: json!({"verdict": "incomplete", "protocol": protocol}),
        warnings: Vec::new(),
    }
}

fn refused(protocol: &str, error: &Error, is_request: bool) -> Report {
    let mut object = json!({
        "verdict": "refuse",
        "protocol": protocol,
        "offset": error.offset(),
        "kind": error.kind().name(),
        "detail": error.kind().to_string(),
        "reference": error.reference(),
    });
    if let (true, Value::Object(members)) = (is_request, &mut object) {
        let status = error.suggested_status().code();
        members.insert("status".to_owned(), status.into());
    }
    Report {
        json: object,
        warnings: vec![warnings::of_refusal(error)],
    }
}

/// A body, read to its end.
struct Body {
    content: Vec<u8>,
    trailers: Vec<Value>,
    /// Where the message ends.
    end: usize,
}

impl Body {
    /// The body that begins at `start`; `None` if its end is missing.
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
            let step = decoder
                .decode(octets.get(body.end..).unwrap_or_default())
                .map_err(|error| error.moved_by(body.end))?;
            match step.event {
                BodyEvent::Data(piece) => body.content.extend_from_slice(piece),
                BodyEvent::Trailers(section) => body.trailers = list(&section.fields()),
                BodyEvent::NeedMore => {
                    body.end = body.end.saturating_add(step.consumed);
                    return Ok(decoder.finish().is_ok().then_some(body));
                }
                BodyEvent::End => {
                    body.end = body.end.saturating_add(step.consumed);
                    return Ok(Some(body));
                }
            }
            body.end = body.end.saturating_add(step.consumed);
        }
    }

    fn put(&self, message: &mut Value, fields: &Fields<'_>, framing: Framing) {
        let framing = match framing {
            Framing::None => json!({"kind": "none"}),
            Framing::ContentLength(length) => json!({"kind": "content-length", "length": length}),
            Framing::Chunked => json!({"kind": "chunked"}),
            Framing::UntilClose => json!({"kind": "until-close"}),
        };
        if let Value::Object(members) = message {
            members.insert("fields".to_owned(), list(fields).into());
            members.insert("framing".to_owned(), framing);
            members.insert("body_hex".to_owned(), hex(&self.content).into());
            members.insert("trailers".to_owned(), self.trailers.clone().into());
        }
    }
}

fn list(fields: &Fields<'_>) -> Vec<Value> {
    fields
        .iter()
        .map(|line| {
            json!([
                line.name().as_str(),
                String::from_utf8_lossy(line.value().as_bytes())
            ])
        })
        .collect()
}

/// Octets as hexadecimal digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
