//! Content on its way out: conditions first, then ranges, then octets (RFC 9110 §13.2.2, §14.2).

use std::io;

use wire_http::conditional::{EntityTag, Outcome, Preconditions, Representation};
use wire_http::date::HttpDate;
use wire_http::range::{
    ByteRange, ContentRange, MultipartByteranges, Range, RangeLimits, Resolved,
};
use wire_http::{BodyKind, BodyWriter, Method, RequestHead, ResponseWriter, StatusCode};

use super::super::clock;
use super::super::connection::Reply;
use super::files::{FoundFile, Source};
use crate::output::digits;
use crate::random::random;

/// What a target stands for right now.
pub(super) enum Content<'a> {
    /// A file.
    File(FoundFile),
    /// A page made here.
    Page {
        /// Its HTML.
        text: &'a str,
        /// When it last changed, if it is not made anew each time.
        modified: Option<HttpDate>,
    },
}

impl Content<'_> {
    fn length(&self) -> u64 {
        match self {
            Self::File(file) => file.length,
            Self::Page { text, .. } => u64::try_from(text.len()).unwrap_or(u64::MAX),
        }
    }

    fn media_type(&self) -> &'static str {
        match self {
            Self::File(file) => file.media_type,
            Self::Page { .. } => "text/html; charset=utf-8",
        }
    }

    fn modified(&self) -> Option<HttpDate> {
        match self {
            Self::File(file) => file.modified.map(clock::at),
            Self::Page { modified, .. } => *modified,
        }
    }

    fn tag(&self) -> Option<String> {
        match self {
            Self::File(file) => Some(file.tag()),
            Self::Page {
                text,
                modified: Some(modified),
            } => Some(format!("{:x}-{:x}", modified.to_unix(), text.len())),
            Self::Page { modified: None, .. } => None,
        }
    }

    /// For how many seconds it need not be asked for again. Nobody knows that of a file; the built-in page never changes.
    const fn max_age(&self) -> Option<&'static str> {
        match self {
            Self::Page {
                modified: Some(_), ..
            } => Some("max-age=60"),
            Self::Page { .. } | Self::File(_) => None,
        }
    }

    /// Writes `range` of the content.
    fn write(
        &self,
        range: (u64, u64),
        body: &mut BodyWriter,
        reply: &mut Reply<'_>,
    ) -> io::Result<()> {
        match self {
            Self::Page { text, .. } => reply.write(body, part(text.as_bytes(), range)),
            Self::File(file) => match &file.source {
                Source::Open(file) => reply.write_file(body, file, range),
                #[cfg(target_os = "linux")]
                Source::Read(octets) => reply.write(body, part(octets, range)),
            },
        }
    }
}

fn part(octets: &[u8], (first, length): (u64, u64)) -> &[u8] {
    let start = usize::try_from(first).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
    octets.get(start..end).unwrap_or_default()
}

