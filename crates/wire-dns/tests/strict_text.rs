//! Text that looks almost right, by the fault that let it through or kept it out.

#![allow(clippy::unwrap_used, reason = "tests")]

use wire_dns::{Name, RdataBuf, RecordBuf, RecordType};

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

/// Type and RDATA in text, as octets.
fn octets(text: &str) -> Result<String, String> {
    format!("@ {text}")
        .parse::<RecordBuf>()
        .map(|record| hex(record.rdata.octets()))
        .map_err(|error| error.kind().to_string())
}

fn refused(texts: &[&str], reason: &str) {
    for text in texts {
        assert_eq!(octets(text), Err(reason.to_owned()), "{text}");
    }
}

#[test]
fn parentheses_must_match() {
    // RFC 1035 §5.1.
    refused(
        &["TXT ( a", "TXT (( a )", "DS 1 8 2 ("],
        "a parenthesis that is not closed",
    );
    refused(
        &["TXT a )", "TXT ) a ("],
        "a closing parenthesis without an opening one",
    );
    assert_eq!(octets("TXT ( (a) b )"), Ok("01610162".to_owned()));
    assert_eq!(octets("TXT \"(\" \\)"), Ok("01280129".to_owned()));
}

#[test]
fn names_and_numbers_are_not_quoted() {
    // RFC 1035 §5.1: quotes are of a <character-string>.
    refused(
        &[
            "A \"192.0.2.1\"",
            "MX \"10\" a.",
            "MX 10 \"a.\"",
            "\"A\" 192.0.2.1",
            "\"IN\" A 192.0.2.1",
            "DNSKEY 256 3 8 \"AA==\"",
            "DS 1 8 0 \"00\"",
            "NSEC a. \"A\"",
            "NSEC3PARAM 1 0 0 \"\"",
            "APL \"1:10.0.0.0/8\"",
            "SVCB 1 . \"port=53\"",
            "TYPE65280 \\# \"0\"",
            "TYPE65280 \\# 1 \"00\"",
        ],
        "a quoted string where none may be",
    );
    for text in [
        "CAA 0 issue \"a\"",
        "GPOS \"1\" \"2\" \"3\"",
        "X25 \"3110\"",
        "URI 1 1 \"a:b\"",
    ] {
        assert!(octets(text).is_ok(), "{text}");
    }
}

#[test]
fn base64_has_its_padding() {
    // RFC 4648 §3.2.
    refused(
        &[
            "DNSKEY 256 3 8 AA",
            "DNSKEY 256 3 8 AA=",
            "DHCID AAA",
            "CERT 1 1 8 AAAA=",
            "OPENPGPKEY ====",
        ],
        "not base64",
    );
    assert_eq!(octets("DNSKEY 256 3 8 AA =="), Ok("0100030800".to_owned()));
}

#[test]
fn keys_and_digests_are_not_left_out() {
    refused(
        &[
            "DNSKEY 256 3 8",
            "CDNSKEY 256 3 8",
            "KEY 256 3 8",
            "DS 1 8 2",
            "CDS 1 8 2",
            "RRSIG A 8 1 3600 20250101000000 20240101000000 1 a.",
            "CERT 1 1 8",
            "DHCID",
            "OPENPGPKEY",
            "TLSA 3 1 1",
            "SMIMEA 3 1 1",
            "SSHFP 1 1",
            "ZONEMD 1 1 1",
        ],
        "the text ends where a field is expected",
    );
    // RFC 2535 §3.1.2: two flags say that there is no key. RFC 4025 §2.4: algorithm 0 does.
    assert_eq!(octets("KEY 49152 3 8"), Ok("C0000308".to_owned()));
    let no_key = RdataBuf::decode(RecordType::KEY, b"\xC0\0\x03\x08".to_vec()).unwrap();
    assert_eq!(no_key.to_string(), "49152 3 8");
    assert_eq!(octets("IPSECKEY 10 0 0 ."), Ok("0A0000".to_owned()));
    // RFC 4025 §3.1: the key "is OPTIONAL"; without it, the field has no octets whatever the algorithm.
    assert_eq!(
        octets("IPSECKEY 10 1 2 192.0.2.38"),
        Ok("0A0102C0000226".to_owned())
    );
    refused(
        &["IPSECKEY 10 0 0 . AQID"],
        "a public key beside algorithm 0, which says that there is none",
    );
}

