//! One request taken to its origin, and the response brought back.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wire_http::caching::{CacheKey, Failure, ForwardReason, RequestMetadata, may_serve_on_failure};
use wire_http::date::HttpDate;
use wire_http::{
    BodyKind, BodyWriter, Forward, ForwardedRequest, Framing, NextHop, RequestHead, RequestTarget,
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

/// A request that is taken to its origin.
pub(super) struct Errand<'r> {
    pub(super) session: &'r Session,
    pub(super) request: &'r RequestHead<'r>,
    pub(super) metadata: Option<RequestMetadata<'r>>,
    pub(super) forwarder: Forward<'r>,
    pub(super) known: Known,
}

/// What is known of a request besides its head, which is decoded again when its response has begun.
pub(super) struct Known {
    pub(super) key: Place,
    pub(super) asked: Instant,
    pub(super) reason: ForwardReason,
    /// What is stored for it.
    pub(super) stored: Option<Arc<Stored>>,
    origin: HostPort,
    pool_key: pool::Key,
    outgoing: Outgoing,
    /// Whether it may be sent again where a kept connection turns out to have ended.
    may_retry: bool,
}

/// How far a request is.
pub(super) enum Fetched {
    /// The reply is complete.
    Replied,
    /// It goes on when its response begins.
    Awaits(Box<Awaited>),
}

/// A request that was sent, of whose response nothing has come yet.
pub(super) struct Awaited {
    connection: ClientConnection,
    request_time: HttpDate,
    known: Known,
}

/// A request that was sent, and what came of it.
struct Sent {
    connection: ClientConnection,
    request_time: HttpDate,
    /// Whether the connection persists behind the response.
    response: Result<bool, Fault>,
    upload: Upload,
}

