//! What an intermediary must do to a message before it sends it on (RFC 9110 §7.6, RFC 9112 §3.2.2, §6.1).

use crate::content_length;
use crate::error::{Error, ErrorKind};
use crate::fields::Fields;
use crate::framing::Framing;
use crate::method::Method;
use crate::request::RequestHead;
use crate::response::ResponseHead;
use crate::status::StatusCode;
use crate::target::RequestTarget;
use crate::version::Version;
use crate::via::is_received_by_octet;
use crate::write::{BodyKind, RequestWriter, ResponseWriter};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Turns a received head into the one to send on.
///
/// Nothing that concerns one connection only goes through: not Connection and the fields it names, not Keep-Alive,
/// Proxy-Connection, TE, Trailer, Upgrade, HTTP2-Settings. Host is [`RequestHead::host`], Content-Length and Transfer-Encoding come
/// from the framing that was decided; none of them is ever copied. Via is added. Trailers end here.
///
/// ```
/// use wire_http::{BodyKind, Decoded, Forward, ForwardedRequest, NextHop, RequestHead};
///
/// let input = b"GET http://a.test/x HTTP/1.1\r\nHost: b.test\r\nConnection: X-Hop\r\nX-Hop: 1\r\nAccept: */*\r\n\r\n";
/// let Decoded::Complete { value: head, .. } = RequestHead::decode(input)? else { panic!() };
/// let forwarded = Forward::new("lab")?.request(&head, NextHop::Origin)?;
/// let ForwardedRequest::Send { request, body } = forwarded else { panic!() };
/// assert_eq!(body, BodyKind::Empty);
/// let mut out = Vec::new();
/// let body = request.start(body, &mut out)?;
/// body.finish(&mut out)?;
/// assert_eq!(out, b"GET /x HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\nVia: 1.1 lab\r\n\r\n");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[doc(alias = "proxy")]
#[doc(alias = "hop-by-hop")]
pub struct Forward<'a> {
    received_by: &'a str,
}

/// Who gets the request next.
///
/// ```
/// use wire_http::{Forward, ForwardedRequest, NextHop, RequestHead};
///
/// let input = b"GET http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let target = |next| match Forward::new("lab")?.request(&head, next)? {
///     ForwardedRequest::Send { request, .. } => Ok::<_, wire_http::Error>(request.target().to_string()),
///     ForwardedRequest::Answer => Ok(String::new()),
/// };
/// assert_eq!(target(NextHop::Origin)?, "/x");
/// assert_eq!(target(NextHop::Proxy)?, "http://a.test/x");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9112 §3.2 knows origin servers and proxies"
)]
pub enum NextHop {
    /// The server that the target names: gets origin-form (or `*`).
    Origin,
    /// Another proxy: gets absolute-form (or authority-form), for `*` one without a path.
    Proxy,
}

/// What is to be done with a request.
///
/// ```
/// use wire_http::{Forward, ForwardedRequest, NextHop, RequestHead};
///
/// let input = b"TRACE / HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// assert_eq!(Forward::new("lab")?.request(&head, NextHop::Origin)?, ForwardedRequest::Answer);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a request goes on or ends here")]
pub enum ForwardedRequest {
    /// Send this, with a body of this kind.
    Send {
        /// The head to send; more fields may be added.
        request: RequestWriter,
        /// The kind of body, as the received framing says.
        body: BodyKind,
    },
    /// Max-Forwards is 0: answer TRACE or OPTIONS oneself
    /// ([RFC 9110 §7.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.2)).
    Answer,
}

impl<'a> Forward<'a> {
    /// An intermediary that calls itself `received_by` in Via: a host with optional port, or a pseudonym.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldValue`] with the first octet that neither a token nor a host has; at octet 0 if `received_by` is empty.
    pub fn new(received_by: &'a str) -> Result<Self, Error> {
        match received_by
            .bytes()
            .enumerate()
            .find(|(_, octet)| !is_received_by_octet(*octet))
        {
            Some((offset, octet)) => Err(Error::new(offset, ErrorKind::FieldValue { octet })),
            None if received_by.is_empty() => {
                Err(Error::new(0, ErrorKind::FieldValue { octet: b' ' }))
            }
            None => Ok(Self { received_by }),
        }
    }

