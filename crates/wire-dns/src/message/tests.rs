use alloc::string::ToString;
use alloc::vec::Vec;

use super::{DecodeOptions, Message};
use crate::edns::{Edns, EdnsOption, OptionCode};
use crate::error::ErrorKind;
use crate::{Builder, Rcode, Rdata, RecordBuf, RecordType, Section, Ttl};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

const REPLY: &str = "1234 8180 0001 0002 0000 0001
    03777777 07657861 6d706c65 00 0001 0001
    c00c 0005 0001 0000012c 0006 0361 6c69 c010
    c029 0001 0001 0000003c 0004 c0000207
    00 0029 04d0 01 00 8000 0000";

#[test]
fn reads_every_section() {
    let octets = hex(&REPLY.replace("0361 6c69", "03616c69"));
    let message = Message::decode(&octets).unwrap();
    assert_eq!(
        message.question().unwrap().to_string(),
        "www.example.\tIN\tA"
    );
    let answers: Vec<_> = message.answers().map(|record| record.to_string()).collect();
    assert_eq!(
        answers,
        [
            "www.example.\t300\tIN\tCNAME\tali.example.",
            "ali.example.\t60\tIN\tA\t192.0.2.7"
        ]
    );
    let edns = message.edns().unwrap();
    assert!(edns.dnssec_ok());
    assert_eq!(edns.udp_payload_size, 1232);
    assert_eq!(message.rcode(), Rcode::BADVERS);
    assert_eq!(
        message.additionals().next().unwrap().record_type(),
        RecordType::OPT
    );
}

#[test]
fn prints_as_dig() {
    let octets = hex(&REPLY.replace("0361 6c69", "03616c69"));
    let expected = "\
;; ->>HEADER<<- opcode: QUERY, status: BADVERS, id: 4660
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags: do; udp: 1232
;; QUESTION SECTION:
;www.example.\t\t\tIN\tA

;; ANSWER SECTION:
www.example.\t\t300\tIN\tCNAME\tali.example.
ali.example.\t\t60\tIN\tA\t192.0.2.7
";
    assert_eq!(Message::decode(&octets).unwrap().to_string(), expected);
}

/// As dig 9.18 prints them: the semicolon before a name moves no column.
#[test]
fn questions_stand_in_digs_columns() {
    for (label, tabs) in [
        (5, "\t\t\t\tIN\tA"),
        (6, "\t\t\t\tIN\tA"),
        (7, "\t\t\tIN\tA"),
        (30, "\tIN\tA"),
        (31, " IN\tA"),
        (38, "\tIN A"),
    ] {
        let label = "a".repeat(label);
        let mut octets = hex("1234 0100 0001 0000 0000 0000");
        octets.push(u8::try_from(label.len()).unwrap());
        octets.extend(label.bytes());
        octets.extend(hex("00 0001 0001"));
        let text = Message::decode(&octets).unwrap().to_string();
        let line = text.lines().last().unwrap();
        assert_eq!(line, [";", &label, ".", tabs].concat());
    }
}

#[test]
fn refuses_every_truncation() {
    let octets = hex(&REPLY.replace("0361 6c69", "03616c69"));
    for len in 0..octets.len() {
        assert!(Message::decode(&octets[..len]).is_err(), "{len}");
    }
    let mut longer = octets.clone();
    longer.push(0);
    assert_eq!(
        Message::decode(&longer).unwrap_err().kind(),
        &ErrorKind::TrailingOctets { count: 1 }
    );
}

#[test]
fn tolerates_malformed_rdata_by_name() {
    // An A record of three octets.
    let octets = hex("0000 8000 0000 0001 0000 0000 00 0001 0001 00000000 0003 c00002");
    let error = Message::decode(&octets).unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::UnexpectedEnd { needed: 4, left: 3 }
    );
    assert_eq!(
        (error.offset(), error.place()),
        (23, Some((Section::Answer, 0)))
    );
    let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
    let message = Message::decode_with(&octets, options).unwrap();
    let Rdata::Unknown(unknown) = message.answers().next().unwrap().rdata() else {
        panic!()
    };
    assert_eq!(
        (unknown.record_type, unknown.octets),
        (RecordType::A, &[0xC0, 0, 2][..])
    );
}

/// Every field of a walk begins where the one before ended; the flags share their octets.
#[test]
fn walk_leaves_no_gap() {
    let octets = hex(&REPLY.replace("0361 6c69", "03616c69"));
    let mut end = 0;
    Message::decode(&octets).unwrap().walk(|_, field| {
        assert!(
            field.start == end
                || (field.start, field.end) == (2, 3)
                || (field.start, field.end) == (3, 4)
        );
        end = field.end;
    });
    assert_eq!(end, octets.len());
}

/// RFC 6891 §6.1.3: the upper bits of the response code are in the OPT record's TTL, whatever its options are.
#[test]
fn the_response_code_is_whole_beside_malformed_options() {
    // BADVERS with options that end in the middle of a code.
    let octets = b"\0\0\x80\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\x01\0\0\0\0\x01\0";
    let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
    let message = Message::decode_with(octets, options).unwrap();
    assert_eq!((message.rcode(), message.edns()), (Rcode::BADVERS, None));
}