#[test]
fn octets_without_key_print_in_a_form_that_reads_back() {
    for (record_type, octets) in [
        (RecordType::DNSKEY, &b"\x01\x00\x03\x08"[..]),
        (RecordType::KEY, b"\0\0\x03\x08"),
        (RecordType::DS, b"\0\x01\x08\x02"),
        (RecordType::TLSA, b"\x03\x01\x01"),
        (RecordType::DHCID, b""),
        (RecordType::SINK, b"\x01\x02"),
        (RecordType::LOC, &[0; 16]),
        (RecordType::SVCB, b"\0\x01\0\0\x07\0\0"),
    ] {
        let rdata = RdataBuf::decode(record_type, octets.to_vec()).unwrap();
        let text = rdata.to_string();
        let back = RdataBuf::parse(record_type, &text, Name::ROOT);
        assert_eq!(back.as_ref().map(RdataBuf::octets), Ok(octets), "{text}");
    }
}

#[test]
fn the_original_ttl_is_a_plain_number() {
    // RFC 4034 §3.2.
    assert!(octets("RRSIG A 8 1 1h 20250101000000 20240101000000 1 a. AA==").is_err());
    assert!(octets("RRSIG A 8 1 3600 20250101000000 20240101000000 1 a. AA==").is_ok());
}

#[test]
fn service_parameter_keys_are_lower_case_without_leading_zeros() {
    // RFC 9460 §2.1.
    refused(
        &[
            "SVCB 1 . PORT=53",
            "SVCB 1 . key0667=a",
            "SVCB 1 . KEY667=a",
            "SVCB 1 . mandatory=Port port=1",
        ],
        "not of the form SvcParamKey=SvcParamValue",
    );
}

#[test]
fn parameters_of_an_alias_need_not_fit_each_other() {
    // RFC 9460 §2.4.2: recipients ignore them; §2.4.3 asks for it in ServiceMode only.
    for params in [&b"\0\x02\0\0"[..], b"\0\0\0\x02\0\x03"] {
        let record = |priority| [&[0, priority][..], b"\x01a\0", params].concat();
        for record_type in [RecordType::SVCB, RecordType::HTTPS] {
            let alias = RdataBuf::decode(record_type, record(0)).unwrap();
            let printed = alias.to_string();
            assert_eq!(
                RdataBuf::parse(record_type, &printed, Name::ROOT),
                Ok(alias),
                "{printed}"
            );
            assert!(RdataBuf::decode(record_type, record(1)).is_err());
        }
    }
    // Whoever writes a zone file is told, as §2.4.3 has it.
    refused(
        &["SVCB 0 a. no-default-alpn", "HTTPS 1 a. no-default-alpn"],
        "no-default-alpn without alpn",
    );
    refused(
        &["SVCB 0 a. mandatory=port", "HTTPS 1 a. mandatory=port"],
        "a mandatory SvcParamKey is missing",
    );
    // Order and form are §2.2's, which knows no mode.
    for wrong in [
        &b"\0\0\x01a\0\0\x03\0\x01\x50"[..],
        b"\0\0\x01a\0\0\x03\0\x02\0\x50\0\x02\0\0",
        b"\0\0\x01a\0\0",
        b"\0\0\x01a",
        b"\0\0",
        b"\0",
    ] {
        assert!(RdataBuf::decode(RecordType::SVCB, wrong).is_err());
    }
}

#[test]
fn types_without_a_published_form_have_any_octets() {
    // RFC 3597 §3: these have a number and a name in the registry, and nothing says what is in them.
    for name in ["UINFO", "UID", "GID", "UNSPEC"] {
        let record_type = name.parse().unwrap();
        for rdata in [&b""[..], b"\x01", b"\x04user", b"\0\0\x03\xE8\0"] {
            let decoded = RdataBuf::decode(record_type, rdata).unwrap();
            assert_eq!(octets(&format!("{name} {decoded}")), Ok(hex(rdata)));
        }
        assert!(octets(&format!("{name} 1000")).is_err());
    }
}

