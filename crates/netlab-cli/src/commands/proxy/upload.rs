//! A request's body on its way to the origin, while the response may come already.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use wire_http::BodyWriter;

use crate::commands::http::connection::{Piece, RequestBody};
use crate::net::TimedStream;
use crate::show::Kept;

/// How an upload ended.
#[derive(Debug)]
pub(super) enum Upload {
    /// The whole body was sent.
    Done,
    /// Nobody wanted the rest: the response was complete.
    Unwanted,
    /// The client failed: a body that breaks a rule, silence, the end of the connection.
    Client(io::Error),
    /// The origin took no more.
    Origin,
}

/// What the two directions know of each other.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The response is complete.
    is_over: AtomicBool,
    /// Grows with every piece of the request: its origin is not silent, it listens.
    pieces: AtomicU64,
}

impl Progress {
    /// The response is complete; the rest of the request is not wanted.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// A number that grows while the request is being sent.
    pub(super) fn pieces(&self) -> u64 {
        self.pieces.load(Ordering::Relaxed)
    }
}

/// Sends `body` to `origin` as the client sends it. `progress` can end it early; `kept` gets what was sent.
pub(super) fn upload(
    body: &mut RequestBody<'_>,
    mut writer: BodyWriter,
    origin: &TimedStream,
    progress: &Progress,
    mut kept: Option<&mut Kept>,
) -> Upload {
    const TICK: Duration = Duration::from_millis(100);
    let (mut content, mut out) = (Vec::new(), Vec::new());
    let mut heard = Instant::now();
    loop {
        content.clear();
        match body.read_received(&mut content) {
            Ok(Piece::Data) => {
                progress.pieces.fetch_add(1, Ordering::Relaxed);
                out.clear();
                if writer.write(&content, &mut out).is_err() || (&*origin).write_all(&out).is_err()
                {
                    return Upload::Origin;
                }
                if let Some(kept) = &mut kept {
                    kept.push(&out);
                }
            }
            Ok(Piece::End) => {
                progress.pieces.fetch_add(1, Ordering::Relaxed);
                out.clear();
                let ended = writer.finish(&mut out);
                if let Some(kept) = &mut kept {
                    kept.push(&out);
                }
                return if ended.is_ok() && (&*origin).write_all(&out).is_ok() {
                    Upload::Done
                } else {
                    Upload::Origin
                };
            }
            Ok(Piece::NeedMore) => {
                if progress.is_over.load(Ordering::Acquire) {
                    return Upload::Unwanted;
                }
                if body.is_readable(TICK) {
                    if let Err(error) = body.receive() {
                        return Upload::Client(error);
                    }
                    heard = Instant::now();
                } else if heard.elapsed() >= body.idle() {
                    return Upload::Client(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Upload::Client(error),
        }
    }
}
