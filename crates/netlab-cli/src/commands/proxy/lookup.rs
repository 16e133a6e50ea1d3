//! What the store says about a request (RFC 9111 §4), and an answer made from it.

use std::io;
use std::sync::Arc;

use wire_http::caching::{
    CacheStatus, ForwardReason, RequestMetadata, Reuse, ValidateReason, reuse,
};
use wire_http::conditional::{EntityTag, Outcome, Preconditions, Representation};
use wire_http::date::HttpDate;
use wire_http::range::{ByteRange, ContentRange, Range, RangeLimits, Resolved};
use wire_http::via::Via;
use wire_http::{BodyKind, Method, RequestHead, ResponseWriter, StatusCode, Version};

use super::Proxy;
use super::store::{Place, Stored};
use crate::commands::http::connection::Reply;

/// What is to be done with a request.
pub(super) enum Plan {
    /// Answer with this, of this age; it is fresh for so long, or stale for as long if negative.
    Answer {
        stored: Arc<Stored>,
        age: u32,
        ttl: i64,
    },
    /// Ask the origin; what is stored, if anything, may be confirmed by it.
    Forward {
        reason: ForwardReason,
        stored: Option<Arc<Stored>>,
    },
    /// Nothing is stored, and the client wants nothing else (`only-if-cached`).
    NotHere,
}

impl Proxy {
    /// Decides about a request for `key`; `metadata` is missing where caching cannot be thought about.
    pub(super) fn plan(
        &self,
        request: &RequestHead<'_>,
        metadata: Option<&RequestMetadata<'_>>,
        key: &Place,
        now: HttpDate,
    ) -> Plan {
        let forward = |reason| Plan::Forward {
            reason,
            stored: None,
        };
        let Some(metadata) = metadata.filter(|_| self.store.is_on()) else {
            return forward(ForwardReason::Bypass);
        };
        if !matches!(request.method().as_str(), "GET" | "HEAD") {
            return forward(ForwardReason::Method);
        }
        let missing = |reason| {
            if metadata.cache_control().only_if_cached() {
                Plan::NotHere
            } else {
                forward(reason)
            }
        };
        // RFC 9111 §4.3.2: these two are for the origin to judge.
        if request.fields().contains("If-Match") || request.fields().contains("If-Unmodified-Since")
        {
            return missing(ForwardReason::Request);
        }
        let variants = self.store.get(key);
        if variants.is_empty() {
            return missing(ForwardReason::UriMiss);
        }
        let matching = variants.iter().rev().find_map(|stored| {
            let response = stored.metadata().ok()?;
            let key = response.vary().key(request.fields().iter())?;
            (key == stored.vary_key).then_some((stored, response))
        });
        let Some((stored, response)) = matching else {
            return missing(ForwardReason::VaryMiss);
        };
        let stored = Arc::clone(stored);
        match reuse(metadata, &response, now, &self.policy) {
            Reuse::Fresh { age, remaining } => Plan::Answer {
                stored,
                age: age.get(),
                ttl: i64::from(remaining.get()),
            },
            Reuse::Stale { age, staleness } => Plan::Answer {
                stored,
                age: age.get(),
                ttl: i64::from(staleness.get()).saturating_neg(),
            },
            // Serving it first and asking afterwards is allowed, not demanded.
            Reuse::StaleWhileRevalidate { .. } => Plan::Forward {
                reason: ForwardReason::Stale,
                stored: Some(stored),
            },
            Reuse::Validate(reason) => Plan::Forward {
                reason: match reason {
                    ValidateReason::RequestNoCache
                    | ValidateReason::RequestMaxAge
                    | ValidateReason::MinFresh => ForwardReason::Request,
                    ValidateReason::Partial => ForwardReason::Partial,
                    ValidateReason::Method => ForwardReason::Method,
                    _ => ForwardReason::Stale,
                },
                stored: Some(stored),
            },
            Reuse::GatewayTimeout(_) => Plan::NotHere,
        }
    }

    /// Answers with a stored response, as its origin would: conditions and a range of the request apply (RFC 9111 §4.3.2).
    pub(super) fn answer(
        &self,
        request: &RequestHead<'_>,
        reply: &mut Reply<'_>,
        stored: &Stored,
        age: u32,
        status: &CacheStatus<'_>,
        now: HttpDate,
    ) -> io::Result<()> {
        let part = Part::asked(request, stored, now);
        let code = part.status(stored);
        let persists = reply.may_persist() && request.version() == Version::Http11;
        let mut head = ResponseWriter::to(code, request.method(), request.version(), persists);
        self.fill(&mut head, &part, stored, age, status)
            .map_err(io::Error::other)?;
        let content = part.content(stored);
        let kind = if content.is_empty() && code != StatusCode::OK {
            BodyKind::Empty
        } else {
            BodyKind::Known(u64::try_from(content.len()).unwrap_or(u64::MAX))
        };
        let mut body = reply.start_with(code, &head, kind)?;
        if !body.is_suppressed() {
            const PIECE_OCTETS: usize = 64 * 1024;
            for piece in content.chunks(PIECE_OCTETS) {
                reply.write(&mut body, piece)?;
            }
        }
        reply.finish(body)
    }

