//! An HTTP/1.1 message taken apart: start line, field lines, body.

use core::ops::Range;

use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Error, Fields, Framing, Limits, Method, RequestHead,
    ResponseHead, Version,
};

use super::Dissection;
use crate::output::counted;

/// The parts of a request with its body, as far as `limits` accept it.
pub(crate) fn dissect_http_request(octets: &[u8], limits: &Limits) -> Dissection {
    match RequestHead::decode_with(octets, limits) {
        Ok(Decoded::Complete { value: head, len }) => {
            let mut dissection = Dissection::new(format!(
                "HTTP request {} {}",
                head.method(),
                head.target_text()
            ));
            dissection.field(
                0,
                head.method_range(),
                "method",
                head.method().as_str(),
                method_meaning(head.method()),
            );
            dissection.field(
                0,
                head.target_range(),
                "request-target",
                head.target_text(),
                "what it is asked of",
            );
            version(
                &mut dissection,
                head.version_range(),
                head.version(),
                head.persists(),
            );
            field_lines(&mut dissection, head.fields());
            body(&mut dissection, octets, len, head.framing());
            dissection
        }
        Ok(Decoded::Incomplete) => incomplete(octets),
        Err(error) => refused(octets, "request", &error),
    }
}

/// The parts of a response, to a request with `method`, with its body.
pub(crate) fn dissect_http_response(octets: &[u8], method: Method<'_>) -> Dissection {
    let mut limits = Limits::default();
    limits.lenient_response = true;
    match ResponseHead::decode_with(octets, method, &limits) {
        Ok(Decoded::Complete { value: head, len }) => {
            let reason = String::from_utf8_lossy(head.reason()).into_owned();
            let mut dissection =
                Dissection::new(format!("HTTP response {} {reason}", head.status().code()));
            version(
                &mut dissection,
                head.version_range(),
                head.version(),
                head.persists(),
            );
            dissection.field(
                0,
                head.status_range(),
                "status-code",
                head.status().code().to_string(),
                status_meaning(head.status().code()),
            );
            dissection.field(
                0,
                head.reason_range(),
                "reason-phrase",
                reason,
                "for people",
            );
            field_lines(&mut dissection, head.fields());
            body(&mut dissection, octets, len, head.framing());
            dissection
        }
        Ok(Decoded::Incomplete) => incomplete(octets),
        Err(error) => refused(octets, "response", &error),
    }
}

fn version(dissection: &mut Dissection, octets: Range<usize>, version: Version, persists: bool) {
    let meaning = if persists {
        "the connection may go on afterwards"
    } else {
        "the connection ends afterwards"
    };
    dissection.field(0, octets, "HTTP-version", version.as_str(), meaning);
}

fn field_lines(dissection: &mut Dissection, fields: &Fields<'_>) {
    for line in fields.iter() {
        let range = Range {
            start: line.name_range().start,
            end: line.value_range().end.max(line.name_range().end),
        };
        let name = line.name().as_str();
        dissection.field(
            0,
            range,
            name.to_owned(),
            String::from_utf8_lossy(line.value().as_bytes()),
            field_meaning(name),
        );
    }
}

