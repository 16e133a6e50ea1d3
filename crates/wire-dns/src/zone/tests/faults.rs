//! Which faults stop a zone, and which do not.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::zone_of;
use crate::RecordType;
use crate::zone::{ZoneFault, ZoneFaultKind};

const SOA: &str = "z. 1 IN SOA m. r. 1 2 3 4 5";
const NS: &str = "z. 1 IN NS ns.other.";

/// Whether there is a zone with these records besides SOA and NS, and its faults.
fn faults(records: &[&str]) -> (bool, Vec<String>) {
    let records: Vec<_> = [SOA, NS].iter().chain(records).copied().collect();
    let (zone, faults) = zone_of("z.", &records);
    (
        zone.is_some(),
        faults.iter().map(ToString::to_string).collect(),
    )
}

/// A zone is good for something without the host of somebody's mail, and without what belongs elsewhere (RFC 1035 §5.2).
#[test]
fn hosts_that_cannot_be_reached_and_records_of_other_zones_do_not_stop_a_zone() {
    for (records, fault) in [
        (
            &["z. 1 IN MX 1 absent.z."][..],
            "z. MX absent.z.: the host it names is in the zone and has no address",
        ),
        (
            &["_s._tcp.z. 1 IN SRV 0 0 1 absent.z."],
            "_s._tcp.z. SRV absent.z.: the host it names is in the zone and has no address",
        ),
        (
            &["sub.z. 1 IN NS absent.z."],
            "sub.z. NS absent.z.: the host it names is in the zone and has no address",
        ),
        (
            &["sub.z. 1 IN NS ns.sub.z."],
            "sub.z. NS ns.sub.z.: the server is below the delegation and has no glue address",
        ),
        (
            &["txt.z. 1 IN TXT a", "z. 1 IN MX 1 txt.z."],
            "z. MX txt.z.: the host it names is in the zone and has no address",
        ),
        // RFC 6672 §3.1: a DNAME makes aliases of the names below it.
        (
            &["d.z. 1 IN DNAME t.", "z. 1 IN MX 1 a.d.z."],
            "z. MX a.d.z.: the host it names is an alias",
        ),
        (
            &["ns.other. 1 IN A 192.0.2.1"],
            "ns.other. A: the owner is not in the zone",
        ),
    ] {
        assert_eq!(faults(records), (true, vec![fault.to_string()]));
    }
    // A server below another delegation is that one's to find, and so is a host of mail.
    for records in [
        &["sub.z. 1 IN NS ns.other.", "z. 1 IN NS ns.sub.z."],
        &["sub.z. 1 IN NS ns.other.", "z. 1 IN MX 1 mail.sub.z."],
        &["sub.z. 1 IN NS ns.other.", "other.z. 1 IN NS ns.sub.z."],
    ] {
        assert_eq!(faults(records), (true, vec![]), "{records:?}");
    }
    assert_eq!(
        faults(&["z. 1 IN NS absent.z."]),
        (
            false,
            vec![
                "z. NS absent.z.: the server of the zone is in the zone and has no address"
                    .to_string()
            ]
        )
    );
}

#[test]
fn records_of_other_zones_are_left_out() {
    let (zone, _) = zone_of("z.", &[SOA, NS, "ns.other. 1 IN A 192.0.2.1"]);
    assert_eq!(zone.unwrap().record_count(), 2);
}

/// Names are the same in capital letters (RFC 4343), where the canonical form folds them (RFC 4034 §6.2).
#[test]
fn records_that_differ_in_the_case_of_names_are_there_twice() {
    let (zone, found) = zone_of(
        "z.",
        &[
            SOA,
            NS,
            "c.z. 1 IN CNAME host.other.",
            "c.z. 1 IN CNAME HOST.Other.",
            "m.z. 1 IN MX 1 mail.other.",
            "m.z. 1 IN MX 1 Mail.Other.",
            // Not folded: a text, and the names of later types (RFC 9460 §2.2, RFC 4034 §6.2).
            "t.z. 1 IN TXT \"a\"",
            "t.z. 1 IN TXT \"A\"",
            "s.z. 1 IN SVCB 1 a.other.",
            "s.z. 1 IN SVCB 1 A.other.",
        ],
    );
    let doubles: Vec<_> = found.iter().map(ZoneFault::to_string).collect();
    assert_eq!(
        doubles,
        [
            "c.z. CNAME: the record is there already",
            "m.z. MX: the record is there already"
        ]
    );
    // The first of them stays.
    let zone = zone.unwrap();
    let sets: Vec<_> = zone.sets().collect();
    let cname = sets
        .iter()
        .find(|set| set.record_type() == RecordType::CNAME);
    let cname = cname.unwrap().rdata().next().unwrap();
    assert_eq!(cname.to_string(), "host.other.");
}

