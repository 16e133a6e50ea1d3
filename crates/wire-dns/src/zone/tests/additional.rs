//! What goes along with an answer, as far as it fits.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{ask, zone_of};
use crate::zone::{Answer, Zone};
use crate::{Builder, Message, NameBuf, RecordType, Section};

/// What `zone` answers within 512 octets, and the records of answer, authority and additional section.
fn within_512(zone: &Zone, name: &str, record_type: RecordType) -> (Answer, [Vec<String>; 3]) {
    let name: NameBuf = name.parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_limit(512);
    let answer = zone.answer(name.as_name(), record_type, false, &mut builder);
    let answer = answer.unwrap();
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.flags().truncated(), answer == Answer::Truncated);
    let of = |section| {
        let records = message.all_records().filter(|(of, _)| *of == section);
        records.map(|(_, record)| record.to_string()).collect()
    };
    let sections = [Section::Answer, Section::Authority, Section::Additional];
    (answer, sections.map(of))
}

/// A zone of these records and of many addresses of the hosts.
fn crowded(records: &[&str], hosts: &[&str], addresses: u8) -> Zone {
    let of_host = |host| (0..addresses).map(move |n| format!("{host} 1 IN A 192.0.2.{n}"));
    let many: Vec<String> = hosts.iter().flat_map(of_host).collect();
    let all: Vec<&str> = records
        .iter()
        .copied()
        .chain(many.iter().map(String::as_str))
        .collect();
    zone_of("t.", &all).0.unwrap()
}

#[test]
fn what_does_not_fit_is_cut_by_whole_sets() {
    let records = [
        "t. 1 IN SOA m. r. 1 2 3 4 5",
        "t. 1 IN NS ns.t.",
        "ns.t. 1 IN A 192.0.2.1",
        "sub.t. 1 IN NS ns.sub.t.",
    ];
    let zone = crowded(&records, &["big.t.", "ns.sub.t."], 40);
    // RFC 9471 §3.1: a referral without its glue is truncated too.
    for (name, left) in [("big.t.", [0, 0, 0]), ("a.sub.t.", [0, 1, 0])] {
        let (answer, sections) = within_512(&zone, name, RecordType::A);
        assert_eq!(answer, Answer::Truncated, "{name}");
        assert_eq!(sections.map(|records| records.len()), left, "{name}");
    }
}

/// RFC 2181 §9: what is only helpful is left out without TC; RFC 2782 and RFC 1035 §3.3.9: it is the addresses of the hosts
/// that SRV and MX name. RFC 9471 §3.2: so it is with glue of another delegation.
#[test]
fn what_only_helps_is_left_out() {
    let records = [
        "t. 1 IN SOA m. r. 1 2 3 4 5",
        "t. 1 IN NS ns.other.",
        "mx.t. 1 IN MX 1 many.t.",
        "srv.t. 1 IN SRV 0 0 1 one.t.",
        "one.t. 1 IN A 192.0.2.1",
        "sub.t. 1 IN NS many.t.",
    ];
    let zone = crowded(&records, &["many.t."], 40);
    for (name, record_type, expected, left) in [
        ("mx.t.", RecordType::MX, Answer::Records, [1, 0, 0]),
        ("srv.t.", RecordType::SRV, Answer::Records, [1, 0, 1]),
        ("a.sub.t.", RecordType::A, Answer::Referral, [0, 1, 0]),
    ] {
        let (answer, sections) = within_512(&zone, name, record_type);
        assert_eq!(answer, expected, "{name}");
        assert_eq!(sections.map(|records| records.len()), left, "{name}");
    }
}

/// RFC 9471 §3.1: what a referral needs is not left out for what only helps.
#[test]
fn glue_comes_before_other_addresses() {
    let records = [
        "t. 1 IN SOA m. r. 1 2 3 4 5",
        "t. 1 IN NS ns.other.",
        "sub.t. 1 IN NS many.t.",
        "sub.t. 1 IN NS ns.sub.t.",
        "ns.sub.t. 1 IN A 192.0.2.1",
    ];
    let zone = crowded(&records, &["many.t."], 28);
    let (answer, [_, _, glue]) = within_512(&zone, "a.sub.t.", RecordType::A);
    assert_eq!(answer, Answer::Referral);
    assert_eq!(glue, ["ns.sub.t.\t1\tIN\tA\t192.0.2.1"]);
}

/// RFC 9460 §4.1: addresses and further services of what SVCB and HTTPS records name, each set once.
#[test]
fn the_hosts_of_services_come_along() {
    let zone = zone_of(
        "t.",
        &[
            "t. 1 IN SOA m. r. 1 2 3 4 5",
            "t. 1 IN NS ns.other.",
            "t. 1 IN HTTPS 0 web.t.",
            "web.t. 1 IN HTTPS 1 . alpn=h2",
            "web.t. 1 IN HTTPS 2 spare.t.",
            "web.t. 1 IN A 192.0.2.1",
            "web.t. 1 IN AAAA 2001:db8::1",
            "spare.t. 1 IN A 192.0.2.2",
            "_dns.t. 1 IN SVCB 1 spare.t. alpn=dot",
            "none.t. 1 IN SVCB 0 .",
            "sub.t. 1 IN NS web.t.",
            "*.w.t. 1 IN HTTPS 1 .",
            "*.w.t. 1 IN A 192.0.2.3",
        ],
    );
    let zone = zone.0.unwrap();
    let additional = |question: &str| {
        let (.., mut records) = ask(&zone, question);
        records.retain(|record| record.starts_with("ar"));
        records
    };
    let of_web = ["ar web.t. 1 A 192.0.2.1", "ar web.t. 1 AAAA 2001:db8::1"];
    let services = [
        "ar web.t. 1 HTTPS 1 . alpn=\"h2\"",
        "ar web.t. 1 HTTPS 2 spare.t.",
    ];
    let of_spare = ["ar spare.t. 1 A 192.0.2.2"];
    assert_eq!(additional("t. HTTPS"), [of_web, services].concat());
    assert_eq!(
        additional("web.t. HTTPS"),
        [&of_web[..], &of_spare].concat()
    );
    assert_eq!(additional("_dns.t. SVCB"), of_spare);
    // A referral has no use for services.
    assert_eq!(additional("sub.t. HTTPS"), of_web);
    assert!(additional("none.t. SVCB").is_empty());
    assert!(additional("a.w.t. HTTPS").is_empty());
}
