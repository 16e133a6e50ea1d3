//! A response on its way from the origin to the client, and into the store.

use std::io;
use std::sync::Arc;

use wire_http::caching::{
    Failure, ForwardReason, NotStored, RequestMetadata, ResponseMetadata, describes, invalidates,
    may_store, updated_fields, validates,
};
use wire_http::date::HttpDate;
use wire_http::{BodyWriter, Error, ErrorKind, Framing, Method, ResponseHead, StatusCode, Version};

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
    pub(super) connection: &'e mut ClientConnection,
    pub(super) reply: &'e mut Reply<'c>,
    head: Vec<u8>,
    /// When the request was sent.
    request_time: HttpDate,
}

/// A response whose head has come.
struct Arrived<'h> {
    head: &'h ResponseHead<'h>,
    /// The field lines of the head, and the Date that it lacks.
    fields: Vec<(&'h str, &'h [u8])>,
    date: Option<&'h str>,
    /// What the store has to know of it, if there is one.
    metadata: Option<ResponseMetadata<'h>>,
    time: HttpDate,
}

impl<'e, 'c> Receiver<'e, 'c> {
    /// For the response on `connection`, to a request that is sent at `request_time`.
    pub(super) fn new(
        errand: &'e Errand<'e>,
        connection: &'e mut ClientConnection,
        reply: &'e mut Reply<'c>,
        request_time: HttpDate,
    ) -> Self {
        Self {
            errand,
            connection,
            reply,
            head: Vec::new(),
            request_time,
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
                let (writer, _) = errand
                    .forwarder
                    .response(&head, request)
                    .map_err(malformed)?;
                self.reply.interim(&writer).map_err(Fault::Client)?;
            }
            self.connection.see_response(method);
        }
        Ok(status)
    }

    /// Brings back the response whose head was read last.
    pub(super) fn receive_rest(&mut self) -> Result<bool, Fault> {
        let errand = self.errand;
        let (method, limits) = (errand.request.method(), &errand.session.proxy.origin_limits);
        let (octets, date) = (std::mem::take(&mut self.head), clock::now_text());
        let head = decode(&octets, method, limits).map_err(Fault::Origin)?;
        self.connection.begin_body(head.framing(), limits);
        let response = self.arrived(&head, &date);
        self.forget_what_changed(&head);
        if head.status() == StatusCode::NOT_MODIFIED && self.answer_unmodified(&response)? {
            return Ok(head.persists());
        }
        if method == Method::HEAD && head.status() == StatusCode::OK {
            self.compare_with_head(&response);
        }
        let failure = Failure::Status(head.status());
        let was_answered = errand
            .answer_stale(self.reply, failure, Some(head.status()), response.time)
            .map_err(Fault::Client)?;
        if was_answered {
            return Ok(false);
        }
        self.send_on(&response)?;
        Ok(head.persists())
    }

    /// What is known of a response by its head, which came at `date`.
    fn arrived<'h>(&self, head: &'h ResponseHead<'h>, date: &'h str) -> Arrived<'h> {
        let time = clock::now();
        let mut fields: Vec<(&str, &[u8])> = head.fields().iter().map(Into::into).collect();
        // RFC 9110 §6.6.1: who passes it on says when it came.
        let date = (!head.fields().contains("Date")).then_some(date);
        fields.extend(date.map(|date| ("Date", date.as_bytes())));
        let has_store = self.errand.session.proxy.store.is_on();
        let metadata = has_store.then(|| {
            let fields = fields.iter().copied();
            ResponseMetadata::decode(head.status(), fields, self.request_time, time)
        });
        Arrived {
            head,
            fields,
            date,
            metadata: metadata.and_then(Result::ok),
            time,
        }
    }

    /// Answers with what is stored if a 304 is about that: then the client has nothing that could be unmodified (RFC 9110
    /// §15.4.5).
    fn answer_unmodified(&mut self, response: &Arrived<'_>) -> Result<bool, Fault> {
        let errand = self.errand;
        let (request, method) = (errand.request, errand.request.method());
        let fresh = self.freshen(response);
        let asks = ["If-None-Match", "If-Modified-Since"]
            .iter()
            .any(|name| request.fields().contains(name));
        if asks || !matches!(method, Method::GET | Method::HEAD) {
            return Ok(false);
        }
        if let Some(fresh) = fresh {
            self.connection.see_response(method);
            self.answer_confirmed(&fresh, response.time)
                .map_err(Fault::Client)?;
            return Ok(true);
        }
        if errand.confirms() {
            self.connection.see_response(method);
            let persists = response.head.persists();
            return Err(Fault::Unconfirmed { persists });
        }
        Ok(false)
    }

    /// Sends head and body to the client, and the content to the store.
    fn send_on(&mut self, response: &Arrived<'_>) -> Result<(), Fault> {
        let errand = self.errand;
        let head = response.head;
        let store = &errand.session.proxy.store;
        let kept = self.to_keep(response);
        let mut status = cache_status().map_err(Fault::Client)?;
        status.forward = Some(errand.known.reason);
        status.stored = kept.is_some();
        let (mut writer, kind) = errand
            .forwarder
            .response(head, errand.request)
            .map_err(malformed)?;
        if !self.reply.may_persist() {
            writer.close();
        }
        let cache_status = status.to_string();
        for (name, value) in [
            ("Date", response.date),
            ("Cache-Status", Some(cache_status.as_str())),
        ] {
            if let Some(value) = value {
                writer
                    .field(name, value)
                    .map_err(|error| Fault::Client(io::Error::other(error)))?;
            }
        }
        let body = self
            .reply
            .start_with(head.status(), &writer, kind)
            .map_err(|error| match refusal(&error) {
                // A body where there must be none, as with 205 (RFC 9110 §15.3.6).
                Some(_) => Fault::Origin(error),
                None => Fault::Client(error),
            })?;
        let mut arriving = kept.is_some().then(|| Arriving::new(store));
        self.send_body_on(body, arriving.as_mut())?;
        if let Some(stored) = kept
            && let Some(content) = arriving.and_then(Arriving::finish)
        {
            let content = Arc::from(content);
            let stored = Stored { content, ..stored };
            store.put(&errand.known.key, stored, errand.known.asked);
        }
        Ok(())
    }

    /// Sends the content to the client as it comes.
    fn send_body_on(
        &mut self,
        mut body: BodyWriter,
        mut arriving: Option<&mut Arriving<'_>>,
    ) -> Result<(), Fault> {
        let method = self.errand.request.method();
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
                self.connection.see_response(method);
                return Err(match client_error {
                    Some(error) => Fault::Client(error),
                    None => Fault::Origin(error),
                });
            }
        }
        self.connection.see_response(method);
        self.reply.finish(body).map_err(Fault::Client)
    }

    /// What is to be stored, without its content, if anything is (RFC 9111 §3).
    fn to_keep(&self, response: &Arrived<'_>) -> Option<Stored> {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let (request, head) = (errand.metadata.as_ref()?, response.head);
        let metadata = response.metadata.as_ref()?;
        if errand.known.reason == ForwardReason::Bypass {
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
            fields: Stored::fields_of(&response.fields, metadata, &proxy.policy),
            content: Arc::from(Vec::new()),
            request_time: self.request_time,
            response_time: response.time,
            vary_key,
        })
    }

    /// Takes over what a 304 says of the stored response, if it is about that one (RFC 9111 §4.3.4).
    fn freshen(&self, response: &Arrived<'_>) -> Option<Stored> {
        let errand = self.errand;
        let metadata = response.metadata.as_ref()?;
        let stored = errand.known.stored.as_ref()?;
        let old = stored.metadata().ok()?;
        let names_none = metadata.entity_tag().is_none() && metadata.last_modified().is_none();
        // RFC 9111 §4.3.3: a 304 that names no validator answers the condition, and where that was made from this stored
        // response alone it can only mean this one.
        if !(validates(metadata, &old) || errand.confirms() && names_none) {
            return None;
        }
        Some(self.update(stored, response))
    }

    /// Replaces fields of a stored response (RFC 9111 §3.2). What may no longer be stored with them is forgotten.
    fn update(&self, stored: &Arc<Stored>, response: &Arrived<'_>) -> Stored {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let fresh = Stored {
            fields: owned(&updated_fields(&stored.field_pairs(), &response.fields)),
            request_time: self.request_time,
            response_time: response.time,
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
                    .replace(&errand.known.key, stored, Stored { fields, ..fresh });
            }
            // The client wants nothing of this to be kept, and what is there is not this.
            Err(NotStored::RequestNoStore) => {}
            Err(_) => proxy.store.forget(&errand.known.key.uri),
        }
        fresh
    }

    /// Takes over what an answer to HEAD says of the stored response to GET, or forgets that one if it is another (RFC 9111
    /// §4.3.5).
    fn compare_with_head(&self, response: &Arrived<'_>) {
        let errand = self.errand;
        let Some(metadata) = &response.metadata else {
            return;
        };
        let Some(stored) = &errand.known.stored else {
            return;
        };
        let Ok(old) = stored.metadata() else { return };
        let length = response.head.fields().get("Content-Length");
        // A head with a length that is no number was refused.
        let length = length.and_then(|length| length.to_str()?.parse().ok());
        if describes(metadata, length, &old, stored.length()) {
            self.update(stored, response);
        } else {
            errand.session.proxy.store.forget(&errand.known.key.uri);
        }
    }

    /// Answers with the stored response that a 304 has confirmed.
    fn answer_confirmed(&mut self, fresh: &Stored, now: HttpDate) -> io::Result<()> {
        let errand = self.errand;
        let proxy = &*errand.session.proxy;
        let age = fresh.metadata().map_err(io::Error::other)?.current_age(now);
        let mut status = cache_status()?;
        status.forward = Some(errand.known.reason);
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
        store.forget(&errand.known.key.uri);
        for name in ["Location", "Content-Location"] {
            let reference = head.fields().get_only(name);
            let key = reference
                .and_then(|value| value.to_str())
                .and_then(|reference| errand.known.key.uri.of_reference(reference));
            if let Some(key) = key {
                store.forget(&key);
            }
        }
    }
}

fn malformed(error: Error) -> Fault {
    Fault::Origin(broken_rule::malformed(error))
}