/// However many there are, and however far apart (RFC 2181 §5).
#[test]
fn doubles_of_large_sets_are_found() {
    let records: Vec<_> = (0..200_u8)
        .chain([0])
        .map(|host| alloc::format!("a.z. 1 IN A 192.0.2.{host}"))
        .collect();
    let records: Vec<_> = records.iter().map(String::as_str).collect();
    assert_eq!(
        faults(&records),
        (
            true,
            vec!["a.z. A: the record is there already".to_string()]
        )
    );
}

/// DNAME at the apex leaves no room below it but for the hashed owners of NSEC3 (RFC 6672 §2.4, RFC 5155 §7.2.8).
#[test]
fn hashed_owners_are_not_below_a_dname() {
    let hash = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom";
    let hashed = alloc::format!("{hash}.z.");
    let nsec3 = alloc::format!("{hashed} 1 IN NSEC3 1 0 0 - {hash} NS SOA DNAME");
    let rrsig =
        alloc::format!("{hashed} 1 IN RRSIG NSEC3 8 2 1 20300101000000 20200101000000 1 z. AA==");
    let dname = "z. 1 IN DNAME t.";
    assert_eq!(faults(&[dname, &nsec3, &rrsig]), (true, vec![]));
    let text = alloc::format!("{hashed} 1 IN TXT \"data\"");
    let (is_zone, found) = faults(&[dname, &nsec3, &text]);
    assert!(!is_zone, "{found:?}");
}

/// RFC 4034 §5.1.4 and RFC 4509 §2.1, RFC 6605 §2, RFC 8976 §2.2.4.
#[test]
fn digests_have_the_length_of_their_type() {
    let of = |octets: usize| "00".repeat(octets);
    for (data, octets) in [
        ("s.z. 1 IN DS 1 8 1", 20),
        ("s.z. 1 IN DS 1 8 2", 32),
        ("s.z. 1 IN DS 1 13 4", 48),
        ("z. 1 IN CDS 1 8 2", 32),
        ("z. 1 IN ZONEMD 1 1 1", 48),
        ("z. 1 IN ZONEMD 1 1 2", 64),
    ] {
        let cut = "s.z. 1 IN NS ns.other.";
        let found = |octets| faults(&[cut, &alloc::format!("{data} {}", of(octets))]);
        assert_eq!(found(octets), (true, vec![]), "{data}");
        for wrong in [octets - 1, octets + 1] {
            let (is_zone, found) = found(wrong);
            assert!(is_zone, "{data} {wrong}");
            let fault = "a digest that is longer or shorter than its type has it";
            assert!(found.len() == 1 && found[0].ends_with(fault), "{found:?}");
        }
    }
    // What asks for deletion has a digest of one zero (RFC 8078 §4); of a private type nothing is known.
    for data in [
        "z. 1 IN CDS 0 0 0 00",
        "z. 1 IN ZONEMD 1 240 1 000102030405060708090A0B",
    ] {
        assert_eq!(faults(&[data]), (true, vec![]), "{data}");
    }
    let (_, found) = faults(&["z. 1 IN ZONEMD 1 240 240 000102030405060708090A"]);
    assert_eq!(found.len(), 1, "{found:?}");
}

/// RFC 6672 §2.4: one DNAME at a name, and none where a delegation is.
#[test]
fn a_dname_is_alone_and_not_at_a_cut() {
    for (records, kind) in [
        (
            ["d.z. 1 IN DNAME a.", "d.z. 1 IN DNAME b."],
            ZoneFaultKind::DnameTwice,
        ),
        (
            ["d.z. 1 IN DNAME a.", "d.z. 1 IN NS ns.other."],
            ZoneFaultKind::DnameAtCut,
        ),
    ] {
        let (zone, faults) = zone_of("z.", &[SOA, NS, records[0], records[1]]);
        let kinds: Vec<_> = faults.iter().map(ZoneFault::kind).collect();
        assert!(zone.is_none() && kinds.contains(&kind), "{kinds:?}");
    }
}

/// Of a set with several hosts the fault names the one that it is about.
#[test]
fn a_fault_names_its_host() {
    let (_, faults) = zone_of(
        "z.",
        &[SOA, NS, "z. 1 IN MX 1 absent.z.", "z. 1 IN A 192.0.2.1"],
    );
    let hosts: Vec<_> = faults
        .iter()
        .map(|fault| fault.host().map(|host| host.to_string()))
        .collect();
    assert_eq!(hosts, [Some("absent.z.".to_string())]);
    let (_, faults) = zone_of("z.", &[SOA, NS, "y. 1 IN A 192.0.2.1"]);
    assert_eq!(faults[0].host(), None);
}
