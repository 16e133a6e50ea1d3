//! The bar that long work shows on a terminal.

use core::fmt;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::output::Output;

/// A bar on stderr with rate and time left; invisible when stderr is no terminal, and when quiet.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for `total` of something, named in the plural (`ports`); one that only counts where the total is not known.
    pub(crate) fn new(out: &Output, total: Option<u64>, what: &str) -> Self {
        const SHOWN_PER_SECOND: u64 = 10;
        if out.is_quiet() {
            return Self {
                bar: ProgressBar::hidden(),
            };
        }
        let (bar, template) = match total {
            Some(total) => (
                ProgressBar::new(total),
                format!(
                    "{{percent:>3}}% [{{bar:30}}] {{human_pos}} of {{human_len}} {what}, {{rate}}/s, {{eta}} left"
                ),
            ),
            None => (
                ProgressBar::new_spinner(),
                format!("{{spinner}} {{human_pos}} {what}, {{rate}}/s"),
            ),
        };
        // The template is ours: should it be wrong, the default one is shown.
        if let Ok(style) = ProgressStyle::with_template(&template) {
            let style =
                style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                    // A rate too long for the terminal is not worth an error.
                    let _ = write!(out, "{:.0}", state.per_sec());
                });
            bar.set_style(style.progress_chars("=> "));
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(1000 / SHOWN_PER_SECOND));
        }
        Self { bar }
    }

    /// More is done.
    pub(crate) fn advance(&self, count: u64) {
        self.bar.inc(count);
    }

    /// Prints something else while the bar is out of the way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
