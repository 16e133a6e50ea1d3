//! The reply to a request, on its way into the connection.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;

use wire_http::{BodyKind, BodyWriter, Method, RequestHead, ResponseWriter, StatusCode, Version};

use super::clock::now_text;
use super::html::escape;
use crate::net::TimedStream;
#[cfg(target_os = "linux")]
use crate::net::about_to_wait;
use crate::show::Kept;

/// From here on it is cheaper not to copy content, although it takes a system call more.
const UNCOPIED_OCTETS_MIN: u64 = 32 * 1024;

/// Where the reply to a request goes.
pub(crate) struct Reply<'c> {
    stream: &'c TimedStream,
    out: &'c mut Vec<u8>,
    method: Method<'c>,
    version: Version,
    request_persists: bool,
    /// The status of the head in the making, and the one sent.
    pending: StatusCode,
    status: Option<StatusCode>,
    persists: bool,
    /// Whether not all could be sent that was written before this reply.
    is_cut_off: bool,
    /// The reply's octets on the wire, kept when somebody watches.
    raw: Option<Kept>,
}

impl<'c> Reply<'c> {
    /// A reply to `head` that nothing was said of yet; it is appended to `out`.
    pub(super) fn new(
        head: &RequestHead<'c>,
        stream: &'c TimedStream,
        out: &'c mut Vec<u8>,
        raw: Option<Kept>,
    ) -> Self {
        Self {
            stream,
            out,
            method: head.method(),
            version: head.version(),
            request_persists: persists(head),
            pending: StatusCode::OK,
            status: None,
            persists: false,
            is_cut_off: false,
            raw,
        }
    }

    /// The status sent, and whether the connection may go on.
    pub(super) const fn outcome(&self) -> (Option<StatusCode>, bool) {
        (self.status, self.persists)
    }

    /// Ends the connection after this reply, whatever its head said.
    pub(crate) const fn give_up(&mut self) {
        self.persists = false;
    }

    /// Ends the connection after this reply, and lets its head say so.
    pub(crate) const fn close(&mut self) {
        self.request_persists = false;
    }

    /// Whether the connection may go on after this reply, as far as its head is concerned.
    pub(crate) const fn may_persist(&self) -> bool {
        self.request_persists
    }

    /// The reply's octets on the wire so far, if they are kept.
    pub(super) fn raw(&self) -> Option<&[u8]> {
        self.raw.as_ref().map(Kept::octets)
    }

    /// The head of a reply, with the fields that every reply of ours has.
    pub(crate) fn head(&mut self, status: StatusCode) -> io::Result<ResponseWriter> {
        let mut writer =
            ResponseWriter::to(status, self.method, self.version, self.request_persists);
        writer
            .field("Date", now_text())
            .and_then(|writer| writer.field("Server", "netlab"))
            .map_err(io::Error::other)?;
        self.pending = status;
        Ok(writer)
    }

    /// Sends a whole reply. Nothing waits for it: replies to pipelined requests leave together.
    pub(crate) fn send(&mut self, writer: &ResponseWriter, content: &[u8]) -> io::Result<()> {
        let kind = if content.is_empty() {
            BodyKind::Empty
        } else {
            BodyKind::Known(u64::try_from(content.len()).unwrap_or(u64::MAX))
        };
        let mut body = self.start(writer, kind)?;
        self.write(&mut body, content)?;
        self.finish(body)
    }

