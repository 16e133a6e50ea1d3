//! Messages in the layout of dig.

use core::fmt::{self, Write};

use crate::{Message, RecordType, ResourceRecord, Section};

impl fmt::Display for Message<'_> {
    /// Header, OPT and the sections as dig prints them, records in columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (header, flags) = (self.header(), self.flags());
        writeln!(
            f,
            ";; ->>HEADER<<- opcode: {}, status: {}, id: {}",
            flags.opcode(),
            self.rcode(),
            header.id
        )?;
        let separator = if flags.0 & 0x87F0 == 0 { "" } else { " " };
        write!(f, ";; flags:{separator}{flags}; ")?;
        let names = section_names(self);
        let counts = [
            header.question_count,
            header.answer_count,
            header.authority_count,
            header.additional_count,
        ];
        for (index, (name, count)) in names.into_iter().zip(counts).enumerate() {
            // dig counts queries, though it then shows questions.
            let name = if name == "QUESTION" { "QUERY" } else { name };
            write!(f, "{}{name}: {count}", if index == 0 { "" } else { ", " })?;
        }
        f.write_str("\n")?;
        let edns = self.edns();
        if let Some(edns) = edns {
            write!(f, "\n;; OPT PSEUDOSECTION:\n{edns}")?;
        }
        if header.question_count > 0 {
            let [title, ..] = names;
            writeln!(
                f,
                "{}{title} SECTION:",
                if edns.is_some() { ";; " } else { "\n;; " }
            )?;
            for question in self.questions() {
                // The semicolon counts for nothing in dig's columns.
                f.write_str(";")?;
                let mut columns = Columns::new(f);
                write!(columns, "{}", question.name)?;
                columns.tab_to(32)?;
                write!(columns, "{}", question.class)?;
                columns.tab_to(40)?;
                writeln!(columns, "{}", question.record_type)?;
            }
        }
        let [_, titles @ ..] = names;
        for (section, title) in Section::RECORDS.into_iter().zip(titles) {
            let mut begun = false;
            for record in self.records(section) {
                // OPT has its own lines above, unless its options are cut short.
                if edns.is_some() && record.record_type() == RecordType::OPT {
                    continue;
                }
                if !begun {
                    writeln!(f, "\n;; {title} SECTION:")?;
                    begun = true;
                }
                write_columns(&record, f)?;
            }
        }
        Ok(())
    }
}

/// What the sections are called; UPDATE has names of its own (RFC 2136 §2).
fn section_names(message: &Message<'_>) -> [&'static str; 4] {
    if message.opcode() == crate::Opcode::UPDATE {
        ["ZONE", "PREREQ", "UPDATE", "ADDITIONAL"]
    } else {
        ["QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL"]
    }
}

/// Writes a record with dig's columns: TTL at 24, class at 32, type at 40 less its tabs, RDATA behind.
fn write_columns(record: &ResourceRecord<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut columns = Columns::new(f);
    write!(columns, "{}", record.owner())?;
    columns.tab_to(24)?;
    write!(columns, "{}", record.ttl())?;
    columns.tab_to(32)?;
    write!(columns, "{}", record.class())?;
    columns.tab_to(40)?;
    write!(columns, "{}", record.record_type())?;
    if !record.rdata_octets().is_empty() {
        columns.tab_to(48)?;
        write!(columns, "{:#}", record.rdata())?;
    }
    columns.write_char('\n')
}

/// Counts columns and goes on to the next with tabs of eight.
struct Columns<'f, 'g> {
    out: &'f mut fmt::Formatter<'g>,
    column: usize,
}

impl<'f, 'g> Columns<'f, 'g> {
    fn new(out: &'f mut fmt::Formatter<'g>) -> Self {
        Self { out, column: 0 }
    }

    /// Writes tabs until `column`, which is a multiple of eight; at least one blank, or a tab if that goes as far.
    fn tab_to(&mut self, column: usize) -> fmt::Result {
        let next = self.column.saturating_add(1);
        if next > column && !next.is_multiple_of(8) {
            return self.write_char(' ');
        }
        let column = column.max(next);
        while self.column < column {
            self.out.write_char('\t')?;
            self.column = (self.column / 8).saturating_add(1).saturating_mul(8);
        }
        Ok(())
    }
}

impl Write for Columns<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.column = self.column.saturating_add(text.len());
        self.out.write_str(text)
    }
}
