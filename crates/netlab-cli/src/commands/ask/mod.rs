//! `netlab ask`: the lab's questions, answered by doing them on loopback and writing down what the system said.

mod backlog;
mod before_server;
mod boundaries;
mod closing;
mod datagram;
mod notes;
mod ports;
mod slow_client;
mod sockets;

use std::io;

use anstyle::AnsiColor;
use clap::builder::{PossibleValue, PossibleValuesParser};
use serde_json::json;

use crate::context::Context;
use crate::exit::ExitCode;
use crate::show::Tap;

use self::notes::Notes;
pub(crate) use self::notes::{Answer, Step};

/// What to ask.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_long_help = "With --json each question is one object: `question`, `asks`, `ok`, `conclusion`, and `steps`, \
    each with `who`, `does`, `said`, `errno` (null if the call succeeded) and `microseconds`. `list` gives `question` and `asks`."
)]
pub(crate) struct Args {
    /// `list`, `all`, or the names of questions
    #[arg(value_name = "QUESTION", required = true, value_parser = names())]
    pub(crate) questions: Vec<String>,
}

/// A lab question and the experiment that answers it.
pub(crate) struct Experiment {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The question.
    pub(crate) asks: &'static str,
    /// What one learns from it.
    conclusion: &'static str,
    conduct: fn(&mut Notes) -> io::Result<()>,
}

impl Experiment {
    /// Conducts it. Every wait in it is bounded; all of them together stay below two seconds.
    pub(crate) fn answer(&self, tap: &Tap) -> Answer {
        let mut notes = Notes::new(tap);
        let result = (self.conduct)(&mut notes);
        notes.into_answer(result, self.conclusion)
    }
}

/// Every question there is: the one list for `ask list`, the completions and the tour.
pub(crate) const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        name: "client-before-server",
        asks: "What does a client see that starts before its server, over TCP and over UDP?",
        conclusion: "TCP refuses at once, and the client must try again; UDP loses the datagram without a word, and at best a later call reports the refusal.",
        conduct: before_server::client_before_server,
    },
    Experiment {
        name: "wrong-port",
        asks: "What does a client see that uses the wrong port, over TCP and over UDP?",
        conclusion: "The server never notices. TCP refuses; UDP refuses only to a socket that named its peer with connect, others wait in vain.",
        conduct: before_server::wrong_port,
    },
    Experiment {
        name: "connect-without-accept",
        asks: "Does connect succeed although the server never calls accept?",
        conclusion: "Yes: the system completes the handshake and takes in data by itself; accept only fetches a connection that already stands.",
        conduct: backlog::connect_without_accept,
    },
    Experiment {
        name: "two-servers-one-port",
        asks: "Can two servers use one port?",
        conclusion: "Not on one address and transport, unless both ask for SO_REUSEPORT; TCP and UDP ports are different ports, and so is the same number on another address.",
        conduct: ports::two_servers_one_port,
    },
    Experiment {
        name: "server-killed",
        asks: "What does a client see whose server is killed, and can the server start again at once?",
        conclusion: "First the end of the stream, then, if it goes on writing, a broken pipe; with unread data a reset. The port rests in TIME_WAIT, so servers set SO_REUSEADDR.",
        conduct: closing::server_killed,
    },
    Experiment {
        name: "short-receive",
        asks: "What happens to the rest when a receive takes less than was sent?",
        conclusion: "TCP is a stream and keeps the rest for the next receive; UDP cuts the datagram, and the rest is gone.",
        conduct: boundaries::short_receive,
    },
    Experiment {
        name: "two-sends-one-receive",
        asks: "Does one receive get one send?",
        conclusion: "Over UDP yes. Over TCP no: two sends may come out of one receive, so messages need a length or a delimiter.",
        conduct: boundaries::two_sends_one_receive,
    },
    Experiment {
        name: "half-close",
        asks: "Can one side stop sending and still receive?",
        conclusion: "Yes: shutdown ends one direction, the peer reads the end of the stream and can still answer.",
        conduct: closing::half_close,
    },
    Experiment {
        name: "full-backlog",
        asks: "What happens to clients when nobody accepts and the queue is full?",
        conclusion: "Their SYNs are dropped and they wait in silence, neither refused nor connected, until accept makes room.",
        conduct: backlog::full_backlog,
    },
    Experiment {
        name: "big-datagram",
        asks: "How much fits a UDP datagram?",
        conclusion: "65,507 octets over IPv4: 65,535 less 20 of IP and 8 of UDP header. More is refused when it is sent, nothing is split.",
        conduct: datagram::big_datagram,
    },
    Experiment {
        name: "slow-client",
        asks: "Does a client that sends only half a line stop the others?",
        conclusion: "It stops a server that serves one after the other; a thread for each connection (and a limit on waiting) lets the others go on.",
        conduct: slow_client::slow_client,
    },
    Experiment {
        name: "self-connect",
        asks: "Can a socket connect to itself?",
        conclusion: "Yes, if its own port is the one it connects to: TCP's simultaneous open. So a successful connect does not prove that a server listens.",
        conduct: ports::self_connect,
    },
];

