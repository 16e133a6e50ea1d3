//! `netlab chat join`: one member of a room.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;

use super::lines::{LINE_OCTETS_MAX, Line, LineSplitter};
use super::link::{Link, Received, is_passing};
use super::room::is_quit;
use super::terminal::{self, Input, Keyboard, Screen};
use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::lock::lock;
use crate::net::{HostPort, Stop, io_failure, parse_seconds};
use crate::output::{Output, terminal_safe};
use crate::show::Transport;

/// Which room to join, and as whom.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The server
    #[arg(value_name = "HOST:PORT")]
    pub(crate) target: HostPort,
    /// Come over TCP (this is the default)
    #[arg(long, conflicts_with = "udp")]
    pub(crate) tcp: bool,
    /// Come by UDP
    #[arg(long)]
    pub(crate) udp: bool,
    /// What to be called; a taken name gets a number
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    pub(crate) name: Option<String>,
    /// How long to wait for the connection, or by UDP for the welcome
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "3", value_parser = parse_seconds)]
    pub(crate) timeout: Duration,
    /// How long to listen after the end of stdin
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "0.5", value_parser = parse_seconds)]
    pub(crate) linger: Duration,
}

/// Says each line of stdin and prints what others say, until one side ends.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let first = args
        .name
        .as_ref()
        .map_or_else(|| "\n".to_owned(), |name| format!("/nick {name}\n"));
    let (screen, keyboard, restore) = terminal::open(&context.out);
    let mut listener = Listener::new(&context.out, screen);
    let link = if args.udp {
        Link::udp(
            &args.target,
            first.as_bytes(),
            args.timeout,
            context,
            |link, octets| {
                listener.connected(link)?;
                listener.hear(Transport::Udp, octets)
            },
        )?
    } else {
        let link = Link::tcp(&args.target, args.timeout, context)?;
        listener.connected(&link)?;
        if args.name.is_some() {
            link.send(first.as_bytes())
                .map_err(|error| io_failure(&args.target.to_string(), "joining", &error))?;
        }
        link
    };
    let link = Arc::new(link);
    // Not earlier: a signal ends the waiting for a server at once.
    let stop = Stop::on_signals()?;
    let speaker = Speaker::begin(keyboard, &link, args.linger, &stop, &context.out)
        .map_err(Failure::not_started)?;
    let ended = listen(args, &link, &mut listener, &speaker);
    if ended.is_err() {
        // What it had begun to say is the last that is heard of it.
        listener.finish()?;
    }
    drop(restore);
    let ended = ended?;
    if let Some(error) = speaker.failure() {
        return Err(failure(args, "saying something", &error));
    }
    listener.ended(ended)?;
    match listener.refusal(ended) {
        Some(reason) => {
            Err(Failure::failed(format!("{} did not let us in{reason}", args.target)).into())
        }
        None => Ok(ExitCode::Done),
    }
}

/// How the conversation ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ended {
    ByServer,
    ByUs,
    /// By us, and the server did not end its side: it may be gone, or of another kind.
    Unanswered,
}

/// Hears what comes until the end of one side.
fn listen(
    args: &Args,
    link: &Link,
    listener: &mut Listener,
    speaker: &Speaker,
) -> anyhow::Result<Ended> {
    /// How long the server may take to close after we have ended.
    const CLOSING_MAX: Duration = Duration::from_secs(2);
    /// Datagrams from time to time keep a UDP member from being taken for gone.
    const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
    let lost = |error: io::Error| failure(args, "chatting", &error);
    let mut buffer = vec![0; 65_536];
    let mut signed = Instant::now();
    let mut closing: Option<Instant> = None;
    loop {
        // By UDP there is no other end than these words, which no member can say.
        if link.transport() == Transport::Udp && listener.has_heard_good_bye {
            return Ok(speaker.ended_by());
        }
        let received = match link.receive(&mut buffer) {
            Err(error) if link.transport() == Transport::Udp && is_passing(&error) => {
                Received::Nothing
            }
            received => received.map_err(lost)?,
        };
        match received {
            Received::Octets(octets) => listener.hear(link.transport(), octets)?,
            Received::Nothing => {}
            Received::End => {
                listener.finish()?;
                return Ok(speaker.ended_by());
            }
        }
        if speaker.has_ended() && closing.get_or_insert_with(Instant::now).elapsed() >= CLOSING_MAX
        {
            return Ok(Ended::Unanswered);
        }
        if link.transport() == Transport::Udp && signed.elapsed() >= SIGN_OF_LIFE {
            signed = Instant::now();
            link.send(b"\n").map_err(lost)?;
        }
    }
}

