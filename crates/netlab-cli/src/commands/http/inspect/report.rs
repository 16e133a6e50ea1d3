//! One message as an object, in the form that `netlab dissect --json` has too, and what is odd about it.

use serde_json::Value;
use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Error, Framing, Limits, Method, RequestHead, ResponseHead,
};

use super::super::client;
use super::warnings;
use crate::commands::dissect::{http_request_json, http_response_json};

/// What is to be said of a message besides its dissection.
pub(super) struct Report {
    /// The message, or why it is none.
    pub(super) json: Value,
    /// What is odd about it.
    pub(super) warnings: Vec<String>,
}

/// A request with its body.
pub(super) fn request(octets: &[u8]) -> Report {
    let limits = Limits::default();
    let warnings = match RequestHead::decode(octets) {
        Ok(Decoded::Complete { value: head, len }) => {
            match check_body(octets, len, head.framing(), &limits) {
                Ok(()) => warnings::of_request(&head),
                Err(error) => vec![warnings::of_refusal(&error)],
            }
        }
        Ok(Decoded::Incomplete) => Vec::new(),
        Err(error) => vec![warnings::of_refusal(&error)],
    };
    Report {
        json: http_request_json(octets),
        warnings,
    }
}

/// A response to a request with `method`, with its body, as real servers send them.
pub(super) fn response(octets: &[u8], method: Method<'_>) -> Report {
    let limits = client::limits();
    let warnings = match check_response(octets, method, &limits) {
        Ok(None) => Vec::new(),
        Ok(Some(head)) => {
            let mut warnings = warnings::of_response(&head);
            // What was let pass for the sake of real servers is still wrong.
            if let Err(error) = check_response(octets, method, &Limits::default()) {
                warnings.push(format!(
                    "a strict reader refuses it: {error} ({})",
                    error.reference()
                ));
            }
            warnings
        }
        Err(error) => vec![warnings::of_refusal(&error)],
    };
    Report {
        json: http_response_json(octets, method, &limits),
        warnings,
    }
}

/// The head of a response, whose body keeps the rules as far as it is there; `None` if the head is not whole.
fn check_response<'o>(
    octets: &'o [u8],
    method: Method<'_>,
    limits: &Limits,
) -> Result<Option<ResponseHead<'o>>, Error> {
    match ResponseHead::decode_with(octets, method, limits)? {
        Decoded::Complete { value: head, len } => {
            check_body(octets, len, head.framing(), limits)?;
            Ok(Some(head))
        }
        Decoded::Incomplete => Ok(None),
    }
}

/// Whether the body that begins at `start` keeps the rules, as far as it is there.
fn check_body(octets: &[u8], start: usize, framing: Framing, limits: &Limits) -> Result<(), Error> {
    let mut decoder = BodyDecoder::with_limits(framing, limits);
    let mut at = start;
    loop {
        let step = decoder
            .decode(octets.get(at..).unwrap_or_default())
            .map_err(|error| error.moved_by(at))?;
        at = at.saturating_add(step.consumed);
        if matches!(step.event, BodyEvent::NeedMore | BodyEvent::End) {
            return Ok(());
        }
    }
}
