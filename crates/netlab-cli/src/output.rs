//! Where results and remarks go: results to stdout, everything else to stderr.

use core::fmt::Write as _;
use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

use crate::lock::lock;
use crate::net::system_text;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// Warnings and summaries.
    Normal,
    /// Each connection and message too.
    Verbose,
}

/// The printers of one run of a command; clones share the same streams.
#[derive(Clone)]
pub(crate) struct Output {
    json: bool,
    verbosity: Verbosity,
    stdout_color: bool,
    stderr_color: bool,
    stdout_is_terminal: bool,
    stdout: Sink,
    stderr: Sink,
}

type Sink = Arc<Mutex<dyn Write + Send>>;

impl Output {
    /// Printers on the process's own stdout and stderr.
    pub(crate) fn process(json: bool, color: ColorChoice, verbosity: Verbosity) -> Self {
        let stdout_is_terminal = io::stdout().is_terminal();
        Self {
            json,
            verbosity,
            stdout_color: !json && wants_color(color, stdout_is_terminal),
            stderr_color: wants_color(color, io::stderr().is_terminal()),
            stdout_is_terminal,
            stdout: Arc::new(Mutex::new(io::stdout())),
            stderr: Arc::new(Mutex::new(io::stderr())),
        }
    }

    /// Printers in the same form that print nothing: for servers that run inside another command.
    pub(crate) fn silent(&self) -> Self {
        Self::inside(self.json, Arc::new(Mutex::new(io::sink())))
    }

    /// Printers that keep the JSON lines of a command for another command to read.
    pub(crate) fn captured() -> (Self, Captured) {
        let captured = Captured::default();
        let out = Self::inside(true, captured.stdout.clone());
        (out, captured)
    }

    /// For a command inside another: its notices go nowhere, and it is quiet, since a progress bar would find the terminal by itself.
    fn inside(json: bool, stdout: Sink) -> Self {
        Self {
            json,
            verbosity: Verbosity::Quiet,
            stdout_color: false,
            stderr_color: false,
            stdout_is_terminal: false,
            stdout,
            stderr: Arc::new(Mutex::new(io::sink())),
        }
    }

    /// Whether results are JSON lines.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether each connection and message is remarked on.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbosity >= Verbosity::Verbose
    }

    /// Whether only errors are said.
    pub(crate) fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    /// Whether a person reads stdout directly.
    pub(crate) const fn is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// One line of a human result on stdout; nothing under `--json`.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        self.write_stdout(|w| writeln!(w, "{text}"))
    }

    /// One JSON object on stdout; nothing without `--json`. The keys of a struct keep their order, those of a [`Value`] are sorted.
    pub(crate) fn json(&self, value: &impl Serialize) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        let mut line = serde_json::to_string(value)?;
        line.push('\n');
        self.json_lines(&line)
    }

    /// Objects that are lines of text already.
    pub(crate) fn json_lines(&self, lines: &str) -> io::Result<()> {
        if self.stdout_is_terminal {
            self.octets(json_terminal_safe(lines).as_bytes())
        } else {
            self.octets(lines.as_bytes())
        }
    }

    /// Octets of a result exactly as they are.
    pub(crate) fn octets(&self, octets: &[u8]) -> io::Result<()> {
        self.write_stdout(|w| w.write_all(octets))
    }

    /// Text that came from a peer, as a line: made safe when a terminal reads it, untouched otherwise.
    pub(crate) fn peer_line(&self, text: &str) -> io::Result<()> {
        if self.stdout_is_terminal {
            self.line(&terminal_safe(text))
        } else {
            self.line(text)
        }
    }

    /// A remark on stderr in verbose mode. `text` is only built when it is wanted.
    pub(crate) fn remark(&self, text: impl FnOnce() -> String) {
        if self.is_verbose() {
            self.write_stderr(&text());
        }
    }

    /// A notice on stderr, unless quiet.
    pub(crate) fn notice(&self, text: &str) {
        if !self.is_quiet() {
            self.write_stderr(text);
        }
    }

    /// A warning on stderr, unless quiet.
    pub(crate) fn warn(&self, text: &str) {
        if !self.is_quiet() {
            let label = self.stderr_paint(AnsiColor::Yellow, "warning");
            self.write_stderr(&format!("netlab: {label}: {}", terminal_safe(text)));
        }
    }

    /// The sentence that ends a failed command. It may quote a peer or a file, and stays one line whatever they say.
    pub(crate) fn error(&self, text: &str) {
        let name = self.stderr_paint(AnsiColor::Red, "netlab");
        self.write_stderr(&format!("{name}: {}", terminal_safe(text)));
    }

    /// Text of several lines on stderr as it is (traces).
    pub(crate) fn block(&self, text: &str) {
        self.write_stderr(text.trim_end_matches('\n'));
    }

    /// `text` in `color` where stdout is coloured.
    pub(crate) fn paint(&self, color: AnsiColor, text: &str) -> String {
        paint(self.stdout_color, color, text)
    }

    /// `text` in `color` where stderr is coloured.
    pub(crate) fn stderr_paint(&self, color: AnsiColor, text: &str) -> String {
        paint(self.stderr_color, color, text)
    }

    fn write_stdout(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut sink = lock(&self.stdout);
        write(&mut *sink)
            .and_then(|()| sink.flush())
            .map_err(|error| unwritable(&error))
    }

    #[cold]
    fn write_stderr(&self, text: &str) {
        let mut sink = lock(&self.stderr);
        // Nothing is left to say it to when stderr itself is gone.
        let _ = writeln!(sink, "{text}");
    }
}

