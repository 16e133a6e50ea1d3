//! Zone files: what the reader takes, what it refuses and where, and that what is written reads back (RFC 1035 §5).
#![cfg(feature = "zone-file")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation in a helper is a failed test"
)]

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};
use wire_dns::text::{ZoneEntry, ZoneFileErrorKind, ZoneReader, ZoneRecords, ZoneWriter};
use wire_dns::{Class, ErrorKind, Name, NameBuf, Rdata, RdataBuf, RecordBuf, RecordType, Ttl};

fn origin() -> NameBuf {
    "example.".parse().unwrap()
}

/// Records and errors as lines.
fn read(text: &str) -> Vec<String> {
    ZoneRecords::new(text.as_bytes(), origin().as_name())
        .map(|item| match item {
            Ok(record) => record.to_string().replace('\t', " "),
            Err(error) => format!("! {error}"),
        })
        .collect()
}

/// The same through pieces of `size` octets.
fn read_in_pieces(text: &str, size: usize) -> Vec<String> {
    let mut reader = ZoneReader::new(origin().as_name());
    let mut lines = Vec::new();
    for mut piece in text.as_bytes().chunks(size).chain([&b""[..]]) {
        if piece.is_empty() {
            reader.end();
        }
        while let Some(entry) = reader.next(&mut piece) {
            match entry {
                Ok(ZoneEntry::Record(record)) => {
                    lines.push(record.to_string().replace('\t', " "));
                }
                Ok(_) => {
                    let refused = reader.refuse_include().unwrap();
                    lines.push(format!("! {refused}"));
                }
                Err(error) => lines.push(format!("! {error}")),
            }
        }
        assert!(piece.is_empty(), "size {size}");
    }
    lines
}

#[test]
fn reads_the_example_of_rfc_1035_section_5_3() {
    let text = "\
@   IN  SOA     VENERA      Action\\.domains (
                                 20     ; SERIAL
                                 7200   ; REFRESH
                                 600    ; RETRY
                                 3600000; EXPIRE
                                 60)    ; MINIMUM

        NS      A.ISI.EDU.
        NS      VENERA
        NS      VAXA
        MX      10      VENERA
        MX      20      VAXA

A       A       26.3.0.103

VENERA  A       10.1.0.52
        A       128.9.0.32
";
    let origin: NameBuf = "ISI.EDU.".parse().unwrap();
    let records: Vec<RecordBuf> = ZoneRecords::new(text.as_bytes(), &origin)
        .collect::<Result<_, _>>()
        .unwrap();
    let lines: Vec<_> = records.iter().map(|record| record.to_string()).collect();
    assert_eq!(
        lines,
        [
            "ISI.EDU.\t60\tIN\tSOA\tVENERA.ISI.EDU. Action\\.domains.ISI.EDU. 20 7200 600 3600000 60",
            "ISI.EDU.\t60\tIN\tNS\tA.ISI.EDU.",
            "ISI.EDU.\t60\tIN\tNS\tVENERA.ISI.EDU.",
            "ISI.EDU.\t60\tIN\tNS\tVAXA.ISI.EDU.",
            "ISI.EDU.\t60\tIN\tMX\t10 VENERA.ISI.EDU.",
            "ISI.EDU.\t60\tIN\tMX\t20 VAXA.ISI.EDU.",
            "A.ISI.EDU.\t60\tIN\tA\t26.3.0.103",
            "VENERA.ISI.EDU.\t60\tIN\tA\t10.1.0.52",
            "VENERA.ISI.EDU.\t60\tIN\tA\t128.9.0.32",
        ]
    );
}

#[test]
fn owner_ttl_and_class_are_inherited_in_any_order() {
    let text = "a 60 CH A 1.2.3.4\n B CH 61 A 1.2.3.5\n";
    // The second line begins with a blank: `B` is not an owner, and no type or class.
    assert_eq!(
        read(text),
        [
            "a.example. 60 CH A 1.2.3.4",
            "! 2:2: not a known record type"
        ]
    );
    let text = "a CH 61 A 1.2.3.4\n\tA 1.2.3.5\nb A 1.2.3.6\n$TTL 1h\nb A 1.2.3.7\nb 5 IN A 1.2.3.8\nb A 1.2.3.9\n";
    assert_eq!(
        read(text),
        [
            "a.example. 61 CH A 1.2.3.4",
            "a.example. 61 CH A 1.2.3.5",
            "b.example. 61 CH A 1.2.3.6",
            // RFC 2308 §4: $TTL is for the records behind it.
            "b.example. 3600 CH A 1.2.3.7",
            "b.example. 5 IN A 1.2.3.8",
            "b.example. 3600 IN A 1.2.3.9",
        ]
    );
}