    /// Writes the fields of an answer from the store.
    fn fill(
        &self,
        head: &mut ResponseWriter,
        part: &Part,
        stored: &Stored,
        age: u32,
        status: &CacheStatus<'_>,
    ) -> Result<(), wire_http::Error> {
        if let Part::Whole = part {
            head.reason(&stored.reason)?;
        }
        for (name, value) in &stored.fields {
            let is_made_anew = ["age", "content-length"]
                .iter()
                .any(|made| name.eq_ignore_ascii_case(made));
            if part.has_field(name) && !is_made_anew {
                head.field(name, value)?;
            }
        }
        head.field("Age", age.to_string())?;
        let version = match stored.version {
            Version::Http10 => "1.0",
            Version::Http11 => "1.1",
        };
        let via = Via::new(version, &self.name)?;
        head.field("Via", via.to_string())?;
        head.field("Cache-Status", status.to_string())?;
        let complete_length = stored.length();
        let place = match part {
            Part::Range(range) => ContentRange::Bytes {
                range: *range,
                complete_length: Some(complete_length),
            },
            Part::NoRange => ContentRange::Unsatisfied { complete_length },
            Part::Whole | Part::NotModified => return Ok(()),
        };
        head.field("Content-Range", place.to_string())?;
        Ok(())
    }
}

/// The member of `Cache-Status` that is ours, to be completed.
pub(super) fn cache_status() -> io::Result<CacheStatus<'static>> {
    CacheStatus::new("netlab").map_err(io::Error::other)
}

/// What of a stored response answers a request.
enum Part {
    /// All of it.
    Whole,
    /// This part of its content (206).
    Range(ByteRange),
    /// None: its content has no part that was asked for (416).
    NoRange,
    /// None: the client has it (304).
    NotModified,
}

impl Part {
    /// What `request` asks for, by its conditions and then its range (RFC 9110 §13.2.2).
    fn asked(request: &RequestHead<'_>, stored: &Stored, now: HttpDate) -> Self {
        let method = request.method();
        let outcome = match Preconditions::decode(request.fields().iter(), now) {
            Ok(conditions) if stored.status == StatusCode::OK && conditions.is_empty() => {
                Outcome::Perform
            }
            Ok(conditions) if stored.status == StatusCode::OK => {
                let tag = stored.field("ETag");
                let tag = tag.and_then(|value| EntityTag::decode(value).ok());
                // RFC 9111 §4.3.2: Date stands for it, except in what only Last-Modified can say, of what a range is.
                let date = stored.field("Last-Modified").or_else(|| {
                    let has_range_condition = conditions.if_range().is_some();
                    stored.field("Date").filter(|_| !has_range_condition)
                });
                let read = |value| HttpDate::decode(value, now).ok();
                // RFC 9110 §8.8.2.2: a second has to lie between the two dates of what is stored, however long ago that was.
                let made = stored.field("Date").and_then(read);
                let made = made.unwrap_or(stored.response_time);
                let current = Representation::new(tag, date.and_then(read), made);
                conditions.evaluate(method, Some(&current))
            }
            _ => Outcome::PerformWithoutRange,
        };
        let range = match (outcome, request.fields().get_only("Range")) {
            (Outcome::NotModified, _) => return Self::NotModified,
            (Outcome::Perform, Some(range)) if method == Method::GET => range,
            _ => return Self::Whole,
        };
        let Ok(Range::Bytes(set)) = Range::decode(range.as_bytes()) else {
            return Self::Whole;
        };
        match set.resolve(stored.length(), &RangeLimits::default()) {
            Resolved::NotSatisfiable => Self::NoRange,
            // Several parts at once are sent as the whole, which a server may always do (RFC 9110 §14.2).
            Resolved::Partial(ranges) => match ranges.as_slice() {
                [range] => Self::Range(*range),
                _ => Self::Whole,
            },
            Resolved::Whole => Self::Whole,
        }
    }

    const fn status(&self, stored: &Stored) -> StatusCode {
        match self {
            Self::Whole => stored.status,
            Self::Range(_) => StatusCode::PARTIAL_CONTENT,
            Self::NoRange => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::NotModified => StatusCode::NOT_MODIFIED,
        }
    }

    /// Whether a stored field belongs to the answer: a 304 has what guides caches (RFC 9110 §15.4.5), a 416 says nothing about
    /// the content.
    fn has_field(&self, name: &str) -> bool {
        match self {
            Self::Whole | Self::Range(_) => true,
            Self::NoRange => name.eq_ignore_ascii_case("date"),
            Self::NotModified => {
                let name = name.to_ascii_lowercase();
                !name.starts_with("content-") || name == "content-location"
            }
        }
    }

    fn content<'s>(&self, stored: &'s Stored) -> &'s [u8] {
        match self {
            Self::Whole => &stored.content,
            Self::Range(range) => {
                let first = usize::try_from(range.first()).unwrap_or(usize::MAX);
                let len = usize::try_from(range.len()).unwrap_or(usize::MAX);
                let part = first..first.saturating_add(len);
                stored.content.get(part).unwrap_or_default()
            }
            Self::NoRange | Self::NotModified => b"",
        }
    }
}
