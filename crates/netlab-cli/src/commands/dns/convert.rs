//! `netlab dns convert`: records and messages between text, octets, generic form and JSON, a line at a time.

use std::borrow::Cow;
use std::io::{self, BufRead as _};

use serde_json::json;
use wire_dns::{Builder, Message, MessageBuf, NameBuf, RecordBuf};

use crate::commands::dissect::hex;
use crate::context::Context;
use crate::exit::{ExitCode, Failure, found};
use crate::net::system_text;
use crate::output::{Output, digits};

/// What to turn into what.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_long_help = "A line that is wrong gives 'error: …' in its place, the others go on, and the exit status is 20 at the end.\n\n\
        With --json each line is one object: `result`, or with --to json the record or message with the members of RFC 8427; `error` and \
        `offset` for a line that is wrong."
)]
pub(crate) struct Args {
    /// The form of the input: text for records, hex for messages unless given
    #[arg(long, value_enum, value_name = "FORM")]
    from: Option<Form>,
    /// The form of the output: hex for what is text, text for all else unless given
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    /// What relative names are relative to
    #[arg(long, value_name = "NAME", default_value = ".", value_parser = super::parse_name)]
    origin: NameBuf,
    /// Whole messages instead of records
    #[arg(long)]
    message: bool,
    /// One record each; the lines of stdin if there is none, or for -
    record: Vec<String>,
}

/// A form of a record or message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Form {
    /// The presentation form of the record's RFC; for a message dig's layout
    Text,
    /// The octets, in hexadecimal digits; the owner of a record uncompressed
    Hex,
    /// The presentation form of any record (RFC 3597)
    Generic,
    /// The members of RFC 8427
    Json,
}

/// A line that could not be converted.
struct Refusal {
    reason: String,
    offset: usize,
}

impl From<wire_dns::Error> for Refusal {
    fn from(error: wire_dns::Error) -> Self {
        Self {
            reason: error.to_string(),
            offset: error.offset(),
        }
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self {
            offset: error.column().saturating_sub(1),
            reason: error.to_string(),
        }
    }
}

/// Converts each line.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let from = args
        .from
        .unwrap_or(if args.message { Form::Hex } else { Form::Text });
    let to = args.to.unwrap_or(match from {
        Form::Text => Form::Hex,
        _ => Form::Text,
    });
    if args.message && (matches!(from, Form::Text | Form::Generic) || matches!(to, Form::Generic)) {
        return Err(Failure::usage(
            "messages are read from hex or json, and written as text, hex or json",
        )
        .into());
    }
    let mut conversion = Conversion {
        args,
        from,
        to,
        out: &context.out,
        refused: false,
    };
    let told = conversion.run();
    let code = if conversion.refused {
        ExitCode::MessageRefused
    } else {
        ExitCode::Done
    };
    found(code, told)
}

struct Conversion<'a> {
    args: &'a Args,
    from: Form,
    to: Form,
    out: &'a Output,
    refused: bool,
}

