//! What goes along with an answer, as far as it fits.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{ask, zone_of};
use crate::zone::Answer;
use crate::{Builder, Class, Message, NameBuf, RecordType};

#[test]
fn what_does_not_fit_is_cut_by_whole_sets() {
    let mut records: Vec<String> = vec![
        "t. 1 IN SOA m. r. 1 2 3 4 5".into(),
        "t. 1 IN NS ns.t.".into(),
        "ns.t. 1 IN A 192.0.2.1".into(),
        "sub.t. 1 IN NS ns.sub.t.".into(),
    ];
    records.extend((0..40).map(|n| format!("big.t. 1 IN A 192.0.2.{n}")));
    records.extend((0..40).map(|n| format!("ns.sub.t. 1 IN A 192.0.2.{n}")));
    let (zone, _) = zone_of(
        "t.",
        &records.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let zone = zone.unwrap();
    // RFC 9471 §3.1: a referral without its glue is truncated too.
    for (name, left) in [("big.t.", (0, 0, 0)), ("a.sub.t.", (0, 1, 0))] {
        let name: NameBuf = name.parse().unwrap();
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_limit(512);
        let answer = zone.answer(name.as_name(), RecordType::A, false, &mut builder);
        assert_eq!(answer, Ok(Answer::Truncated));
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        assert!(message.flags().truncated());
        let header = message.header();
        let counts = (
            header.answer_count,
            header.authority_count,
            header.additional_count,
        );
        assert_eq!(counts, left, "{name}");
    }
}

/// RFC 2181 §9: what is only helpful is left out without TC; RFC 2782 and RFC 1035 §3.3.9: it is the addresses of the hosts
/// that SRV and MX name. RFC 9471 §3.2: so it is with glue of another delegation.
#[test]
fn what_only_helps_is_left_out() {
    let mut records: Vec<String> = [
        "t. 1 IN SOA m. r. 1 2 3 4 5",
        "t. 1 IN NS ns.other.",
        "mx.t. 1 IN MX 1 many.t.",
        "srv.t. 1 IN SRV 0 0 1 one.t.",
        "one.t. 1 IN A 192.0.2.1",
        "sub.t. 1 IN NS many.t.",
    ]
    .map(String::from)
    .to_vec();
    records.extend((0..40).map(|n| format!("many.t. 1 IN A 192.0.2.{n}")));
    let lines: Vec<_> = records.iter().map(String::as_str).collect();
    let zone = zone_of("t.", &lines).0.unwrap();
    for (name, record_type, answered, left) in [
        ("mx.t.", RecordType::MX, Answer::Records, (1, 0, 0)),
        ("srv.t.", RecordType::SRV, Answer::Records, (1, 0, 1)),
        ("a.sub.t.", RecordType::A, Answer::Referral, (0, 1, 0)),
    ] {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_limit(512);
        let name: NameBuf = name.parse().unwrap();
        let answer = zone.answer(name.as_name(), record_type, false, &mut builder);
        assert_eq!(answer, Ok(answered), "{name}");
        builder.finish();
        let message = Message::decode(&octets).unwrap();
        let header = message.header();
        assert!(!message.flags().truncated(), "{name}");
        let counts = (
            header.answer_count,
            header.authority_count,
            header.additional_count,
        );
        assert_eq!(counts, left, "{name}");
    }
}

/// RFC 9471 §3.1: what a referral needs is not left out for what only helps.
#[test]
fn glue_comes_before_other_addresses() {
    let mut records: Vec<String> = [
        "t. 1 IN SOA m. r. 1 2 3 4 5",
        "t. 1 IN NS ns.other.",
        "sub.t. 1 IN NS many.t.",
        "sub.t. 1 IN NS ns.sub.t.",
        "ns.sub.t. 1 IN A 192.0.2.1",
    ]
    .map(String::from)
    .to_vec();
    records.extend((0..28).map(|n| format!("many.t. 1 IN A 192.0.2.{n}")));
    let lines: Vec<_> = records.iter().map(String::as_str).collect();
    let zone = zone_of("t.", &lines).0.unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_limit(512);
    let name: NameBuf = "a.sub.t.".parse().unwrap();
    builder.question(&name, RecordType::A, Class::IN).unwrap();
    let answer = zone.answer(name.as_name(), RecordType::A, false, &mut builder);
    assert_eq!(answer, Ok(Answer::Referral));
    builder.finish();
    let message = Message::decode(&octets).unwrap();
    assert!(!message.flags().truncated());
    let glue: Vec<_> = message
        .additionals()
        .map(|record| record.to_string())
        .collect();
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
