//! `netlab tour`: the whole lab in one command, on loopback.
//!
//! Every step runs the same command lines a user would type, in this process, and looks at what they answered.

mod lab;
mod people;
mod steps;

use std::time::Instant;

use anstyle::AnsiColor;
use serde::Serialize;
use serde_json::Value;

use self::lab::Lab;
use crate::context::Context;
use crate::exit::ExitCode;

/// The tour takes nothing of its own.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(
    after_long_help = "With --json each step is one object: `step`, `title`, `ok`, `finding`, and `messages`, each with `transport`, \
    `from`, `to`, `summary` and `fields` (each `octets`, the first and the one behind the last, `depth`, `field`, `value`, `meaning`). The last object counts: \
    `steps`, `failed`, `seconds`."
)]
pub(crate) struct Args {}

/// One thing shown: what it is about, and the doing of it.
pub(crate) struct Step {
    title: &'static str,
    run: fn(&mut Lab) -> anyhow::Result<String>,
}

/// A step as `--json` tells it.
#[derive(Serialize)]
struct Told<'a> {
    step: usize,
    title: &'a str,
    ok: bool,
    finding: &'a str,
    messages: &'a [Value],
}

/// The last line of `--json`.
#[derive(Serialize)]
struct Total {
    steps: usize,
    failed: usize,
    seconds: f64,
}

/// Takes the tour.
pub(crate) fn run(_args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let out = &context.out;
    let mut lab = Lab::new(context);
    let mut lines = Vec::new();
    let mut failed = 0_usize;
    for (index, step) in steps::STEPS.iter().enumerate() {
        let number = index.saturating_add(1);
        out.line(&format!("── {number}. {} ──", step.title))?;
        let result = (step.run)(&mut lab);
        let messages = lab.take_messages();
        let (ok, finding) = match result {
            Ok(finding) => (true, finding),
            Err(error) => (false, crate::exit::sentence(&error)),
        };
        if !ok {
            failed = failed.saturating_add(1);
        }
        out.json(&Told {
            step: number,
            title: step.title,
            ok,
            finding: &finding,
            messages: &messages,
        })?;
        out.line(&format!("{finding}\n"))?;
        let mark = if ok {
            out.paint(AnsiColor::Green, "ok  ")
        } else {
            out.paint(AnsiColor::Red, "FAIL")
        };
        lines.push(format!("{mark} {number:>2}  {}: {finding}", step.title));
    }
    lab.close();
    for line in &lines {
        out.line(line)?;
    }
    let (steps, seconds) = (lines.len(), start.elapsed().as_secs_f64());
    out.line(&format!("{steps} steps, {failed} failed, {seconds:.1} s"))?;
    out.json(&Total {
        steps,
        failed,
        seconds,
    })?;
    Ok(if failed == 0 {
        ExitCode::Done
    } else {
        ExitCode::Failed
    })
}
