//! A response on its way from the origin to the client, and into the store.

use std::io;
use std::sync::Arc;

use wire_http::caching::{
    CacheStatus, Failure, ForwardReason, NotStored, RequestMetadata, ResponseMetadata, describes,
    invalidates, may_store, updated_fields, validates,
};
use wire_http::date::HttpDate;
use wire_http::{Error, ErrorKind, Forward, Framing, Method, ResponseHead, StatusCode, Version};

use super::fetch::Errand;
use super::lookup::cache_status;
use super::store::{Arriving, Stored, owned};
use super::upload::Progress;
use crate::commands::http::broken_rule::{self, refusal};
use crate::commands::http::client::{ClientConnection, decode};
use crate::commands::http::clock;
use crate::commands::http::connection::{Piece, Reply};
use crate::show::Kept;

/// Whose failure it was.
#[derive(Debug)]
pub(super) enum Fault {
    /// The client's connection failed.
    Client(io::Error),
    /// The origin failed, or broke a rule.
    Origin(io::Error),
    /// None yet: the response has not begun, and whoever waits for many can wait for it.
    Awaits,
    /// The origin said that something is unchanged which is not stored: it is to be asked without a condition.
    Unconfirmed {
        /// Whether its connection persists.
        persists: bool,
    },
}

/// Brings one response back.
pub(super) struct Receiver<'e, 'c> {
    errand: &'e Errand<'e>,
    forwarder: &'e Forward<'e>,
    pub(super) connection: &'e mut ClientConnection,
    pub(super) reply: &'e mut Reply<'c>,
    head: Vec<u8>,
    /// When the request was sent.
    pub(super) request_time: HttpDate,
}

impl<'e, 'c> Receiver<'e, 'c> {
    /// For the response on `connection`, to which the request is about to be sent.
    pub(super) fn new(
        errand: &'e Errand<'e>,
        forwarder: &'e Forward<'e>,
        connection: &'e mut ClientConnection,
        reply: &'e mut Reply<'c>,
    ) -> Self {
        Self {
            errand,
            forwarder,
            connection,
            reply,
            head: Vec::new(),
            request_time: clock::now(),
        }
    }

    /// For a request whose messages somebody wants to see.
    pub(super) fn kept(&self) -> Option<Kept> {
        self.errand.session.proxy.context.tap.kept()
    }

    /// Brings the whole response back; says whether the origin's connection persists.
    pub(super) fn receive(&mut self) -> Result<bool, Fault> {
        while self.next_head()?.is_informational() {}
        self.receive_rest()
    }

    /// The same for a response that was left to be awaited.
    pub(super) fn receive_awaited(&mut self) -> Result<bool, Fault> {
        self.connection.receive_awaited().map_err(Fault::Origin)?;
        self.receive()
    }

    /// Leaves the response to be awaited.
    pub(super) fn leave(&mut self) -> Fault {
        // Answers to requests before this one do not wait for a slow origin.
        if let Err(error) = self.reply.flush() {
            return Fault::Client(error);
        }
        self.connection.await_response();
        Fault::Awaits
    }

