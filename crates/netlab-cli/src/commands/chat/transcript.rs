//! What happens in the room, on the server's stdout: lines for people, or events under `--json`.
//!
//! A thread of its own prints, because whoever reads our stdout may stop reading, and the room must go on.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::room::{Event, Reason, Via};
use super::terminal::Screen;
use crate::lock::lock;
use crate::output::{Output, counted};

/// The most octets kept while nobody reads stdout.
const UNPRINTED_OCTETS_MAX: usize = 4 << 20;

/// Where the member of an event is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) via: Via,
    pub(super) address: Option<SocketAddr>,
}

/// The printer.
pub(super) struct Transcript {
    shared: Arc<Shared>,
    json: bool,
    /// The host reads what he typed already.
    is_terminal: bool,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    text: String,
    lost: u64,
    /// The printer waits for something to print, and must be woken for it.
    is_waiting: bool,
    is_closed: bool,
    is_done: bool,
}

impl Transcript {
    /// Begins to print to `screen`; `out` hears what is missing.
    pub(super) fn begin(out: &Output, screen: Screen) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let printer = Arc::clone(&shared);
        let (json, is_terminal) = (out.is_json(), out.is_terminal());
        let out = out.clone();
        std::thread::Builder::new()
            .name("transcript".to_owned())
            .spawn(move || printer.print(&out, screen))?;
        Ok(Self {
            shared,
            json,
            is_terminal,
        })
    }

    /// Records one event.
    pub(super) fn record(&self, event: &Event, origin: Origin) {
        let is_typed = origin.via == Via::Terminal && matches!(event, Event::Message { .. });
        if self.json {
            self.print(&event_json(event, origin).to_string());
        } else if !(is_typed && self.is_terminal) {
            self.print(&event_text(event, origin));
        }
    }

    /// What only the person at the terminal is told.
    pub(super) fn aside(&self, text: &str) {
        if self.json {
            self.print(&json!({"event": "notice", "text": text}).to_string());
        } else {
            self.print(text);
        }
    }

    fn print(&self, line: &str) {
        let mut state = lock(&self.shared.state);
        if state.text.len().saturating_add(line.len()) >= UNPRINTED_OCTETS_MAX {
            state.lost = state.lost.saturating_add(1);
            return;
        }
        state.text.push_str(line);
        state.text.push('\n');
    }

    /// Has everything printed that was recorded; once a turn, because waking the printer costs more than a line.
    pub(super) fn flush(&self) {
        let state = lock(&self.shared.state);
        if state.is_waiting && !state.text.is_empty() {
            drop(state);
            self.shared.changed.notify_all();
        }
    }

    /// Waits until everything is printed, at most for `limit`.
    pub(super) fn finish(self, limit: Duration) {
        let mut state = lock(&self.shared.state);
        state.is_closed = true;
        self.shared.changed.notify_all();
        let _ = self
            .shared
            .changed
            .wait_timeout_while(state, limit, |state| !state.is_done)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

impl Shared {
    fn print(&self, out: &Output, mut screen: Screen) {
        const PAUSE: Duration = Duration::from_millis(5);
        let mut text = String::new();
        loop {
            // What is said within the pause is printed at once: in a lively room the printer is not to take turns with
            // the room on a processor. Nobody reads faster.
            let paused = self
                .changed
                .wait_timeout_while(lock(&self.state), PAUSE, |state| !state.is_closed);
            let mut state = paused.unwrap_or_else(PoisonError::into_inner).0;
            state.is_waiting = true;
            state = self
                .changed
                .wait_while(state, |state| state.text.is_empty() && !state.is_closed)
                .unwrap_or_else(PoisonError::into_inner);
            state.is_waiting = false;
            if state.text.is_empty() {
                state.is_done = true;
                drop(state);
                self.changed.notify_all();
                return;
            }
            core::mem::swap(&mut text, &mut state.text);
            let lost = core::mem::take(&mut state.lost);
            drop(state);
            // A closed stdout is no error: the room goes on without a transcript.
            let _ = screen.print(&text);
            text.clear();
            if lost > 0 {
                out.warn(&format!(
                    "{} of the transcript missing: stdout was not read",
                    counted(lost, "line")
                ));
            }
        }
    }
}

/// The words for a reason, as in the events.
const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Quit => "quit",
        Reason::Closed => "closed",
        Reason::Lost => "lost",
        Reason::Silent => "silent",
        Reason::Slow => "slow",
    }
}

fn transport(via: Via) -> &'static str {
    match via {
        Via::Tcp => "tcp",
        Via::Udp => "udp",
        Via::Terminal => "terminal",
    }
}

/// Every event has `event`, `name` (of a renamed one the old), `transport` and `address` (null for the terminal).
fn event_json(event: &Event, origin: Origin) -> Value {
    let (kind, name, detail) = match event {
        Event::Joined { name, .. } => ("joined", name, None),
        Event::Left { name, reason, .. } => ("left", name, Some(("reason", reason_word(*reason)))),
        Event::Renamed { from, to, .. } => ("renamed", from, Some(("to", to.as_str()))),
        Event::Message { name, text, .. } => ("message", name, Some(("text", text.as_str()))),
        Event::Refused { name, reason, .. } => ("refused", name, Some(("reason", reason.as_str()))),
    };
    let mut object = json!({
        "event": kind,
        "name": name,
        "transport": transport(origin.via),
        "address": origin.address.map(|address| address.to_string()),
    });
    if let (Some((key, value)), Some(members)) = (detail, object.as_object_mut()) {
        members.insert(key.to_owned(), value.into());
    }
    object
}

fn event_text(event: &Event, origin: Origin) -> String {
    match event {
        Event::Joined { name, .. } => match origin.address {
            Some(address) => format!("* {name} joined ({} {address})", transport(origin.via)),
            None => format!("* {name} joined"),
        },
        Event::Left { name, reason, .. } => format!("* {name} left ({})", reason_word(*reason)),
        Event::Renamed { from, to, .. } => format!("* {from} is {to} now"),
        Event::Message { name, text, .. } => format!("{name}: {text}"),
        Event::Refused { name, reason, .. } => format!("* {name} was not heard: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, event_json};
    use crate::commands::chat::room::{Event, Reason, Room, Via};
    use std::time::Duration;

    #[test]
    fn events_have_stable_keys() {
        let who = Room::new(false, Duration::ZERO).join(Via::Tcp, Duration::ZERO, &mut Vec::new());
        let origin = Origin {
            via: Via::Udp,
            address: Some("127.0.0.1:9".parse().unwrap()),
        };
        let name = "bob".to_owned();
        for (event, expected) in [
            (
                Event::Message {
                    who,
                    name: name.clone(),
                    text: "hi".to_owned(),
                },
                r#"{"event":"message","name":"bob","transport":"udp","address":"127.0.0.1:9","text":"hi"}"#,
            ),
            (
                Event::Left {
                    who,
                    name: name.clone(),
                    reason: Reason::Slow,
                },
                r#"{"event":"left","name":"bob","transport":"udp","address":"127.0.0.1:9","reason":"slow"}"#,
            ),
            (
                Event::Renamed {
                    who,
                    from: name.clone(),
                    to: "rob".to_owned(),
                },
                r#"{"event":"renamed","name":"bob","transport":"udp","address":"127.0.0.1:9","to":"rob"}"#,
            ),
        ] {
            assert_eq!(event_json(&event, origin).to_string(), expected);
        }
    }
}
