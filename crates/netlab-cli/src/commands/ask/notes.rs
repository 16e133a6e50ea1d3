//! The notebook of an experiment: who did what, and what the system said to it.

use std::io::{self, Read as _};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use serde_json::{Value, json};
use socket2::{SockRef, Type};

use crate::net::system_text;
use crate::output::counted;
use crate::show::{Tap, Transport};

/// One thing that was done.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// `client`, `server`, …
    pub(crate) who: &'static str,
    /// What it did.
    pub(crate) does: String,
    /// What the system said.
    pub(crate) said: String,
    /// The error's name if it was one.
    pub(crate) errno: Option<String>,
    /// How long it took.
    pub(crate) time: Duration,
}

/// What an experiment showed.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was done.
    pub(crate) steps: Vec<Step>,
    /// Whether the system did what the conclusion says.
    pub(crate) ok: bool,
    /// What to learn from it; if not `ok`, what should have happened and did not.
    pub(crate) conclusion: String,
}

/// An experiment's steps while it goes on.
pub(super) struct Notes {
    tap: Tap,
    steps: Vec<Step>,
    surprises: Vec<String>,
}

impl Step {
    /// Its documented keys.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "who": self.who,
            "does": self.does,
            "said": self.said,
            "errno": self.errno,
            "microseconds": u64::try_from(self.time.as_micros()).unwrap_or(u64::MAX),
        })
    }
}

impl Notes {
    pub(super) fn new(tap: &Tap) -> Self {
        Self {
            tap: tap.clone(),
            steps: Vec::new(),
            surprises: Vec::new(),
        }
    }

    /// Does something and notes the answer; `says` puts a success in words.
    pub(super) fn step<T>(
        &mut self,
        who: &'static str,
        does: impl Into<String>,
        call: impl FnOnce() -> io::Result<T>,
        says: impl FnOnce(&T) -> String,
    ) -> io::Result<T> {
        let start = Instant::now();
        let result = call();
        let time = start.elapsed();
        let (said, errno) = match &result {
            Ok(value) => (says(value), None),
            Err(error) => (in_words(error), errno_name(error)),
        };
        self.steps.push(Step {
            who,
            does: does.into(),
            said,
            errno,
            time,
        });
        result
    }

    /// Sends on a connected socket.
    pub(super) fn send(
        &mut self,
        who: &'static str,
        socket: &impl AsFd,
        octets: &[u8],
    ) -> io::Result<usize> {
        let socket = SockRef::from(socket);
        let sent = self.step(
            who,
            format!("send {}", describe(octets)),
            || socket.send(octets),
            |count| format!("{} taken", counted(*count, "octet")),
        );
        if let Ok(count) = sent {
            self.see(&socket, octets.get(..count).unwrap_or(octets));
        }
        sent
    }

    /// Receives up to `room` octets on a socket that has a time limit.
    pub(super) fn receive(
        &mut self,
        who: &'static str,
        socket: &impl AsFd,
        room: usize,
    ) -> io::Result<Vec<u8>> {
        let socket = SockRef::from(socket);
        self.step(
            who,
            format!("receive up to {room} octets"),
            || {
                let mut buffer = vec![0; room];
                let count = (&*socket).read(&mut buffer)?;
                buffer.truncate(count);
                Ok(buffer)
            },
            |received| {
                if received.is_empty() {
                    "0 octets: the end of the stream".to_owned()
                } else {
                    describe(received)
                }
            },
        )
    }

    /// Notes a circumstance that no system call answers.
    pub(super) fn state(&mut self, who: &'static str, does: impl Into<String>) {
        self.steps.push(Step {
            who,
            does: does.into(),
            said: String::new(),
            errno: None,
            time: Duration::ZERO,
        });
    }

    /// What the conclusion rests on.
    pub(super) fn expect(&mut self, holds: bool, expectation: &str) {
        if !holds {
            self.surprises.push(expectation.to_owned());
        }
    }

    /// The conclusion rests on this error.
    pub(super) fn expect_error<T>(&mut self, result: &io::Result<T>, expected: &[Errno]) {
        let errno = result.as_ref().err().and_then(Errno::from_io_error);
        let names: Vec<String> = expected
            .iter()
            .filter_map(|errno| errno_name(&io::Error::from(*errno)))
            .collect();
        self.expect(
            errno.is_some_and(|errno| expected.contains(&errno)),
            &format!("{} was to be expected", names.join(" or ")),
        );
    }

