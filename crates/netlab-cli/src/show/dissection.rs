//! An annotated message: each octet range with the field it holds, its value and what that means.

use core::fmt::Write as _;
use core::ops::Range;

use crate::output::terminal_safe;

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
    pub(crate) name: String,
    /// Its value; empty for a group.
    pub(crate) value: String,
    /// What the value means; empty where that is plain.
    pub(crate) meaning: String,
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
        name: impl Into<String>,
        value: impl Into<String>,
        meaning: impl Into<String>,
    ) {
        self.fields.push(Field {
            octets,
            depth,
            name: name.into(),
            value: value.into(),
            meaning: meaning.into(),
        });
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
        const HEX_OCTETS_SHOWN: usize = 8;
        let rows: Vec<[String; 4]> = self
            .fields
            .iter()
            .map(|field| {
                let octets = message.get(field.octets.clone()).unwrap_or_default();
                let mut hex = String::new();
                for octet in octets.iter().take(HEX_OCTETS_SHOWN) {
                    let _ = write!(hex, "{octet:02x}");
                }
                if octets.len() > HEX_OCTETS_SHOWN {
                    hex.push('…');
                }
                let last = field.octets.end.saturating_sub(1).max(field.octets.start);
                let range = if field.octets.is_empty() {
                    format!("{:>5}  ", field.octets.start)
                } else {
                    format!("{:>5}-{last:<5}", field.octets.start)
                };
                let indent = "  ".repeat(usize::from(field.depth));
                [
                    range,
                    hex,
                    format!("{indent}{}", field.name),
                    terminal_safe(&field.value),
                ]
            })
            .collect();
        let width = |column: usize, most: usize| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
                .min(most)
        };
        let (range_width, hex_width, name_width, value_width) =
            (width(0, 13), width(1, 18), width(2, 32), width(3, 40));
        let mut text = format!("{}\n", terminal_safe(&self.summary));
        for ([range, hex, name, value], field) in rows.iter().zip(&self.fields) {
            let mut line = format!(
                "  {range:<range_width$}  {hex:<hex_width$}  {name:<name_width$}  {value:<value_width$}"
            );
            if !field.meaning.is_empty() {
                let _ = write!(line, "  {}", terminal_safe(&field.meaning));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Octets of no known protocol, as text where they are text.
pub(crate) fn dissect_data(octets: &[u8]) -> Dissection {
    const TEXT_SHOWN_MAX: usize = 200;
    let mut dissection = Dissection::new(format!("{} octets of data", octets.len()));
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
