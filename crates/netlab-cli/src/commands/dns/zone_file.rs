//! Zone files from disk: read, checked, with every fault at its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wire_dns::text::{ZoneEntry, ZoneFileError, ZoneReader};
use wire_dns::zone::{Zone, ZoneBuilder};
use wire_dns::{Name, NameBuf, RecordBuf, RecordType};

use crate::net::system_text;

/// Something that is wrong in a zone file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Problem {
    /// The file, as it was named.
    pub(super) file: String,
    /// The line, from 1, which also stands for the file as a whole.
    pub(super) line: u64,
    /// The octet in the line, from 1.
    pub(super) column: u64,
    /// What is wrong.
    pub(super) reason: String,
    /// Whether the zone must not be served so.
    pub(super) fatal: bool,
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self {
            file,
            line,
            column,
            reason,
            fatal,
        } = self;
        let label = if *fatal { "" } else { "warning: " };
        write!(f, "{file}:{line}:{column}: {label}{reason}")
    }
}

/// What a zone file gave.
pub(super) struct ZoneFile {
    /// The zone, unless something fatal is wrong with it.
    pub(super) zone: Option<Zone>,
    /// Everything that is wrong.
    pub(super) problems: Vec<Problem>,
    /// How many records were read.
    pub(super) records: u64,
}

/// Reads a zone file. Relative names before any `$ORIGIN` are below `origin`.
pub(super) fn read(path: &Path, origin: Name<'_>) -> io::Result<ZoneFile> {
    let text = fs::read(path)?;
    Ok(parse(&path.display().to_string(), &text, origin))
}

/// The origin that a file's name suggests: that of `example.com.zone` and `db.example.com` is `example.com.`.
pub(super) fn suggested_origin(path: &Path) -> NameBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    let name = name.strip_prefix("db.").unwrap_or(name);
    let name = [".zone", ".db", ".txt"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    name.parse().unwrap_or_else(|_| NameBuf::root())
}

/// Reads the text of a zone file called `name`.
pub(super) fn parse(name: &str, text: &[u8], origin: Name<'_>) -> ZoneFile {
    let mut reader = ZoneReader::new(origin);
    let mut gathering = Gathering::default();
    let mut problems = Vec::new();
    let mut lines = Lines::default();
    // The file being read, behind those that included it.
    let mut files = vec![Reading::begin(
        PathBuf::from(name),
        text.to_vec(),
        &mut lines,
    )];
    while let Some((file, outer)) = files.split_last_mut() {
        reader.end();
        let mut input = file.octets.get(file.at..).unwrap_or_default();
        let mut included = None;
        let entry = reader.next(&mut input);
        let is_over = entry.is_none();
        match entry {
            Some(Ok(ZoneEntry::Record(record))) => {
                let line = file.lines_before.saturating_add(record.line());
                gathering.add(record.to_record_buf(), line);
            }
            Some(Ok(ZoneEntry::Include(include))) => {
                let wanted = file
                    .path
                    .parent()
                    .map_or_else(|| include.file().into(), |dir| dir.join(include.file()));
                let line = include.line();
                let is_open = file.path == wanted || outer.iter().any(|file| file.path == wanted);
                let octets = match is_open {
                    false => fs::read(&wanted).map_err(|error| system_text(&error)),
                    true => Err("it would include itself".to_owned()),
                };
                match octets {
                    Ok(octets) => included = Some(Reading::begin(wanted, octets, &mut lines)),
                    Err(reason) => {
                        let reason = format!("cannot include {}: {reason}", wanted.display());
                        problems.push(file.problem(line, 1, reason));
                    }
                }
            }
            Some(Err(error)) => problems.push(file.refused(&error)),
            Some(Ok(_)) | None => {}
        }
        file.at = file.octets.len().saturating_sub(input.len());
        if is_over {
            files.pop();
        } else if let Some(inner) = included {
            match reader.include() {
                Ok(()) => files.push(inner),
                Err(error) => problems.push(file.refused(&error)),
            }
        }
    }
    let records = gathering.records;
    let zone = gathering.finish(&lines, &mut problems);
    ZoneFile {
        zone,
        problems,
        records,
    }
}

/// A file that is being read.
struct Reading {
    path: PathBuf,
    octets: Vec<u8>,
    /// How far it was read.
    at: usize,
    /// The lines of all files before its first.
    lines_before: u64,
}

