use alloc::string::ToString;
use alloc::vec::Vec;

use super::{
    ClientSubnet, Cookie, EdeCode, Edns, EdnsOption, EdnsOptions, EdnsOptionsBuf, LongLivedQuery,
    OptionCode,
};
use super::{UpdateLease, ZoneVersion};
use crate::Name;

fn every_option() -> Vec<(EdnsOption<'static>, &'static [u8], &'static str)> {
    let name = Name::decode(b"\x02ns\x07example\0").unwrap();
    let llq = LongLivedQuery {
        version: 1,
        opcode: 1,
        error: 0,
        id: 2,
        lease: 3600,
    };
    alloc::vec![
        (
            EdnsOption::LongLivedQuery(llq),
            b"\0\x01\0\x12\0\x01\0\x01\0\0\0\0\0\0\0\0\0\x02\0\0\x0E\x10",
            "LLQ: version: 1, opcode: 1, error: 0, id: 2, lease: 3600",
        ),
        (
            EdnsOption::UpdateLease(UpdateLease {
                lease: 1,
                key_lease: None
            }),
            b"\0\x02\0\x04\0\0\0\x01",
            "UL: 1"
        ),
        (
            EdnsOption::UpdateLease(UpdateLease {
                lease: 1,
                key_lease: Some(2)
            }),
            b"\0\x02\0\x08\0\0\0\x01\0\0\0\x02",
            "UL: 1, 2",
        ),
        (
            EdnsOption::Nsid(b"gpdns"),
            b"\0\x03\0\x05gpdns",
            "NSID: 67 70 64 6e 73 (\"gpdns\")"
        ),
        (
            EdnsOption::Dau(&[8, 13]),
            b"\0\x05\0\x02\x08\x0D",
            "DAU: 8 13"
        ),
        (
            EdnsOption::Dhu(&[1, 2]),
            b"\0\x06\0\x02\x01\x02",
            "DHU: 1 2"
        ),
        (EdnsOption::N3u(&[1]), b"\0\x07\0\x01\x01", "N3U: 1"),
        (
            // RFC 7871 §6: as many octets as the prefix needs.
            EdnsOption::ClientSubnet(ClientSubnet {
                family: 1,
                source_prefix_length: 24,
                scope_prefix_length: 0,
                address: &[192, 0, 2],
            }),
            b"\0\x08\0\x07\0\x01\x18\0\xC0\0\x02",
            "CLIENT-SUBNET: 192.0.2.0/24/0",
        ),
        (EdnsOption::Expire(None), b"\0\x09\0\0", "EXPIRE:"),
        (
            EdnsOption::Expire(Some(86_400)),
            b"\0\x09\0\x04\0\x01\x51\x80",
            "EXPIRE: 86400"
        ),
        (
            EdnsOption::Cookie(Cookie {
                client: [1, 2, 3, 4, 5, 6, 7, 8],
                server: b"ABCDEFGH"
            }),
            b"\0\x0A\0\x10\x01\x02\x03\x04\x05\x06\x07\x08ABCDEFGH",
            "COOKIE: 01020304050607084142434445464748",
        ),
        (
            EdnsOption::TcpKeepalive(Some(100)),
            b"\0\x0B\0\x02\0\x64",
            "TCP-KEEPALIVE: 10.0 secs"
        ),
        (
            EdnsOption::Padding(&[0; 3]),
            b"\0\x0C\0\x03\0\0\0",
            "PADDING: 3 octets"
        ),
        (
            EdnsOption::Chain(name),
            b"\0\x0D\0\x0C\x02ns\x07example\0",
            "CHAIN: ns.example."
        ),
        (
            EdnsOption::KeyTag(&[0x4F, 0x66]),
            b"\0\x0E\0\x02\x4F\x66",
            "KEY-TAG: 20326"
        ),
        (
            EdnsOption::ExtendedError(EdeCode::BLOCKED, "no"),
            b"\0\x0F\0\x04\0\x0Fno",
            "EDE: 15 (Blocked): (no)",
        ),
        (
            EdnsOption::ClientTag(7),
            b"\0\x10\0\x02\0\x07",
            "CLIENT-TAG: 7"
        ),
        (
            EdnsOption::ServerTag(7),
            b"\0\x11\0\x02\0\x07",
            "SERVER-TAG: 7"
        ),
        (
            EdnsOption::ReportChannel(name),
            b"\0\x12\0\x0C\x02ns\x07example\0",
            "REPORT-CHANNEL: ns.example."
        ),
        (
            // RFC 9660 §2.1: the SOA serial of a zone of two labels.
            EdnsOption::ZoneVersion(Some(ZoneVersion {
                label_count: 2,
                version_type: 0,
                version: &[0, 0, 0, 9]
            })),
            b"\0\x13\0\x06\x02\0\0\0\0\x09",
            "ZONEVERSION: labels: 2, type: 0, version: 9",
        ),
        (
            EdnsOption::Unknown(OptionCode(65_001), b"x"),
            b"\xFD\xE9\0\x01x",
            "OPT65001: 78 (\"x\")"
        ),
    ]
}

