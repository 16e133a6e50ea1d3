//! One row per type, and the laws that every type must keep.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Rdata, RdataBuf};
use crate::{Name, RecordType};

/// A type, text in the form that is printed, and the octets when an RFC or a second implementation gives them.
const SAMPLES: &[(&str, &str, &str)] = &[
    ("A", "192.0.2.1", "c0000201"),
    ("NS", "ns1.example.", "036e7331076578616d706c6500"),
    ("MD", "mail.example.", ""),
    ("MF", "mail.example.", ""),
    ("CNAME", "real.example.", ""),
    (
        "SOA",
        "ns.example. host\\.master.example. 2026010100 3600 900 604800 300",
        "",
    ),
    ("MB", "host.example.", ""),
    ("MG", "member.example.", ""),
    ("MR", "new.example.", ""),
    ("NULL", "\\# 3 010203", "010203"),
    (
        "WKS",
        "192.0.2.1 6 25 80",
        "c000020106 00000040 00000000 000080",
    ),
    ("PTR", "host.example.", ""),
    ("HINFO", "\"PDP-11\" \"UNIX\"", "065044502d313104554e4958"),
    ("MINFO", "a.example. b.example.", ""),
    ("MX", "10 mail.example.", "000a046d61696c076578616d706c6500"),
    (
        "TXT",
        "\"say \\\"hi\\\"\" \"\" \"\\000\\255;\"",
        "0873617920226869220003 00ff3b",
    ),
    ("RP", "louie.example. .", ""),
    ("AFSDB", "1 afs.example.", ""),
    ("X25", "\"311061700956\"", ""),
    ("ISDN", "\"150862028003217\" \"004\"", ""),
    ("RT", "10 relay.example.", ""),
    ("NSAP", "0x47000580005A0000000001E133FFFFFF00016100", ""),
    ("NSAP-PTR", "foo.example.", ""),
    (
        "SIG",
        "NXT 1 3 3600 20260101000000 20251201000000 2143 foo.example. AQID",
        "",
    ),
    ("KEY", "512 3 5 AQID", ""),
    ("PX", "10 a.example. b.example.", ""),
    ("GPOS", "\"-22.6882\" \"116.8652\" \"250.0\"", ""),
    ("AAAA", "2001:db8::1", "20010db8000000000000000000000001"),
    // RFC 1876 §4 has the text; the octets follow from §2.
    (
        "LOC",
        "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m",
        "00331613 89172dd0 70be15f0 00988d20",
    ),
    ("NXT", "next.example. A MX SIG KEY LOC NXT", ""),
    ("EID", "E32C6F78163A9348", ""),
    ("NIMLOC", "32251A030067", ""),
    ("SRV", "1 2 443 host.example.", ""),
    (
        "NAPTR",
        "100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .",
        "",
    ),
    ("KX", "10 kx.example.", ""),
    ("CERT", "PGP 0 0 AQID", ""),
    // RFC 2874 §5.1.1.
    ("A6", "64 ::1234:5678:9abc:def0 subnet.example.", ""),
    ("DNAME", "example.net.", ""),
    ("SINK", "1 2 AQID", ""),
    ("OPT", "\\# 4 00030000", "00030000"),
    // RFC 3123 §4: the octets follow from the text.
    (
        "APL",
        "1:192.168.32.0/21 !1:192.168.38.0/28",
        "00011503c0a820 00011c83c0a826",
    ),
    // RFC 4034 §5.4.
    (
        "DS",
        "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
        "",
    ),
    // RFC 4255 §3.2.
    ("SSHFP", "2 1 123456789ABCDEF67890123456789ABCDEF67890", ""),
    // RFC 4025 §3.2.
    (
        "IPSECKEY",
        "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
        "",
    ),
    (
        "RRSIG",
        "A 5 3 86400 20030322173103 20030220173103 2642 example.com. AQID",
        "0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 076578616d706c6503636f6d00 010203",
    ),
    // RFC 4034 §4.3.
    (
        "NSEC",
        "host.example.com. A MX RRSIG NSEC TYPE1234",
        "04686f7374076578616d706c6503636f6d00 0006400100000003 041b 000000000000000000000000000000000000000000000000000020",
    ),
    ("DNSKEY", "256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3", ""),
    // RFC 4701 §3.6.1.
    (
        "DHCID",
        "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",
        "",
    ),
    // RFC 5155, appendix A.
    (
        "NSEC3",
        "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM",
        "",
    ),
    ("NSEC3PARAM", "1 0 12 AABBCCDD", "01 00 000c 04 aabbccdd"),
    (
        "TLSA",
        "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971",
        "",
    ),
    ("SMIMEA", "3 0 0 AABB", ""),
    // RFC 8005 §6.
    (
        "HIP",
        "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e1 rvs1.example.com. rvs2.example.com.",
        "",
    ),
    ("NINFO", "\"zone status\"", ""),
    ("RKEY", "0 1 2 AQID", ""),
    ("TALINK", "a.example. b.example.", ""),
    ("CDS", "0 0 0 00", "0000 00 00 00"),
    ("CDNSKEY", "0 3 0 AA==", "0000 03 00 00"),
    ("OPENPGPKEY", "AQID", "010203"),
    // RFC 7477 §2.1.
    ("CSYNC", "66 3 A NS AAAA", "00000042 0003 000460000008"),
    (
        "ZONEMD",
        "2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE",
        "",
    ),
    // RFC 9460, appendix D.
    (
        "SVCB",
        "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1",
        "0010 03666f6f076578616d706c65036f726700 0000000400010004 000100090268320568332d3139 00040004c0000201",
    ),
    ("HTTPS", "1 . alpn=\"h3\" no-default-alpn", ""),
    ("DSYNC", "CDS NOTIFY 5359 cds-scanner.example.net.", ""),
    ("HHIT", "AQID", ""),
    ("BRID", "AQID", ""),
    ("SPF", "\"v=spf1 -all\"", ""),
    ("UINFO", "\"user\"", ""),
    ("UID", "1000", "000003e8"),
    ("GID", "1000", ""),
    // RFC 6742 §2.1.2 to §2.4.2.
    ("NID", "10 0014:4fff:ff20:ee64", "000a00144fffff20ee64"),
    ("L32", "10 10.1.2.0", "000a0a010200"),
    ("L64", "10 2001:0db8:1140:1000", "000a20010db811401000"),
    ("LP", "10 l64-subnet1.example.com.", ""),
    // RFC 7043 §3.2 and §4.2.
    ("EUI48", "00-00-5e-00-53-2a", "00005e00532a"),
    ("EUI64", "00-00-5e-ef-10-00-00-2a", "00005eef1000002a"),
    (
        "TKEY",
        "gss-tsig. 20260101000000 20260102000000 3 NOERROR 3 AQID 0",
        "",
    ),
    ("TSIG", "hmac-sha256. 1594855491 300 3 AQID 54 BADSIG 0", ""),
    ("URI", "10 1 \"ftp://ftp1.example.com/public\"", ""),
    // RFC 8659 §4.4.
    ("CAA", "0 issue \"ca1.example.net; account=230123\"", ""),
    ("AVC", "\"app-name:WOLFGANG|app-class:OAM\"", ""),
    ("DOA", "0 1 2 \"\" aHR0cHM6Ly93d3cuaXNjLm9yZy8=", ""),
    // RFC 8777 §4.3.
    (
        "AMTRELAY",
        "10 0 3 amtrelays.example.com.",
        "0a 03 09616d7472656c617973076578616d706c6503636f6d00",
    ),
    (
        "RESINFO",
        "\"qnamemin\" \"exterr=15-17\" \"infourl=https://resolver.example.com/guide\"",
        "",
    ),
    ("WALLET", "\"BTC\" \"bc1\"", ""),
    ("CLA", "\"TCP-v4-v6\"", ""),
    ("TA", "1 5 1 00", ""),
    ("DLV", "1 5 1 00", ""),
];

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn samples() -> impl Iterator<Item = (RecordType, &'static str, Vec<u8>)> {
    SAMPLES
        .iter()
        .map(|(name, text, octets)| (name.parse().unwrap(), *text, hex(octets)))
}

