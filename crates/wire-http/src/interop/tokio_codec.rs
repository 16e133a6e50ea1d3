//! Codecs for `tokio_util::codec` (feature `tokio-util`): what arrives as frames of a message, what is written as octets.

use crate::body::{BodyDecoder, BodyEvent};
use crate::decoded::Decoded;
use crate::error::Error;
use crate::limits::Limits;
use crate::method::Method;
use crate::request::RequestHead;
use crate::response::ResponseHead;
use crate::scanner::HeadScanner;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use std::io;
use tokio_util::codec::{Decoder, Encoder};

/// The octets of a head that was decoded, to look at again whenever needed.
///
/// ```
/// use bytes::BytesMut;
/// use tokio_util::codec::Decoder;
/// use wire_http::{Frame, Framing, Limits, Method, MessageCodec};
///
/// let mut codec = MessageCodec::responses(Limits::new());
/// codec.expect_answer(Method::HEAD);
/// let mut received = BytesMut::from(&b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"[..]);
/// let Some(Frame::Head(octets)) = codec.decode(&mut received)? else { panic!() };
/// let head = octets.response()?;
/// assert_eq!(head.framing(), Framing::None); // for it answers HEAD
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeadOctets {
    octets: Bytes,
    /// For a response: the method it answers.
    method: Option<String>,
    limits: Limits,
}

impl HeadOctets {
    /// The octets, from the first to the empty line.
    #[must_use]
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }

    /// The request head in them. Decodes them again, so keep it.
    ///
    /// # Errors
    ///
    /// None for a head that [`MessageCodec::requests`] gave; what [`RequestHead::decode_with`] says, if this is no request head.
    pub fn request(&self) -> Result<RequestHead<'_>, Error> {
        let head = RequestHead::decode_with(&self.octets, &self.limits)?;
        head.complete()
            .map(|(head, _)| head)
            .ok_or_else(|| self.truncated())
    }

    /// The response head in them. Decodes them again, so keep it.
    ///
    /// # Errors
    ///
    /// None for a head that [`MessageCodec::responses`] gave; what [`ResponseHead::decode_with`] says, if this is no response head.
    pub fn response(&self) -> Result<ResponseHead<'_>, Error> {
        let method = self
            .method
            .as_deref()
            .map_or(Ok(Method::GET), Method::new)?;
        let head = ResponseHead::decode_with(&self.octets, method, &self.limits)?;
        head.complete()
            .map(|(head, _)| head)
            .ok_or_else(|| self.truncated())
    }

    fn truncated(&self) -> Error {
        Error::new(self.octets.len(), crate::ErrorKind::Truncated)
    }
}

/// A part of a message, as a codec gives it.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use tokio_util::codec::Decoder;
/// use wire_http::{Frame, Limits, MessageCodec};
///
/// let mut codec = MessageCodec::responses(Limits::new());
/// let input = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nETag: \"1\"\r\n\r\n";
/// let mut received = BytesMut::from(&input[..]);
/// assert!(matches!(codec.decode(&mut received)?, Some(Frame::Head(_))));
/// assert_eq!(codec.decode(&mut received)?, Some(Frame::Data(Bytes::from_static(b"hi"))));
/// let etag = ("ETag".to_string(), Bytes::from_static(b"\"1\""));
/// assert_eq!(codec.decode(&mut received)?, Some(Frame::Trailers(vec![etag])));
/// assert_eq!(codec.decode(&mut received)?, Some(Frame::End));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a message is a head, then data, then perhaps trailers, then its end"
)]
pub enum Frame {
    /// The head.
    Head(HeadOctets),
    /// Content, without a copy; never empty.
    Data(Bytes),
    /// Names and values of the trailer section.
    Trailers(Vec<(String, Bytes)>),
    /// The message is over.
    End,
}