    /// The end of the experiment.
    pub(super) fn into_answer(mut self, result: io::Result<()>, conclusion: &str) -> Answer {
        if let Err(error) = result {
            self.surprises
                .push(format!("it ended early: {}", system_text(&error)));
        }
        let ok = self.surprises.is_empty();
        Answer {
            steps: self.steps,
            ok,
            conclusion: if ok {
                conclusion.to_owned()
            } else {
                self.surprises.join("; ")
            },
        }
    }

    fn see(&self, socket: &SockRef<'_>, octets: &[u8]) {
        if !self.tap.is_watched() {
            return;
        }
        let ends = (socket.local_addr(), socket.peer_addr());
        let (Ok(local), Ok(peer)) = ends else {
            return;
        };
        let (Some(from), Some(to)) = (local.as_socket(), peer.as_socket()) else {
            return;
        };
        let transport = match socket.r#type() {
            Ok(Type::STREAM) => Transport::Tcp,
            _ => Transport::Udp,
        };
        self.tap.see_data(transport, from, to, octets);
    }
}

/// Short messages in full, long ones by their length.
fn describe(octets: &[u8]) -> String {
    const SHOWN_MAX: usize = 16;
    if octets.len() > SHOWN_MAX {
        return counted(octets.len(), "octet");
    }
    format!(
        "{:?} ({})",
        String::from_utf8_lossy(octets),
        counted(octets.len(), "octet")
    )
}

/// What the system said, with the error's name and a hint where its words are dark.
fn in_words(error: &io::Error) -> String {
    let words = system_text(error);
    match errno_name(error) {
        Some(name) if error.kind() == io::ErrorKind::WouldBlock => {
            format!("{name}: {words} (nothing came in time)")
        }
        Some(name) => format!("{name}: {words}"),
        // A connect that we gave up, so that the system had nothing to say.
        None => format!("no answer: {words}"),
    }
}

/// The error's name in the manual pages.
fn errno_name(error: &io::Error) -> Option<String> {
    const NAMES: &[(Errno, &str)] = &[
        (Errno::ACCESS, "EACCES"),
        (Errno::ADDRINUSE, "EADDRINUSE"),
        (Errno::ADDRNOTAVAIL, "EADDRNOTAVAIL"),
        (Errno::AGAIN, "EAGAIN"),
        (Errno::ALREADY, "EALREADY"),
        (Errno::CONNABORTED, "ECONNABORTED"),
        (Errno::CONNREFUSED, "ECONNREFUSED"),
        (Errno::CONNRESET, "ECONNRESET"),
        (Errno::HOSTUNREACH, "EHOSTUNREACH"),
        (Errno::INPROGRESS, "EINPROGRESS"),
        (Errno::INVAL, "EINVAL"),
        (Errno::MFILE, "EMFILE"),
        (Errno::MSGSIZE, "EMSGSIZE"),
        (Errno::NETUNREACH, "ENETUNREACH"),
        (Errno::NFILE, "ENFILE"),
        (Errno::NOBUFS, "ENOBUFS"),
        (Errno::NOTCONN, "ENOTCONN"),
        (Errno::PERM, "EPERM"),
        (Errno::PIPE, "EPIPE"),
        (Errno::TIMEDOUT, "ETIMEDOUT"),
    ];
    let errno = Errno::from_io_error(error)?;
    let known = NAMES.iter().find(|(known, _)| *known == errno);
    Some(known.map_or_else(
        || format!("errno {}", errno.raw_os_error()),
        |(_, name)| (*name).to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustix::io::Errno;

    use super::Notes;
    use crate::net::system_text;
    use crate::show::Tap;

    #[test]
    fn a_step_keeps_the_systems_words() {
        let mut notes = Notes::new(&Tap::default());
        let refused = notes.step(
            "client",
            "connect",
            || Err::<(), _>(io::Error::from(Errno::CONNREFUSED)),
            |()| String::new(),
        );
        notes.expect_error(&refused, &[Errno::CONNREFUSED]);
        let answer = notes.into_answer(Ok(()), "so it is");
        assert!(answer.ok);
        assert_eq!(answer.conclusion, "so it is");
        assert_eq!(answer.steps[0].said, "ECONNREFUSED: connection refused");
        assert_eq!(answer.steps[0].errno.as_deref(), Some("ECONNREFUSED"));
    }

    #[test]
    fn a_surprise_takes_the_place_of_the_conclusion() {
        let mut notes = Notes::new(&Tap::default());
        notes.expect_error(&Ok(()), &[Errno::PIPE, Errno::CONNRESET]);
        let answer = notes.into_answer(Err(Errno::MFILE.into()), "so it is");
        assert!(!answer.ok);
        let words = system_text(&Errno::MFILE.into());
        assert_eq!(
            answer.conclusion,
            format!("EPIPE or ECONNRESET was to be expected; it ended early: {words}")
        );
    }
}