#[test]
fn names_keep_case_and_escapes() {
    let text = "$TTL 0\n@ NS Ns\nA\\.b\\032\\(.C NS @\n\\@ NS \\065\\$.\n. NS x.\n\"q;\" NS x.\n";
    assert_eq!(
        read(text),
        [
            "example. 0 IN NS Ns.example.",
            "A\\.b\\032\\(.C.example. 0 IN NS example.",
            "\\@.example. 0 IN NS A\\$.",
            ". 0 IN NS x.",
            "q\\;.example. 0 IN NS x.",
        ]
    );
}

#[test]
fn generic_types_classes_and_rdata_of_rfc_3597() {
    let text = "a 1 CLASS32 TYPE731 \\# 6 abcd (\n ef 01 23 45 )\nb 1 IN TYPE1 \\# 4 0A000001\nc 1 IN A \\# 4 0a000002\n";
    assert_eq!(
        read(text),
        [
            "a.example. 1 CLASS32 TYPE731 \\# 6 ABCDEF012345",
            "b.example. 1 IN A 10.0.0.1",
            "c.example. 1 IN A 10.0.0.2",
        ]
    );
}

#[test]
fn origin_may_be_relative_and_include_has_its_own() {
    let text = "$TTL 1\n$ORIGIN sub\na NS x\n$INCLUDE \"other file\" in.sub\n NS y\n$INCLUDE empty\nb NS z";
    let lines: Vec<_> = ZoneRecords::new(text.as_bytes(), origin().as_name())
        .with_include(|file| match file {
            "other file" => Some(b"NS1 NS z\n\t NS q\n$ORIGIN elsewhere.\n@ NS e\n$TTL 7".to_vec()),
            "empty" => Some(Vec::new()),
            _ => None,
        })
        .map(|item| item.unwrap().to_string().replace('\t', " "))
        .collect();
    assert_eq!(
        lines,
        [
            "a.sub.example. 1 IN NS x.sub.example.",
            "NS1.in.sub.sub.example. 1 IN NS z.in.sub.sub.example.",
            "NS1.in.sub.sub.example. 1 IN NS q.in.sub.sub.example.",
            "elsewhere. 1 IN NS e.elsewhere.",
            // RFC 1035 §5.1: origin and owner are those of the including file again.
            "a.sub.example. 7 IN NS y.sub.example.",
            "b.sub.example. 7 IN NS z.sub.example.",
        ]
    );
}

#[test]
fn includes_have_limits_and_names_in_errors() {
    let lines: Vec<_> = ZoneRecords::new(b"\n$INCLUDE me", Name::ROOT)
        .with_include(|file| Some(format!("x\n$INCLUDE {file}").into_bytes()))
        .map(|item| item.unwrap_err().to_string())
        .collect();
    assert_eq!(lines.len(), 17);
    assert_eq!(lines[0], "me:1:2: the text ends where a field is expected");
    assert_eq!(
        lines[16],
        "me:2:10: more than 16 files included in each other"
    );
    assert_eq!(
        read("$INCLUDE gone\n"),
        ["! 1:10: the file to include cannot be read"]
    );
}

#[test]
fn generate_makes_records() {
    let text = "$TTL 9\n$GENERATE 1-3/2 host-${0,3} A 192.0.2.$\n$GENERATE 0-1 $ CNAME a${1}.$.\n$GENERATE 3-1 $ A 1.2.3.4\n$GENERATE 1-2 $ A 1.2.3.$$\nb A 1.2.3.4\n";
    assert_eq!(
        read(text),
        [
            "host-001.example. 9 IN A 192.0.2.1",
            "host-003.example. 9 IN A 192.0.2.3",
            "0.example. 9 IN CNAME a1.0.",
            "1.example. 9 IN CNAME a2.1.",
            "! 4:11: not a range of at most 65536 numbers: start-stop or start-stop/step",
            // What is wrong with one is said once.
            "! 5:1: not an IPv4 address",
            "b.example. 9 IN A 1.2.3.4",
        ]
    );
}

