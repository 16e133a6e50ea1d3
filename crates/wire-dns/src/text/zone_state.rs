//! What a zone file's entries mean: directives, and records with what they inherit (RFC 1035 §5.1, RFC 2308 §4).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::entry::{ENTRY_OCTETS_MAX, blank_lines, is_comment};
use super::generate::{Generate, without_quotes};
use super::lexer::{Lexed, Token, Tokens, lex};
use super::record_head::RecordHead;
use super::zone_error::{ZoneFileError, ZoneFileErrorKind};
use crate::error::{Error, ErrorKind};
use crate::name::parse_name;
use crate::rdata::Rdata;
use crate::{Class, Name, RecordType, Ttl};

/// A file and what its entries inherit.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// As `$INCLUDE` names it.
    pub(super) file: Option<Box<str>>,
    /// The line of the next octet, from 1.
    pub(super) line: u64,
    /// `$ORIGIN`, uncompressed.
    pub(super) origin: Vec<u8>,
    /// The owner of the record before, uncompressed.
    pub(super) owner: Vec<u8>,
    pub(super) owner_state: OwnerState,
}

/// Whether there is an owner to inherit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum OwnerState {
    /// No record yet.
    None,
    /// The record before had one.
    Known,
    /// The record before had one that could not be read: those that inherit it are not given, nor said to be wrong.
    Faulty,
}

impl Source {
    pub(super) fn name(&self) -> Name<'_> {
        Name::checked(&self.origin, 0)
    }
}

/// The fields of the record that was read last, but for owner and RDATA.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) class: Class,
    pub(super) ttl: Ttl,
    pub(super) record_type: RecordType,
    pub(super) line: u64,
}

/// A `$INCLUDE` directive that was read.
#[derive(Clone, Debug)]
pub(super) struct IncludeRequest {
    pub(super) file: String,
    pub(super) origin: Vec<u8>,
    pub(super) line: u64,
    pub(super) column: u64,
}

/// Everything but the octets of entries that are not whole yet.
#[derive(Debug)]
pub(super) struct State {
    pub(super) source: Source,
    pub(super) class: Class,
    /// `$TTL`.
    pub(super) default_ttl: Option<Ttl>,
    /// The TTL of the record before.
    last_ttl: Option<Ttl>,
    pub(super) fields: Fields,
    pub(super) rdata: Vec<u8>,
    pub(super) include: Option<IncludeRequest>,
    generate: Option<Box<Generate>>,
    /// The allocation of the tokens, empty.
    tokens: Vec<Token<'static>>,
    /// How many octets may still be read a second time after unclosed quotes and parentheses.
    rescans: usize,
    /// The line goes on, but is not looked at.
    skipping: bool,
}

/// What an entry was.
pub(super) enum Outcome {
    /// The text ends before an entry does.
    NeedMore,
    /// A directive was carried out.
    Done,
    /// A record is in [`State::fields`], the owner and the RDATA.
    Record,
    /// A file is to be included.
    Include,
    /// The entry is wrong.
    Fault(ZoneFileError),
}

/// A fault at an octet of the entry.
struct Fault {
    offset: usize,
    kind: ZoneFileErrorKind,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            offset: error.offset(),
            kind: ZoneFileErrorKind::Text(*error.kind()),
        }
    }
}

fn fault(token: &Token<'_>, kind: ZoneFileErrorKind) -> Fault {
    Fault {
        offset: token.offset,
        kind,
    }
}

impl State {
    pub(super) fn new(origin: Name<'_>) -> Self {
        let mut octets = Vec::new();
        origin.encode_into(&mut octets);
        Self {
            source: Source {
                file: None,
                line: 1,
                origin: octets,
                owner: Vec::new(),
                owner_state: OwnerState::None,
            },
            class: Class::IN,
            default_ttl: None,
            last_ttl: None,
            fields: Fields {
                class: Class::IN,
                ttl: Ttl(0),
                record_type: RecordType(0),
                line: 0,
            },
            rdata: Vec::new(),
            include: None,
            generate: None,
            tokens: Vec::new(),
            // The first is free: a file with one such fault deserves all its other ones.
            rescans: ENTRY_OCTETS_MAX,
            skipping: false,
        }
    }

