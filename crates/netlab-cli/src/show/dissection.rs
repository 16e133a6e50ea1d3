//! An annotated message: each octet range with the field it holds, its value and what that means.

use core::fmt::Write as _;
use core::ops::Range;
use std::borrow::Cow;

use crate::output::{counted, terminal_safe};

/// One message, taken apart.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Dissection {
    /// The message in one line.
    pub(crate) summary: String,
    /// Its fields in the order of their octets; a group comes before its members.
    pub(crate) fields: Vec<Field>,
}

/// One field of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Field {
    /// Its octets, counted from the start of the message.
    pub(crate) octets: Range<usize>,
    /// How many groups it stands in.
    pub(crate) depth: u8,
    /// Its name in the RFC.
    pub(crate) name: Cow<'static, str>,
    /// Its value; empty for a group.
    pub(crate) value: String,
    /// What the value means; empty where that is plain.
    pub(crate) meaning: Cow<'static, str>,
}

impl Dissection {
    /// A message without fields yet.
    pub(crate) fn new(summary: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            fields: Vec::new(),
        }
    }

    /// Adds a field at `depth`.
    pub(crate) fn field(
        &mut self,
        depth: u8,
        octets: Range<usize>,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
        meaning: impl Into<Cow<'static, str>>,
    ) {
        self.fields.push(Field {
            octets,
            depth,
            name: name.into(),
            value: value.into(),
            meaning: meaning.into(),
        });
    }

    /// Adds what is wrong from an octet on to the end.
    pub(super) fn fault(
        &mut self,
        octets: Range<usize>,
        what: &impl ToString,
        reference: &'static str,
    ) {
        self.field(0, octets, "fault", what.to_string(), reference);
    }

    /// Moves every field `octets` further on, for a message with something before it.
    pub(crate) fn shift(&mut self, octets: usize) {
        for field in &mut self.fields {
            field.octets.start = field.octets.start.saturating_add(octets);
            field.octets.end = field.octets.end.saturating_add(octets);
        }
    }

    /// The table a person reads: octets, field, value, meaning. `message` gives the octets that are shown beside short fields.
    pub(crate) fn to_text(&self, message: &[u8]) -> String {
        let mut cells = Cells::default();
        let rows: Vec<[Cell; COLUMNS]> = self
            .fields
            .iter()
            .map(|field| cells.of(field, message.get(field.octets.clone()).unwrap_or_default()))
            .collect();
        let mut widths = [0; COLUMNS];
        for row in &rows {
            for ((width, most), cell) in widths.iter_mut().zip(WIDTHS_MAX).zip(row) {
                *width = cell.width.min(most).max(*width);
            }
        }
        let mut text = String::with_capacity(cells.text.len().saturating_mul(2));
        text.push_str(&terminal_safe(&self.summary));
        for (row, field) in rows.iter().zip(&self.fields) {
            text.truncate(text.trim_end().len());
            text.push('\n');
            for (cell, width) in row.iter().zip(widths) {
                text.push_str("  ");
                text.push_str(cells.text.get(cell.octets.clone()).unwrap_or_default());
                spaces(&mut text, width.saturating_sub(cell.width));
            }
            text.push_str("  ");
            text.push_str(&terminal_safe(&field.meaning));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

/// Octets, hex, name and value of a field.
const COLUMNS: usize = 4;

/// A cell over this width pushes its own row out of the columns, not the columns apart.
const WIDTHS_MAX: [usize; COLUMNS] = [13, 18, 32, 40];

/// The text of all cells of a table, one after the other.
#[derive(Default)]
struct Cells {
    text: String,
}

struct Cell {
    /// Where it stands in the text.
    octets: Range<usize>,
    /// In characters.
    width: usize,
}

impl Cells {
    fn of(&mut self, field: &Field, octets: &[u8]) -> [Cell; COLUMNS] {
        const HEX_OCTETS_SHOWN: usize = 8;
        let range = self.cell(|text| {
            let last = field.octets.end.saturating_sub(1).max(field.octets.start);
            // Writing to a string cannot fail.
            let _ = if field.octets.is_empty() {
                write!(text, "{:>5}  ", field.octets.start)
            } else {
                write!(text, "{:>5}-{last:<5}", field.octets.start)
            };
        });
        let hex = self.cell(|text| {
            for octet in octets.iter().take(HEX_OCTETS_SHOWN) {
                let digits =
                    [octet >> 4, octet & 15].map(|digit| char::from_digit(digit.into(), 16));
                text.extend(digits.into_iter().flatten());
            }
            if octets.len() > HEX_OCTETS_SHOWN {
                text.push('…');
            }
        });
        let name = self.cell(|text| {
            spaces(text, usize::from(field.depth).saturating_mul(2));
            text.push_str(&field.name);
        });
        let value = self.cell(|text| text.push_str(&terminal_safe(&field.value)));
        [range, hex, name, value]
    }

    fn cell(&mut self, write: impl FnOnce(&mut String)) -> Cell {
        let start = self.text.len();
        write(&mut self.text);
        let octets = start..self.text.len();
        let written = self.text.get(octets.clone()).unwrap_or_default();
        Cell {
            width: written.chars().count(),
            octets,
        }
    }
}

fn spaces(text: &mut String, mut count: usize) {
    const SPACES: &str = "                                        ";
    while count > 0 {
        let some = SPACES.get(..count).unwrap_or(SPACES);
        text.push_str(some);
        count = count.saturating_sub(some.len());
    }
}

/// Octets of no known protocol, as text where they are text.
pub(crate) fn dissect_data(octets: &[u8]) -> Dissection {
    const TEXT_SHOWN_MAX: usize = 200;
    let mut dissection = Dissection::new(format!("{} of data", counted(octets.len(), "octet")));
    let mut start = 0_usize;
    for line in octets.split_inclusive(|octet| *octet == b'\n').take(32) {
        let end = start.saturating_add(line.len());
        let text = String::from_utf8_lossy(line);
        let shown: String = text
            .trim_end_matches(['\r', '\n'])
            .chars()
            .take(TEXT_SHOWN_MAX)
            .collect();
        let meaning = match line {
            [.., b'\r', b'\n'] => "a line ended by CR LF",
            [.., b'\n'] => "a line ended by LF",
            _ => "no line end",
        };
        dissection.field(0, start..end, "text", shown, meaning);
        start = end;
    }
    if start < octets.len() {
        dissection.field(0, start..octets.len(), "more", "", "not shown");
    }
    dissection
}

#[cfg(test)]
mod tests {
    use super::dissect_data;

    #[test]
    fn shows_octets_field_value_and_meaning() {
        let message = b"hi\r\nyou";
        let text = dissect_data(message).to_text(message);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "7 octets of data");
        assert!(
            lines[1].contains("0-3") && lines[1].contains("68690d0a"),
            "{text}"
        );
        assert!(lines[1].contains("hi") && lines[1].ends_with("a line ended by CR LF"));
        assert!(
            lines[2].contains("4-6") && lines[2].ends_with("no line end"),
            "{text}"
        );
    }

    #[test]
    fn a_peer_cannot_steer_the_terminal() {
        assert!(
            !dissect_data(b"\x1b[2J")
                .to_text(b"\x1b[2J")
                .contains('\x1b')
        );
    }
}