/// The most records, and one more; the last number there is, and a step over it.
#[test]
fn generate_has_borders() {
    let count = |range: &str| read(&format!("$TTL 9\n$GENERATE {range} h$ A 192.0.2.1\n")).len();
    assert_eq!(count("1-65536"), 65_536);
    assert_eq!(count("0-131070/2"), 65_536);
    let max = u32::MAX;
    assert_eq!(count(&format!("{}-{max}", max - 2)), 3);
    assert_eq!(count(&format!("{}-{max}/2", max - 1)), 1);
    let refused = "! 2:11: not a range of at most 65536 numbers: start-stop or start-stop/step";
    for range in [
        "0-65536",
        "0-131072/2",
        "1-2/0",
        "0-4294967296",
        "1",
        "1-",
        "-1-2",
    ] {
        let text = format!("$TTL 9\n$GENERATE {range} h$ A 192.0.2.1\n");
        assert_eq!(read(&text), [refused], "{range}");
    }
}

/// RDATA of several words stands in one pair of quotes, as in the manual of BIND, whose directive it is.
#[test]
fn generate_takes_rdata_in_quotes() {
    let text = r#"$TTL 9
$GENERATE 1-1 h$ MX "0 ."
$GENERATE 2-2 _s$ 60 IN SRV "0 0 $ host$" ; quoted
$GENERATE 3-3 t$ TXT "a b$"
$GENERATE 4-4 t$ TXT "\"a b$\" \;"
$GENERATE 5-5 t$ HINFO "a b$" "c d"
$GENERATE 6-6 c$ CNAME "a."
$GENERATE 7-7 u$ TYPE65280 "\# 1 0$"
"#;
    assert_eq!(
        read(text),
        [
            "h1.example. 9 IN MX 0 .",
            "_s2.example. 60 IN SRV 0 0 2 host2.example.",
            "t3.example. 9 IN TXT \"a\" \"b3\"",
            "t4.example. 9 IN TXT \"a b4\" \";\"",
            "t5.example. 9 IN HINFO \"a b5\" \"c d\"",
            "c6.example. 9 IN CNAME a.",
            "u7.example. 9 IN TYPE65280 \\# 1 07",
        ]
    );
}

#[test]
fn every_error_has_its_line_and_column_and_reading_goes_on() {
    let text = "\
\tA 1.2.3.4
a A 1.2.3.4
a 60 A 1.2.3.400
  60 AAAA ::1 x
  60 MX ( 10
     t..n )
a..b 60 A 1.2.3.4
     60 A 1.2.3.4
$WHAT x
$TTL soon
$ORIGIN a..
  60 A 1.2.3.4 )
c 60 TXT \"x
c 60 BOGUS 1
c 60
c 60 IN
c 60 IN CH A 1.2.3.4
c 60 TXT a\\
c 60 TXT a\\25x
c 60 TYPE65280 \\# 2 AB
c 60 TXT ok
";
    assert_eq!(
        read(text),
        [
            "! 1:1: no record before this one whose owner it could have",
            "! 2:3: no TTL here, none before, and no $TTL",
            "! 3:8: not an IPv4 address",
            "! 4:15: text left over behind the last field",
            "! 6:8: an empty label inside a name",
            // Line 8 inherits an owner that could not be read: nothing to say that was not said.
            "! 7:3: an empty label inside a name",
            "! 9:1: not one of $ORIGIN, $TTL, $INCLUDE, $GENERATE",
            "! 10:6: not a TTL in seconds or with the units w d h m s",
            "! 11:11: an empty label inside a name",
            "! 12:16: a closing parenthesis without an opening one",
            "! 13:10: a quoted string that does not end",
            "! 14:6: not a known record type",
            "! 15:5: the text ends where a field is expected",
            "! 16:8: the text ends where a field is expected",
            "! 17:9: not a known record type",
            "! 18:11: a backslash that begins no escape",
            "! 19:11: a backslash that begins no escape",
            "! 20:19: the generic form says 2 octets, 1 follow",
            "c.example. 60 IN TXT \"ok\"",
        ]
    );
}

/// What the user has to look at is the outermost thing that is open.
#[test]
fn the_outermost_of_what_is_open_is_pointed_at() {
    for (text, error) in [
        ("a 1 TXT ( \"x", "! 1:11: a quoted string that does not end"),
        (
            "a 1 TXT ( \"x\n\" \"y",
            "! 1:9: a parenthesis that is not closed",
        ),
        (
            "a 1 TXT \"x\n\" ( \"y",
            "! 1:9: a quoted string that does not end",
        ),
        (
            "a 1 TXT \"x\n\" \"y",
            "! 1:9: a quoted string that does not end",
        ),
    ] {
        assert_eq!(
            read(text).first().map(String::as_str),
            Some(error),
            "{text:?}"
        );
    }
}