/// Answers.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Done;
    for question in &args.questions {
        if question == LIST {
            list(context)?;
            continue;
        }
        let asked = EXPERIMENTS
            .iter()
            .filter(|experiment| question == ALL || question == experiment.name);
        for experiment in asked {
            let answer = experiment.answer(&context.tap);
            print(experiment, &answer, context)?;
            if !answer.ok {
                code = ExitCode::Failed;
            }
        }
    }
    Ok(code)
}

const LIST: &str = "list";
const ALL: &str = "all";

fn names() -> PossibleValuesParser {
    let words = [
        PossibleValue::new(LIST).help("List the questions"),
        PossibleValue::new(ALL).help("Ask every question"),
    ];
    let questions = EXPERIMENTS
        .iter()
        .map(|experiment| PossibleValue::new(experiment.name).help(experiment.asks));
    PossibleValuesParser::new(words.into_iter().chain(questions))
}

fn list(context: &Context) -> io::Result<()> {
    for experiment in EXPERIMENTS {
        context
            .out
            .line(&format!("{:<22}  {}", experiment.name, experiment.asks))?;
        context
            .out
            .json(&json!({"question": experiment.name, "asks": experiment.asks}))?;
    }
    Ok(())
}

fn print(experiment: &Experiment, answer: &Answer, context: &Context) -> io::Result<()> {
    let out = &context.out;
    out.line(&format!("{}: {}", experiment.name, experiment.asks))?;
    for step in &answer.steps {
        let said = match step.errno {
            Some(_) => out.paint(AnsiColor::Yellow, &step.said),
            None => step.said.clone(),
        };
        out.line(&step_line(step.who, &step.does, &said))?;
    }
    let mark = if answer.ok {
        out.paint(AnsiColor::Green, "=")
    } else {
        out.paint(AnsiColor::Red, "FAILED")
    };
    out.line(&format!("{mark} {}", answer.conclusion))?;
    out.json(&json!({
        "question": experiment.name,
        "asks": experiment.asks,
        "ok": answer.ok,
        "conclusion": answer.conclusion,
        "steps": answer.steps.iter().map(Step::to_json).collect::<Vec<_>>(),
    }))
}

/// A step as a person reads it.
pub(crate) fn step_line(who: &str, does: &str, said: &str) -> String {
    let line = format!("  {who:<12}  {does:<46}  {said}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::{Duration, Instant};

    use super::EXPERIMENTS;
    use crate::show::Tap;

    #[test]
    fn every_experiment_shows_what_it_should_in_time() {
        for experiment in EXPERIMENTS {
            let start = Instant::now();
            let answer = experiment.answer(&Tap::default());
            assert!(
                answer.ok,
                "{}: {} {:#?}",
                experiment.name, answer.conclusion, answer.steps
            );
            assert!(answer.steps.len() >= 3, "{}", experiment.name);
            // A loaded machine may be slow; an experiment that hangs is another thing.
            assert!(start.elapsed() < Duration::from_secs(20));
        }
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = EXPERIMENTS.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), EXPERIMENTS.len());
    }
}