    /// Sends a small page that says what is wrong, or where to look instead.
    pub(crate) fn send_error(&mut self, mut head: ResponseWriter, why: &str) -> io::Result<()> {
        let status = self.pending;
        let title = format!("{} {}", status.code(), status.reason());
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n</body>\n</html>\n",
            escape(why)
        );
        head.field("Content-Type", "text/html; charset=utf-8")
            .map_err(io::Error::other)?;
        self.send(&head, page.as_bytes())
    }

    /// Starts a reply whose content comes in pieces.
    pub(crate) fn start(
        &mut self,
        writer: &ResponseWriter,
        kind: BodyKind,
    ) -> io::Result<BodyWriter> {
        let before = self.out.len();
        let body = writer.start(kind, self.out).map_err(io::Error::other)?;
        self.status = Some(self.pending);
        self.persists = body.persists();
        self.keep_raw(before);
        Ok(body)
    }

    /// Starts a reply with a head made elsewhere, which has this status.
    pub(crate) fn start_with(
        &mut self,
        status: StatusCode,
        writer: &ResponseWriter,
        kind: BodyKind,
    ) -> io::Result<BodyWriter> {
        self.pending = status;
        self.start(writer, kind)
    }

    /// Sends a 1xx head at once; the reply proper follows.
    pub(crate) fn interim(&mut self, writer: &ResponseWriter) -> io::Result<()> {
        let before = self.out.len();
        writer.send(b"", self.out).map_err(io::Error::other)?;
        self.keep_raw(before);
        self.flush()
    }

    /// Sends what was written so far.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        write_out(self.stream, self.out).inspect_err(|_| self.is_cut_off = true)
    }

    /// Writes a piece of content.
    pub(crate) fn write(&mut self, body: &mut BodyWriter, content: &[u8]) -> io::Result<()> {
        const WAIT_FOR_MORE_OCTETS_MAX: usize = 64 * 1024;
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if self.raw.is_none() && length >= UNCOPIED_OCTETS_MIN && body.count(length).is_ok() {
            self.stream.write_before_more(self.out)?;
            self.out.clear();
            let mut stream = self.stream;
            return stream.write_all(content);
        }
        let before = self.out.len();
        body.write(content, self.out).map_err(io::Error::other)?;
        self.keep_raw(before);
        if self.out.len() >= WAIT_FOR_MORE_OCTETS_MAX {
            write_out(self.stream, self.out)?;
        }
        Ok(())
    }

    /// Writes `length` octets of a file, from `first` on; an error when the file has become shorter, for the length was
    /// promised, so the connection must end.
    pub(crate) fn write_file(
        &mut self,
        body: &mut BodyWriter,
        file: &File,
        (first, length): (u64, u64),
    ) -> io::Result<()> {
        const PIECE_OCTETS: u64 = 64 * 1024;
        // Without a thread to wait with it, what the client takes at once is copied.
        #[cfg(target_os = "linux")]
        if self.raw.is_none()
            && length >= UNCOPIED_OCTETS_MIN
            && about_to_wait().is_ok()
            && body.count(length).is_ok()
        {
            self.stream.write_before_more(self.out)?;
            self.out.clear();
            return match self.stream.write_file(file, first, length)? {
                sent if sent < length => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok(()),
            };
        }
        let (mut next, end) = (first, first.saturating_add(length));
        let octets = usize::try_from(length.min(PIECE_OCTETS)).unwrap_or(usize::MAX);
        let mut piece = vec![0; octets];
        while next < end {
            let left = usize::try_from(end.saturating_sub(next)).unwrap_or(usize::MAX);
            let room = piece.get_mut(..left.min(octets)).unwrap_or_default();
            let count = file.read_at(room, next)?;
            if count == 0 {
                // Replies to earlier requests are whole, and this one is seen to be cut.
                self.flush()?;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.write(body, piece.get(..count).unwrap_or_default())?;
            next = next.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        }
        Ok(())
    }

    /// Ends a reply that was started.
    pub(crate) fn finish(&mut self, body: BodyWriter) -> io::Result<()> {
        let before = self.out.len();
        body.finish(self.out).map_err(io::Error::other)?;
        self.keep_raw(before);
        Ok(())
    }

    /// Whether a reply was begun, so that no other can be sent; nor can one behind what was sent only in part.
    pub(crate) const fn has_begun(&self) -> bool {
        self.status.is_some() || self.is_cut_off
    }

    fn keep_raw(&mut self, from: usize) {
        if let Some(raw) = &mut self.raw {
            raw.push(self.out.get(from..).unwrap_or_default());
        }
    }
}

/// Writes `out` to the stream and empties it.
pub(super) fn write_out(mut stream: &TimedStream, out: &mut Vec<u8>) -> io::Result<()> {
    if !out.is_empty() {
        stream.write_all(out)?;
        out.clear();
    }
    Ok(())
}

/// Whether the connection may go on after the reply to `head`. Not where Upgrade offered another protocol: what follows may be
/// in that one, and must not be read as a request (RFC 9110 §7.8). But h2c, which some clients offer with every request, is not
/// spoken before a 101, and begins with what is no request (RFC 7540 §3.2, §3.5).
pub(super) fn persists(head: &RequestHead<'_>) -> bool {
    head.persists() && head.upgrade().is_none_or(|protocol| protocol == "h2c")
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{self, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;

    use wire_http::{BodyKind, Decoded, RequestHead, StatusCode};

    use super::Reply;
    use crate::net::{Stop, TimedStream};

    /// Replies to pipelined requests wait for each other; the first must not be lost with the second.
    #[test]
    fn replies_before_that_of_a_file_that_shrinks_arrive() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let stream = TimedStream::new(stream, Duration::from_secs(60), Stop::new()).unwrap();
        let path = std::env::temp_dir().join(format!("netlab-shrinks-{}", std::process::id()));
        File::create(&path).unwrap().write_all(b"short").unwrap();
        let file = File::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
        let Decoded::Complete { value: request, .. } = RequestHead::decode(request).unwrap() else {
            panic!("the request is whole")
        };
        let mut out = b"earlier replies".to_vec();
        let mut reply = Reply::new(&request, &stream, &mut out, None);
        let head = reply.head(StatusCode::OK).unwrap();
        let mut body = reply.start(&head, BodyKind::Known(100)).unwrap();
        let error = reply.write_file(&mut body, &file, (0, 100)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        drop(stream);
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("earlier repliesHTTP/1.1 200"), "{text}");
        assert!(text.ends_with("\r\n\r\nshort"), "{text}");
    }
}