#[test]
fn relays_of_undefined_types_are_passed_over() {
    // RFC 8777 §4.2.3: they are not considered, which is for whoever looks for a relay to do.
    for (rdata, printed) in [
        (&b"\x0A\x04"[..], "\\# 2 0A04"),
        (b"\x0A\xFF\x01\x02", "\\# 4 0AFF0102"),
    ] {
        let decoded = RdataBuf::decode(RecordType::AMTRELAY, rdata).unwrap();
        assert_eq!(decoded.to_string(), printed);
        assert_eq!(octets(&format!("AMTRELAY {printed}")), Ok(hex(rdata)));
    }
    assert!(octets("AMTRELAY 10 0 4 .").is_err());
    assert!(RdataBuf::decode(RecordType::AMTRELAY, &b"\x0A\x80\0"[..]).is_err());
}

#[test]
fn numbered_service_parameters_take_octets() {
    // RFC 9460 §2.1: the generic form is the value on the wire, for known keys too.
    for (text, param) in [
        ("key1=\\002h2", "00010003026832"),
        ("key3=\\0005", "000300020035"),
        ("key4=\\192\\000\\002\\001", "00040004C0000201"),
        ("key7", "00070000"),
    ] {
        let found = octets(&format!("SVCB 1 . {text}"));
        let expected = format!("000100{param}");
        assert_eq!(found, Ok(expected), "{text}");
    }
    refused(
        &[
            "SVCB 1 . key1=h2",
            "SVCB 1 . key4=192.0.2.1",
            "SVCB 1 . dohpath",
            "SVCB 1 . dohpath=",
            "SVCB 1 . alpn=h2 no-default-alpn=",
            "SVCB 1 . ohttp=",
            "SVCB 1 . key667=",
            "SVCB 1 . key667=\"a\"b",
        ],
        "not of the form SvcParamKey=SvcParamValue",
    );
}

#[test]
fn places_are_of_the_grammar_to_the_letter() {
    // RFC 1876 §3: d1 is from 0 to 90, m1 and s1 are bounded on their own.
    assert_eq!(
        octets(
            "LOC 90 59 59.999 S 180 59 59.999 W 42849672.95m 90000000.00m 90000000.00m 90000000.00m"
        ),
        Ok("009999996C79388159295F81FFFFFFFF".to_owned())
    );
    assert!(octets("LOC 91 N 0 E 0m").is_err());
    refused(
        &[
            "LOC 0 N 0 E 0m 90000000.01m",
            "LOC 0 N 0 E 0m 0m 90000001m",
            "LOC 0 N 0 E 0m 0m 0m 99999999m",
        ],
        "not a size from 0 to 90000000.00m",
    );
    for text in ["LOC 1 n 1 E 0m", "LOC 1 N 1 e 0m", "LOC 1 N 1 E 0M"] {
        assert!(octets(text).is_err(), "{text}");
    }
    assert!(octets("LOC 90 60 N 0 E 0m").is_err());
    assert_eq!(octets("LOC 0 N 0 E .5m"), octets("LOC 0 N 0 E 0.50m"));
}

#[test]
fn types_of_nxt_may_be_numbers() {
    // RFC 2535 §5.3; NSEC has mnemonics only (RFC 4034 §4.2).
    assert_eq!(
        octets("NXT . 1 A 15 ( 127 )"),
        Ok("0040010000000000000000000000000001".to_owned())
    );
    assert!(octets("NXT . 128").is_err());
    assert!(octets("NSEC . 1").is_err());
}

/// RFC 1876 §2: 0e5 is zero like 0e0, and text would make it 0e0.
#[test]
fn a_loc_size_of_zero_with_a_power_of_ten_keeps_its_octets() {
    let octets = [
        0, 0x05, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0x98, 0x96, 0x80,
    ];
    let rdata = RdataBuf::decode(RecordType::LOC, octets).unwrap();
    let text = rdata.to_string();
    assert!(text.starts_with("\\# 16 "), "{text}");
    let root = Name::ROOT;
    let again = RdataBuf::parse(RecordType::LOC, &text, root).unwrap();
    assert_eq!(again.octets(), octets);
}

