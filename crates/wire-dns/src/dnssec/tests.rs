//! The examples of RFC 4034, 4509, 5155, 6605 and 8080.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{ds, ds_digest, key_tag, nsec3_hash, nsec3_owner, signed_octets};
use crate::rdata::{Dnskey, Rrsig};
use crate::{Algorithm, Class, DigestType, ErrorKind, Name, NameBuf, Rdata, RdataBuf, RecordType};

fn name(text: &str) -> NameBuf {
    text.parse().unwrap()
}

fn rdata(record_type: RecordType, text: &str) -> RdataBuf {
    RdataBuf::parse(record_type, text, Name::ROOT).unwrap()
}

fn dnskey(buf: &RdataBuf) -> Dnskey<'_> {
    match buf.as_rdata() {
        Rdata::Dnskey(key) => key,
        other => panic!("{other}"),
    }
}

fn rrsig(buf: &RdataBuf) -> Rrsig<'_> {
    match buf.as_rdata() {
        Rdata::Rrsig(rrsig) => rrsig,
        other => panic!("{other}"),
    }
}

#[test]
fn key_tags_and_ds_of_the_rfcs() {
    // RFC 4034 §5.4 (SHA-1), RFC 4509 §2.3 (SHA-256); RFC 6605 §6.2 (SHA-384); RFC 8080 §6.1.
    let rsa = "256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
    let ecdsa = "257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40";
    let eddsa = "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=";
    for (owner, key, digest_type, expected) in [
        (
            "dskey.EXAMPLE.com.",
            rsa,
            DigestType::SHA1,
            "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
        ),
        (
            "dskey.example.com.",
            rsa,
            DigestType::SHA256,
            "60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A",
        ),
        (
            "example.net.",
            ecdsa,
            DigestType::SHA384,
            "10771 14 4 72D7B62976CE06438E9C0BF319013CF801F09ECC84B8D7E9495F27E305C6A9B0563A9B5F4D288405C3008A946DF983D6",
        ),
        (
            "example.com.",
            eddsa,
            DigestType::SHA256,
            "3613 15 2 3AA5AB37EFCE57F737FC1627013FEE07BDF241BD10F3B1964AB55C78E79A304B",
        ),
    ] {
        let key = rdata(RecordType::DNSKEY, key);
        let key = dnskey(&key);
        let digest = ds_digest(name(owner).as_name(), &key, digest_type).unwrap();
        assert_eq!(
            Rdata::from(ds(&key, digest_type, &digest)).to_string(),
            expected
        );
        assert!(ds_digest(name(owner).as_name(), &key, DigestType::GOST).is_none());
    }
}

#[test]
fn key_tag_of_rsa_md5_is_in_the_modulus() {
    // RFC 4034 §B.1: the upper 16 of the lowest 24 bits.
    let mut key = Dnskey {
        flags: 256,
        protocol: 3,
        algorithm: Algorithm::RSAMD5,
        public_key: &[1, 3, 0xAB, 0xCF, 0x9C, 0xC3],
    };
    assert_eq!(key_tag(&key), 0xCF9C);
    key.public_key = &[1, 3];
    assert_eq!(key_tag(&key), 0);
    // An odd number of octets: the last counts as the upper half of a word.
    key.algorithm = Algorithm::RSASHA1;
    key.public_key = &[0xFF];
    // 0x0100 + 0x0305 + 0xFF00 is 0x10305; its carry is added.
    assert_eq!(key_tag(&key), 0x0306);
}

#[test]
fn nsec3_hashes_of_rfc_5155_appendix_a() {
    let apex = name("example.");
    for (text, hash) in [
        ("example.", "0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM"),
        ("A.example.", "35MTHGPGCU1QG68FAB165KLNSNK3DPVL"),
        ("ns1.example.", "2T7B4G4VSA5SMI47K61MV5BV1A22BOJR"),
        ("*.w.example.", "R53BQ7CC2UVMUBFU5OCMM6PERS9TK9EN"),
        ("x.y.w.example.", "2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S"),
    ] {
        let found = nsec3_hash(name(text).as_name(), 12, &[0xAA, 0xBB, 0xCC, 0xDD]);
        let owner = nsec3_owner(&found, &apex).unwrap();
        assert_eq!(
            owner.labels().next().unwrap().octets(),
            hash.as_bytes(),
            "{text}"
        );
        assert!(owner.as_name().is_subdomain_of(&apex));
    }
}

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .map(|digit| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

#[test]
fn the_octets_under_the_signature_of_rfc_8080_section_6_1() {
    // The signature of the RFC verifies over exactly these.
    let signed = "000f0f0200000e1055d4fc6055b94ce00e1d076578616d706c6503636f6d00076578616d706c6503636f6d00000f000100000e100014000a046d61696c076578616d706c6503636f6d00";
    let sig = rdata(
        RecordType::RRSIG,
        "MX 15 2 3600 1440021600 1438207200 3613 example.com. oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==",
    );
    let mx = rdata(RecordType::MX, "10 mail.example.com.");
    let found = signed_octets(
        &rrsig(&sig),
        name("example.com.").as_name(),
        Class::IN,
        [mx.as_rdata(), mx.as_rdata()],
    );
    assert_eq!(found, Ok(octets(signed)));
}

#[test]
fn wildcards_case_and_order() {
    // RFC 4034 §6.2 and §6.3; RFC 4035 §5.3.2.
    let signed = "000f0f0200000e1055d4fc6055b94ce00001076578616d706c6500012a0177076578616d706c6500000f000100000e1000050005016300012a0177076578616d706c6500000f000100000e100005000a016200012a0177076578616d706c6500000f000100000e10000a0014046d61696c017800";
    let sig = rdata(
        RecordType::RRSIG,
        "MX 15 2 3600 1440021600 1438207200 1 EXAMPLE. AA==",
    );
    let set = ["20 Mail.X.", "10 b.", "5 C."].map(|text| rdata(RecordType::MX, text));
    let of = |owner: &str| {
        let set = set.iter().map(RdataBuf::as_rdata);
        signed_octets(&rrsig(&sig), name(owner).as_name(), Class::IN, set)
    };
    assert_eq!(of("a.b.W.Example."), Ok(octets(signed)));
    // The wildcard itself.
    assert_eq!(of("*.w.example."), Ok(octets(signed)));
    // RFC 4035 §5.3.1.
    assert_eq!(
        of("example.").unwrap_err().kind(),
        &ErrorKind::BadNumber { max: 1 }
    );
}