#[test]
fn options_go_both_ways() {
    for (option, octets, text) in every_option() {
        let mut written = Vec::new();
        option.encode_into(&mut written).unwrap();
        assert_eq!(written, octets, "{text}");
        let read: Vec<_> = EdnsOptions::from_wire(octets).unwrap().iter().collect();
        assert_eq!(read, [option], "{text}");
        assert_eq!(option.to_string(), text);
        let mut buffer = EdnsOptionsBuf::new();
        buffer.push(&option).unwrap();
        assert_eq!(buffer.as_options().wire(), octets);
    }
}

#[test]
fn every_registered_option_is_typed() {
    for code in OptionCode::ALL {
        assert!(
            every_option()
                .iter()
                .any(|(option, ..)| option.code() == *code),
            "{code}"
        );
    }
}

#[test]
fn refuses_every_truncation() {
    for (_, octets, text) in every_option() {
        for len in 1..octets.len() {
            assert!(
                EdnsOptions::from_wire(&octets[..len]).is_err(),
                "{text} {len}"
            );
        }
    }
}

/// What a field cannot hold is refused, and leaves nothing behind.
#[test]
fn refuses_malformed_options_when_building() {
    let mut buffer = EdnsOptionsBuf::new();
    let short = Cookie {
        client: [0; 8],
        server: b"short",
    };
    assert!(buffer.push(&EdnsOption::Cookie(short)).is_err());
    assert!(
        buffer
            .push(&EdnsOption::Unknown(OptionCode::KEY_TAG, b"x"))
            .is_err()
    );
    assert_eq!(buffer.as_options().wire(), b"");
}

/// What each code's RFC says of its data, as lengths or octets that are and are not of that form.
#[test]
fn data_is_of_the_form_of_its_code() {
    let lengths = |code, right: &'static [usize], wrong: &'static [usize], reason| {
        for (lengths, is_right) in [(right, true), (wrong, false)] {
            for len in lengths {
                form(code, &alloc::vec![0; *len], is_right, reason);
            }
        }
    };
    let cookie = "a cookie not of 8 or of 16 to 40 octets";
    lengths(OptionCode::COOKIE, &[8, 16, 40], &[0, 7, 9, 15, 41], cookie);
    lengths(
        OptionCode::LLQ,
        &[18],
        &[0, 17, 19],
        "an LLQ option not of 18 octets",
    );
    let lease = "an update lease not of 4 or 8 octets";
    lengths(OptionCode::UPDATE_LEASE, &[4, 8], &[0, 3, 5, 6, 9], lease);
    lengths(
        OptionCode::EXPIRE,
        &[0, 4],
        &[3, 5],
        "an expire not of 0 or 4 octets",
    );
    let keepalive = "a keepalive not of 0 or 2 octets";
    lengths(OptionCode::TCP_KEEPALIVE, &[0, 2], &[1, 3], keepalive);
    lengths(
        OptionCode::KEY_TAG,
        &[2, 4],
        &[0, 1, 3],
        "key tags not of two octets each",
    );
    for code in [OptionCode::CLIENT_TAG, OptionCode::SERVER_TAG] {
        lengths(code, &[2], &[0, 1, 3], "a tag not of 2 octets");
    }
    let error = "an extended error without code or not in UTF-8";
    lengths(OptionCode::EXTENDED_ERROR, &[2], &[0, 1], error);
    form(
        OptionCode::EXTENDED_ERROR,
        "\0\x06é".as_bytes(),
        true,
        error,
    );
    form(OptionCode::EXTENDED_ERROR, b"\0\x06\xE9", false, error);
    for (code, reason) in [
        (OptionCode::CHAIN, "a chain that is no name"),
        (
            OptionCode::REPORT_CHANNEL,
            "a report channel that is no name",
        ),
    ] {
        form(code, b"\x01a\0", true, reason);
        form(code, b"\0", true, reason);
        for wrong in [&b""[..], b"\x01a", b"\x01a\0\0", b"\xC0\0"] {
            form(code, wrong, false, reason);
        }
    }
    // RFC 9660 §2: a question has no data; the version of type 0 is an SOA serial.
    let version = "a malformed zone version";
    lengths(OptionCode::ZONEVERSION, &[0, 6], &[1, 2, 5, 7], version);
    form(OptionCode::ZONEVERSION, b"\x02\x01", true, version);
    form(OptionCode::ZONEVERSION, b"\x02\xF6abc", true, version);
    // RFC 7871 §6: family, source and scope prefix, as many octets as the prefix needs, zeros behind it.
    let subnet = "a malformed client subnet";
    for (data, is_right) in [
        (&b"\0\x01\x18\0\xC0\0\x02"[..], true),
        (b"\0\x01\x20\x20\xC0\0\x02\x01", true),
        (b"\0\x01\0\0", true),
        (b"\0\x02\x38\0\x20\x01\x0D\xB8\0\0\0", true),
        (b"\0\x02\0\x80", true),
        (b"\0\0\0\0", true),
        (b"\0\x01\x14\0\xC0\0\xF0", true),
        (b"\0\x01\x14\0\xC0\0\xF8", false),
        (b"\0\x01\x18\0\xC0\0", false),
        (b"\0\x01\x18\0\xC0\0\x02\0", false),
        (b"\0\x01\x21\0\xC0\0\x02\x01\0", false),
        (b"\0\x01\0\x21", false),
        (b"\0\x02\0\x81", false),
        (b"\0\0\x08\0\x01", false),
        (b"\0\0\0\x01", false),
        (b"\0\x01\0", false),
    ] {
        form(OptionCode::CLIENT_SUBNET, data, is_right, subnet);
    }
}