/// An error of stdout that says so; its kind stays, since a closed pipe is none.
pub(crate) fn unwritable(error: &io::Error) -> io::Error {
    let text = format!("cannot write to stdout: {}", system_text(error));
    io::Error::new(error.kind(), text)
}

/// Octets as a member of a JSON object: as text under `name` where they are UTF-8, else as digits under `name_hex`, so that none
/// is lost.
pub(crate) fn octets_member(name: &str, octets: &[u8]) -> (String, Value) {
    match std::str::from_utf8(octets) {
        Ok(text) => (name.to_owned(), text.into()),
        Err(_) => (format!("{name}_hex"), digits(octets).into()),
    }
}

/// The hexadecimal digits of octets.
pub(crate) fn digits(octets: &[u8]) -> String {
    let mut digits = String::with_capacity(octets.len().saturating_mul(2));
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{octet:02x}");
    }
    digits
}

/// A line without its end, LF or CR LF.
pub(crate) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What a command printed to [`Output::captured`].
#[derive(Debug, Default)]
pub(crate) struct Captured {
    stdout: Arc<Mutex<Vec<u8>>>,
}

impl Captured {
    /// The JSON objects on stdout.
    pub(crate) fn json(&self) -> Result<Vec<Value>, serde_json::Error> {
        let octets = lock(&self.stdout);
        serde_json::Deserializer::from_slice(&octets)
            .into_iter()
            .collect()
    }
}

/// `1 zone`, `2 zones`.
pub(crate) fn counted<N: Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    let end = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{end}")
}

/// Milliseconds for `--json`, to the microsecond: digits below are noise, and would be many.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// `text` with everything that could steer a terminal made visible: controls, and the characters that reorder a line.
pub(crate) fn terminal_safe(text: &str) -> Cow<'_, str> {
    // Text that is printable ASCII, as nearly all is, needs no copy.
    if text.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\t' && steers(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Lines of JSON with the same characters escaped as JSON escapes them, so that they mean what they meant.
fn json_terminal_safe(lines: &str) -> String {
    let mut safe = String::with_capacity(lines.len());
    for character in lines.chars() {
        if character != '\n' && steers(character) {
            // All of them have four digits at most.
            safe.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Controls, and the characters that reorder a line.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

fn paint(on: bool, color: AnsiColor, text: &str) -> String {
    if on {
        let style = Style::new().bold().fg_color(Some(color.into()));
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

fn wants_color(choice: ColorChoice, is_terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            is_terminal
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Output, counted, json_terminal_safe, milliseconds, terminal_safe};

    /// The scan of the tour drew its bar over what `less` shows.
    #[test]
    fn a_command_inside_another_draws_no_bar() {
        assert!(Output::captured().0.is_quiet());
    }

    #[test]
    fn one_of_them_has_no_s() {
        let counts: Vec<String> = (0_u64..3).map(|count| counted(count, "zone")).collect();
        assert_eq!(counts, ["0 zones", "1 zone", "2 zones"]);
    }

    #[test]
    fn milliseconds_have_three_decimals() {
        for (nanoseconds, text) in [(811, "0.001"), (14_112_702, "14.113"), (300_000, "0.3")] {
            let time = Duration::from_nanos(nanoseconds);
            assert_eq!(milliseconds(time).to_string(), text);
        }
    }

    #[test]
    fn controls_become_visible() {
        assert_eq!(
            terminal_safe("a\x1b[31mb\r\u{7f}"),
            "a\\u{1b}[31mb\\u{d}\\u{7f}"
        );
        assert_eq!(terminal_safe("\u{9b}1m"), "\\u{9b}1m");
    }

    #[test]
    fn reordering_characters_become_visible() {
        assert_eq!(terminal_safe("x\u{202e}y"), "x\\u{202e}y");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let said = "\u{9b}1m\u{7f}\u{202e}ü";
        let line = format!("{}\n", serde_json::json!({ "said": said }));
        let safe = json_terminal_safe(&line);
        assert_eq!(safe, "{\"said\":\"\\u009b1m\\u007f\\u202eü\"}\n");
        let read: serde_json::Value = serde_json::from_str(&safe).unwrap();
        assert_eq!(read["said"], said);
    }

    #[test]
    fn plain_text_and_tabs_stay() {
        assert_eq!(terminal_safe("grüß\tdich 你好"), "grüß\tdich 你好");
    }
}