#[test]
fn numbers_of_bundle_protocol_nodes_may_be_in_halves() {
    // draft-johnson-dns-ipn-cla §3.1; the number is that of RFC 9758 §3.4.1.
    for text in ["IPN 4196183048192100", "IPN 977000.100"] {
        assert_eq!(octets(text), Ok("000EE86800000064".to_owned()), "{text}");
    }
    assert_eq!(
        octets("IPN 18446744073709551615"),
        Ok("FFFFFFFFFFFFFFFF".to_owned())
    );
    refused(
        &["IPN 18446744073709551616", "IPN -1", "IPN 0x1"],
        "not a decimal number from 0 to 18446744073709551615",
    );
    refused(
        &["IPN 1.", "IPN .1", "IPN 1.4294967296", "IPN 1.2.3"],
        "not a decimal number from 0 to 4294967295",
    );
}

#[test]
fn atm_addresses_may_have_dots() {
    // af-dans-0152.000 §5: hexadecimal digits are an AESA, a plus sign begins a number of E.164.
    assert_eq!(
        octets("ATMA 39.246f.00.0e7c9c.0312.0001.0001.000012345678.00"),
        Ok("0039246F000E7C9C03120001000100001234567800".to_owned())
    );
    assert_eq!(
        octets("ATMA +1.908.555.1212"),
        Ok("013139303835353531323132".to_owned())
    );
    refused(
        &["ATMA +", "ATMA +1a", "ATMA ."],
        "not an ATM address of hexadecimal digits, or of a plus sign and digits",
    );
    refused(
        &["ATMA 4", "ATMA 4x"],
        "not an even number of hexadecimal digits",
    );
    let aesa = RdataBuf::decode(RecordType::ATMA, b"\0ab".to_vec()).unwrap();
    assert_eq!(aesa.to_string(), "6162");
    let other = RdataBuf::decode(RecordType::ATMA, b"\x02ab".to_vec()).unwrap();
    assert_eq!(other.to_string(), "\\# 3 026162");
}

#[test]
fn loads_of_transports_are_in_per_cent() {
    // draft-johani-dnsop-svcb-oots: names and numbers in text, a length, the name and an octet on the wire.
    let text = "SVCB 1 . oots=\"do53:100,dot:10,doq:0\"";
    let wire = "000100000C0010".to_owned() + "04646F353364" + "03646F740A" + "03646F7100";
    assert_eq!(octets(text), Ok(wire));
    let record: RecordBuf = format!("@ {text}").parse().unwrap();
    assert_eq!(
        record.rdata.to_string(),
        "1 . oots=\"do53:100,dot:10,doq:0\""
    );
    refused(
        &[
            "SVCB 1 . oots",
            "SVCB 1 . oots=\"\"",
            "SVCB 1 . oots=do53",
            "SVCB 1 . oots=:1",
            "SVCB 1 . oots=dot:",
            "SVCB 1 . oots=dot:101",
            "SVCB 1 . oots=dot:1%",
            "SVCB 1 . oots=dot:1,",
            "SVCB 1 . oots=dot:1,dot:2",
        ],
        "not of the form SvcParamKey=SvcParamValue",
    );
    // A draft may change: other octets are kept, and printed by number.
    let other = RdataBuf::decode(RecordType::SVCB, b"\0\x01\0\0\x0C\0\x02\x05a".to_vec()).unwrap();
    assert_eq!(other.to_string(), "1 . key12=\"\\005a\"");
}

#[test]
fn a_provisioning_domain_has_no_value() {
    // draft-ietf-intarea-proxy-config §2.1.
    assert_eq!(octets("HTTPS 1 . pvd"), Ok("000100000B0000".to_owned()));
    refused(
        &["HTTPS 1 . pvd=a"],
        "not of the form SvcParamKey=SvcParamValue",
    );
}