impl Reading {
    fn begin(path: PathBuf, octets: Vec<u8>, lines: &mut Lines) -> Self {
        Self {
            lines_before: lines.begin(&path.display().to_string(), &octets),
            path,
            octets,
            at: 0,
        }
    }

    fn problem(&self, line: u64, column: u64, reason: String) -> Problem {
        Problem {
            file: self.path.display().to_string(),
            line,
            column,
            reason,
            fatal: true,
        }
    }

    fn refused(&self, error: &ZoneFileError) -> Problem {
        self.problem(error.line(), error.column(), error.kind().to_string())
    }
}

/// The lines of all files that were read, counted as if one followed the other: a zone knows its records by one number.
#[derive(Default)]
struct Lines {
    /// Each file and the lines before its first.
    files: Vec<(u64, String)>,
    total: u64,
}

impl Lines {
    /// Begins a file; the result is how many lines are before its first.
    fn begin(&mut self, name: &str, text: &[u8]) -> u64 {
        let before = self.total;
        let ends = text.iter().filter(|octet| **octet == b'\n').count();
        let ends = u64::try_from(ends).unwrap_or(u64::MAX);
        self.files.push((before, name.to_owned()));
        self.total = before.saturating_add(ends).saturating_add(1);
        before
    }

    /// The file of a line and its number there; 0 stands for the first file as a whole.
    fn place(&self, line: u64) -> (&str, u64) {
        let line = line.max(1);
        let behind = self.files.partition_point(|(before, _)| *before < line);
        let file = self.files.get(behind.saturating_sub(1));
        file.map_or(("", line), |(before, name)| {
            (name.as_str(), line.saturating_sub(*before))
        })
    }
}

/// The records so far; the SOA record's owner, when it comes, is the top of the zone.
#[derive(Default)]
struct Gathering {
    builder: Option<ZoneBuilder>,
    before_soa: Vec<(RecordBuf, u64)>,
    records: u64,
}

impl Gathering {
    fn add(&mut self, record: RecordBuf, line: u64) {
        self.records = self.records.saturating_add(1);
        if let Some(builder) = &mut self.builder {
            builder.insert_record(&record, line);
            return;
        }
        if record.record_type() == RecordType::SOA {
            let mut builder = ZoneBuilder::new(record.owner.as_name(), record.class);
            for (earlier, line) in self.before_soa.drain(..) {
                builder.insert_record(&earlier, line);
            }
            builder.insert_record(&record, line);
            self.builder = Some(builder);
        } else {
            self.before_soa.push((record, line));
        }
    }

    fn finish(self, lines: &Lines, problems: &mut Vec<Problem>) -> Option<Zone> {
        let mut add = |line, reason, fatal| {
            let (file, line) = lines.place(line);
            problems.push(Problem {
                file: file.to_owned(),
                line,
                column: 1,
                reason,
                fatal,
            });
        };
        let Some(builder) = self.builder else {
            add(
                0,
                "there is no SOA record, so it is no zone".to_owned(),
                true,
            );
            return None;
        };
        let apex = builder.apex().to_string();
        let mut faults = Vec::new();
        let zone = builder.finish(&mut faults);
        for fault in &faults {
            let host = fault.host().map(|host| host.to_string());
            let hint = match host
                .as_deref()
                .and_then(|host| without_last_dot(host, &apex))
            {
                Some(meant) => format!("; is {meant} meant, with a dot at its end?"),
                None => String::new(),
            };
            add(fault.line(), format!("{fault}{hint}"), fault.is_fatal());
        }
        zone
    }
}

