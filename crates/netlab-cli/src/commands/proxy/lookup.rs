//! What the store says about a request (RFC 9111 §4), and an answer made from it.

use std::io;
use std::sync::Arc;

use wire_http::caching::{
    CacheStatus, ForwardReason, RequestMetadata, Reuse, ValidateReason, reuse,
};
use wire_http::conditional::{EntityTag, Outcome, Preconditions, Representation};
use wire_http::date::HttpDate;
use wire_http::range::{ContentRange, Range, RangeLimits, Resolved};
use wire_http::via::Via;
use wire_http::{BodyKind, RequestHead, ResponseWriter, StatusCode, Version};

use super::Proxy;
use super::store::{Place, Stored};
use crate::commands::http::connection::{Reply, persists};

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
        let seconds = |ttl: u32| i64::from(ttl);
        let stored = Arc::clone(stored);
        match reuse(metadata, &response, now, &self.policy) {
            Reuse::Fresh { age, remaining } => Plan::Answer {
                age: age.get(),
                ttl: seconds(remaining.get()),
                stored: Arc::clone(&stored),
            },
            Reuse::Stale { age, staleness } => Plan::Answer {
                age: age.get(),
                ttl: seconds(staleness.get()).saturating_neg(),
                stored: Arc::clone(&stored),
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

    /// The member of `Cache-Status` that is ours, to be completed.
    pub(super) fn cache_status(&self) -> io::Result<CacheStatus<'static>> {
        let _ = self;
        CacheStatus::new("netlab").map_err(io::Error::other)
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
        let method = request.method();
        let fields = stored.field_pairs();
        let field = |name: &str| {
            let of_name = fields
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            of_name.map(|(_, value)| *value)
        };
        let outcome = match Preconditions::decode(request.fields().iter(), now) {
            Ok(conditions) if stored.status == StatusCode::OK && conditions.is_empty() => {
                Outcome::Perform
            }
            Ok(conditions) if stored.status == StatusCode::OK => {
                let tag = field("ETag").and_then(|value| EntityTag::decode(value).ok());
                // RFC 9111 §4.3.2: Date stands for it, except in what only Last-Modified can say, of what a range is.
                let date = field("Last-Modified").or_else(|| {
                    let has_range_condition = conditions.if_range().is_some();
                    field("Date").filter(|_| !has_range_condition)
                });
                let date = date.and_then(|value| HttpDate::decode(value, now).ok());
                let current = Representation::new(tag, date, now);
                conditions.evaluate(method, Some(&current))
            }
            _ => Outcome::PerformWithoutRange,
        };
        let content = &stored.content;
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let range = match (outcome, request.fields().get_only("Range")) {
            (Outcome::Perform, Some(value)) if method.as_str() == "GET" => {
                match Range::decode(value.as_bytes()) {
                    Ok(Range::Bytes(set)) => set.resolve(length, &RangeLimits::default()),
                    _ => Resolved::Whole,
                }
            }
            _ => Resolved::Whole,
        };
        let (code, part) = match (outcome, &range) {
            (Outcome::NotModified, _) => (StatusCode::NOT_MODIFIED, None),
            // Several parts at once are sent as the whole, which a server may always do (RFC 9110 §14.2).
            (_, Resolved::Partial(ranges)) if ranges.len() == 1 => {
                (StatusCode::PARTIAL_CONTENT, ranges.first().copied())
            }
            (_, Resolved::NotSatisfiable) => (StatusCode::RANGE_NOT_SATISFIABLE, None),
            _ => (stored.status, None),
        };
        let persists = persists(request) && request.version() == Version::Http11;
        let mut head = ResponseWriter::to(code, method, request.version(), persists);
        let put = |head: &mut ResponseWriter, name: &str, value: &[u8]| {
            head.field(name, value)
                .map(|_| ())
                .map_err(io::Error::other)
        };
        if code == stored.status {
            head.reason(&stored.reason).map_err(io::Error::other)?;
        }
        for (name, value) in &fields {
            // RFC 9110 §15.4.5: a 304 has what guides caches; a 416 says nothing about the content.
            let goes = match code {
                StatusCode::NOT_MODIFIED => {
                    !name.to_ascii_lowercase().starts_with("content-")
                        || name.eq_ignore_ascii_case("content-location")
                }
                StatusCode::RANGE_NOT_SATISFIABLE => name.eq_ignore_ascii_case("date"),
                _ => true,
            };
            let is_made_anew = ["age", "content-length"]
                .iter()
                .any(|made| name.eq_ignore_ascii_case(made));
            if goes && !is_made_anew {
                put(&mut head, name, value)?;
            }
        }
        put(&mut head, "Age", age.to_string().as_bytes())?;
        let version = match stored.version {
            Version::Http10 => "1.0",
            Version::Http11 => "1.1",
        };
        let via = Via::new(version, &self.name).map_err(io::Error::other)?;
        put(&mut head, "Via", via.to_string().as_bytes())?;
        put(&mut head, "Cache-Status", status.to_string().as_bytes())?;
        let place = match (code, part) {
            (_, Some(range)) => Some(ContentRange::Bytes {
                range,
                complete_length: Some(length),
            }),
            (StatusCode::RANGE_NOT_SATISFIABLE, None) => Some(ContentRange::Unsatisfied {
                complete_length: length,
            }),
            _ => None,
        };
        if let Some(place) = place {
            put(&mut head, "Content-Range", place.to_string().as_bytes())?;
        }
        let is_empty =
            code == StatusCode::NOT_MODIFIED || code == StatusCode::RANGE_NOT_SATISFIABLE;
        let piece: &[u8] = match part {
            _ if is_empty => b"",
            Some(range) => {
                let first = usize::try_from(range.first()).unwrap_or(usize::MAX);
                let len = usize::try_from(range.len()).unwrap_or(usize::MAX);
                content
                    .get(first..first.saturating_add(len))
                    .unwrap_or_default()
            }
            None => content,
        };
        let kind = if is_empty || (piece.is_empty() && code != StatusCode::OK) {
            BodyKind::Empty
        } else {
            BodyKind::Known(u64::try_from(piece.len()).unwrap_or(u64::MAX))
        };
        let mut body = reply.start_with(code, &head, kind)?;
        if !body.is_suppressed() {
            const PIECE_OCTETS: usize = 64 * 1024;
            for piece in piece.chunks(PIECE_OCTETS) {
                reply.write(&mut body, piece)?;
            }
        }
        reply.finish(body)
    }
}
