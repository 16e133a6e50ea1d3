//! A message and its reply over TCP.

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Args, Reply};
use crate::context::Context;
use crate::exit::Failure;
use crate::lock::lock;
use crate::net::{Ends, Stop, TimedStream, connect, io_failure, thread_failure};
use crate::output::counted;
use crate::show::Transport;

/// Sends, ends this side, and reads to the end of the other: the one framing that every text server understands.
pub(super) fn over_tcp(args: &Args, context: &Context, message: &[u8]) -> anyhow::Result<Reply> {
    let name = args.server.to_string();
    let failure = |error: &io::Error| io_failure(&name, "waiting for the reply", error);
    let connected = connect(&args.server, args.timeout)?;
    let mut stream = TimedStream::new(connected.stream, args.timeout, Stop::new())
        .map_err(|error| failure(&error))?;
    let Ends { peer, local } = stream.ends().map_err(|error| failure(&error))?;
    context.out.remark(|| format!("connected to {peer}"));
    let see = |from, to, octets: &[u8]| {
        context.tap.see_data(Transport::Tcp, from, to, octets);
    };
    see(local, peer, message);
    // A long message is written while its reply is read: the server answers before it has heard everything.
    let mut writer = stream.try_clone().map_err(|error| failure(&error))?;
    let mut reply = Vec::new();
    let sent_at = Mutex::new(Instant::now());
    let (written, read) = std::thread::scope(|scope| {
        let writing = std::thread::Builder::new()
            .spawn_scoped(scope, || send(message, &mut writer, &sent_at))?;
        let read = hear(&mut stream, args.timeout, &sent_at, &mut reply);
        if reply.len() as u64 == REPLY_OCTETS_MAX {
            // Nothing more is read: the writing must not wait for it either.
            let _ = stream.shutdown(Shutdown::Both);
        }
        let written = writing
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the writing thread ended")));
        Ok((written, read))
    })
    .map_err(|error: io::Error| thread_failure(&error))?;
    if reply.len() as u64 == REPLY_OCTETS_MAX {
        return Err(Failure::failed(format!(
            "{name} replies with {REPLY_OCTETS_MAX} octets and more; is it a text server?"
        ))
        .into());
    }
    if !reply.is_empty() {
        see(peer, local, &reply);
    }
    let cut = match (read, written) {
        (Err(error), _) if reply.is_empty() => Some(failure(&error)),
        (Err(error), _) => {
            let after = format!("waiting for what follows {}", octets_of(&reply));
            Some(io_failure(&name, &after, &error))
        }
        (Ok(_), Err(error)) if reply.is_empty() => Some(failure(&error)),
        (Ok(_), Ok(())) if reply.is_empty() && !is_blank(message) => {
            Some(Failure::failed(format!(
                "{name} closed the connection without a reply; is it a text server, and does it let this machine in?"
            )))
        }
        // A server that has heard enough may close early; its reply is what counts.
        _ => None,
    };
    Ok(Reply { octets: reply, cut })
}

/// Sends the whole message and ends our side; keeps the time when the server last took something of it.
fn send(message: &[u8], stream: &mut TimedStream, sent_at: &Mutex<Instant>) -> io::Result<()> {
    let mut rest = message;
    while !rest.is_empty() {
        match stream.write(rest)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            count => rest = rest.get(count..).unwrap_or_default(),
        }
        *lock(sent_at) = Instant::now();
    }
    match stream.shutdown(Shutdown::Write) {
        // The server was quicker and has closed already.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        result => result,
    }
}

/// Hears the reply to its end, or to its limit. A server that still takes the message is not silent, although it may say nothing
/// before it has heard everything.
fn hear(
    stream: &mut TimedStream,
    timeout: Duration,
    sent_at: &Mutex<Instant>,
    reply: &mut Vec<u8>,
) -> io::Result<()> {
    let mut buffer = vec![0; 65_536];
    let mut room = REPLY_OCTETS_MAX;
    while room > 0 {
        match stream.take(room).read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                reply.extend_from_slice(buffer.get(..count).unwrap_or_default());
                room = room.saturating_sub(count as u64);
                stream.set_deadline(None);
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                let sent_at = *lock(sent_at);
                match sent_at.checked_add(timeout) {
                    Some(moment) if moment > Instant::now() => stream.set_deadline(Some(moment)),
                    _ => return Err(error),
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether nothing may be left of a message when it is transformed (`trim`, and decoders that pass over white space).
fn is_blank(message: &[u8]) -> bool {
    String::from_utf8_lossy(message).trim().is_empty()
}

fn octets_of(reply: &[u8]) -> String {
    format!("{} of the reply", counted(reply.len(), "octet"))
}

/// The longest reply that is kept: 256 MiB.
pub(super) const REPLY_OCTETS_MAX: u64 = 256 << 20;
