//! What is odd about one message.

use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Error, Framing, Limits, Method, RequestHead, ResponseHead,
};

use super::super::client;
use super::warnings;

/// In a request with its body.
pub(super) fn of_request(octets: &[u8]) -> Vec<String> {
    let limits = Limits::default();
    match RequestHead::decode(octets) {
        Ok(Decoded::Complete { value: head, len }) => {
            match check_body(octets, len, head.framing(), &limits) {
                Ok(()) => warnings::of_request(&head),
                Err(error) => vec![warnings::of_refusal(&error)],
            }
        }
        Ok(Decoded::Incomplete) => Vec::new(),
        Err(error) => vec![warnings::of_refusal(&error)],
    }
}

/// In a response to a request with `method`, with its body, as real servers send them.
pub(super) fn of_response(octets: &[u8], method: Method<'_>) -> Vec<String> {
    let limits = client::limits();
    match check_response(octets, method, &limits) {
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
