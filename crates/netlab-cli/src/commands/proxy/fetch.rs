//! One request taken to its origin, and the response brought back.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wire_http::caching::{CacheKey, Failure, ForwardReason, RequestMetadata, may_serve_on_failure};
use wire_http::date::HttpDate;
use wire_http::{
    BodyWriter, Forward, ForwardedRequest, Framing, NextHop, RequestHead, RequestTarget,
    RequestWriter, ResponseWriter, StatusCode,
};

use super::destination::Denial;
use super::lookup::{Plan, cache_status};
use super::pool;
use super::receive::{Fault, Receiver};
use super::session::Session;
use super::store::{Place, Stored};
use super::upload::{Progress, Upload, upload};
use crate::commands::http::broken_rule::refusal;
use crate::commands::http::client::{self, ClientConnection};
use crate::commands::http::clock;
use crate::commands::http::connection::{Piece, Reply, RequestBody};
use crate::net::{HostPort, TimedStream, system_text, thread_failure};

/// The origin answered, and broke a rule (RFC 9209 §2.3.20).
const MALFORMED: &str = "http_protocol_error";

/// What is known of a request before its origin is asked.
pub(super) struct Errand<'r> {
    pub(super) session: &'r Session,
    pub(super) request: &'r RequestHead<'r>,
    pub(super) metadata: Option<RequestMetadata<'r>>,
    pub(super) key: Place,
    pub(super) asked: Instant,
    pub(super) reason: ForwardReason,
    /// What is stored for it, and whether the request asks for another version than that.
    pub(super) stored: Option<Arc<Stored>>,
    pub(super) confirms: bool,
}

/// How far a request is.
pub(super) enum Fetched {
    /// The reply is complete.
    Replied,
    /// It goes on when its response begins.
    Awaits(Box<Awaited>),
}

/// A request that was sent, of whose response nothing has come yet: an [`Errand`] without what it borrows.
pub(super) struct Awaited {
    connection: ClientConnection,
    request_time: HttpDate,
    way: Way,
    key: Place,
    asked: Instant,
    reason: ForwardReason,
    stored: Option<Arc<Stored>>,
    confirms: bool,
}

/// Where a request goes, and how.
struct Way {
    origin: HostPort,
    pool_key: pool::Key,
    outgoing: Outgoing,
    /// Whether it may be sent again where a kept connection turns out to have ended.
    may_retry: bool,
}

/// The connection to its origin.
enum Line {
    /// A new one.
    New,
    /// One that was used before.
    Kept(ClientConnection),
    /// One on which the request was sent.
    Asked(ClientConnection, HttpDate),
}

/// The request in the form the origin gets it.
struct Outgoing {
    /// The head, and the body as far as it was there already.
    octets: Vec<u8>,
    /// For the rest of the body, if there is one.
    rest: Option<BodyWriter>,
    /// The same request without the conditions that the store added; empty if it added none.
    unconditional: Vec<u8>,
}