/// Says what stdin says, on a thread of its own.
struct Speaker {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    has_ended: bool,
    failure: Option<io::Error>,
}

impl Speaker {
    fn begin(
        keyboard: Keyboard,
        link: &Arc<Link>,
        linger: Duration,
        stop: &Stop,
        out: &Output,
    ) -> io::Result<Self> {
        let input = keyboard.read(stop, || ())?;
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, link) = (Arc::clone(&state), Arc::clone(link));
        let (stop, out) = (stop.clone(), out.clone());
        std::thread::Builder::new()
            .name("speaker".to_owned())
            .spawn(move || {
                let result = speak(&input, &link, linger, &stop, &out);
                let state = |failure| State {
                    has_ended: true,
                    failure,
                };
                let has_said_all = result.is_ok();
                // First, because the server may end its side as soon as we have ended ours.
                *lock(&shared) = state(result.err());
                if has_said_all {
                    *lock(&shared) = state(link.end().err());
                }
            })?;
        Ok(Self { state })
    }

    fn has_ended(&self) -> bool {
        lock(&self.state).has_ended
    }

    /// Who ended it, once the server has ended its side. A connection that broke while we spoke looks to the listener as
    /// one that was closed: the system tells of a reset only once.
    fn ended_by(&self) -> Ended {
        let state = lock(&self.state);
        if state.has_ended && state.failure.is_none() {
            Ended::ByUs
        } else {
            Ended::ByServer
        }
    }

    /// Why it could not go on; a server that is gone is noticed by the listener as well.
    fn failure(&self) -> Option<io::Error> {
        lock(&self.state).failure.take().filter(|error| {
            !matches!(
                error.kind(),
                io::ErrorKind::BrokenPipe
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::NotConnected
            )
        })
    }
}