/// Decodes requests ([`requests`](Self::requests)) or responses ([`responses`](Self::responses)) into [`Frame`]s, and encodes by
/// passing on octets that a [`RequestWriter`](crate::RequestWriter) or [`ResponseWriter`](crate::ResponseWriter) wrote.
///
/// Errors are [`io::Error`]s around an [`Error`]: of kind `InvalidData` for what is refused, of kind `UnexpectedEof` where the
/// input ends inside a message. After one, and after a message that does not persist, nothing more is decoded: what is received
/// then is dropped.
///
/// Behind a request that asks for another protocol ([`RequestHead::upgrade`]) and behind a head that ends HTTP on the connection
/// ([`ResponseHead::is_tunnel`]) the octets are not the codec's. They stay in the buffer, and to ask for another frame is an
/// error of kind `Other` as soon as there are any. Take the buffer back, or say [`Self::decline_upgrade`].
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use tokio_util::codec::Decoder;
/// use wire_http::{Frame, Limits, MessageCodec};
///
/// let mut codec = MessageCodec::requests(Limits::new());
/// let mut received = BytesMut::from(&b"PUT /f HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhel"[..]);
/// let Some(Frame::Head(head)) = codec.decode(&mut received)? else { panic!() };
/// assert_eq!(head.request()?.target_text(), "/f");
/// assert_eq!(codec.decode(&mut received)?, Some(Frame::Data(Bytes::from_static(b"hel"))));
/// assert_eq!(codec.decode(&mut received)?, None); // more is needed
/// received.extend_from_slice(b"lo");
/// assert_eq!(codec.decode(&mut received)?, Some(Frame::Data(Bytes::from_static(b"lo"))));
/// assert_eq!(codec.decode(&mut received)?, Some(Frame::End));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A server answers a refusal and closes; `Framed` still sends after an error:
///
/// ```
/// use bytes::BytesMut;
/// use tokio_util::codec::{Decoder, Encoder};
/// use wire_http::{Error, Limits, MessageCodec, ResponseWriter};
///
/// let mut codec = MessageCodec::requests(Limits::new());
/// let error = codec.decode(&mut BytesMut::from(&b"GET / HTTP/2.0\r\n\r\n"[..])).unwrap_err();
/// let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
/// let (mut answer, mut to_send) = (BytesMut::new(), BytesMut::new());
/// ResponseWriter::send_refusal(refused.expect("what was refused"), &mut answer)?;
/// codec.encode(answer.freeze(), &mut to_send)?;
/// assert!(to_send.starts_with(b"HTTP/1.1 505 HTTP Version Not Supported\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MessageCodec {
    /// For responses: the methods of the requests they answer, in their order.
    methods: Option<VecDeque<String>>,
    limits: Limits,
    scanner: HeadScanner,
    body: Option<BodyDecoder>,
    /// What may come behind the message in progress.
    next: Next,
    /// For requests: whether the connection persists after the last one.
    persists: bool,
    over: bool,
}

/// What comes behind a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Next {
    Message,
    Nothing,
    OtherProtocol,
}

impl MessageCodec {
    /// A codec for the requests that a server gets.
    #[must_use]
    pub const fn requests(limits: Limits) -> Self {
        Self::new(None, limits)
    }

    /// A codec for the responses that a client gets. Tell it each request's method with [`Self::expect_answer`].
    #[must_use]
    pub const fn responses(limits: Limits) -> Self {
        Self::new(Some(VecDeque::new()), limits)
    }

    const fn new(methods: Option<VecDeque<String>>, limits: Limits) -> Self {
        Self {
            methods,
            limits,
            scanner: HeadScanner::new(),
            body: None,
            next: Next::Message,
            persists: true,
            over: false,
        }
    }

    /// A request with `method` was sent: the first response that no earlier call is about answers it (1xx but 101 do not count).
    /// Where nothing was said, GET is assumed. Does nothing to a codec for requests.
    pub fn expect_answer(&mut self, method: Method<'_>) {
        if let Some(methods) = &mut self.methods {
            methods.push_back(method.as_str().into());
        }
    }