    /// The same while the request is still being sent: the origin's time runs from the last piece it got.
    pub(super) fn receive_while(&mut self, progress: &Progress) -> Result<bool, Fault> {
        loop {
            let before = progress.pieces();
            match self.next_head() {
                Ok(status) if !status.is_informational() => return self.receive_rest(),
                Ok(_) => {}
                Err(Fault::Origin(error))
                    if error.kind() == io::ErrorKind::TimedOut && progress.pieces() > before => {}
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Reads one head; a 1xx is sent on at once, for there may be a long time to the next.
    pub(super) fn next_head(&mut self) -> Result<StatusCode, Fault> {
        let errand = self.errand;
        let (request, limits) = (errand.request, &errand.session.proxy.origin_limits);
        let method = request.method();
        // Answers to requests before this one do not wait for a slow origin.
        self.reply.flush().map_err(Fault::Client)?;
        let status = match self.connection.read_head(method, limits, &mut self.head) {
            Ok(status) => status,
            Err(error) => {
                self.connection.see_response(method);
                return Err(Fault::Origin(error));
            }
        };
        if status == StatusCode::SWITCHING_PROTOCOLS {
            // Upgrade was not sent on, so nobody asked for this.
            return Err(malformed(Error::new(0, ErrorKind::StatusCode)));
        }
        if status.is_informational() {
            // RFC 9110 §15.2: HTTP/1.0 clients do not know them.
            if request.version() == Version::Http11 {
                let head = decode(&self.head, method, limits).map_err(Fault::Origin)?;
                let (writer, _) = self.forwarder.response(&head, request).map_err(malformed)?;
                self.reply.interim(&writer).map_err(Fault::Client)?;
            }
            self.connection.see_response(method);
        }
        Ok(status)
    }

    /// Brings back the response whose head was read last.
    pub(super) fn receive_rest(&mut self) -> Result<bool, Fault> {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let (request, limits) = (errand.request, &proxy.origin_limits);
        let method = request.method();
        let now = clock::now();
        let octets = std::mem::take(&mut self.head);
        let head = decode(&octets, method, limits).map_err(Fault::Origin)?;
        self.connection.begin_body(head.framing(), limits);
        let mut fields: Vec<(&str, &[u8])> = head.fields().iter().map(Into::into).collect();
        let date = clock::now_text();
        let lacks_date = !head.fields().contains("Date");
        if lacks_date {
            // RFC 9110 §6.6.1: who passes it on says when it came.
            fields.push(("Date", date.as_bytes()));
        }
        let metadata = proxy.store.is_on().then(|| {
            let fields = fields.iter().copied();
            ResponseMetadata::decode(head.status(), fields, self.request_time, now)
        });
        let metadata = metadata.and_then(Result::ok);
        self.forget_what_changed(&head);
        if head.status() == StatusCode::NOT_MODIFIED {
            let fresh = metadata
                .as_ref()
                .and_then(|metadata| self.freshen(&fields, metadata, now));
            let asks = ["If-None-Match", "If-Modified-Since"]
                .iter()
                .any(|name| request.fields().contains(name));
            if !asks && matches!(method, Method::GET | Method::HEAD) {
                // It is about what is stored: the client has nothing that could be unmodified (RFC 9110 §15.4.5).
                let persists = head.persists();
                if let Some(fresh) = fresh {
                    self.connection.see_response(method);
                    self.answer_confirmed(&fresh, now).map_err(Fault::Client)?;
                    return Ok(persists);
                }
                if errand.confirms {
                    self.connection.see_response(method);
                    return Err(Fault::Unconfirmed { persists });
                }
            }
        }
        if let Some(metadata) = &metadata
            && method == Method::HEAD
            && head.status() == StatusCode::OK
        {
            self.compare_with_head(&head, &fields, metadata, now);
        }
        let failure = Failure::Status(head.status());
        let was_answered = errand
            .answer_stale(self.reply, failure, Some(head.status()), now)
            .map_err(Fault::Client)?;
        if was_answered {
            return Ok(false);
        }
        let mut status = cache_status().map_err(Fault::Client)?;
        status.forward = Some(errand.reason);
        let kept = metadata
            .as_ref()
            .and_then(|metadata| self.to_keep(&head, &fields, metadata, now));
        status.stored = kept.is_some();
        let persists = head.persists();
        self.send_on(&head, lacks_date.then_some(date.as_str()), &status, kept)?;
        Ok(persists)
    }

    /// Sends head and body to the client, and the content to the store.
    fn send_on(
        &mut self,
        head: &ResponseHead<'_>,
        date: Option<&str>,
        status: &CacheStatus<'_>,
        kept: Option<Stored>,
    ) -> Result<(), Fault> {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let (mut writer, kind) = self
            .forwarder
            .response(head, errand.request)
            .map_err(malformed)?;
        if !self.reply.may_persist() {
            writer.close();
        }
        if let Some(date) = date {
            writer
                .field("Date", date)
                .map_err(|error| Fault::Client(io::Error::other(error)))?;
        }
        writer
            .field("Cache-Status", status.to_string())
            .map_err(|error| Fault::Client(io::Error::other(error)))?;
        let mut body = self
            .reply
            .start_with(head.status(), &writer, kind)
            .map_err(|error| match refusal(&error) {
                // A body where there must be none, as with 205 (RFC 9110 §15.3.6).
                Some(_) => Fault::Origin(error),
                None => Fault::Client(error),
            })?;
        let mut arriving = kept.is_some().then(|| Arriving::new(&proxy.store));
        let mut client_error = None;
        loop {
            let reply = &mut *self.reply;
            let read = self.connection.read_received(&mut |piece| {
                if let Some(arriving) = &mut arriving {
                    arriving.push(piece);
                }
                reply.write(&mut body, piece).map_err(|error| {
                    client_error = Some(error);
                    io::ErrorKind::Other.into()
                })
            });
            let read = match read {
                Ok(Piece::Data) => Ok(()),
                Ok(Piece::End) => break,
                Ok(Piece::NeedMore) => {
                    // A slow origin's client is not to wait for the buffer to fill, nor for the first content to see the head.
                    self.reply.flush().map_err(Fault::Client)?;
                    self.connection.receive()
                }
                Err(error) => Err(error),
            };
            if let Err(error) = read {
                self.connection.see_response(errand.request.method());
                return Err(match client_error {
                    Some(error) => Fault::Client(error),
                    None => Fault::Origin(error),
                });
            }
        }
        self.connection.see_response(errand.request.method());
        self.reply.finish(body).map_err(Fault::Client)?;
        if let Some(stored) = kept
            && let Some(content) = arriving.and_then(Arriving::finish)
        {
            let content = Arc::from(content);
            let stored = Stored { content, ..stored };
            proxy.store.put(&errand.key, stored, errand.asked);
        }
        Ok(())
    }

    /// What is to be stored, without its content, if anything is (RFC 9111 §3).
    fn to_keep(
        &self,
        head: &ResponseHead<'_>,
        fields: &[(&str, &[u8])],
        metadata: &ResponseMetadata<'_>,
        now: HttpDate,
    ) -> Option<Stored> {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let request = errand.metadata.as_ref()?;
        if errand.reason == ForwardReason::Bypass {
            return None;
        }
        may_store(request, metadata, &proxy.policy).ok()?;
        if matches!(head.framing(), Framing::ContentLength(length) if length > proxy.store.content_max())
        {
            return None;
        }
        let vary_key = metadata.vary().key(errand.request.fields().iter())?;
        Some(Stored {
            status: head.status(),
            reason: head.reason().to_vec(),
            version: head.version(),
            fields: Stored::fields_of(fields, metadata, &proxy.policy),
            content: Arc::from(Vec::new()),
            request_time: self.request_time,
            response_time: now,
            vary_key,
        })
    }

    /// Takes over what a 304 says of the stored response, if it is about that one (RFC 9111 §4.3.4).
    fn freshen(
        &self,
        fields: &[(&str, &[u8])],
        metadata: &ResponseMetadata<'_>,
        now: HttpDate,
    ) -> Option<Stored> {
        let errand = self.errand;
        let stored = errand.stored.as_ref()?;
        let old = stored.metadata().ok()?;
        let names_none = metadata.entity_tag().is_none() && metadata.last_modified().is_none();
        // RFC 9111 §4.3.3: a 304 that names no validator answers the condition, and where that was made from this stored
        // response alone it can only mean this one.
        if !(validates(metadata, &old) || errand.confirms && names_none) {
            return None;
        }
        Some(self.update(stored, fields, now))
    }

    /// Replaces fields of a stored response (RFC 9111 §3.2). What may no longer be stored with them is forgotten.
    fn update(&self, stored: &Arc<Stored>, fields: &[(&str, &[u8])], now: HttpDate) -> Stored {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let fresh = Stored {
            fields: owned(&updated_fields(&stored.field_pairs(), fields)),
            request_time: self.request_time,
            response_time: now,
            ..Stored::clone(stored)
        };
        // What is stored answers GET, also where the request was HEAD.
        let request = RequestMetadata::decode(Method::GET, errand.request.fields().iter());
        let verdict = match (&request, fresh.metadata()) {
            // What the 304 says is for one user, or to be confirmed each time, goes to this client alone (§5.2.2.4, §5.2.2.7).
            (Ok(request), Ok(response)) => may_store(request, &response, &proxy.policy)
                .map(|()| Stored::fields_of(&fresh.field_pairs(), &response, &proxy.policy)),
            _ => Err(NotStored::NotCacheable),
        };
        match verdict {
            Ok(fields) => {
                let fresh = fresh.clone();
                proxy
                    .store
                    .replace(&errand.key, stored, Stored { fields, ..fresh });
            }
            // The client wants nothing of this to be kept, and what is there is not this.
            Err(NotStored::RequestNoStore) => {}
            Err(_) => proxy.store.forget(&errand.key.uri),
        }
        fresh
    }

    /// Takes over what an answer to HEAD says of the stored response to GET, or forgets that one if it is another (RFC 9111
    /// §4.3.5).
    fn compare_with_head(
        &self,
        head: &ResponseHead<'_>,
        fields: &[(&str, &[u8])],
        metadata: &ResponseMetadata<'_>,
        now: HttpDate,
    ) {
        let errand = self.errand;
        let Some(stored) = &errand.stored else { return };
        let Ok(old) = stored.metadata() else { return };
        let length = head.fields().get("Content-Length");
        // A head with a length that is no number was refused.
        let length = length.and_then(|length| length.to_str()?.parse().ok());
        if describes(metadata, length, &old, stored.length()) {
            self.update(stored, fields, now);
        } else {
            errand.session.proxy.store.forget(&errand.key.uri);
        }
    }

    /// Answers with the stored response that a 304 has confirmed.
    fn answer_confirmed(&mut self, fresh: &Stored, now: HttpDate) -> io::Result<()> {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let age = fresh.metadata().map_err(io::Error::other)?.current_age(now);
        let mut status = cache_status()?;
        status.forward = Some(errand.reason);
        status.forward_status = Some(StatusCode::NOT_MODIFIED);
        proxy.answer(errand.request, self.reply, fresh, age.get(), &status, now)
    }

    /// Forgets what an unsafe request made untrue (RFC 9111 §4.4).
    fn forget_what_changed(&self, head: &ResponseHead<'_>) {
        let errand = self.errand;
        let store = &errand.session.proxy.store;
        if !invalidates(errand.request.method(), head.status()) {
            return;
        }
        store.forget(&errand.key.uri);
        for name in ["Location", "Content-Location"] {
            let reference = head.fields().get_only(name);
            let key = reference
                .and_then(|value| value.to_str())
                .and_then(|reference| errand.key.uri.of_reference(reference));
            if let Some(key) = key {
                store.forget(&key);
            }
        }
    }
}

fn malformed(error: Error) -> Fault {
    Fault::Origin(broken_rule::malformed(error))
}