fn speak(
    input: &Receiver<Input>,
    link: &Link,
    linger: Duration,
    stop: &Stop,
    out: &Output,
) -> io::Result<()> {
    const TICK: Duration = Duration::from_millis(200);
    while !stop.is_raised() {
        match input.recv_timeout(TICK) {
            Ok(Input::Line(Line::Whole(line))) => {
                let mut line = line.into_owned();
                line.push(b'\n');
                link.send(&line)?;
                if link.transport() == Transport::Udp && is_quit(&line) {
                    // Whatever else is sent would let us in again, as somebody who never leaves.
                    return Ok(());
                }
            }
            Ok(Input::Line(Line::TooLong)) => out.warn(&format!(
                "a line of more than {LINE_OCTETS_MAX} octets was not sent"
            )),
            Ok(Input::Present) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Input::Ended) | Err(RecvTimeoutError::Disconnected) => {
                stop.wait_timeout(linger);
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Prints what comes from the server.
struct Listener {
    out: Output,
    screen: Screen,
    lines: LineSplitter,
    /// The first line: a good-bye to whoever is not let in.
    first: Option<String>,
    has_heard_good_bye: bool,
}

impl Listener {
    fn new(out: &Output, screen: Screen) -> Self {
        /// Longer than any line of our server, where a message may be six times as long as it was sent.
        const HEARD_OCTETS_MAX: usize = 64 * 1024;
        Self {
            out: out.clone(),
            screen,
            lines: LineSplitter::with_limit(HEARD_OCTETS_MAX),
            first: None,
            has_heard_good_bye: false,
        }
    }

    fn connected(&self, link: &Link) -> io::Result<()> {
        self.out.remark(|| {
            format!(
                "{} connected from {} to {}",
                link.transport(),
                link.local(),
                link.peer()
            )
        });
        self.out.json(&json!({
            "event": "connected",
            "transport": link.transport().to_string(),
            "local": link.local().to_string(),
            "peer": link.peer().to_string(),
        }))
    }

    /// Prints the lines that are whole; the end of a datagram is the end of a line.
    fn hear(&mut self, transport: Transport, octets: &[u8]) -> io::Result<()> {
        let mut text = String::new();
        let mut has_heard_good_bye = false;
        let (out, first) = (&self.out, &mut self.first);
        let mut each = |line: Line<'_>| {
            let line = match &line {
                Line::Whole(octets) => String::from_utf8_lossy(octets),
                Line::TooLong => "* a line was too long to be shown".into(),
            };
            first.get_or_insert_with(|| line.to_string());
            has_heard_good_bye |= good_bye(&line).is_some();
            text.push_str(&shown(out, &line));
            text.push('\n');
        };
        self.lines.push(octets, &mut each);
        if transport == Transport::Udp {
            self.lines.finish(&mut each);
        }
        self.has_heard_good_bye |= has_heard_good_bye;
        // One write for all of them: whoever prints slowly is dropped by the server.
        if text.is_empty() {
            return Ok(());
        }
        self.screen.print(&text)
    }

    /// Prints what the server had begun to say when it ended.
    fn finish(&mut self) -> io::Result<()> {
        self.hear(Transport::Udp, b"")
    }

    /// Why we never were in the room, as the end of a sentence.
    fn refusal(&self, ended: Ended) -> Option<String> {
        match &self.first {
            // Errors are read on terminals, and these are the server's words.
            Some(first) => good_bye(first).map(|reason| terminal_safe(reason).into_owned()),
            None => (ended == Ended::ByServer)
                .then(|| " and said nothing; is it a chat server?".to_owned()),
        }
    }

    fn ended(&self, ended: Ended) -> io::Result<()> {
        let (by, words) = match ended {
            Ended::ByServer => ("server", "the server ended the conversation"),
            Ended::ByUs => ("us", "left"),
            Ended::Unanswered => (
                "us",
                "left, and the server did not answer that; what was said last may not have reached it",
            ),
        };
        // Without a good-bye it is news: the server may have been killed.
        let is_news = match ended {
            Ended::ByServer => !self.has_heard_good_bye && self.first.is_some(),
            Ended::ByUs => false,
            Ended::Unanswered => true,
        };
        if is_news {
            self.out.notice(&format!("netlab: {words}"));
        } else {
            self.out.remark(|| words.to_owned());
        }
        self.out.json(&json!({"event": "ended", "by": by}))
    }
}

/// The reason in a good-bye of the room, with the colon before it, or nothing; somebody who is called `good-bye` can come and go.
fn good_bye(line: &str) -> Option<&str> {
    line.strip_prefix("* good-bye")
        .filter(|reason| reason.is_empty() || reason.starts_with(':'))
}

/// One line as it is printed. Events: `message` with `name` and `text`, `notice` with `text`, `line` with `text` for what is
/// neither.
fn shown(out: &Output, line: &str) -> String {
    if !out.is_json() {
        return if out.is_terminal() {
            terminal_safe(line).into_owned()
        } else {
            line.to_owned()
        };
    }
    if let Some(text) = line.strip_prefix("* ") {
        json!({"event": "notice", "text": text}).to_string()
    } else if let Some((name, text)) = line.split_once(": ") {
        json!({"event": "message", "name": name, "text": text}).to_string()
    } else {
        json!({"event": "line", "text": line}).to_string()
    }
}

fn failure(args: &Args, doing: &str, error: &io::Error) -> anyhow::Error {
    let failure: Failure = io_failure(&args.target.to_string(), doing, error);
    failure.into()
}

/// A name is part of a line, so it cannot have line ends; the server does the rest.
fn parse_name(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("a name has no control characters".to_owned());
    }
    if super::names::sanitized(text).is_none() {
        return Err("a name has a letter or a digit in it".to_owned());
    }
    Ok(text.to_owned())
}

/// What scripts need to know.
const AFTER_HELP: &str = "\
Ends with the end of stdin or when the server ends the conversation; exit 1 if it did not let us in. With --json each line of stdout is an event:
  {\"event\":\"connected\",\"transport\":\"tcp|udp\",\"local\":…,\"peer\":…}
  {\"event\":\"message\",\"name\":…,\"text\":…}
  {\"event\":\"notice\",\"text\":…}     what the room itself says
  {\"event\":\"line\",\"text\":…}       what is neither, from another kind of server
  {\"event\":\"ended\",\"by\":\"server|us\"}";