#[test]
fn an_unclosed_parenthesis_does_not_hide_what_follows() {
    let text = "a 1 SOA m r ( 1 2\nb 1 A 1.2.3.4\nc 1 A (1.2.3.5)\nd 1 A 1.2.3\n";
    assert_eq!(
        read(text),
        [
            "! 1:13: a parenthesis that is not closed",
            "b.example. 1 IN A 1.2.3.4",
            "c.example. 1 IN A 1.2.3.5",
            "! 4:7: not an IPv4 address"
        ]
    );
    // Closed by another line's parenthesis, the entry is whole and wrong.
    let text = "a 1 A ( 1.2.3.4\nb 1 A 1.2.3.4 )\nd 1 A 1.2.3\n";
    assert_eq!(
        read(text),
        [
            "! 2:1: text left over behind the last field",
            "! 3:7: not an IPv4 address"
        ]
    );
    let text = "a 1 SOA m r ( 1 2\nb 1 A 1.2.3.4\nd 1 A 1.2.3\n";
    assert_eq!(
        read(text),
        [
            "! 1:13: a parenthesis that is not closed",
            "b.example. 1 IN A 1.2.3.4",
            "! 3:7: not an IPv4 address"
        ]
    );
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let text = "$TTL 60\n@ SOA ns h ( 1 ; one\n 2\n\n 3 4 5 )\n ; comment\n\n\tTXT \"two\nlines\" \"; )\"\nb A 1.2.3\nc A ( \n 1.2.3.4\n) ; x\n$INCLUDE f\nd ) A 1.2.3.4\n$GENERATE 1-2 g$ A 1.2.3.$\ne TXT \"end";
    let whole = read(text);
    assert_eq!(whole.len(), 9, "{whole:#?}");
    for size in 1..=text.len() {
        assert_eq!(read_in_pieces(text, size), whole, "size {size}");
    }
}

#[test]
fn line_ends_may_be_crlf_and_the_last_may_lack() {
    assert_eq!(
        read("a 1 A 1.2.3.4\r\n  \r\n;c\r\n TXT \"a\" b\r\nb 1 A ( 1.2.3.4\r\n)"),
        [
            "a.example. 1 IN A 1.2.3.4",
            "a.example. 1 IN TXT \"a\" \"b\"",
            "b.example. 1 IN A 1.2.3.4"
        ]
    );
}

#[test]
fn an_entry_has_a_limit_and_parentheses_cost_no_more_than_their_octets() {
    // A word of two megabytes.
    let mut text = vec![b'x'; 2 << 20];
    text.extend_from_slice(b"\na 1 A 1.2.3.4\n");
    let items: Vec<_> = ZoneRecords::new(&text, Name::ROOT).collect();
    let [Err(error), Ok(_)] = items.as_slice() else {
        panic!("{items:?}");
    };
    assert_eq!(
        error.kind(),
        &ZoneFileErrorKind::EntryTooLong { max: 1 << 20 }
    );
    // Half a million lines that each open a parenthesis: reading every line again to the end would take 10¹¹ steps.
    let text = b"(\n".repeat(500_000);
    let items: Vec<_> = ZoneRecords::new(&text, Name::ROOT).collect();
    assert!(items.iter().all(Result::is_err));
    assert!(!items.is_empty() && items.len() < 100, "{}", items.len());
}

#[test]
fn errors_can_be_matched() {
    let error = ZoneRecords::new(b"a 1 A x", Name::ROOT)
        .next()
        .unwrap()
        .unwrap_err();
    assert_eq!(
        error.kind(),
        &ZoneFileErrorKind::Text(ErrorKind::BadIpv4Address)
    );
    assert_eq!((error.line(), error.column(), error.file()), (1, 7, None));
}

/// ANY is a class and a type; what UPDATE has of it may be without RDATA (RFC 2136 §2.4).
#[test]
fn records_of_class_any_are_read_as_they_are_written() {
    let records = [
        r". 0 ANY TYPE61440 \# 0",
        r". 0 ANY A \# 0",
        r". 0 NONE MX \# 0",
        r". 0 ANY TXT a",
        r". 0 ANY TYPE255 \# 0",
        r". 0 IN ANY \# 0",
    ];
    let records = records.map(|text| text.parse::<RecordBuf>().unwrap());
    let mut text = String::new();
    let mut writer = ZoneWriter::new(&mut text);
    for record in &records {
        writer.record_buf(record).unwrap();
    }
    let read: Result<Vec<_>, _> = ZoneRecords::new(text.as_bytes(), Name::ROOT).collect();
    assert_eq!(read.unwrap(), records, "{text}");
}