fn body(dissection: &mut Dissection, octets: &[u8], start: usize, framing: Framing) {
    let meaning = match framing {
        Framing::None => "no body",
        Framing::ContentLength(_) => "as long as Content-Length says",
        Framing::Chunked => "in chunks, each with its length",
        Framing::UntilClose => "until the connection ends",
    };
    let empty_line = start.saturating_sub(2)..start;
    dissection.field(0, empty_line, "end of head", "", meaning);
    let mut decoder = BodyDecoder::new(framing);
    let mut at = start;
    let mut pieces = Pieces::default();
    loop {
        let step = decoder.decode(octets.get(at..).unwrap_or_default());
        if !matches!(&step, Ok(step) if matches!(step.event, BodyEvent::Data(_))) {
            pieces.tell_unshown(dissection);
        }
        let step = match step {
            Ok(step) => step,
            Err(error) => {
                let fault = at.saturating_add(error.offset());
                let octets = fault.min(octets.len())..octets.len();
                return dissection.fault(octets, error.kind(), error.reference());
            }
        };
        let end = at.saturating_add(step.consumed);
        match step.event {
            BodyEvent::Data(_) if !pieces.shows_one_more(at..end) => {}
            BodyEvent::Data(data) => {
                let content = end.saturating_sub(data.len())..end;
                let name = if framing == Framing::Chunked {
                    chunk_size(dissection, octets, at..content.start, CHUNK_SIZE);
                    "chunk-data"
                } else {
                    "content"
                };
                let meaning = counted(data.len(), "octet");
                dissection.field(0, content, name, shown(data), meaning);
            }
            BodyEvent::Trailers(section) => {
                let fields = section.fields();
                let first = fields.iter().next();
                let lines = first.map_or(end, |line| at.saturating_add(line.name_range().start));
                chunk_size(dissection, octets, at..lines, LAST_CHUNK);
                for line in fields.iter() {
                    dissection.field(
                        1,
                        at.saturating_add(line.name_range().start)
                            ..at.saturating_add(line.value_range().end),
                        line.name().as_str().to_owned(),
                        String::from_utf8_lossy(line.value().as_bytes()),
                        "a trailer field",
                    );
                }
            }
            BodyEvent::NeedMore => {
                if decoder.finish().is_err() {
                    dissection.field(0, end..octets.len(), "body", "", "ends too early");
                }
                return;
            }
            BodyEvent::End => {
                if framing == Framing::Chunked && end > at {
                    chunk_size(dissection, octets, at..end, LAST_CHUNK);
                }
                return;
            }
        }
        at = end;
    }
}

/// How many pieces of a body there were. A row takes over a hundred times the octets of the smallest chunk, and peers choose how many
/// they send, so only the first have rows of their own.
#[derive(Default)]
struct Pieces {
    count: usize,
    unshown: Range<usize>,
}

impl Pieces {
    const SHOWN_MAX: usize = 1000;

    /// Counts one more with its octets, and says whether it is shown.
    fn shows_one_more(&mut self, octets: Range<usize>) -> bool {
        self.count = self.count.saturating_add(1);
        let is_shown = self.count <= Self::SHOWN_MAX;
        if !is_shown {
            let start = match self.unshown.is_empty() {
                true => octets.start,
                false => self.unshown.start,
            };
            self.unshown = start..octets.end;
        }
        is_shown
    }

    /// One row for all that has none of its own, once no more come.
    fn tell_unshown(&mut self, dissection: &mut Dissection) {
        let Self { count, unshown } = core::mem::take(self);
        let count = count.saturating_sub(Self::SHOWN_MAX);
        if count > 0 {
            dissection.field(0, unshown, "more", counted(count, "chunk"), "not shown");
        }
    }
}

/// The name of a chunk's first line, and what it means (RFC 9112 section 7.1).
const CHUNK_SIZE: [&str; 2] = ["chunk-size", "octets of data, in hexadecimal"];
const LAST_CHUNK: [&str; 2] = ["last-chunk", "the end of the body"];