    /// True while a `$GENERATE` has records to give.
    pub(super) fn is_generating(&self) -> bool {
        self.generate.is_some()
    }

    /// Reads the entry at the front of `text` and says how many octets it took.
    pub(super) fn take(&mut self, text: &[u8], last: bool) -> (usize, Outcome) {
        if self.skipping {
            let len = line_octets(text, 0);
            let line = text.get(..len).unwrap_or_default();
            self.skipping = !line.ends_with(b"\n") && !last;
            self.count_lines(line);
            return (
                len,
                if text.is_empty() {
                    Outcome::NeedMore
                } else {
                    Outcome::Done
                },
            );
        }
        let blank = blank_lines(text);
        let rest = text.get(blank..).unwrap_or_default();
        self.count_lines(text.get(..blank).unwrap_or_default());
        if rest.is_empty() {
            return (blank, Outcome::NeedMore);
        }
        let view = rest.get(..ENTRY_OCTETS_MAX).unwrap_or(rest);
        let mut tokens: Vec<Token<'_>> = core::mem::take(&mut self.tokens);
        let lexed = lex(view, last && view.len() == rest.len(), &mut tokens);
        let (taken, outcome) = self.understand(view, lexed, &tokens, view.len() < rest.len(), last);
        tokens.clear();
        // Nothing is mapped: this gives the allocation back its lifetime.
        self.tokens = tokens
            .into_iter()
            .map(|_| Token {
                octets: b"",
                offset: 0,
                quoted: false,
            })
            .collect();
        self.count_lines(view.get(..taken).unwrap_or_default());
        self.rescans = self.rescans.saturating_add(taken.saturating_mul(2));
        (blank.saturating_add(taken), outcome)
    }

    fn count_lines(&mut self, text: &[u8]) {
        let lines = text.iter().filter(|octet| **octet == b'\n').count();
        self.source.line = self.source.line.saturating_add(lines as u64);
    }