fn parse(record_type: RecordType, text: &str) -> RdataBuf {
    RdataBuf::parse(record_type, text, Name::ROOT)
        .unwrap_or_else(|error| panic!("{record_type} {text}: {error} ({})", error.reference()))
}

#[test]
fn every_type_has_a_sample() {
    for record_type in Rdata::KNOWN_TYPES {
        assert!(
            samples().any(|(sample, ..)| sample == *record_type),
            "{record_type}"
        );
    }
}

/// Parse, print, read, write: text and octets go both ways.
#[test]
fn text_and_octets_go_both_ways() {
    for (record_type, text, octets) in samples() {
        let rdata = parse(record_type, text);
        assert_eq!(rdata.to_string(), text, "{record_type}");
        if !octets.is_empty() {
            assert_eq!(rdata.octets(), octets, "{record_type}");
        }
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
        Rdata::walk_octets(record_type, rdata.octets(), &mut |field| {
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

/// RFC 4034 §6.2 with RFC 6840 §5.1: which types fold the case of their names.
#[test]
fn canonical_form_folds_the_listed_types_only() {
    let folded = "NS MD MF CNAME SOA MB MG MR PTR MINFO MX RP AFSDB RT SIG PX NXT NAPTR KX SRV DNAME A6 RRSIG NSAP-PTR TKEY";
    for (record_type, text, _) in samples() {
        let mut octets = parse(record_type, text).octets().to_vec();
        // Every letter of a name to upper case: whatever is no name stays as it is.
        let mut ranges = Vec::new();
        Rdata::walk_octets(record_type, &octets, &mut |field| {
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
