//! The tour's workbench: servers that run until the end, clients whose answers are looked at, messages that are shown.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, bail};
use clap::Parser as _;
use serde_json::{Value, json};

use crate::args::{Cli, Command};
use crate::commands::{chat, dns, greet, http, proxy, text};
use crate::context::Context;
use crate::exit::ExitCode;
use crate::lock::lock;
use crate::net::{Running, Stop};
use crate::output::Output;
use crate::show::{Seen, Tap, describe};

/// Servers, clients, and what passed between them.
pub(crate) struct Lab {
    context: Context,
    stop: Stop,
    servers: Vec<Running>,
    dns_server: Option<String>,
    messages: Arc<Mutex<Vec<Value>>>,
}

/// What one client command answered.
pub(crate) struct Answer {
    /// Its exit status.
    pub(crate) code: ExitCode,
    /// Its JSON lines.
    pub(crate) json: Vec<Value>,
    /// Its error sentence, if it failed.
    pub(crate) error: Option<String>,
}

impl Lab {
    /// An empty bench that prints through `context`.
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            context: context.clone(),
            stop: Stop::new(),
            servers: Vec::new(),
            dns_server: None,
            messages: Arc::default(),
        }
    }

    /// Where results and remarks of the tour go.
    pub(crate) fn out(&self) -> &Output {
        &self.context.out
    }

    /// Starts the server of a command line; it runs until the tour ends.
    pub(crate) fn serve(&mut self, line: &[&str]) -> anyhow::Result<Addresses> {
        let command = parse(line)?;
        // Its clients show the messages; seeing them twice would help nobody.
        let context = Context {
            out: self.context.out.silent(),
            tap: Tap::default(),
        };
        let running = match &command {
            Command::Greet(args) => greet::start(args, &context, &self.stop)?,
            Command::Text(text::Command::Serve(args)) => {
                text::serve::start(args, &context, &self.stop)?
            }
            Command::Chat(chat::Args {
                command: chat::Command::Serve(args),
            }) => chat::serve::start(args, &context, &self.stop)?,
            Command::Dns(dns::Command::Serve(args)) => {
                dns::serve::start(args, &context, &self.stop)?
            }
            Command::Http(http::Command::Serve(args)) => {
                http::serve::start(args, &context, &self.stop)?
            }
            Command::Http(http::Command::Inspect(args)) if args.url.is_none() => {
                http::inspect::start(args, &context, &self.stop)?
            }
            Command::Proxy(args) => proxy::start(args, &context, &self.stop)?,
            _ => bail!("'{}' is not a server", line.join(" ")),
        };
        let addresses = Addresses {
            tcp: running.address_of("tcp"),
            udp: running.address_of("udp"),
        };
        self.out().line(&format!("$ netlab {}", shell(line)))?;
        for (transport, address) in [("tcp", addresses.tcp), ("udp", addresses.udp)] {
            if let Some(address) = address {
                self.out()
                    .line(&format!("listening on {transport} {address}"))?;
            }
        }
        self.servers.push(running);
        Ok(addresses)
    }

    /// Runs a client command to its end, shows its messages, and keeps its answer.
    pub(crate) fn client(&self, line: &[&str]) -> anyhow::Result<Answer> {
        self.out().line(&format!("$ netlab {}", shell(line)))?;
        let command = parse(line)?;
        let (out, captured) = Output::captured();
        let tap = self.tap();
        let result = crate::run(&command, &Context { out, tap });
        let (code, error) = match result {
            Ok(code) => (code, None),
            Err(error) => (
                crate::exit_code(&error),
                Some(crate::exit::sentence(&error)),
            ),
        };
        if let Some(error) = &error {
            self.out().line(&format!("netlab: {error}"))?;
        }
        Ok(Answer {
            code,
            json: captured.json().context("a client printed broken JSON")?,
            error,
        })
    }

    /// The user's own tap, which also shows each message in the tour.
    pub(crate) fn tap(&self) -> Tap {
        let mut tap = self.context.tap.clone();
        let shown = self.context.out.clone();
        let messages = Arc::clone(&self.messages);
        tap.watch(move |seen| {
            // A closed stdout is noticed when the step's own line is printed.
            let _ = shown.line(describe(seen).trim_end());
            if shown.is_json() {
                lock(&messages).push(message(seen));
            }
        });
        tap
    }

    /// The address of the lab's DNS server, started when it is first needed.
    pub(crate) fn dns_server(&mut self) -> anyhow::Result<String> {
        if let Some(server) = &self.dns_server {
            return Ok(server.clone());
        }
        let server = self
            .serve(&["dns", "serve", "--listen", "127.0.0.1:0"])?
            .udp()?;
        self.dns_server = Some(server.clone());
        Ok(server)
    }

    /// The TCP ports of all servers so far.
    pub(crate) fn tcp_ports(&self) -> Vec<u16> {
        self.servers
            .iter()
            .filter_map(|server| server.address_of("tcp"))
            .map(|address| address.port())
            .collect()
    }

    /// The messages of the step so far, as JSON.
    pub(crate) fn take_messages(&mut self) -> Vec<Value> {
        std::mem::take(&mut *lock(&self.messages))
    }

    /// Ends every server.
    pub(crate) fn close(self) {
        self.stop.raise();
        for server in self.servers {
            server.finish();
        }
    }
}