    /// The request to send for `head`.
    ///
    /// Max-Forwards of TRACE and OPTIONS is counted down. Proxy-Authorization ends where the next hop is the origin
    /// ([RFC 9110 §11.7.2](https://www.rfc-editor.org/rfc/rfc9110#section-11.7.2)), Expect where it came in HTTP/1.0.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TargetForm`] for CONNECT to an origin, which is a tunnel to open and no request to send;
    /// [`ErrorKind::HostMissing`] if nobody says whom it is for; [`ErrorKind::BodyKindNotAllowed`] for CONNECT and TRACE with
    /// content, which they do not have ([RFC 9110 §9.3.6](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6), §9.3.8).
    pub fn request(
        &self,
        head: &RequestHead<'_>,
        next: NextHop,
    ) -> Result<ForwardedRequest, Error> {
        let method = head.method();
        let counted = method == Method::TRACE || method == Method::OPTIONS;
        let max_forwards = head.fields().get_only("max-forwards").filter(|_| counted);
        let forwards_left =
            max_forwards.and_then(|value| content_length::parse(value.as_bytes()).ok());
        if forwards_left == Some(0) {
            return Ok(ForwardedRequest::Answer);
        }
        let body = body_sent_on(head)?;
        let target = forwarded_target(head, next)?;
        let host = head.host().map(|host| host.as_str());
        let host = match head.target() {
            RequestTarget::Asterisk => host.unwrap_or_default(),
            _ => {
                host.ok_or_else(|| Error::new(head.target_range().start, ErrorKind::HostMissing))?
            }
        };
        let mut request = RequestWriter::from_checked(method, &target, host);
        let hop_by_hop = HopByHop::of(head.fields());
        for line in head.fields() {
            let name = line.name();
            let ends_here = hop_by_hop.contains(name.as_str())
                || name.is("host")
                || (counted && name.is("max-forwards"))
                // RFC 9110 §11.7.2: credentials for this proxy are not the origin's business.
                || (next == NextHop::Origin && name.is("proxy-authorization"))
                // RFC 9110 §10.1.1: ignored from HTTP/1.0, and so not sent on as if it had been meant.
                || (head.version() == Version::Http10 && name.is("expect"));
            if !ends_here {
                request.push(name.as_str(), line.value().as_bytes());
            }
        }
        if let Some(left) = forwards_left {
            request.push(
                "Max-Forwards",
                left.saturating_sub(1).to_string().as_bytes(),
            );
        }
        request.push("Via", self.via(head.version()).as_bytes());
        Ok(ForwardedRequest::Send { request, body })
    }

    /// The response to send to the client for `head`, which answers `request`, with the kind of its body.
    ///
    /// A body that ended with the origin's connection goes to the client in chunks; the writer knows what to do for HTTP/1.0.
    ///
    /// ```
    /// use wire_http::{BodyKind, Forward, Method, RequestHead, ResponseHead};
    ///
    /// let (request, _) = RequestHead::decode(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")?.complete().expect("a whole head");
    /// let input = b"HTTP/1.0 200 OK\r\nConnection: close\r\nETag: \"1\"\r\n\r\n";
    /// let (head, _) = ResponseHead::decode(input, request.method())?.complete().expect("a whole head");
    /// let (response, body) = Forward::new("lab")?.response(&head, &request)?;
    /// assert_eq!(body, BodyKind::Chunked);
    /// let mut out = Vec::new();
    /// response.start(body, &mut out)?.finish(&mut out)?;
    /// assert_eq!(out, b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nVia: 1.0 lab\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StatusCode`] for 101, which nobody asked for, because Upgrade is not sent on: answer 502.
    pub fn response(
        &self,
        head: &ResponseHead<'_>,
        request: &RequestHead<'_>,
    ) -> Result<(ResponseWriter, BodyKind), Error> {
        if head.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(Error::new(head.status_range().start, ErrorKind::StatusCode));
        }
        // RFC 9112 §9.3: a proxy keeps no connection to an HTTP/1.0 client.
        let persists = request.persists() && request.version() == Version::Http11;
        let mut response =
            ResponseWriter::to(head.status(), request.method(), request.version(), persists);
        response.reason(head.reason())?;
        let hop_by_hop = HopByHop::of(head.fields());
        for line in head.fields() {
            if !hop_by_hop.contains(line.name().as_str()) {
                response.push(line.name().as_str(), line.value().as_bytes());
            }
        }
        response.push("Via", self.via(head.version()).as_bytes());
        let body = match head.framing() {
            Framing::ContentLength(length) => BodyKind::Known(length),
            // RFC 9110 §15.3.6: there is no content, though some say so with an empty chunked body.
            Framing::Chunked | Framing::UntilClose
                if head.status() == StatusCode::RESET_CONTENT =>
            {
                BodyKind::Empty
            }
            Framing::Chunked | Framing::UntilClose => BodyKind::Chunked,
            Framing::None => described_body(head, request),
        };
        Ok((response, body))
    }

    /// `Via = received-protocol RWS received-by` (RFC 9110 §7.6.3).
    fn via(&self, version: Version) -> String {
        let version = match version {
            Version::Http10 => "1.0",
            Version::Http11 => "1.1",
        };
        format!("{version} {}", self.received_by)
    }
}