/// The name whose dot was forgotten, so that the apex stands twice at the end of what became of it.
fn without_last_dot<'h>(host: &'h str, apex: &str) -> Option<&'h str> {
    let meant = host.strip_suffix(apex)?;
    (meant == apex || meant.ends_with(&format!(".{apex}"))).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::{parse, suggested_origin};
    use std::path::Path;
    use wire_dns::NameBuf;

    #[test]
    fn the_built_in_zone_has_no_fault() {
        let file = parse(
            "lab.test.zone",
            super::super::serve::BUILT_IN.as_bytes(),
            NameBuf::root().as_name(),
        );
        assert_eq!(file.problems, []);
        assert!(file.zone.is_some());
    }

    #[test]
    fn origins_come_from_file_names() {
        for (path, origin) in [
            ("zones/example.com.zone", "example.com."),
            ("db.lab.test", "lab.test."),
            ("example.db", "example."),
        ] {
            assert_eq!(suggested_origin(Path::new(path)).to_string(), origin);
        }
    }

    #[test]
    fn all_faults_are_told_each_at_its_place() {
        let text = b"@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 1.2.3\nx 60 AA 1.2.3.4\n";
        let origin: NameBuf = "example.".parse().unwrap();
        let file = parse("z", text, origin.as_name());
        let places: Vec<_> = file
            .problems
            .iter()
            .map(|problem| (problem.line, problem.fatal))
            .collect();
        assert!(
            places.contains(&(3, true)) && places.contains(&(4, true)),
            "{places:?}"
        );
    }

    #[test]
    fn a_dot_that_was_forgotten_is_asked_for() {
        let text = b"@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns.a.test\n@ 60 NS ns\n@ 60 MX 1 a.test\n";
        let origin: NameBuf = "a.test.".parse().unwrap();
        let file = parse("z", text, origin.as_name());
        let reasons: Vec<_> = file.problems.into_iter().map(|it| it.reason).collect();
        assert_eq!(
            reasons,
            [
                "a.test. NS ns.a.test.a.test.: the server of the zone is in the zone and has no address; is ns.a.test. meant, with a dot at its end?",
                "a.test. NS ns.a.test.: the server of the zone is in the zone and has no address",
                "a.test. MX a.test.a.test.: the host it names is in the zone and has no address; is a.test. meant, with a dot at its end?",
            ]
        );
    }

    #[test]
    fn faults_in_included_files_are_told_in_those() {
        let dir = std::env::temp_dir().join(format!("netlab-include-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let inner = dir.join("inner");
        std::fs::write(&inner, "\n\na CNAME b.example.\na A 192.0.2.1\n").unwrap();
        let text = "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\n$INCLUDE inner\n\n\nns A 192.0.2.2\nns CNAME x\n";
        let origin: NameBuf = "example.".parse().unwrap();
        let outer = dir.join("outer").display().to_string();
        let file = parse(&outer, text.as_bytes(), origin.as_name());
        std::fs::remove_dir_all(&dir).unwrap();
        let places: Vec<_> = file
            .problems
            .iter()
            .map(|problem| (problem.file.as_str(), problem.line))
            .collect();
        let inner = inner.display().to_string();
        assert!(
            places.contains(&(&inner, 4)) && places.contains(&(&outer, 7)),
            "{places:?}"
        );
        assert!(!places.contains(&(&outer, 4)), "{places:?}");
    }

    #[test]
    fn a_file_that_includes_itself_is_read_once() {
        let dir = std::env::temp_dir().join(format!("netlab-loop-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let name = |file: &str| dir.join(file).display().to_string();
        let text = "$INCLUDE inner\n$INCLUDE inner\n";
        std::fs::write(dir.join("inner"), "$INCLUDE outer\n$INCLUDE inner\n").unwrap();
        let origin: NameBuf = "example.".parse().unwrap();
        let file = parse(&name("outer"), text.as_bytes(), origin.as_name());
        std::fs::remove_dir_all(&dir).unwrap();
        let problems: Vec<_> = file.problems.iter().map(ToString::to_string).collect();
        let once = ["outer", "inner"].map(|wanted| {
            let line = if wanted == "outer" { 1 } else { 2 };
            let (inner, wanted) = (name("inner"), name(wanted));
            format!("{inner}:{line}:1: cannot include {wanted}: it would include itself")
        });
        assert_eq!(problems.get(..4).unwrap(), [once.clone(), once].concat());
        assert_eq!(problems.len(), 5, "and no SOA record: {problems:?}");
    }

    #[test]
    fn every_problem_has_a_line() {
        let origin: NameBuf = "example.".parse().unwrap();
        for (text, line) in [
            ("", 1),
            ("a 60 A 192.0.2.1\n", 1),
            ("a 60 A 192.0.2.1\n@ 60 SOA a h 1 2 3 4 5\n", 2),
        ] {
            let file = parse("z", text.as_bytes(), origin.as_name());
            let lines: Vec<_> = file.problems.iter().map(|problem| problem.line).collect();
            assert_eq!(lines, [line], "{text}");
        }
    }
}