/// The request in the form the origin gets it.
struct Outgoing {
    /// The head, and the body as far as it was there already.
    octets: Vec<u8>,
    /// For the rest of the body, if there is one.
    rest: Option<BodyWriter>,
    /// The same request without the conditions that the store added, if it added some.
    unconditional: Option<Vec<u8>>,
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
        let started = match forwarder.request(request, NextHop::Origin) {
            Ok(ForwardedRequest::Send {
                request: head,
                body: kind,
            }) => Outgoing::start(request, head, kind, stored.as_deref()),
            Ok(ForwardedRequest::Answer) => {
                self.answer_as_recipient(request, reply)?;
                return Ok(Fetched::Replied);
            }
            Err(error) => Err(error),
        };
        let mut outgoing = match started {
            Ok(outgoing) => outgoing,
            Err(error) => return self.refuse(request, reply, &error),
        };
        outgoing.take_received(body)?;
        // What was sent in part, or does something each time, is not sent twice (RFC 9112 §9.3.1), so that it must not meet
        // a connection that its origin is just giving up.
        let is_repeatable = outgoing.rest.is_none() && request.method().is_idempotent();
        let pool_key = pool::key(&origin, self.is_local());
        let kept = is_repeatable.then(|| proxy.pool.take(&pool_key)).flatten();
        let errand = Errand {
            session: self,
            request,
            metadata,
            forwarder,
            known: Known {
                key,
                asked,
                reason,
                stored,
                origin,
                pool_key,
                outgoing,
                may_retry: kept.is_some(),
            },
        };
        errand.send(kept, body, reply)
    }

    /// Goes on with a request whose response has begun, or did not in time.
    pub(super) fn go_on_fetching(
        &self,
        awaited: Awaited,
        request: &RequestHead<'_>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Fetched> {
        let Awaited {
            mut connection,
            request_time,
            known,
        } = awaited;
        let errand = Errand {
            session: self,
            request,
            metadata: metadata_of(request),
            forwarder: self.forwarder()?,
            known,
        };
        // It was sent, and is there still.
        body.drain()?;
        let response =
            Receiver::new(&errand, &mut connection, reply, request_time).receive_awaited();
        let sent = Sent {
            connection,
            request_time,
            response,
            upload: Upload::Done,
        };
        errand.go_on(sent, body, reply)
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
    /// Sends the request over `kept` or a new connection, and goes on with what comes of it.
    fn send(
        self,
        kept: Option<ClientConnection>,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Fetched> {
        let known = &self.known;
        let connected = kept.map_or_else(|| self.session.connect(&known.origin), Ok);
        let mut connection = match connected {
            Ok(connection) => connection,
            Err(denial) => {
                if body.awaits_continue() {
                    reply.close();
                }
                return self.give_up(reply, &denial);
            }
        };
        let request_time = clock::now();
        let mut receiver = Receiver::new(&self, &mut connection, reply, request_time);
        let (response, upload) = converse(&mut receiver, &known.outgoing, body);
        let sent = Sent {
            connection,
            request_time,
            response,
            upload,
        };
        self.go_on(sent, body, reply)
    }

    /// Ends it, leaves it to be awaited, or sends it again: once without its condition, and where a kept connection had ended.
    fn go_on(
        mut self,
        sent: Sent,
        body: &mut RequestBody<'_>,
        reply: &mut Reply<'_>,
    ) -> io::Result<Fetched> {
        let (known, connection) = (&mut self.known, sent.connection);
        match (sent.response, sent.upload) {
            (Ok(persists), upload) => {
                if persists && matches!(upload, Upload::Done) && connection.is_clean() {
                    let pool = &self.session.proxy.pool;
                    pool.put(&known.pool_key, connection);
                }
                Ok(Fetched::Replied)
            }
            (Err(Fault::Awaits), _) => Ok(Fetched::Awaits(Box::new(Awaited {
                connection,
                request_time: sent.request_time,
                known: self.known,
            }))),
            (Err(Fault::Unconfirmed { persists }), _) => {
                let may_go_on = persists && connection.is_clean() && !connection.is_stale();
                let kept = may_go_on.then_some(connection);
                known.may_retry = kept.is_some();
                known.stored = None;
                if let Some(unconditional) = known.outgoing.unconditional.take() {
                    known.outgoing.octets = unconditional;
                }
                self.send(kept, body, reply)
            }
            (Err(_), Upload::Client(error)) if !reply.has_begun() => Err(error),
            (Err(Fault::Client(error)), _) => Err(error),
            (Err(Fault::Origin(error)), _) if reply.has_begun() => {
                // The client sees that the content is cut: the connection ends without the end of the body.
                reply.flush()?;
                let words = system_text(&error);
                Err(io::Error::new(
                    io::ErrorKind::ConnectionAborted,
                    format!("{} failed: {words}", known.origin),
                ))
            }
            (Err(Fault::Origin(error)), _) if known.may_retry && client::is_stale(&error) => {
                known.may_retry = false;
                drop(connection);
                self.send(None, body, reply)
            }
            (Err(Fault::Origin(error)), _) => {
                let denial = denial_for(&known.origin, &error);
                self.give_up(reply, &denial)
            }
        }
    }

    /// Whether the origin was only asked for another version than what is stored.
    pub(super) const fn confirms(&self) -> bool {
        self.known.outgoing.unconditional.is_some()
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
        let (Some(stored), Some(metadata)) = (&self.known.stored, &self.metadata) else {
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
        status.forward = Some(self.known.reason);
        status.forward_status = answered;
        proxy.answer(self.request, reply, stored, age, &status, now)?;
        Ok(true)
    }
}

impl Outgoing {
    /// The head of `request` as it is sent on: it asks only for another version than what is `stored`, unless the client has
    /// conditions of its own.
    fn start(
        request: &RequestHead<'_>,
        mut head: RequestWriter,
        kind: BodyKind,
        stored: Option<&Stored>,
    ) -> Result<Self, wire_http::Error> {
        let plain = stored.is_some().then(|| head.clone());
        let confirms = stored.is_some_and(|stored| add_conditions(request, stored, &mut head));
        let mut octets = Vec::with_capacity(1024);
        let rest = Some(head.start(kind, &mut octets)?);
        let mut unconditional = None;
        if let Some(plain) = plain.filter(|_| confirms) {
            // Only requests without a body are answered from the store.
            let octets = unconditional.insert(Vec::new());
            plain.start(kind, octets)?.finish(octets)?;
        }
        Ok(Self {
            octets,
            rest,
            unconditional,
        })
    }

    /// Adds as much of the body as came with the head.
    fn take_received(&mut self, body: &mut RequestBody<'_>) -> io::Result<()> {
        let Some(writer) = &mut self.rest else {
            return Ok(());
        };
        let mut content = Vec::new();
        loop {
            content.clear();
            match body.read_received(&mut content)? {
                Piece::Data => writer
                    .write(&content, &mut self.octets)
                    .map_err(io::Error::other)?,
                Piece::NeedMore => return Ok(()),
                Piece::End => break,
            }
        }
        let finished = self
            .rest
            .take()
            .map(|writer| writer.finish(&mut self.octets));
        finished.transpose().map(drop).map_err(io::Error::other)
    }
}

/// Sends the request and brings the response back, or leaves it to be awaited; both at once where the body is not there yet.
fn converse(
    receiver: &mut Receiver<'_, '_>,
    outgoing: &Outgoing,
    body: &mut RequestBody<'_>,
) -> (Result<bool, Fault>, Upload) {
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
        match wants_body(receiver) {
            Ok(true) => body.forgo_continue(),
            Ok(false) => {
                // Nobody knows whether the client sends the body now.
                receiver.reply.close();
                return (receiver.receive_rest(), Upload::Unwanted);
            }
            Err(fault) => return (Err(fault), Upload::Unwanted),
        }
    }
    converse_both_ways(receiver, &outgoing.octets, writer, body)
}

/// Whether the origin wants the body that the client holds back; one that says nothing gets it (RFC 9110 §10.1.1). The client is
/// told so; if it is not wanted, the head of the response was read.
fn wants_body(receiver: &mut Receiver<'_, '_>) -> Result<bool, Fault> {
    const CONTINUE_WAIT: Duration = Duration::from_secs(1);
    if receiver.connection.is_readable(CONTINUE_WAIT) {
        let status = receiver.next_head()?;
        if status == StatusCode::CONTINUE {
            // It was sent on.
            return Ok(true);
        }
        if !status.is_informational() {
            return Ok(false);
        }
    }
    let reply = &mut *receiver.reply;
    reply
        .interim(&ResponseWriter::new(StatusCode::CONTINUE))
        .map_err(Fault::Client)?;
    Ok(true)
}

/// Sends the rest of the body with `writer` while the response may come already; `sent` is what was sent of the request.
fn converse_both_ways(
    receiver: &mut Receiver<'_, '_>,
    sent: &[u8],
    writer: BodyWriter,
    body: &mut RequestBody<'_>,
) -> (Result<bool, Fault>, Upload) {
    let origin = match receiver.connection.stream().try_clone() {
        Ok(origin) => origin,
        Err(error) => return (Err(Fault::Origin(error)), Upload::Origin),
    };
    let progress = Progress::default();
    let mut kept = receiver.kept();
    if let Some(kept) = &mut kept {
        kept.push(sent);
    }
    let outcome = std::thread::scope(|scope| {
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
    outcome
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