impl Session {
    /// Answers from the store or from `origin`.
    pub(super) fn fetch(
        &self,
        request: &RequestHead<'_>,
        origin: HostPort,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Fetched> {
        let proxy = &*self.proxy;
        let (now, asked) = (clock::now(), Instant::now());
        let key = Place {
            uri: uri_of(request),
            is_local: self.is_local(),
        };
        let metadata = metadata_of(request);
        let (reason, stored) = match proxy.plan(request, metadata.as_ref(), &key, now) {
            Plan::Answer { stored, age, ttl } => {
                let mut status = cache_status()?;
                status.hit = true;
                status.ttl = Some(ttl);
                proxy.answer(request, reply, &stored, age, &status, now)?;
                return Ok(Fetched::Replied);
            }
            Plan::NotHere => {
                let denial = Denial::new(
                    StatusCode::GATEWAY_TIMEOUT,
                    "http_request_denied",
                    "nothing fresh is stored, and the request says only-if-cached",
                );
                self.deny(request, reply, &denial)?;
                return Ok(Fetched::Replied);
            }
            Plan::Forward { reason, stored } => (reason, stored),
        };
        let forwarder = self.forwarder()?;
        let (mut head, kind) = match forwarder.request(request, NextHop::Origin) {
            Ok(ForwardedRequest::Send { request, body }) => (request, body),
            Ok(ForwardedRequest::Answer) => {
                self.answer_as_recipient(request, reply)?;
                return Ok(Fetched::Replied);
            }
            Err(error) => return self.refuse(request, reply, &error),
        };
        let plain = stored.is_some().then(|| head.clone());
        let confirms = stored
            .as_ref()
            .is_some_and(|stored| add_conditions(request, stored, &mut head));
        let mut octets = Vec::with_capacity(1024);
        let started = head.start(kind, &mut octets).and_then(|writer| {
            let mut unconditional = Vec::new();
            if let Some(plain) = plain.filter(|_| confirms) {
                // Only requests without a body are answered from the store.
                plain
                    .start(kind, &mut unconditional)?
                    .finish(&mut unconditional)?;
            }
            Ok((writer, unconditional))
        });
        let (writer, unconditional) = match started {
            Ok(started) => started,
            Err(error) => return self.refuse(request, reply, &error),
        };
        let outgoing = Outgoing {
            rest: begin_body(body, writer, &mut octets)?,
            octets,
            unconditional,
        };
        // What was sent in part, or does something each time, is not sent twice (RFC 9112 §9.3.1), so that it must not meet
        // a connection that its origin is just giving up.
        let is_repeatable = outgoing.rest.is_none() && request.method().is_idempotent();
        let pool_key = pool::key(&origin, self.is_local());
        let kept = is_repeatable.then(|| proxy.pool.take(&pool_key)).flatten();
        let way = Way {
            may_retry: kept.is_some(),
            origin,
            pool_key,
            outgoing,
        };
        let errand = Errand {
            session: self,
            request,
            metadata,
            key,
            asked,
            reason,
            stored,
            confirms,
        };
        let line = kept.map_or(Line::New, Line::Kept);
        errand.run(way, line, &forwarder, body, reply)
    }

    /// Goes on with a request whose response has begun, or did not in time.
    pub(super) fn go_on_fetching(
        &self,
        awaited: Awaited,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Fetched> {
        let errand = Errand {
            session: self,
            request,
            metadata: metadata_of(request),
            key: awaited.key,
            asked: awaited.asked,
            reason: awaited.reason,
            stored: awaited.stored,
            confirms: awaited.confirms,
        };
        // It was sent, and is there still.
        body.drain()?;
        let line = Line::Asked(awaited.connection, awaited.request_time);
        errand.run(awaited.way, line, &self.forwarder()?, body, reply)
    }

    fn forwarder(&self) -> io::Result<Forward<'_>> {
        Forward::new(&self.proxy.name).map_err(io::Error::other)
    }

    /// Answers to what cannot be sent on.
    fn refuse(
        &self,
        request: &RequestHead<'_>,
        reply: &mut Reply<'_>,
        error: &wire_http::Error,
    ) -> io::Result<Fetched> {
        let denial = Denial::new(
            StatusCode::BAD_REQUEST,
            "http_request_error",
            format!("the request cannot be sent on: {}", error.kind()),
        );
        self.deny(request, reply, &denial)?;
        Ok(Fetched::Replied)
    }
}

impl Awaited {
    /// Where the response comes.
    pub(super) const fn stream(&self) -> &TimedStream {
        self.connection.stream()
    }
}

impl Errand<'_> {
    fn run(
        mut self,
        mut way: Way,
        mut line: Line,
        forwarder: &Forward<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Fetched> {
        let proxy = &*self.session.proxy;
        loop {
            let (mut connection, asked) = match std::mem::replace(&mut line, Line::New) {
                Line::Asked(connection, when) => (connection, Some(when)),
                Line::Kept(connection) => (connection, None),
                Line::New => match self.session.connect(&way.origin) {
                    Ok(connection) => (connection, None),
                    Err(denial) => {
                        if body.awaits_continue() {
                            reply.close();
                        }
                        return self.give_up(reply, &denial);
                    }
                },
            };
            let mut receiver = Receiver::new(&self, forwarder, &mut connection, reply);
            let (result, sent) = match asked {
                Some(when) => {
                    receiver.request_time = when;
                    (receiver.receive_awaited(), Upload::Done)
                }
                None => converse(&mut receiver, &way.outgoing, body),
            };
            let request_time = receiver.request_time;
            match (result, sent) {
                (Ok(persists), sent) => {
                    if persists && matches!(sent, Upload::Done) && connection.is_clean() {
                        proxy.pool.put(&way.pool_key, connection);
                    }
                    return Ok(Fetched::Replied);
                }
                (Err(Fault::Awaits), _) => {
                    return Ok(Fetched::Awaits(Box::new(Awaited {
                        connection,
                        request_time,
                        way,
                        key: self.key,
                        asked: self.asked,
                        reason: self.reason,
                        stored: self.stored,
                        confirms: self.confirms,
                    })));
                }
                (Err(Fault::Unconfirmed { persists }), _) => {
                    way.may_retry = persists && connection.is_clean() && !connection.is_stale();
                    if way.may_retry {
                        line = Line::Kept(connection);
                    }
                    self.confirms = false;
                    self.stored = None;
                    way.outgoing.octets = std::mem::take(&mut way.outgoing.unconditional);
                }
                (Err(_), Upload::Client(error)) if !reply.has_begun() => return Err(error),
                (Err(Fault::Client(error)), _) => return Err(error),
                (Err(Fault::Origin(error)), _) if reply.has_begun() => {
                    // The client sees that the content is cut: the connection ends without the end of the body.
                    reply.flush()?;
                    let words = system_text(&error);
                    return Err(io::Error::new(
                        io::ErrorKind::ConnectionAborted,
                        format!("{} failed: {words}", way.origin),
                    ));
                }
                (Err(Fault::Origin(error)), _) if way.may_retry && client::is_stale(&error) => {
                    way.may_retry = false;
                }
                (Err(Fault::Origin(error)), _) => {
                    return self.give_up(reply, &denial_for(&way.origin, &error));
                }
            }
        }
    }

    /// Answers that the origin failed, or with what is stored if that may be (RFC 9111 §4.2.4).
    fn give_up(&self, reply: &mut Reply<'_>, denial: &Denial) -> io::Result<Fetched> {
        let now = clock::now();
        let is_unreachable = denial.error != MALFORMED
            && (denial.status == StatusCode::BAD_GATEWAY
                || denial.status == StatusCode::GATEWAY_TIMEOUT);
        if is_unreachable && self.answer_stale(reply, Failure::Unreachable, None, now)? {
            return Ok(Fetched::Replied);
        }
        self.session.deny(self.request, reply, denial)?;
        Ok(Fetched::Replied)
    }

    /// Answers with what is stored although it is stale, if the failure allows that.
    pub(super) fn answer_stale(
        &self,
        reply: &mut Reply<'_>,
        failure: Failure,
        answered: Option<StatusCode>,
        now: HttpDate,
    ) -> io::Result<bool> {
        let proxy = &*self.session.proxy;
        let (Some(stored), Some(metadata)) = (&self.stored, &self.metadata) else {
            return Ok(false);
        };
        let Ok(response) = stored.metadata() else {
            return Ok(false);
        };
        if !may_serve_on_failure(metadata, &response, failure, now, &proxy.policy) {
            return Ok(false);
        }
        let age = response.current_age(now).get();
        let mut status = cache_status()?;
        status.forward = Some(self.reason);
        status.forward_status = answered;
        proxy.answer(self.request, reply, stored, age, &status, now)?;
        Ok(true)
    }
}

/// Sends the request and brings the response back; both at once where the body is long.
fn converse(
    receiver: &mut Receiver<'_, '_>,
    outgoing: &Outgoing,
    body: &mut RequestBody<'_>,
) -> (Result<bool, Fault>, Upload) {
    const CONTINUE_WAIT: Duration = Duration::from_secs(1);
    // An origin that took only a part may have answered all the same.
    let head_was_sent = receiver.connection.send(&outgoing.octets).is_ok();
    let Some(writer) = outgoing.rest.clone() else {
        receiver.connection.see_request(&outgoing.octets);
        return match head_was_sent {
            true => (Err(receiver.leave()), Upload::Done),
            false => (receiver.receive(), Upload::Origin),
        };
    };
    if body.awaits_continue() {
        // The origin says whether it wants the body; one that says nothing gets it (RFC 9110 §10.1.1).
        if receiver.connection.is_readable(CONTINUE_WAIT) {
            match receiver.next_head() {
                Ok(status) if !status.is_informational() => {
                    // Nobody knows whether the client sends the body now.
                    receiver.reply.close();
                    return (receiver.receive_rest(), Upload::Unwanted);
                }
                Ok(StatusCode::CONTINUE) => {}
                Ok(_) => {
                    if let Err(error) = send_continue(receiver.reply) {
                        return (Err(Fault::Client(error)), Upload::Unwanted);
                    }
                }
                Err(fault) => return (Err(fault), Upload::Unwanted),
            }
        } else if let Err(error) = send_continue(receiver.reply) {
            return (Err(Fault::Client(error)), Upload::Unwanted);
        }
        body.forgo_continue();
    }
    let origin = match receiver.connection.stream().try_clone() {
        Ok(origin) => origin,
        Err(error) => return (Err(Fault::Origin(error)), Upload::Origin),
    };
    let progress = Progress::default();
    let mut kept = receiver.kept();
    if let Some(kept) = &mut kept {
        kept.push(&outgoing.octets);
    }
    let (result, sent) = std::thread::scope(|scope| {
        let (progress, kept) = (&progress, kept.as_mut());
        let send = move || {
            let sent = upload(body, writer, &origin, progress, kept);
            if matches!(sent, Upload::Client(_)) {
                // What the origin got is no request; it must not take it for one.
                let _ = origin.shutdown(std::net::Shutdown::Both);
            }
            sent
        };
        let sending = match std::thread::Builder::new().spawn_scoped(scope, send) {
            Ok(sending) => sending,
            Err(error) => {
                let error = thread_failure(&error);
                return (Err(Fault::Origin(error)), Upload::Unwanted);
            }
        };
        let result = receiver.receive_while(progress);
        progress.end();
        (result, sending.join().unwrap_or(Upload::Origin))
    });
    if let Some(kept) = kept {
        receiver.connection.see_request(kept.octets());
    }
    (result, sent)
}

fn send_continue(reply: &mut Reply<'_>) -> io::Result<()> {
    reply.interim(&ResponseWriter::new(StatusCode::CONTINUE))
}

/// Writes as much of the body as came with the head to `octets`; gives what writes the rest, if there is one.
fn begin_body(
    body: &mut RequestBody<'_>,
    mut writer: BodyWriter,
    octets: &mut Vec<u8>,
) -> io::Result<Option<BodyWriter>> {
    let mut content = Vec::new();
    loop {
        content.clear();
        match body.read_received(&mut content)? {
            Piece::Data => writer.write(&content, octets).map_err(io::Error::other)?,
            Piece::NeedMore => return Ok(Some(writer)),
            Piece::End => {
                writer.finish(octets).map_err(io::Error::other)?;
                return Ok(None);
            }
        }
    }
}

/// Asks only for another version than the stored one, unless the client has conditions of its own (RFC 9111 §4.3.1).
fn add_conditions(request: &RequestHead<'_>, stored: &Stored, head: &mut RequestWriter) -> bool {
    const OWN: [&str; 4] = ["If-None-Match", "If-Modified-Since", "If-Range", "Range"];
    if OWN.iter().any(|name| request.fields().contains(name)) {
        return false;
    }
    let mut added = false;
    for (validator, condition) in [
        ("ETag", "If-None-Match"),
        ("Last-Modified", "If-Modified-Since"),
    ] {
        if let Some(value) = stored.field(validator) {
            added |= head.field(condition, value).is_ok();
        }
    }
    added
}

/// What the store has to know of a request. A body may change what a GET means, whatever RFC 9110 §9.3.1 says: the store keeps
/// out of it.
fn metadata_of<'r>(request: &RequestHead<'r>) -> Option<RequestMetadata<'r>> {
    RequestMetadata::decode(request.method(), request.fields().iter())
        .ok()
        .filter(|_| request.framing() == Framing::None || !request.method().is_safe())
}