/// A chunk's first line; the end of the chunk before it may stand before it in `range`, and an empty trailer section behind it.
fn chunk_size(
    dissection: &mut Dissection,
    octets: &[u8],
    range: Range<usize>,
    [name, meaning]: [&'static str; 2],
) {
    let is_line_end = |octet: &u8| matches!(octet, b'\r' | b'\n');
    let around = octets.get(range.clone()).unwrap_or_default();
    let ends = around.iter().take_while(|octet| is_line_end(octet)).count();
    let behind = around.get(ends..).unwrap_or_default();
    let line = behind.split(is_line_end).next().unwrap_or_default();
    let start = range.start.saturating_add(ends);
    let text = String::from_utf8_lossy(line);
    dissection.field(
        0,
        start..start.saturating_add(line.len()),
        name,
        text,
        meaning,
    );
}

/// The beginning of octets as text: a line or two.
fn shown(octets: &[u8]) -> String {
    const CHARACTERS_SHOWN: usize = 100;
    let text = String::from_utf8_lossy(octets);
    text.chars().take(CHARACTERS_SHOWN).collect()
}

fn incomplete(octets: &[u8]) -> Dissection {
    let mut dissection = Dissection::new("the start of an HTTP message");
    dissection.field(0, 0..octets.len(), "head", shown(octets), "ends too early");
    dissection
}

fn refused(octets: &[u8], what: &str, error: &Error) -> Dissection {
    let mut dissection = Dissection::new(format!("malformed HTTP {what}: {error}"));
    let at = error.offset().min(octets.len());
    let before = octets.get(..at).unwrap_or_default();
    if at > 0 {
        dissection.field(0, 0..at, "octets", shown(before), "before the fault");
    }
    dissection.fault(at..octets.len(), error.kind(), error.reference());
    dissection
}

fn method_meaning(method: Method<'_>) -> &'static str {
    match method.as_str() {
        "GET" => "asks for a representation",
        "HEAD" => "as GET, but only the head of the answer",
        "POST" => "gives something to be processed",
        "PUT" => "replaces the resource",
        "DELETE" => "removes the resource",
        "CONNECT" => "asks a proxy for a tunnel",
        "OPTIONS" => "asks what can be done",
        "TRACE" => "asks for an echo",
        _ => "",
    }
}

const fn status_meaning(code: u16) -> &'static str {
    match code {
        101 => "the connection speaks another protocol from here",
        304 => "what the client has is still good",
        100..=199 => "informational: the final answer follows",
        200..=299 => "successful",
        300..=399 => "redirection: something else is to be done",
        400..=499 => "the request is at fault",
        _ => "the server failed",
    }
}

fn field_meaning(name: &str) -> &'static str {
    const MEANINGS: &[(&str, &str)] = &[
        ("Accept", "media types the client takes"),
        ("Accept-Encoding", "content codings the client takes"),
        ("Accept-Language", "languages the client prefers"),
        ("Accept-Ranges", "parts of it can be asked for"),
        ("Age", "seconds since the origin sent it"),
        ("Allow", "methods the resource has"),
        ("Authorization", "the client's credentials"),
        ("Cache-Control", "rules for caches on the way"),
        ("Cache-Status", "what caches on the way did"),
        ("Connection", "about this connection only"),
        ("Content-Encoding", "how the content is coded"),
        ("Content-Length", "octets of the body"),
        ("Content-Range", "which part this is"),
        ("Content-Type", "what the content is"),
        ("Cookie", "what the server wants remembered"),
        ("Date", "when it was made"),
        ("ETag", "names this version of the content"),
        ("Expect", "wants a word before it sends the body"),
        ("Expires", "when it is stale"),
        ("Host", "whom the request is for"),
        ("If-Modified-Since", "only if it is newer"),
        ("If-None-Match", "only if it is another version"),
        ("Last-Modified", "when the content last changed"),
        ("Location", "where to look instead"),
        ("Range", "only a part is wanted"),
        ("Referer", "where the link was"),
        ("Server", "what the server runs"),
        ("Set-Cookie", "to be remembered and sent back"),
        ("Transfer-Encoding", "how the body is framed"),
        ("Upgrade", "another protocol is offered"),
        ("User-Agent", "what the client is"),
        ("Vary", "what the choice depended on"),
        ("Via", "intermediaries it passed"),
        ("WWW-Authenticate", "credentials are wanted"),
    ];
    MEANINGS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map_or("", |(_, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_chunks_takes_a_bounded_number_of_rows() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let rows = |chunks: usize, end: &str| {
            let message = [head, &"1\r\na\r\n".repeat(chunks), end].concat();
            let dissection = dissect_http_request(message.as_bytes(), &Limits::default());
            let rows = dissection.fields.into_iter();
            rows.map(|row| (row.name, row.octets, row.value))
                .collect::<Vec<_>>()
        };
        let few = rows(Pieces::SHOWN_MAX, "0\r\n\r\n");
        assert!(few.iter().all(|(name, ..)| name != "more"));
        for (end, last) in [
            ("0\r\n\r\n", "last-chunk"),
            ("0\r\na: b\r\n\r\n", "a"),
            ("1\r\n", "body"),
            ("x", "fault"),
        ] {
            let many = rows(50_000, end);
            assert!(many.len() <= few.len() + 2, "{end:?}: {} rows", many.len());
            assert_eq!(many.last().unwrap().0, last);
            let (_, octets, value) = many.iter().find(|(name, ..)| name == "more").unwrap();
            // What is behind the data of one chunk is before the size of the next.
            let start = head.len() + 6 * Pieces::SHOWN_MAX - 2;
            assert_eq!(octets, &(start..head.len() + 6 * 50_000 - 2));
            assert_eq!(value, "49000 chunks");
        }
    }
}