/// Answers a GET or HEAD for `content`.
pub(super) fn send_content(
    content: &Content<'_>,
    request: &RequestHead<'_>,
    reply: &mut Reply<'_>,
) -> io::Result<()> {
    let now = clock::now();
    let preconditions = match Preconditions::decode_reading(request.fields().iter(), now) {
        Ok(preconditions) => preconditions,
        Err(error) => {
            let head = reply.head(StatusCode::BAD_REQUEST)?;
            return reply.send_error(head, &format!("a condition is refused: {error}"));
        }
    };
    let tag = content.tag();
    let version = Version {
        tag: tag
            .as_deref()
            .and_then(|tag| EntityTag::strong(tag.as_bytes()).ok()),
        // A date in the future is none (RFC 9110 §8.8.2.1).
        modified: content.modified().map(|modified| modified.min(now)),
        max_age: content.max_age(),
    };
    let current = Representation::new(version.tag, version.modified, now);
    let method = request.method();
    let has_ranges = match preconditions.evaluate(method, Some(&current)) {
        Outcome::NotModified => {
            let mut head = reply.head(StatusCode::NOT_MODIFIED)?;
            version.describe(&mut head).map_err(io::Error::other)?;
            return reply.send(&head, b"");
        }
        Outcome::PreconditionFailed => {
            let head = reply.head(StatusCode::PRECONDITION_FAILED)?;
            return reply.send_error(head, "a condition of the request does not hold");
        }
        // Only GET has ranges (RFC 9110 §14.2).
        Outcome::Perform => method == Method::GET,
        Outcome::PerformWithoutRange => false,
    };
    let length = content.length();
    let range = request
        .fields()
        .get_only("Range")
        .filter(|_| has_ranges)
        .and_then(|value| Range::decode(value.as_bytes()).ok());
    let resolved = match range {
        Some(Range::Bytes(set)) => set.resolve(length, &RangeLimits::default()),
        _ => Resolved::Whole,
    };
    match resolved {
        Resolved::Whole => {
            let mut head = reply.head(StatusCode::OK)?;
            head.field("Content-Type", content.media_type())
                .and_then(|head| version.describe(head))
                .map_err(io::Error::other)?;
            let mut body = reply.start(&head, BodyKind::Known(length))?;
            if !body.is_suppressed() {
                content.write((0, length), &mut body, reply)?;
            }
            reply.finish(body)
        }
        Resolved::NotSatisfiable => {
            let mut head = reply.head(StatusCode::RANGE_NOT_SATISFIABLE)?;
            let unsatisfied = ContentRange::Unsatisfied {
                complete_length: length,
            };
            head.field("Content-Range", unsatisfied.to_string())
                .map_err(io::Error::other)?;
            reply.send_error(head, "none of the ranges asked for is there")
        }
        Resolved::Partial(ranges) => {
            let mut head = reply.head(StatusCode::PARTIAL_CONTENT)?;
            version.describe(&mut head).map_err(io::Error::other)?;
            send_ranges(content, head, &ranges, reply)
        }
    }
}

/// What tells the version of a content from others.
struct Version<'t> {
    tag: Option<EntityTag<'t>>,
    modified: Option<HttpDate>,
    max_age: Option<&'static str>,
}

impl Version<'_> {
    /// Writes it to the head of a reply.
    fn describe(&self, head: &mut ResponseWriter) -> Result<(), wire_http::Error> {
        if let Some(tag) = &self.tag {
            let mut value = Vec::new();
            tag.encode(&mut value);
            head.field("ETag", value)?;
        }
        if let Some(modified) = self.modified {
            head.field("Last-Modified", modified.to_string())?;
        }
        if let Some(max_age) = self.max_age {
            head.field("Cache-Control", max_age)?;
        }
        head.field("Accept-Ranges", "bytes")?;
        Ok(())
    }
}

fn send_ranges(
    content: &Content<'_>,
    mut head: ResponseWriter,
    ranges: &[ByteRange],
    reply: &mut Reply<'_>,
) -> io::Result<()> {
    let length = content.length();
    if let [range] = ranges {
        let place = ContentRange::Bytes {
            range: *range,
            complete_length: Some(length),
        };
        head.field("Content-Type", content.media_type())
            .and_then(|head| head.field("Content-Range", place.to_string()))
            .map_err(io::Error::other)?;
        let mut body = reply.start(&head, BodyKind::Known(range.len()))?;
        content.write((range.first(), range.len()), &mut body, reply)?;
        return reply.finish(body);
    }
    let boundary = boundary()?;
    let media_type = content.media_type();
    let multipart = MultipartByteranges::new(&boundary, media_type.as_bytes(), ranges, length)
        .map_err(io::Error::other)?;
    head.field("Content-Type", multipart.content_type())
        .map_err(io::Error::other)?;
    let kind = multipart
        .content_length()
        .map_or(BodyKind::Chunked, BodyKind::Known);
    let mut body = reply.start(&head, kind)?;
    let mut frame = Vec::new();
    for range in ranges {
        frame.clear();
        multipart.encode_part_head(*range, &mut frame);
        reply.write(&mut body, &frame)?;
        content.write((range.first(), range.len()), &mut body, reply)?;
    }
    frame.clear();
    multipart.encode_end(&mut frame);
    reply.write(&mut body, &frame)?;
    reply.finish(body)
}

/// A delimiter that no content contains but by chance: 128 bits of the system's randomness.
fn boundary() -> io::Result<String> {
    Ok(format!("netlab-{}", digits(&random::<16>()?)))
}