/// RFC 6891 §6.1.2: an option not of its code's form takes nothing from the version, the flags and the options beside it.
#[test]
fn a_malformed_option_is_unknown_where_that_is_tolerated() {
    // Version 1, DO, a COOKIE option of one octet, NSID.
    let octets = b"\0\0\x80\0\0\0\0\0\0\0\0\x01\
        \0\0\x29\x04\xD0\0\x01\x80\0\0\x0A\0\x0A\0\x01\x07\0\x03\0\x01\x61";
    assert!(Message::decode(octets).is_err());
    let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
    let edns = Message::decode_with(octets, options)
        .unwrap()
        .edns()
        .unwrap();
    assert_eq!((edns.version, edns.dnssec_ok()), (1, true));
    assert_eq!(edns.options.cookie(), None);
    assert!(edns.options.iter().eq([
        EdnsOption::Unknown(OptionCode::COOKIE, b"\x07"),
        EdnsOption::Nsid(b"a"),
    ]));
}

/// What dig's layout has no lines of its own for is shown like any other record.
#[test]
fn an_opt_record_with_options_cut_short_is_printed() {
    let octets = b"\0\0\x80\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\x01\0\0\0\0\x05\0\x0A\0\x02\x07";
    let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
    let text = Message::decode_with(octets, options).unwrap().to_string();
    let record = "\n;; ADDITIONAL SECTION:\n.\t\t\t16777216 CLASS1232 OPT\t\\# 5 000A000207\n";
    assert!(text.ends_with(record), "{text}");
}

/// RFC 3597 §4: the tolerance is for the malformed; what is of its type's form has its fields as ever.
#[test]
fn sound_rdata_has_its_fields_however_it_was_decoded() {
    let octets = b"\0\0\x80\0\0\0\0\x03\0\0\0\0\
        \0\0\x01\0\x01\0\0\0\0\0\x04\xC0\0\x02\x01\
        \0\xFF\0\0\x01\0\0\0\0\0\x01\x07\
        \0\xFF\0\0\x01\0\0\0\0\0\0";
    let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
    for options in [DecodeOptions::new(), tolerant] {
        let message = Message::decode_with(octets, options).unwrap();
        let shown: Vec<_> = message
            .answers()
            .map(|record| record.rdata().to_string())
            .collect();
        assert_eq!(shown, ["192.0.2.1", "\\# 1 07", "\\# 0"]);
        // RDATA of no known form is shown whole, where there is any.
        for (record, name) in message.answers().zip(["ADDRESS", "RDATA", "RDLENGTH"]) {
            let mut last = "";
            record.walk(|field| last = field.name);
            assert_eq!(last, name);
        }
    }
}

/// RFC 3597 §4: a malformed record takes nothing from a sound one beside it.
#[test]
fn sound_rdata_beside_malformed_has_its_fields() {
    let octets = b"\0\0\x80\0\0\0\0\x02\0\0\0\0\
        \0\0\x01\0\x01\0\0\0\0\0\x03\xC0\0\x02\
        \0\0\x01\0\x01\0\0\0\0\0\x04\xC0\0\x02\x01";
    let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
    let message = Message::decode_with(octets, tolerant).unwrap();
    let shown: Vec<_> = message
        .answers()
        .map(|record| record.rdata().to_string())
        .collect();
    assert_eq!(shown, ["\\# 3 C00002", "192.0.2.1"]);
}

/// RFC 5452 §9.1.
#[test]
fn a_response_repeats_id_and_question() {
    let query = hex("1234 0100 0001 0000 0000 0000 03777777 07657861 6d706c65 00 0001 0001");
    let query = Message::decode(&query).unwrap();
    let is_response = |text: &str| Message::decode(&hex(text)).unwrap().is_response_to(&query);
    for (text, expected) in [
        (
            "1234 8180 0001 0000 0000 0000 03777777 07657861 6d706c65 00 0001 0001",
            true,
        ),
        (
            "1234 8180 0001 0000 0000 0000 03575757 07657861 6d706c65 00 0001 0001",
            true,
        ),
        (
            "1235 8180 0001 0000 0000 0000 03777777 07657861 6d706c65 00 0001 0001",
            false,
        ),
        (
            "1234 0100 0001 0000 0000 0000 03777777 07657861 6d706c65 00 0001 0001",
            false,
        ),
        (
            "1234 a180 0001 0000 0000 0000 03777777 07657861 6d706c65 00 0001 0001",
            false,
        ),
        (
            "1234 8180 0001 0000 0000 0000 03777777 07657861 6d706c65 00 001c 0001",
            false,
        ),
        (
            "1234 8180 0002 0000 0000 0000 03777777 07657861 6d706c65 00 0001 0001 c00c 0001 0001",
            false,
        ),
        ("1234 8180 0000 0000 0000 0000", false),
        ("1234 8181 0000 0000 0000 0000", true),
    ] {
        assert_eq!(is_response(text), expected, "{text}");
    }
}

/// RFC 2308 §5 for the SOA record; RFC 2181 §8 for the top bit.
#[test]
fn the_least_ttl_counts() {
    let least = |records: &[(Section, &str)]| {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        for (section, record) in records {
            let record: RecordBuf = record.parse().unwrap();
            builder.record_buf(*section, &record).unwrap();
        }
        builder.edns(&Edns::default()).unwrap();
        builder.finish();
        Message::decode(&octets).unwrap().ttl_min()
    };
    let address = (Section::Answer, "a. 300 A 192.0.2.1");
    let soa = "a. 200 SOA a. a. 1 2 3 4 60";
    assert_eq!(least(&[]), None);
    assert_eq!(least(&[address]), Some(Ttl(300)));
    assert_eq!(
        least(&[address, (Section::Additional, "b. 7 A 192.0.2.1")]),
        Some(Ttl(7))
    );
    assert_eq!(least(&[(Section::Answer, soa)]), Some(Ttl(200)));
    assert_eq!(least(&[(Section::Authority, soa)]), Some(Ttl(60)));
    assert_eq!(
        least(&[address, (Section::Answer, "a. 2147483649 TXT a")]),
        Some(Ttl(0))
    );
}
