//! The person at this end: lines from stdin, read on a thread of their own, and a screen that does not tear them.
//!
//! On a terminal the line being typed can be edited, and stays below what others say.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Config, Editor, ExternalPrinter};

use super::lines::{LINE_OCTETS_MAX, Line, LineSplitter};
use crate::net::Stop;
use crate::output::Output;

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

/// Where what others say is printed.
pub(super) struct Screen {
    out: Output,
    above_the_line: Option<Box<dyn ExternalPrinter + Send>>,
}

/// Where lines come from.
pub(super) struct Keyboard {
    editor: Option<Editor<(), MemHistory>>,
    is_edited: Arc<AtomicBool>,
}

/// Gives the terminal back as it was; the editor cannot, when the process ends while it waits for a key.
pub(super) struct Restore {
    mode: Option<rustix::termios::Termios>,
    is_edited: Arc<AtomicBool>,
}

/// Opens both; with an editor if a person sits at both and can use one. To be called before other threads are started.
pub(super) fn open(out: &Output) -> (Screen, Keyboard, Restore) {
    let mut screen = Screen::plain(out);
    let mut keyboard = Keyboard {
        editor: None,
        is_edited: Arc::default(),
    };
    let restore = Restore {
        mode: rustix::termios::tcgetattr(io::stdin()).ok(),
        is_edited: Arc::clone(&keyboard.is_edited),
    };
    if io::stdin().is_terminal()
        && out.is_terminal()
        && !out.is_json()
        && let Ok(mut editor) = Editor::with_history(
            // Nobody would be there to switch it off again when the process ends while the editor waits for a key.
            Config::builder().bracketed_paste(false).build(),
            MemHistory::new(),
        )
        && let Ok(printer) = editor.create_external_printer()
    {
        screen.above_the_line = Some(Box::new(printer));
        keyboard.editor = Some(editor);
        ctrl_z::leave_to_another_thread();
    }
    (screen, keyboard, restore)
}

impl Screen {
    /// Prints to `out` and knows of no terminal.
    pub(super) fn plain(out: &Output) -> Self {
        Self {
            out: out.clone(),
            above_the_line: None,
        }
    }

    /// Prints whole lines.
    pub(super) fn print(&mut self, text: &str) -> io::Result<()> {
        if let Some(printer) = &mut self.above_the_line {
            if printer.print(text.to_owned()).is_ok() {
                return Ok(());
            }
            // The editor has ended.
            self.above_the_line = None;
        }
        self.out.octets(text.as_bytes())
    }
}

impl Keyboard {
    /// Begins to read stdin; `wake` is called after each thing that was received. Ctrl-C raises `stop`.
    pub(super) fn read(
        self,
        stop: &Stop,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<Receiver<Input>> {
        /// What is read ahead; the thread waits when the receiver does.
        const LINES_AHEAD: usize = 64;
        let (sender, receiver) = sync_channel(LINES_AHEAD);
        let stop = stop.clone();
        std::thread::Builder::new()
            .name("stdin".to_owned())
            .spawn(move || {
                let reader = Reader { sender, wake };
                let was_edited = self.editor.is_some();
                // A receiver that is gone wants no more.
                let _ = match self.editor {
                    Some(editor) => {
                        ctrl_z::take();
                        let result = reader.edit(editor, &self.is_edited, &stop);
                        self.is_edited.store(false, Ordering::SeqCst);
                        result
                    }
                    None => reader.read(),
                };
                let _ = reader.send(Input::Ended);
                if was_edited {
                    // No other thread takes the signal.
                    loop {
                        std::thread::park();
                    }
                }
            })?;
        Ok(receiver)
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        /// For the editor's thread to draw what was printed last.
        const DRAWING: Duration = Duration::from_millis(50);
        if !self.is_edited.load(Ordering::SeqCst) {
            return;
        }
        std::thread::sleep(DRAWING);
        if let Some(mode) = &self.mode {
            use rustix::termios::{OptionalActions, tcsetattr};
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, mode);
        }
        // The prompt is left on a line that nobody will end.
        let mut stdout = io::stdout();
        let _ = stdout.write_all(b"\r\x1b[K");
        let _ = stdout.flush();
    }
}

struct Reader<W> {
    sender: SyncSender<Input>,
    wake: W,
}

struct Gone;

impl<W: Fn()> Reader<W> {
    fn send(&self, input: Input) -> Result<(), Gone> {
        let sent = self.sender.send(input).map_err(|_| Gone);
        (self.wake)();
        sent
    }

    fn edit(
        &self,
        mut editor: Editor<(), MemHistory>,
        is_edited: &AtomicBool,
        stop: &Stop,
    ) -> Result<(), Gone> {
        wait_for_foreground();
        self.send(Input::Present)?;
        is_edited.store(true, Ordering::SeqCst);
        loop {
            match editor.readline("> ") {
                Ok(line) => {
                    // A history that does not take a line is still a history.
                    let _ = editor.add_history_entry(&line);
                    let line = if line.len() > LINE_OCTETS_MAX {
                        Line::TooLong
                    } else {
                        Line::Whole(Cow::Owned(line.into_bytes()))
                    };
                    self.send(Input::Line(line))?;
                }
                Err(ReadlineError::Interrupted) => {
                    stop.raise();
                    return Ok(());
                }
                Err(_) => return Ok(()),
            }
        }
    }

    fn read(&self) -> Result<(), Gone> {
        let mut stdin = io::stdin();
        if stdin.is_terminal() {
            wait_for_foreground();
            self.send(Input::Present)?;
        }
        let mut lines = LineSplitter::default();
        let mut buffer = [0; 4096];
        let mut result = Ok(());
        while result.is_ok() {
            let count = match stdin.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            lines.push(buffer.get(..count).unwrap_or_default(), |line| {
                if result.is_ok() {
                    result = self.send(Input::Line(owned(line)));
                }
            });
        }
        lines.finish(|line| {
            if result.is_ok() {
                result = self.send(Input::Line(owned(line)));
            }
        });
        result
    }
}

fn owned(line: Line<'_>) -> Line<'static> {
    match line {
        Line::Whole(octets) => Line::Whole(Cow::Owned(octets.into_owned())),
        Line::TooLong => Line::TooLong,
    }
}

/// On Ctrl-Z the editor stops the process by a signal, and goes on when the process does. The system gives a signal to any thread
/// that takes it: were that another one, the editor would make the terminal ready for the next key before the process stops,
/// and a shell does not leave it so.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod ctrl_z {
    use nix::sys::signal::{SigSet, Signal};

    /// The signal is not for this thread, nor for those that it starts.
    pub(super) fn leave_to_another_thread() {
        let _ = SigSet::from(Signal::SIGTSTP).thread_block();
    }

    /// The signal is for this thread.
    pub(super) fn take() {
        let _ = SigSet::from(Signal::SIGTSTP).thread_unblock();
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod ctrl_z {
    pub(super) fn leave_to_another_thread() {}

    pub(super) fn take() {}
}

/// A server that was started with `&` must not read the terminal: the system would stop it for that.
fn wait_for_foreground() {
    while rustix::termios::tcgetpgrp(io::stdin())
        .is_ok_and(|foreground| foreground != rustix::process::getpgrp())
    {
        std::thread::sleep(Duration::from_millis(500));
    }
}