impl Conversion<'_> {
    /// Converts the arguments, or the lines of stdin.
    fn run(&mut self) -> anyhow::Result<()> {
        if self.args.record.is_empty() || self.args.record == ["-"] {
            let mut stdin = io::stdin().lock();
            let mut line = Vec::new();
            loop {
                line.clear();
                let count = stdin.read_until(b'\n', &mut line).map_err(|error| {
                    Failure::failed(format!("cannot read stdin: {}", system_text(&error)))
                })?;
                if count == 0 {
                    break;
                }
                let text = escaped(&line);
                self.line(text.trim_end_matches(['\r', '\n']))?;
            }
        } else {
            for record in &self.args.record {
                self.line(record)?;
            }
            if self.refused && self.convert(&self.args.record.join(" ")).is_ok() {
                self.out.notice(
                    "netlab: a record is one argument; write it in quotes, as in 'www.lab.test. 60 IN A 127.0.0.1'",
                );
            }
        }
        Ok(())
    }

    /// Converts one line and prints the result, or why there is none. An empty line gives nothing, nor does a comment in text.
    fn line(&mut self, line: &str) -> io::Result<()> {
        let is_text = matches!(self.from, Form::Text | Form::Generic);
        let start = line.trim_start();
        if start.is_empty() || is_text && start.starts_with(';') {
            return Ok(());
        }
        let result = self.convert(line);
        let wraps = self.out.is_json() && self.to != Form::Json;
        let text = match result {
            Ok(text) if wraps => json!({"result": text}).to_string(),
            Ok(text) => text,
            Err(refusal) => {
                self.refused = true;
                if self.out.is_json() || self.to == Form::Json {
                    json!({"error": refusal.reason, "offset": refusal.offset}).to_string()
                } else {
                    format!("error: {}", refusal.reason)
                }
            }
        };
        self.out.octets(format!("{text}\n").as_bytes())
    }

    fn convert(&self, line: &str) -> Result<String, Refusal> {
        if self.args.message {
            self.message(line)
        } else {
            self.record(line)
        }
    }

    fn record(&self, line: &str) -> Result<String, Refusal> {
        let record = match self.from {
            Form::Text | Form::Generic => RecordBuf::parse(line, self.args.origin.as_name())?,
            Form::Hex => RecordBuf::decode(&octets(line)?)?,
            Form::Json => serde_json::from_str(line)?,
        };
        Ok(match self.to {
            Form::Text => record.to_string(),
            Form::Generic => generic(&record),
            Form::Json => serde_json::to_string(&record)?,
            Form::Hex => {
                let mut wire = Vec::new();
                record.encode_into(&mut wire);
                digits(&wire)
            }
        })
    }

    fn message(&self, line: &str) -> Result<String, Refusal> {
        let message = match self.from {
            Form::Json => serde_json::from_str(line)?,
            _ => MessageBuf::decode(&octets(line)?)?,
        };
        let message = message.as_message();
        Ok(match self.to {
            Form::Json => serde_json::to_string(&message)?,
            Form::Hex => digits(&encode(&message)?),
            Form::Text | Form::Generic => message.to_string(),
        })
    }
}

/// The message written anew, with compression.
fn encode(message: &Message<'_>) -> Result<Vec<u8>, wire_dns::Error> {
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(message.header().id);
    builder.set_flags(message.flags());
    for question in message.questions() {
        builder.question(question.name, question.record_type, question.class)?;
    }
    for (section, record) in message.all_records() {
        builder.copy_record(section, &record)?;
    }
    builder.finish();
    Ok(octets)
}

/// Owner, TTL, class and type by number, and the data as octets (RFC 3597 §5).
fn generic(record: &RecordBuf) -> String {
    let octets = record.rdata.octets();
    let mut text = format!(
        "{} {} CLASS{} TYPE{} \\# {}",
        record.owner,
        record.ttl.0,
        record.class.0,
        record.record_type().0,
        octets.len()
    );
    if !octets.is_empty() {
        text.push(' ');
        text.push_str(&digits(octets));
    }
    text
}

/// A line as text; octets that are no UTF-8 as the escapes that stand for them (RFC 1035 §5.1).
fn escaped(line: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(line) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        text.push_str(chunk.valid());
        for octet in chunk.invalid() {
            text.push_str(&format!("\\{octet:03}"));
        }
    }
    Cow::Owned(text)
}

fn octets(line: &str) -> Result<Vec<u8>, Refusal> {
    hex::decode_line(line).map_err(|reason| Refusal { reason, offset: 0 })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn octets_that_are_no_utf_8_are_kept() {
        assert_eq!(escaped(b"a TXT \xFF\xE9"), r"a TXT \255\233");
        assert_eq!(escaped("a TXT é".as_bytes()), "a TXT é");
    }
}
