//! `netlab`: a thin tool that puts the workspace's libraries on std sockets.
#![allow(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "no_std hygiene is for the libraries; the tool is a std program"
)]

#[cfg(not(unix))]
compile_error!(
    "netlab is for Linux, macOS and FreeBSD, not for Windows; the libraries it is made of build for any system"
);

mod args;
mod commands;
mod context;
mod exit;
mod input;
mod lock;
mod net;
mod output;
mod random;
mod show;

use std::sync::Arc;

use rustix::process::Signal;

use crate::args::{Command, Global};
use crate::context::Context;
use crate::exit::{ExitCode, exit_code, is_broken_pipe, sentence};
use crate::output::{Output, Verbosity};
use crate::show::{Capture, Tap};

fn main() -> std::process::ExitCode {
    let cli = match commands::usage::parse() {
        Ok(cli) => cli,
        Err(error) => return commands::usage::report(&error).into(),
    };
    let verbosity = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    };
    let out = Output::process(cli.global.json, cli.global.color, verbosity);
    // A file that reaches the limit on its size is an error of the write, as on a full disk; by default it ends the process.
    let _ = signal_hook::flag::register(Signal::XFSZ.as_raw(), Arc::default());
    let result = context(&cli.global, &out).and_then(|context| run(&cli.command, &context));
    match result {
        Ok(code) => code.into(),
        // Whoever read our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::Done.into(),
        Err(error) => {
            out.error(&sentence(&error));
            exit_code(&error).into()
        }
    }
}

fn context(global: &Global, out: &Output) -> anyhow::Result<Context> {
    let capture = match &global.capture {
        Some(path) => Some(Capture::create(path, global.capture_form)?),
        None => None,
    };
    Ok(Context {
        out: out.clone(),
        tap: Tap::new(global.trace, capture, out),
    })
}

fn run(command: &Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::Tour(args) => commands::tour::run(args, context),
        Command::Text(command) => commands::text::run(command, context),
        Command::Http(command) => commands::http::run(command, context),
        Command::Chat(args) => commands::chat::run(args, context),
        Command::Proxy(args) => commands::proxy::run(args, context),
        Command::Greet(args) => commands::greet::run(args, context),
        Command::Connect(args) => commands::connect::run(args, context),
        Command::Ask(args) => commands::ask::run(args, context),
        Command::Scan(args) => commands::scan::run(args, context),
        Command::Dns(command) => commands::dns::run(command, context),
        Command::Dissect(args) => commands::dissect::run(args, context),
        Command::Help(args) => commands::help::run(args, context),
        Command::Completions(args) => commands::completions::run(args, context),
        Command::Man(args) => commands::man::run(args, context),
    }
}