#[test]
fn a_single_zero_stands_for_the_key_that_is_deleted() {
    // RFC 8078 §4 writes it so; its erratum 5049 says that this is one octet of zero, in hexadecimal 00 and in base64 AA==.
    for text in ["CDS 0 0 0 0", "CDS 0 0 0 00"] {
        assert_eq!(octets(text), Ok("0000000000".to_owned()), "{text}");
    }
    for text in ["CDNSKEY 0 3 0 0", "CDNSKEY 0 3 0 AA=="] {
        assert_eq!(octets(text), Ok("0000030000".to_owned()), "{text}");
    }
    refused(
        &["CDS 1 8 2 0", "DS 0 0 0 0", "CDS 0 0 0 0 0 0"],
        "not an even number of hexadecimal digits",
    );
    refused(
        &["CDNSKEY 256 3 8 0", "DNSKEY 0 3 0 0", "CDNSKEY 0 3 0 0 0"],
        "not base64",
    );
}

#[test]
fn mnemonics_that_are_not_known_are_called_by_what_they_are() {
    for (text, what) in [
        ("DNSKEY 256 3 RSA AA==", "algorithm"),
        ("DNSKEY 256 3 256 AA==", "algorithm"),
        ("DS 1 8 SHA 00", "digest type"),
        ("NSEC3PARAM MD5 0 0 -", "NSEC3 hash algorithm"),
        ("CERT X509 1 8 AA==", "certificate type"),
        ("DSYNC CDS MAIL 1 a.", "DSYNC scheme"),
    ] {
        refused(&[text], &format!("not a known {what}"));
    }
}

#[test]
fn records_of_the_classes_any_and_none_read_back() {
    // RFC 2136 §2.4, §2.5 and RFC 8945 §4.2: UPDATE and TSIG have records of class ANY; RDATA may be left out of the former.
    for (text, type_and_class, rdata) in [
        ("a. 0 ANY A", "000100FF", ""),
        ("a. 0 ANY A \\# 0", "000100FF", ""),
        ("a. ANY 0 A", "000100FF", ""),
        ("a. 0 ANY ANY", "00FF00FF", ""),
        ("a. 0 ANY ANY \\# 0", "00FF00FF", ""),
        ("a. 0 NONE ANY", "00FF00FE", ""),
        ("a. 0 NONE MX", "000F00FE", ""),
        ("a. 0 NONE A 192.0.2.1", "000100FE", "C0000201"),
        ("a. 0 ANY TXT a 0", "001000FF", "01610130"),
        (
            "a. 0 ANY TSIG b. 1 300 0 1 NOERROR 0",
            "00FA00FF",
            "016200000000000001012C0000000100000000",
        ),
        ("a. 0 ANY \\# 0", "00FF0001", ""),
    ] {
        let record: RecordBuf = text
            .parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut wire = Vec::new();
        record.encode_into(&mut wire);
        assert_eq!(hex(&wire[3..7]), type_and_class, "{text}");
        assert_eq!(hex(record.rdata.octets()), rdata, "{text}");
        assert_eq!(record.to_string().parse(), Ok(record.clone()), "{record}");
        assert_eq!(RecordBuf::decode(&wire), Ok(record), "{text}");
    }
    for text in ["a. 0 IN A", "a. 0 IN A \\# 0", "a. 0 ANY A 1", "a. 0 ANY"] {
        assert!(text.parse::<RecordBuf>().is_err(), "{text}");
    }
}

/// RFC 9460 §14.3.2, RFC 9540 §4, RFC 9848 §5.1 and the drafts behind the registry: text, octets, and the text that is printed.
#[test]
fn service_parameters_have_their_own_text() {
    for (text, param, printed) in [
        ("ech=AQID", "00050003010203", "ech=\"AQID\""),
        (
            "dohpath=/q{?dns}",
            "000700082F717B3F646E737D",
            "dohpath=\"/q{?dns}\"",
        ),
        ("ohttp", "00080000", "ohttp"),
        (
            "no-default-alpn alpn=h2",
            "00010003026832 00020000",
            "alpn=\"h2\" no-default-alpn",
        ),
        (
            "tls-supported-groups=29,23",
            "00090004001D0017",
            "tls-supported-groups=29,23",
        ),
        ("docpath", "000A0000", "docpath"),
        ("docpath=a,b", "000A000401610162", "docpath=\"a,b\""),
        ("key667", "029B0000", "key667"),
        ("key667=ab", "029B00026162", "key667=\"ab\""),
    ] {
        let record: RecordBuf = format!("@ SVCB 1 . {text}").parse().unwrap();
        assert_eq!(
            hex(record.rdata.octets()),
            format!("000100{}", param.replace(' ', "")),
            "{text}"
        );
        assert_eq!(record.rdata.to_string(), format!("1 . {printed}"), "{text}");
    }
    refused(
        &[
            "SVCB 1 . ech",
            "SVCB 1 . ech=\"\"",
            "SVCB 1 . docpath=a,,b",
            "SVCB 1 . dohpath=\\255",
            "SVCB 1 . ohttp=a",
        ],
        "not of the form SvcParamKey=SvcParamValue",
    );
    refused(
        &[
            "SVCB 1 . tls-supported-groups=29,,23",
            "SVCB 1 . tls-supported-groups=65536",
        ],
        "not a decimal number from 0 to 65535",
    );
}

