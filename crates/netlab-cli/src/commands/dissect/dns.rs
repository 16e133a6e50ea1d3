//! DNS messages, one a datagram or many in a stream.

use wire_dns::{Message, stream};

use super::verdict::{Said, Verdict};

/// Octets of the length before each message of a stream (RFC 1035 §4.2.2).
pub(super) const LENGTH_OCTETS: usize = 2;

/// The one message that the octets are.
pub(super) fn message(octets: &[u8]) -> Verdict<'_> {
    match Message::decode(octets) {
        Ok(message) => Verdict::Accept {
            octets: octets.len(),
            message: Said::Dns(message),
        },
        Err(error) => Verdict::Refuse {
            offset: error.offset(),
            kind: error.kind().name(),
            detail: match error.place() {
                Some((section, index)) => format!("{section} {index}: {}", error.kind()),
                None => error.kind().to_string(),
            },
            reference: error.reference(),
            status: None,
        },
    }
}

/// The first message of a stream, and whether others may follow.
pub(super) fn framed(octets: &[u8]) -> (Verdict<'_>, bool) {
    let stream::Decoded::Complete { message: body, len } = stream::decode(octets) else {
        return (Verdict::INCOMPLETE, false);
    };
    match message(body) {
        Verdict::Accept { message, .. } => (
            Verdict::Accept {
                octets: len,
                message,
            },
            true,
        ),
        refused => (refused.moved_by(LENGTH_OCTETS), false),
    }
}
