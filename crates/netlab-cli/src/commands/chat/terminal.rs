//! The person at this end: lines from stdin, read on a thread of their own.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Read as _};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::lines::{Line, LineSplitter};

/// What came from stdin.
#[derive(Debug)]
pub(super) enum Input {
    /// Somebody sits at a terminal.
    Present,
    /// A line.
    Line(Line<'static>),
    /// Nothing more will come.
    Ended,
}

/// Begins to read stdin; `wake` is called after each thing that was received.
pub(super) fn read_stdin(wake: impl Fn() + Send + 'static) -> io::Result<Receiver<Input>> {
    /// What is read ahead; the thread waits when the receiver does.
    const LINES_AHEAD: usize = 64;
    let (sender, receiver) = sync_channel(LINES_AHEAD);
    std::thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || {
            // A receiver that is gone wants no more.
            let _ = read(&sender, &wake);
            let _ = sender.send(Input::Ended);
            wake();
        })?;
    Ok(receiver)
}

struct Gone;

fn read(sender: &SyncSender<Input>, wake: &impl Fn()) -> Result<(), Gone> {
    let mut stdin = io::stdin();
    let send = |input: Input| {
        let sent = sender.send(input).map_err(|_| Gone);
        wake();
        sent
    };
    if stdin.is_terminal() {
        wait_for_foreground();
        send(Input::Present)?;
    }
    let mut lines = LineSplitter::default();
    let mut buffer = [0; 4096];
    loop {
        let count = match stdin.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let mut result = Ok(());
        lines.push(buffer.get(..count).unwrap_or_default(), |line| {
            if result.is_ok() {
                result = send(Input::Line(owned(line)));
            }
        });
        result?;
    }
    let mut result = Ok(());
    lines.finish(|line| result = send(Input::Line(owned(line))));
    result
}

fn owned(line: Line<'_>) -> Line<'static> {
    match line {
        Line::Whole(octets) => Line::Whole(Cow::Owned(octets.into_owned())),
        Line::TooLong => Line::TooLong,
    }
}

/// A server that was started with `&` must not read the terminal: the system would stop it for that.
#[cfg(unix)]
fn wait_for_foreground() {
    use std::time::Duration;
    while rustix::termios::tcgetpgrp(io::stdin())
        .is_ok_and(|foreground| foreground != rustix::process::getpgrp())
    {
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[cfg(not(unix))]
fn wait_for_foreground() {}