/// RFC 4648 §3.5: what is behind the last octet is zero; RFC 5155 §3.3: so it is in base32.
#[test]
fn digits_that_stand_for_no_octet_are_refused() {
    let base64 = |key| octets(&format!("DNSKEY 256 3 8 {key}"));
    assert!(base64("QUI=").is_ok() && base64("QQ==").is_ok());
    for key in ["QR==", "QUJ=", "QUJDQ", "QUJDQ===", "Q", "Q==="] {
        assert!(base64(key).is_err(), "{key}");
    }
    let base32 = |hash| octets(&format!("NSEC3 1 0 0 - {hash} A"));
    assert!(base32("04").is_ok() && base32("00000000").is_ok());
    for hash in ["0", "000", "000000", "01", "0W"] {
        assert!(base32(hash).is_err(), "{hash}");
    }
}

/// RFC 1035 §5.1: a comment goes up to the end of its line.
#[test]
fn comments_end_with_their_line() {
    for text in [
        "TXT a b ; c",
        "TXT (a ; c (\n b) ; d",
        "TXT ;c\n a ;\n b",
        "TXT a;c\n b",
    ] {
        assert_eq!(octets(text), Ok("01610162".to_owned()), "{text:?}");
    }
    assert_eq!(octets("TXT \"a;b\" \\;"), Ok("03613B62013B".to_owned()));
}

/// RFC 1035 §5.1: a quote begins a string of its own; RFC 9460 §2.1: but behind a `=` it does not.
#[test]
fn quotes_part_strings() {
    assert_eq!(octets("TXT a\"b\""), Ok("01610162".to_owned()));
    assert_eq!(octets("TXT \"a\"\"b\"c"), Ok("016101620163".to_owned()));
    assert_eq!(
        octets("SVCB 1 . key667=\"a b\""),
        Ok("000100029B0003612062".to_owned())
    );
}

/// The outermost parenthesis is the one to look at.
#[test]
fn an_open_parenthesis_is_pointed_at() {
    let error = "@ TXT a ( b ( c )".parse::<RecordBuf>().unwrap_err();
    assert_eq!(error.offset(), 8);
}

/// RFC 7043 §3.2: each group has two digits; RFC 6742 §2.1.2: or one to four.
#[test]
fn groups_of_digits_have_their_length() {
    assert_eq!(
        octets("EUI48 00-00-5e-00-53-2a"),
        Ok("00005E00532A".to_owned())
    );
    assert_eq!(
        octets("NID 10 0:14:4fff:ff20"),
        Ok("000A000000144FFFFF20".to_owned())
    );
    for text in [
        "EUI48 0-00-5e-00-53-2a",
        "EUI48 000-0-5e-00-53-2a",
        "EUI48 -00-5e-00-53-2a",
        "NID 10 :14:4fff:ff20",
        "NID 10 00000:14:4fff:ff20",
    ] {
        assert!(octets(text).is_err(), "{text}");
    }
}

/// RFC 1035 §5.1: a record has one class.
#[test]
fn a_record_has_one_class() {
    assert!("a. IN IN A 192.0.2.1".parse::<RecordBuf>().is_err());
    assert!("a. IN CH A 192.0.2.1".parse::<RecordBuf>().is_err());
}