/// The body that is sent on with a request: as it came, and none where the method has none.
fn body_sent_on(head: &RequestHead<'_>) -> Result<BodyKind, Error> {
    let has_none = head.method() == Method::TRACE || head.method() == Method::CONNECT;
    match head.framing() {
        Framing::None | Framing::UntilClose => Ok(BodyKind::Empty),
        Framing::ContentLength(0) if has_none => Ok(BodyKind::Empty),
        Framing::ContentLength(_) | Framing::Chunked if has_none => Err(Error::new(
            head.method_range().start,
            ErrorKind::BodyKindNotAllowed,
        )),
        Framing::ContentLength(length) => Ok(BodyKind::Known(length)),
        Framing::Chunked => Ok(BodyKind::Chunked),
    }
}

/// The target in the form that the next hop is to get (RFC 9112 §3.2).
fn forwarded_target(head: &RequestHead<'_>, next: NextHop) -> Result<String, Error> {
    let query = |query: Option<&str>| query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(match (head.target(), next) {
        (RequestTarget::Authority(_), NextHop::Origin) => {
            return Err(Error::new(head.target_range().start, ErrorKind::TargetForm));
        }
        // RFC 9112 §3.2.4: OPTIONS for a whole server, sent through a proxy.
        (
            RequestTarget::Absolute {
                path: "",
                query: None,
                ..
            },
            NextHop::Origin,
        ) if head.method() == Method::OPTIONS => "*".to_string(),
        (
            RequestTarget::Absolute {
                path, query: after, ..
            },
            NextHop::Origin,
        ) => {
            format!(
                "{}{}",
                if path.is_empty() { "/" } else { path },
                query(after)
            )
        }
        (target @ (RequestTarget::Origin { .. } | RequestTarget::Asterisk), NextHop::Proxy) => {
            match head.host() {
                // RFC 9112 §3.2.4: only the last proxy sends `*`.
                Some(host) if target == RequestTarget::Asterisk => format!("http://{host}"),
                Some(host) => format!("http://{host}{}", head.target_text()),
                None => {
                    return Err(Error::new(
                        head.target_range().start,
                        ErrorKind::HostMissing,
                    ));
                }
            }
        }
        _ => head.target_text().to_string(),
    })
}

/// The fields that concern one connection only (RFC 9110 §7.6.1), or are framing, which is made anew.
struct HopByHop<'b> {
    /// What Connection names beside those, in order without regard to case: a search for each field would be as much work as there
    /// are fields times names.
    named: Vec<&'b [u8]>,
}

impl<'b> HopByHop<'b> {
    fn of(fields: &Fields<'b>) -> Self {
        let named = fields
            .list("connection")
            .map(|option| option.as_bytes())
            // Mostly there is nothing else, and then nothing is allocated.
            .filter(|name| !Self::is_always(name));
        let mut named: Vec<&[u8]> = named.collect();
        named.sort_unstable_by(|one, other| folded(one).cmp(folded(other)));
        Self { named }
    }

    fn contains(&self, name: &str) -> bool {
        let name = name.as_bytes();
        Self::is_always(name)
            || self
                .named
                .binary_search_by(|named| folded(named).cmp(folded(name)))
                .is_ok()
    }

    fn is_always(name: &[u8]) -> bool {
        const HOP_BY_HOP: [&str; 9] = [
            "connection",
            "content-length",
            "transfer-encoding",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
        ];
        HOP_BY_HOP
            .iter()
            .any(|hop| name.eq_ignore_ascii_case(hop.as_bytes()))
    }
}

fn folded(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(u8::to_ascii_lowercase)
}

/// The body that the head of a bodiless response describes: that of the GET behind a HEAD or a 304.
fn described_body(head: &ResponseHead<'_>, request: &RequestHead<'_>) -> BodyKind {
    // RFC 9110 §15.2, §15.3.5, §15.3.6: behind these there is none to describe, whatever the length says.
    if head.status().is_informational()
        || matches!(
            head.status(),
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT
        )
    {
        return BodyKind::Empty;
    }
    let length = head
        .fields()
        .get_only("content-length")
        .and_then(|value| content_length::parse(value.as_bytes()).ok());
    match length {
        Some(length)
            if request.method() == Method::HEAD || head.status() == StatusCode::NOT_MODIFIED =>
        {
            BodyKind::Known(length)
        }
        // Says nothing about a length, where Empty would say 0.
        None if request.method() == Method::HEAD && head.status() != StatusCode::NOT_MODIFIED => {
            BodyKind::UntilClose
        }
        _ => BodyKind::Empty,
    }
}