    /// The server stays with HTTP: the last request's wish for another protocol is declined, and another request may follow
    /// ([RFC 9110 §7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)). Does nothing where none was wished for.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use tokio_util::codec::Decoder;
    /// use wire_http::{Frame, Limits, MessageCodec};
    ///
    /// let mut codec = MessageCodec::requests(Limits::new());
    /// let get = "GET / HTTP/1.1\r\nHost: a.test\r\n";
    /// let stream = format!("{get}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n{get}\r\n");
    /// let mut received = BytesMut::from(stream.as_bytes());
    /// assert!(matches!(codec.decode(&mut received)?, Some(Frame::Head(_))));
    /// assert_eq!(codec.decode(&mut received)?, Some(Frame::End));
    /// assert!(codec.decode(&mut received).is_err()); // whose octets are these?
    /// codec.decline_upgrade();
    /// assert!(matches!(codec.decode(&mut received)?, Some(Frame::Head(_))));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub const fn decline_upgrade(&mut self) {
        if matches!(self.next, Next::OtherProtocol) && self.methods.is_none() {
            let another = self.persists;
            self.next = if another {
                Next::Message
            } else {
                Next::Nothing
            };
            self.over = self.over && !another;
        }
    }

    /// There is no further message of HTTP.
    fn decode_behind(&self, received: &mut BytesMut) -> io::Result<Option<Frame>> {
        if self.next != Next::OtherProtocol {
            received.clear();
        } else if !received.is_empty() {
            return Err(io::Error::other("octets behind the last message of HTTP"));
        }
        Ok(None)
    }

    fn decode_head(&mut self, received: &mut BytesMut) -> Result<Option<Frame>, Error> {
        let method = self
            .methods
            .as_ref()
            .map(|methods| methods.front().cloned().unwrap_or_else(|| "GET".into()));
        let (body, len) = match &method {
            None => match self.scanner.request_with(received, &self.limits)? {
                Decoded::Incomplete => return Ok(None),
                Decoded::Complete { value, len } => {
                    self.persists = value.persists();
                    self.next = match value.upgrade() {
                        Some(_) => Next::OtherProtocol,
                        None if self.persists => Next::Message,
                        None => Next::Nothing,
                    };
                    (value.body(&self.limits), len)
                }
            },
            Some(method) => {
                match self.scanner.response_with(
                    received,
                    Method::from_token(method),
                    &self.limits,
                )? {
                    Decoded::Incomplete => return Ok(None),
                    Decoded::Complete { value, len } => {
                        self.next = match (value.is_tunnel(), value.persists()) {
                            (true, _) => Next::OtherProtocol,
                            (false, true) => Next::Message,
                            (false, false) => Next::Nothing,
                        };
                        let interim = value.status().is_informational() && !value.is_tunnel();
                        if !interim && let Some(methods) = &mut self.methods {
                            methods.pop_front();
                        }
                        (value.body(&self.limits), len)
                    }
                }
            }
        };
        self.body = Some(body);
        let octets = received.split_to(len).freeze();
        Ok(Some(Frame::Head(HeadOctets {
            octets,
            method,
            limits: self.limits.clone(),
        })))
    }

    fn decode_body(&mut self, received: &mut BytesMut) -> Result<Option<Frame>, Error> {
        let Some(body) = &mut self.body else {
            return Ok(None);
        };
        let step = body.decode(received)?;
        let consumed = step.consumed;
        let frame = match step.event {
            BodyEvent::Data(data) => {
                let before = consumed.saturating_sub(data.len());
                received.advance(before);
                return Ok(Some(Frame::Data(
                    received.split_to(consumed.saturating_sub(before)).freeze(),
                )));
            }
            BodyEvent::NeedMore => None,
            BodyEvent::Trailers(trailers) => {
                let fields = trailers.fields();
                let copy = |value: &[u8]| Bytes::copy_from_slice(value);
                let pairs = fields
                    .iter()
                    .map(|line| (line.name().as_str().into(), copy(line.value().as_bytes())));
                Some(Frame::Trailers(pairs.collect()))
            }
            BodyEvent::End => {
                self.body = None;
                self.over = self.next != Next::Message;
                Some(Frame::End)
            }
        };
        received.advance(consumed);
        Ok(frame)
    }
}

impl Decoder for MessageCodec {
    type Item = Frame;
    type Error = io::Error;

    fn decode(&mut self, received: &mut BytesMut) -> io::Result<Option<Frame>> {
        if self.over {
            return self.decode_behind(received);
        }
        let decoded = if self.body.is_some() {
            self.decode_body(received)
        } else {
            self.decode_head(received)
        };
        decoded.map_err(|error| {
            (self.over, self.next) = (true, Next::Nothing);
            io::Error::new(io::ErrorKind::InvalidData, error)
        })
    }

    fn decode_eof(&mut self, received: &mut BytesMut) -> io::Result<Option<Frame>> {
        if let Some(frame) = self.decode(received)? {
            return Ok(Some(frame));
        }
        let cut_short = match &self.body {
            Some(body) => body.finish(),
            None if self.over || received.is_empty() => return Ok(None),
            None => Err(Error::new(received.len(), crate::ErrorKind::Truncated)),
        };
        let ends = self.body.take().is_some();
        self.over = true;
        received.clear();
        cut_short.map_err(|error| io::Error::new(io::ErrorKind::UnexpectedEof, error))?;
        Ok(ends.then_some(Frame::End))
    }
}

impl Encoder<Bytes> for MessageCodec {
    type Error = io::Error;

    /// Passes on octets that a writer of this crate wrote.
    fn encode(&mut self, octets: Bytes, to_send: &mut BytesMut) -> io::Result<()> {
        to_send.put(octets);
        Ok(())
    }
}
