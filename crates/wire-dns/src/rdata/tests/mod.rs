//! One row per type, and the laws that every type must keep.

mod refused;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use self::refused::{REFUSED, TAKES_ANYTHING};
use super::{AtmAddress, Atma, Rdata, RdataBuf, SvcParam, SvcParamKey, SvcParams, Unknown};
use crate::{CharacterStrings, Error, ErrorKind, Name, RecordBuf, RecordType};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn samples() -> impl Iterator<Item = (RecordType, &'static str, &'static [u8])> {
    Rdata::EXAMPLES
        .iter()
        .map(|(record_type, (text, octets))| (*record_type, *text, *octets))
}

fn parse(record_type: RecordType, text: &str) -> RdataBuf {
    RdataBuf::parse(record_type, text, Name::ROOT)
        .unwrap_or_else(|error| panic!("{record_type} {text}: {error} ({})", error.reference()))
}

/// Parse, print, read, write: text and octets go both ways.
#[test]
fn text_and_octets_go_both_ways() {
    for (record_type, text, octets) in samples() {
        let rdata = parse(record_type, text);
        assert_eq!(rdata.to_string(), text, "{record_type}");
        assert_eq!(rdata.octets(), octets, "{record_type}");
        let decoded = Rdata::decode(record_type, rdata.octets()).unwrap();
        assert_eq!(decoded.record_type(), record_type);
        assert!(!matches!(decoded, Rdata::Unknown(_)), "{record_type}");
        let mut written = Vec::new();
        decoded.encode_into(&mut written).unwrap();
        assert_eq!(written, rdata.octets(), "{record_type}");
        assert_eq!(
            RdataBuf::from_rdata(&decoded).unwrap(),
            rdata,
            "{record_type}"
        );
    }
}

/// RFC 3597 §5: known types in the generic form, too.
#[test]
fn generic_form_of_every_type() {
    for (record_type, text, _) in samples() {
        let rdata = parse(record_type, text);
        let generic = super::GenericRdata(rdata.octets()).to_string();
        assert_eq!(parse(record_type, &generic), rdata, "{record_type}");
    }
}

/// The walk shows each octet of RDATA once and in order.
#[test]
fn walks_cover_every_octet() {
    for (record_type, text, _) in samples() {
        let rdata = parse(record_type, text);
        let mut end = 0;
        let mut last = String::new();
        Rdata::walk_octets(record_type, rdata.octets(), |field| {
            assert_eq!(field.start, end, "{record_type} {}", field.name);
            end = field.end;
            last = field.value.to_string();
        })
        .unwrap();
        assert_eq!(end, rdata.octets().len(), "{record_type}");
        assert!(
            rdata.octets().is_empty() || !last.is_empty() || text.ends_with("\"\""),
            "{record_type}"
        );
    }
}

/// Every truncation is refused, or is RDATA that writes as the same octets again.
#[test]
fn truncations_and_additions_are_refused_or_stable() {
    for (record_type, text, _) in samples() {
        let rdata = parse(record_type, text);
        let mut longer = rdata.octets().to_vec();
        longer.push(0);
        let cuts = (0..rdata.octets().len())
            .map(|len| &rdata.octets()[..len])
            .chain([&longer[..]]);
        for octets in cuts {
            if let Ok(decoded) = Rdata::decode(record_type, octets) {
                let mut written = Vec::new();
                decoded.encode_into(&mut written).unwrap();
                assert_eq!(written, octets, "{record_type}");
                let text = decoded.to_string();
                // NULL and OPT aside, printed text can be read; none of it may be lost.
                assert_eq!(
                    parse(record_type, &text).octets(),
                    octets,
                    "{record_type} {text}"
                );
            }
        }
    }
}

/// What a type does not allow is an error inside the RDATA with a paragraph, also when the RDATA stands in a message.
#[test]
fn wrong_rdata_is_refused() {
    for (name, octets) in REFUSED {
        let record_type = name.parse().unwrap();
        let octets = hex(octets);
        let error = Rdata::decode(record_type, &octets).expect_err(name);
        assert!(error.offset() <= octets.len(), "{name}: {error}");
        assert!(!error.reference().is_empty(), "{name}");
    }
}

#[test]
fn every_type_with_a_form_has_refusals() {
    for record_type in Rdata::KNOWN_TYPES {
        let takes_anything = TAKES_ANYTHING
            .iter()
            .any(|name| name.parse() == Ok(*record_type));
        let is_refused = REFUSED
            .iter()
            .any(|(name, _)| name.parse() == Ok(*record_type));
        assert!(takes_anything != is_refused, "{record_type}");
    }
}