fn form(code: OptionCode, data: &[u8], is_right: bool, reason: &str) {
    let mut buffer = EdnsOptionsBuf::new();
    let pushed = buffer.push(&EdnsOption::Unknown(code, data));
    let expected = if is_right {
        Ok(())
    } else {
        Err(reason.to_string())
    };
    assert_eq!(
        pushed.map_err(|error| error.kind().to_string()),
        expected,
        "{code} {}",
        data.escape_ascii()
    );
}

/// RFC 6891 §6.1.2: the options are RDATA, so they have a length of 16 bits.
#[test]
fn options_are_no_longer_than_rdata() {
    let mut buffer = EdnsOptionsBuf::new();
    buffer.push(&EdnsOption::Padding(&[0; 65_535 - 4])).unwrap();
    assert!(buffer.push(&EdnsOption::Padding(&[])).is_err());
    assert_eq!(buffer.as_options().wire().len(), 65_535);
    let mut buffer = EdnsOptionsBuf::new();
    buffer.push(&EdnsOption::Padding(&[0; 40_000])).unwrap();
    assert!(buffer.push(&EdnsOption::Padding(&[0; 40_000])).is_err());
    assert_eq!(buffer.as_options().wire().len(), 40_004);
}

/// RFC 3225 §3, RFC 6891 §6.1.4: one flag of sixteen.
#[test]
fn dnssec_ok_is_its_own_flag() {
    let others = Edns {
        flags: !Edns::DNSSEC_OK,
        ..Edns::default()
    };
    assert!(!others.dnssec_ok());
    let set = others.with_dnssec_ok(true);
    assert!(set.dnssec_ok() && set.flags == 0xFFFF && set.with_dnssec_ok(true) == set);
    assert_eq!(set.with_dnssec_ok(false), others);
    assert_eq!(others.with_dnssec_ok(false), others);
}

/// RFC 7871 §6: the octets that the prefix leaves out are zeros.
#[test]
fn subnets_are_addresses() {
    for (family, address, expected) in [
        (1, &[192, 0, 2][..], Some("192.0.2.0")),
        (2, &[0x20, 1, 0x0D, 0xB8], Some("2001:db8::")),
        (1, &[0; 5], None),
        (3, &[192], None),
    ] {
        let subnet = ClientSubnet {
            family,
            source_prefix_length: 0,
            scope_prefix_length: 0,
            address,
        };
        let found = subnet.ip_address().map(|address| address.to_string());
        assert_eq!(found.as_deref(), expected, "{family} {address:?}");
    }
}

#[test]
fn prints_as_dig() {
    let edns = Edns {
        udp_payload_size: 4096,
        ..Edns::default()
    }
    .with_dnssec_ok(true);
    assert_eq!(
        edns.to_string(),
        "; EDNS: version: 0, flags: do; udp: 4096\n"
    );
}