    /// Carries out a lexed entry; `cut` says that the text goes on behind `text`.
    fn understand(
        &mut self,
        text: &[u8],
        lexed: Lexed,
        tokens: &[Token<'_>],
        cut: bool,
        last: bool,
    ) -> (usize, Outcome) {
        let whole = last && !cut;
        match lexed {
            Lexed::Entry { end, long_quote } => {
                let result = self.entry(text, end, tokens);
                match (result, long_quote) {
                    (Ok(outcome), _) => (end, outcome),
                    // Rather a forgotten quote than a string over several lines.
                    (Err(_), Some(quote)) => {
                        let kind = ZoneFileErrorKind::Text(ErrorKind::UnclosedQuote);
                        self.structural(text, quote, kind, end, whole)
                    }
                    (Err(Fault { offset, kind }), None) => (end, self.fault_at(text, offset, kind)),
                }
            }
            Lexed::Unopened(at) => {
                let taken = self.rest_of_line(text, at, whole);
                let kind = ZoneFileErrorKind::Text(ErrorKind::UnopenedParenthesis);
                (taken, self.fault_at(text, at, kind))
            }
            Lexed::Open { unclosed: None } if tokens.is_empty() && is_comment(text) => {
                (self.rest_of_line(text, 0, whole), Outcome::Done)
            }
            Lexed::Open { .. } if !last && !cut => (0, Outcome::NeedMore),
            Lexed::Open {
                unclosed: Some((at, kind)),
            } => {
                let kind = ZoneFileErrorKind::Text(kind);
                self.structural(text, at, kind, text.len(), whole)
            }
            Lexed::Open { unclosed: None } => {
                let max = u32::try_from(ENTRY_OCTETS_MAX).unwrap_or(u32::MAX);
                let kind = ZoneFileErrorKind::EntryTooLong { max };
                (
                    self.rest_of_line(text, 0, whole),
                    self.fault_at(text, 0, kind),
                )
            }
        }
    }

    /// Octets up to the end of the line that `at` is in; where the text ends before the line, what follows is skipped.
    fn rest_of_line(&mut self, text: &[u8], at: usize, last: bool) -> usize {
        let end = at.saturating_add(line_octets(text, at));
        self.skipping = !last && text.get(..end).is_some_and(|line| !line.ends_with(b"\n"));
        end
    }

    /// A fault that has swallowed lines: the next line is read again, as long as that does not become a habit.
    fn structural(
        &mut self,
        text: &[u8],
        at: usize,
        kind: ZoneFileErrorKind,
        end: usize,
        last: bool,
    ) -> (usize, Outcome) {
        let next_line = self.rest_of_line(text, at, last);
        let again = end.saturating_sub(next_line);
        let taken = match self.rescans.checked_sub(again) {
            Some(left) => {
                self.rescans = left;
                next_line
            }
            None => end,
        };
        (taken, self.fault_at(text, at, kind))
    }

    #[cold]
    fn fault_at(&self, text: &[u8], offset: usize, kind: ZoneFileErrorKind) -> Outcome {
        let before = text.get(..offset).unwrap_or(text);
        let lines = before.iter().filter(|octet| **octet == b'\n').count() as u64;
        let column = before
            .iter()
            .rev()
            .take_while(|octet| **octet != b'\n')
            .count() as u64;
        Outcome::Fault(ZoneFileError {
            file: self.source.file.clone(),
            line: self.source.line.saturating_add(lines),
            column: column.saturating_add(1),
            kind,
        })
    }

    fn entry(&mut self, text: &[u8], end: usize, tokens: &[Token<'_>]) -> Result<Outcome, Fault> {
        let template_end = end;
        // What is missing is missing behind the last token.
        let end = tokens.last().map_or(end, |token| {
            let quote = usize::from(token.quoted);
            token
                .offset
                .saturating_add(token.octets.len())
                .saturating_add(quote)
        });
        let inherits = matches!(text.first(), Some(b' ' | b'\t'));
        let Some(first) = tokens.first() else {
            return Ok(Outcome::Done);
        };
        if !inherits && !first.quoted && first.octets.first() == Some(&b'$') {
            return self.directive(text, (end, template_end), first, tokens);
        }
        self.fields.line = self.source.line;
        self.record(inherits, end, tokens)
    }

    /// Reads a record; the answer is [`Outcome::Done`] for one whose owner could not be read.
    fn record(
        &mut self,
        inherits: bool,
        end: usize,
        tokens: &[Token<'_>],
    ) -> Result<Outcome, Fault> {
        let source = &mut self.source;
        let rest = if inherits {
            if source.owner_state == OwnerState::None {
                return Err(Fault {
                    offset: 0,
                    kind: ZoneFileErrorKind::NoOwner,
                });
            }
            tokens
        } else {
            let Some((owner, rest)) = tokens.split_first() else {
                return Ok(Outcome::Done);
            };
            source.owner.clear();
            source.owner_state = OwnerState::Faulty;
            let origin = Name::checked(&source.origin, 0);
            parse_name(owner.octets, origin, &mut source.owner)
                .map_err(|error| error.shifted(owner.offset))?;
            source.owner_state = OwnerState::Known;
            rest
        };
        let origin = Name::checked(&source.origin, 0);
        let mut walk = Tokens::new(rest, end, origin);
        let RecordHead {
            ttl,
            class,
            record_type,
            type_token,
        } = RecordHead::parse(&mut walk)?;
        self.rdata.clear();
        let class = class.unwrap_or(self.class);
        if !(class.may_be_empty() && walk.is_empty_rdata()) {
            Rdata::parse_into(record_type, &mut walk, &mut self.rdata)?;
        }
        let ttl = match ttl.or(self.default_ttl).or(self.last_ttl) {
            Some(ttl) => ttl,
            // RFC 2308 §4 gives MINIMUM another meaning, but zones without any TTL rely on the old one.
            None if record_type == RecordType::SOA => {
                let minimum = self.rdata.last_chunk::<4>().copied().unwrap_or_default();
                let minimum = Ttl(u32::from_be_bytes(minimum));
                // As a $TTL would be, so that a TTL on one record does not become that of those behind it.
                self.default_ttl = Some(minimum);
                minimum
            }
            None => return Err(fault(&type_token, ZoneFileErrorKind::NoTtl)),
        };
        self.class = class;
        self.last_ttl = Some(ttl);
        self.fields.class = class;
        self.fields.ttl = ttl;
        self.fields.record_type = record_type;
        Ok(match self.source.owner_state {
            OwnerState::Known => Outcome::Record,
            _ => Outcome::Done,
        })
    }

    fn directive(
        &mut self,
        text: &[u8],
        (end, template_end): (usize, usize),
        first: &Token<'_>,
        tokens: &[Token<'_>],
    ) -> Result<Outcome, Fault> {
        let rest = tokens.get(1..).unwrap_or_default();
        let source = &mut self.source;
        let origin = source.origin.clone();
        let mut walk = Tokens::new(rest, end, Name::checked(&origin, 0));
        let is = |name: &str| first.octets.eq_ignore_ascii_case(name.as_bytes());
        if is("$ORIGIN") {
            let mut octets = Vec::new();
            walk.name(&mut octets)?;
            walk.finish()?;
            source.origin = octets;
        } else if is("$TTL") {
            let token = walk.next()?;
            let seconds = Ttl::parse(token.octets).ok_or_else(|| token.error(ErrorKind::BadTtl))?;
            walk.finish()?;
            self.default_ttl = Some(Ttl(seconds));
        } else if is("$INCLUDE") {
            let token = walk.string()?;
            let mut file = Vec::new();
            token.unescape_into(&mut file)?;
            let mut octets = Vec::new();
            match walk.peek() {
                Some(_) => walk.name(&mut octets)?,
                None => octets.clone_from(&origin),
            }
            walk.finish()?;
            let before = text.get(..token.offset).unwrap_or(text);
            self.include = Some(IncludeRequest {
                file: String::from_utf8_lossy(&file).into_owned(),
                origin: octets,
                line: source.line,
                column: (before.len() as u64).saturating_add(1),
            });
            return Ok(Outcome::Include);
        } else if is("$GENERATE") {
            let range = walk.next()?;
            let template = walk
                .peek()
                .ok_or_else(|| Error::new(end, ErrorKind::MissingField))?;
            let template = match rest {
                // RDATA of several words may stand in one pair of quotes, which is no <character-string> then.
                [.., record_type, rdata] if rdata.quoted && is_record_type(record_type) => {
                    let front = template.offset..rdata.offset.saturating_sub(1);
                    let front = text.get(front).unwrap_or_default();
                    [front, &without_quotes(rdata.octets)].concat()
                }
                _ => text
                    .get(template.offset..template_end)
                    .unwrap_or_default()
                    .to_vec(),
            };
            let generate = Generate::new(range.octets, template, source.line)
                .map_err(|kind| fault(&range, kind))?;
            self.generate = Some(Box::new(generate));
        } else {
            return Err(fault(first, ZoneFileErrorKind::UnknownDirective));
        }
        Ok(Outcome::Done)
    }

    /// The next record of a `$GENERATE`.
    pub(super) fn generate(&mut self) -> Outcome {
        let Some(mut generate) = self.generate.take() else {
            return Outcome::Done;
        };
        let line = generate.line;
        let fault = |kind| {
            Outcome::Fault(ZoneFileError {
                file: None,
                line,
                column: 1,
                kind,
            })
        };
        let outcome = match generate.next_line() {
            None => return Outcome::Done,
            Some(Err(kind)) => {
                // What is wrong with one line is wrong with all.
                return self.named(fault(kind));
            }
            Some(Ok(text)) => {
                let mut tokens = Vec::new();
                match lex(text, true, &mut tokens) {
                    Lexed::Entry { end, .. } => {
                        self.fields.line = line;
                        self.record(false, end, &tokens)
                            .unwrap_or_else(|error| fault(error.kind))
                    }
                    _ => fault(ZoneFileErrorKind::Text(ErrorKind::UnclosedParenthesis)),
                }
            }
        };
        if !matches!(outcome, Outcome::Fault(_)) {
            self.generate = Some(generate);
        }
        self.named(outcome)
    }

    /// Puts the file's name into a fault.
    fn named(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Fault(mut error) => {
                error.file.clone_from(&self.source.file);
                Outcome::Fault(error)
            }
            outcome => outcome,
        }
    }
}

/// Octets from `at` to the end of its line, with the line end.
fn line_octets(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.iter().position(|octet| *octet == b'\n');
    line.map_or(rest.len(), |line| line.saturating_add(1))
}

fn is_record_type(token: &Token<'_>) -> bool {
    !token.quoted && token.text().parse::<RecordType>().is_ok()
}
