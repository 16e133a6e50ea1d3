//! What becomes of a request head, for tests of many heads.
#![allow(
    dead_code,
    clippy::panic,
    reason = "a failed expectation is a failed test; not every test uses every helper"
)]

use wire_http::{Decoded, Error, Limits, RequestHead};

/// The head, which must be whole and right.
pub(crate) fn accept(input: &str) -> RequestHead<'_> {
    accept_octets(input.as_bytes())
}

/// The head, which must be whole and right.
pub(crate) fn accept_octets(input: &[u8]) -> RequestHead<'_> {
    match RequestHead::decode(input) {
        Ok(Decoded::Complete { value, .. }) => value,
        other => panic!("{}: {other:?}", input.escape_ascii()),
    }
}

/// The error, which there must be.
pub(crate) fn refuse(input: &str) -> Error {
    refuse_with(input.as_bytes(), &Limits::new())
}

/// The error within `limits`, which there must be.
pub(crate) fn refuse_with(input: &[u8], limits: &Limits) -> Error {
    match RequestHead::decode_with(input, limits) {
        Err(error) => error,
        Ok(other) => panic!("{} passed: {other:?}", input.escape_ascii()),
    }
}

/// `name`, offset, status and section of the refusal.
pub(crate) fn refusal(input: &str) -> (&'static str, usize, u16, &'static str) {
    let error = refuse(input);
    (
        error.kind().name(),
        error.offset(),
        error.suggested_status().code(),
        error.reference(),
    )
}