/// RFC 4034 §6.2 with RFC 6840 §5.1: which types fold the case of their names; NSAP-PTR and TKEY are not among them.
#[test]
fn canonical_form_folds_the_listed_types_only() {
    let folded = "NS MD MF CNAME SOA MB MG MR PTR MINFO MX RP AFSDB RT SIG PX NXT NAPTR KX SRV DNAME A6 RRSIG";
    for (record_type, text, _) in samples() {
        let mut octets = parse(record_type, text).octets().to_vec();
        // Every letter of a name to upper case: whatever is no name stays as it is.
        let mut ranges = Vec::new();
        Rdata::walk_octets(record_type, &octets, |field| {
            if field.value.to_string().ends_with("example.")
                || field.value.to_string().ends_with(".com.")
            {
                ranges.push(field.range());
            }
        })
        .unwrap();
        if ranges.is_empty() {
            continue;
        }
        for range in ranges {
            octets[range].make_ascii_uppercase();
        }
        let upper = RdataBuf::decode(record_type, octets.clone()).unwrap();
        let lower = octets != upper.canonical();
        let listed = folded
            .split(' ')
            .any(|name| name.parse() == Ok(record_type));
        assert_eq!(lower, listed, "{record_type}");
    }
}

/// Any octets at all are an error or survive.
#[test]
fn survives_any_octets() {
    let mut state = 1u64;
    let mut octets = [0u8; 48];
    for _ in 0..200 {
        for octet in &mut octets {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *octet = (state >> 59) as u8;
        }
        for record_type in Rdata::KNOWN_TYPES {
            for len in [0, 1, 2, 5, 16, 48] {
                let octets = &octets[..len];
                if let Ok(rdata) = Rdata::decode(*record_type, octets) {
                    assert_eq!(
                        parse(*record_type, &rdata.to_string()).octets(),
                        octets,
                        "{record_type}"
                    );
                }
            }
        }
    }
}

/// As dig 9.18 prints them by default.
#[test]
fn long_digits_are_broken_into_words_on_request() {
    let word = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF01234567";
    for (whole, broken) in [
        // Exactly one word has no blank behind it.
        (format!("1 8 2 {word}"), format!("1 8 2 {word}")),
        (format!("1 8 4 {word}89"), format!("1 8 4 {word} 89")),
        (
            format!("1 8 4 {word}{word}89"),
            format!("1 8 4 {word} {word} 89"),
        ),
    ] {
        let record: RecordBuf = format!("a. 1 DS {whole}").parse().unwrap();
        assert_eq!(format!("{}", record.rdata), whole);
        assert_eq!(format!("{:#}", record.rdata), broken);
        // Both are the same record.
        assert_eq!(format!("a. 1 DS {broken}").parse(), Ok(record));
    }
    let base64 = format!("{word}abcd");
    for (text, broken) in [
        (
            format!("DNSKEY 257 3 8 {base64}"),
            format!("257 3 8 {word} abcd"),
        ),
        (
            format!("TYPE65400 \\# 30 {word}89AB"),
            format!("\\# 30 {word} 89AB"),
        ),
        (format!("TXT {base64}"), format!("\"{base64}\"")),
    ] {
        let record: RecordBuf = format!("a. 1 {text}").parse().unwrap();
        assert_eq!(format!("{:#}", record.rdata), broken);
    }
}

/// `to_string` panics when `Display` fails, and RFC 3597 §5 has no form for more octets than RDLENGTH can count.
#[test]
fn rdata_too_long_for_the_wire_is_shown_without_a_panic() {
    let octets = alloc::vec![0xAB; 70_000];
    let other = Rdata::from(Atma {
        address: AtmAddress::Other(7, &octets),
    });
    assert_eq!(
        other.encode_into(&mut Vec::new()).unwrap_err().kind(),
        &ErrorKind::RdataTooLong
    );
    assert_eq!(other.to_string(), "AB".repeat(70_000));
}