/// The URI that is asked for, as the store knows it.
fn uri_of(request: &RequestHead<'_>) -> CacheKey {
    match request.target() {
        RequestTarget::Absolute {
            scheme,
            authority,
            path,
            query,
        } => {
            let query = query.map_or_else(String::new, |query| format!("?{query}"));
            CacheKey::new(scheme, authority.as_str(), &format!("{path}{query}"))
        }
        _ => CacheKey::new("http", "", request.target_text()),
    }
}

/// What the client is told when the origin failed before its response began.
fn denial_for(origin: &HostPort, error: &io::Error) -> Denial {
    if let Some(refusal) = refusal(error) {
        return Denial::new(
            StatusCode::BAD_GATEWAY,
            MALFORMED,
            format!(
                "{origin} sent a malformed response: {refusal} ({})",
                refusal.reference()
            ),
        );
    }
    match error.kind() {
        io::ErrorKind::TimedOut => Denial::new(
            StatusCode::GATEWAY_TIMEOUT,
            "http_response_timeout",
            format!("{origin} was silent for too long"),
        ),
        io::ErrorKind::UnexpectedEof => Denial::new(
            StatusCode::BAD_GATEWAY,
            "http_response_incomplete",
            format!("{origin} closed the connection without an answer"),
        ),
        _ => Denial::new(
            StatusCode::BAD_GATEWAY,
            "connection_terminated",
            format!("the connection to {origin} failed: {}", system_text(error)),
        ),
    }
}
