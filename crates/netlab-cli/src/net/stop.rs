//! The one flag that ends servers, and the signals that raise it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::system_text;
use crate::exit::Failure;
use crate::lock::lock;

/// Raised once; clones see the same flag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    raised: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

/// Signals that come so close together are one.
const ONE_SIGNAL: Duration = Duration::from_secs(1);

impl Stop {
    /// A flag that nobody has raised.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A flag that SIGINT and SIGTERM raise. A second signal ends the process at once, unless it comes together with the first:
    /// `timeout` sends two, to its child and to the group that its child is in.
    pub(crate) fn on_signals() -> Result<Self, Failure> {
        let stop = Self::new();
        stop.watch_signals().map_err(|error| {
            let text = system_text(&error);
            Failure::cannot_start(format!("cannot wait for signals: {text}"))
        })?;
        Ok(stop)
    }

    fn watch_signals(&self) -> io::Result<()> {
        let stop = self.clone();
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let watch = move || {
            let mut first: Option<Instant> = None;
            for signal in signals.forever() {
                match first {
                    None => {
                        first = Some(Instant::now());
                        stop.raise();
                    }
                    Some(first) if first.elapsed() <= ONE_SIGNAL => {}
                    // 128 + the signal's number, as shells report it.
                    Some(_) => std::process::exit(signal.saturating_add(128)),
                }
            }
        };
        let thread = std::thread::Builder::new().name("signals".to_owned());
        thread.spawn(watch).map(drop)
    }

    /// Raises the flag and wakes whoever waits for it.
    pub(crate) fn raise(&self) {
        self.shared.raised.store(true, Ordering::SeqCst);
        let _guard = lock(&self.shared.lock);
        self.shared.changed.notify_all();
    }

    /// Whether it was raised.
    pub(crate) fn is_raised(&self) -> bool {
        // In one order with the counts of what is under way: whoever waits for them to end must not miss it.
        self.shared.raised.load(Ordering::SeqCst)
    }

    /// Blocks until the flag is raised.
    pub(crate) fn wait(&self) {
        let guard = lock(&self.shared.lock);
        drop(
            self.shared
                .changed
                .wait_while(guard, |()| !self.is_raised()),
        );
    }

    /// Blocks until the flag is raised or `limit` has passed.
    pub(crate) fn wait_timeout(&self, limit: Duration) {
        let guard = lock(&self.shared.lock);
        let changed = &self.shared.changed;
        drop(changed.wait_timeout_while(guard, limit, |()| !self.is_raised()));
    }
}