/// RFC 1035 §3.3: a string has at most 255 octets; §3.3.14: TXT has one or more.
#[test]
fn strings_that_cannot_be_written_leave_the_output_as_it_was() {
    let mut out = b"before".to_vec();
    let long = [b'a'; 256];
    let error = CharacterStrings::encode_strings([&b"fits"[..], &long], &mut out).unwrap_err();
    assert_eq!(
        (error.offset(), error.kind()),
        (5, &ErrorKind::StringTooLong)
    );
    let error = CharacterStrings::encode_strings([""; 0], &mut out).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::MissingField);
    assert_eq!(out, b"before");
    let strings = CharacterStrings::encode_strings([&long[..255], b""], &mut out).unwrap();
    assert_eq!(
        strings
            .iter()
            .map(|string| string.octets().len())
            .collect::<Vec<_>>(),
        [255, 0]
    );
}

/// RFC 9460 §2.2: keys ascend, none comes twice, values have the form of their key.
#[test]
fn parameters_that_cannot_be_written_leave_the_output_as_it_was() {
    let mut out = b"before".to_vec();
    let port = |value: &'static [u8]| SvcParam {
        key: SvcParamKey::PORT,
        value,
    };
    for (mut params, text) in [
        (
            alloc::vec![port(b"\x01\xBB"), port(b"\0P")],
            "octet 8: SvcParamKeys do not ascend",
        ),
        (
            alloc::vec![port(b"443")],
            "octet 7: a SvcParamValue not of its key's form",
        ),
        (
            alloc::vec![SvcParam {
                key: SvcParamKey::MANDATORY,
                value: b"\0\x03"
            }],
            "octet 0: a mandatory SvcParamKey is missing",
        ),
    ] {
        let error = SvcParams::encode_params(&mut params, &mut out).unwrap_err();
        assert_eq!(error.to_string(), text);
        assert_eq!(out, b"before");
    }
    let octets = alloc::vec![0; 65_536];
    let key = SvcParamKey(65_280);
    let error = SvcParams::encode_params(
        &mut [SvcParam {
            key,
            value: &octets,
        }],
        &mut out,
    )
    .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::FieldTooLong { max: 65_535 });
    assert_eq!(
        SvcParams::encode_params(&mut [], &mut out).unwrap(),
        SvcParams::default()
    );
}

/// RFC 6762 §18.14: in multicast DNS the names of these types are compressed; none of them is where it is written here.
#[test]
fn names_that_multicast_dns_compresses_are_read() {
    for (record_type, rdata, text) in [
        (
            RecordType::SRV,
            &b"\0\0\0\0\x1F\x90\xC0\x0C"[..],
            "0 0 8080 host.local.",
        ),
        (
            RecordType::NSEC,
            b"\xC0\x0C\0\x04\x40\0\0\x08",
            "host.local. A AAAA",
        ),
        (RecordType::DNAME, b"\xC0\x0C", "host.local."),
    ] {
        let mut octets = b"\0\0\x84\0\0\0\0\x01\0\0\0\0\x04host\x05local\0".to_vec();
        octets.extend_from_slice(&record_type.code().to_be_bytes());
        octets.extend_from_slice(b"\x80\x01\0\0\0\x78\0");
        octets.push(u8::try_from(rdata.len()).unwrap());
        octets.extend_from_slice(rdata);
        let message = crate::Message::decode(&octets).unwrap();
        let record = message.answers().next().unwrap();
        assert_eq!(record.rdata().to_string(), text);
        let plain = record.to_record_buf();
        assert_eq!(plain.rdata.to_string(), text);
        assert!(!plain.rdata.octets().contains(&0xC0));
    }
}

/// RFC 1035 §3.2.1: RDLENGTH has 16 bits.
#[test]
fn rdata_has_65535_octets_at_most() {
    let unknown = RecordType(65_280);
    for (len, fits) in [(65_535, true), (65_536, false), (70_000, false)] {
        let octets = alloc::vec![0; len];
        let refused = |result: Result<(), Error>| {
            assert_eq!(
                result.map_err(|error| *error.kind()),
                if fits {
                    Ok(())
                } else {
                    Err(ErrorKind::RdataTooLong)
                },
                "{len}"
            );
        };
        refused(Rdata::decode(unknown, &octets).map(drop));
        refused(RdataBuf::opaque(unknown, octets.as_slice()).map(drop));
        let rdata = Rdata::Unknown(Unknown {
            record_type: unknown,
            octets: &octets,
        });
        refused(rdata.encode_into(&mut Vec::new()));
        refused(rdata.encode_canonical_into(&mut Vec::new()));
        // The text of a key may have more digits than RDATA has room for.
        let key = "00".repeat(len);
        let parsed = RdataBuf::parse(RecordType::EID, &key, Name::ROOT);
        refused(parsed.map(drop));
    }
}