/// RFC 1035 §5.1: a comment goes up to the end of its line, so each line of it begins anew.
#[test]
fn comments_are_written_line_by_line() {
    let mut text = String::new();
    let mut writer = ZoneWriter::new(&mut text);
    writer.comment("one\na. 1 IN A 192.0.2.1").unwrap();
    assert_eq!(text, "; one\n; a. 1 IN A 192.0.2.1\n");
}

/// Names of up to five labels of any octets.
fn name() -> impl Strategy<Value = NameBuf> {
    let label = prop::collection::vec(any::<u8>(), 1..8);
    prop::collection::vec(label, 0..5).prop_map(|labels| NameBuf::from_labels(labels).unwrap())
}

/// RDATA of every type in the table: random octets where they are of the type's form, some octets as a type without one.
fn rdata() -> impl Strategy<Value = RdataBuf> {
    let octets = prop::collection::vec(
        prop::sample::select(&[0u8, 1, 2, 3, 4, 8, 65, 92, 34, 255][..]),
        0..40,
    );
    (0..Rdata::KNOWN_TYPES.len(), octets, any::<u16>()).prop_map(|(index, octets, other)| {
        let known = *Rdata::KNOWN_TYPES.get(index).unwrap();
        RdataBuf::decode(known, octets.clone()).unwrap_or_else(|_| {
            let unknown = RecordType(other | 0xF000);
            RdataBuf::opaque(unknown, octets).unwrap()
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_equal(
        records in prop::collection::vec((name(), any::<u16>(), any::<u32>(), rdata()), 1..12),
        origin in name(),
        default_ttl in any::<u32>(),
    ) {
        let records: Vec<RecordBuf> = records.into_iter().map(|(owner, class, ttl, rdata)| RecordBuf {
            owner,
            class: Class(class),
            ttl: Ttl(if ttl % 3 == 0 { default_ttl } else { ttl }),
            rdata,
        }).collect();
        let mut text = String::new();
        let mut writer = ZoneWriter::new(&mut text);
        writer.comment("two\nlines").unwrap();
        writer.origin(&origin).unwrap();
        writer.default_ttl(Ttl(default_ttl)).unwrap();
        for record in &records {
            writer.record_buf(record).unwrap();
        }
        let read: Result<Vec<_>, _> = ZoneRecords::new(text.as_bytes(), Name::ROOT).collect();
        let read = read.map_err(|error| proptest::test_runner::TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&read, &records, "{}", text);
        for (a, b) in read.iter().zip(&records) {
            assert!(a.owner.as_name().eq_with_case(b.owner.as_name()));
        }
    }

    #[test]
    fn any_text_ends_in_records_and_errors(text in "[ab.$@ \\t\\n();\"\\\\019AINSOTX]{0,200}", size in 1usize..50) {
        let whole = read(&text);
        prop_assert_eq!(read_in_pieces(&text, size), whole, "{:?}", text);
    }
}

#[test]
fn minimum_of_a_soa_without_ttl_is_the_default_of_all() {
    // RFC 2308 §4, the first of the three meanings that MINIMUM had.
    let text = "@ SOA a m 1 2 3 4 5\na 7 A 192.0.2.1\nb A 192.0.2.2\n$TTL 9\nc A 192.0.2.3\n";
    let ttls: Vec<_> = read(text)
        .iter()
        .map(|record| record.split(' ').nth(1).map(str::to_owned))
        .collect();
    assert_eq!(ttls, ["5", "7", "5", "9"].map(|ttl| Some(ttl.to_owned())));
}

/// As an entity of XML that stands for ten others does ("billion laughs").
#[test]
fn files_that_include_each_other_have_an_end() {
    let includes = AtomicU32::new(0);
    let include = |_: &str| {
        includes.fetch_add(1, Relaxed);
        Some(b"$INCLUDE a\n".repeat(10))
    };
    let kind = |error: wire_dns::text::ZoneFileError| *error.kind();
    let faults: Vec<_> = ZoneRecords::new(b"$INCLUDE a\n", Name::ROOT)
        .with_include(include)
        .map(|record| kind(record.unwrap_err()))
        .collect();
    let max = wire_dns::text::INCLUDES_MAX;
    let all = ZoneFileErrorKind::TooManyIncludes { max };
    let of_all = faults.iter().filter(|fault| **fault == all).count();
    assert!((1..=160).contains(&of_all), "{of_all}");
    assert!(
        faults
            .iter()
            .all(|fault| *fault == all || *fault == ZoneFileErrorKind::IncludeTooDeep { max: 16 })
    );
    // Each that was read has ten lines, and so have those that stayed open.
    assert!(includes.load(Relaxed) <= max * 11);
}