/// Where a server of the lab listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    tcp: Option<SocketAddr>,
    udp: Option<SocketAddr>,
}

impl Addresses {
    /// The TCP address as text.
    pub(crate) fn tcp(&self) -> anyhow::Result<String> {
        self.tcp
            .map(|address| address.to_string())
            .context("the server has no TCP socket")
    }

    /// The UDP address as text.
    pub(crate) fn udp(&self) -> anyhow::Result<String> {
        self.udp
            .map(|address| address.to_string())
            .context("the server has no UDP socket")
    }
}

impl Answer {
    /// This answer, if the command did what it was asked.
    pub(crate) fn done(self) -> anyhow::Result<Self> {
        if self.code == ExitCode::Done {
            return Ok(self);
        }
        bail!(
            "exit status {} where 0 was expected: {}",
            self.code.number(),
            self.error.as_deref().unwrap_or("no error was said")
        )
    }

    /// A member of the first object that has it.
    pub(crate) fn member(&self, name: &str) -> anyhow::Result<&Value> {
        self.json
            .iter()
            .find_map(|object| object.get(name))
            .with_context(|| format!("the answer has no '{name}'"))
    }
}

fn parse(line: &[&str]) -> anyhow::Result<Command> {
    let words = std::iter::once("netlab").chain(line.iter().copied());
    Ok(Cli::try_parse_from(words)?.command)
}

/// The command line as one would type it.
fn shell(line: &[&str]) -> String {
    let plain = |word: &str| {
        !word.is_empty()
            && word.chars().all(|character| {
                character.is_ascii_alphanumeric() || "-_.:/@,+=[]".contains(character)
            })
    };
    let words: Vec<String> = line
        .iter()
        .map(|word| {
            if plain(word) {
                (*word).to_owned()
            } else {
                format!("'{}'", word.replace('\'', r"'\''"))
            }
        })
        .collect();
    words.join(" ")
}

fn message(seen: &Seen<'_>) -> Value {
    let dissection = seen.dissect();
    let fields: Vec<Value> = dissection
        .fields
        .iter()
        .map(|field| {
            json!({
                "octets": [field.octets.start, field.octets.end],
                "depth": field.depth,
                "field": field.name,
                "value": field.value,
                "meaning": field.meaning,
            })
        })
        .collect();
    json!({
        "transport": seen.transport.to_string(),
        "from": seen.from.to_string(),
        "to": seen.to.to_string(),
        "summary": dissection.summary,
        "fields": fields,
    })
}
