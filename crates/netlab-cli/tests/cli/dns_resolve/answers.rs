//! What of a response is handed on to the client.

use wire_dns::{Flags, Rcode, RecordType, Section};

use super::{client, recurse};
use crate::name_servers::{Lab, Response, says};

const AA: Flags = Flags(0x0400);

/// What a client hears that asks for an address, where the root server says the same to everything.
fn heard(name: &str, flags: Flags, records: &[(Section, &str)]) -> Response {
    let lab = Lab::new(vec![says(flags, records)]);
    let server = recurse(&lab, &[0]);
    client(&server).address(name)
}

#[test]
fn a_record_that_is_sent_twice_is_handed_on_once() {
    // RFC 2181 §5.
    let alias = (Section::Answer, "www.test. 300 CNAME web.test.");
    let address = (Section::Answer, "web.test. 300 A 192.0.2.1");
    let response = heard("www.test", AA, &[alias, alias, address, address]);
    assert_eq!(
        response.answers,
        ["www.test. CNAME web.test.", "web.test. A 192.0.2.1"]
    );
}

#[test]
fn a_name_that_a_dname_makes_too_long_is_told_so() {
    // RFC 6672 §2.2.
    let dname = (Section::Answer, "test. 300 DNAME a.test.");
    let too_long = AA.with_rcode(Rcode::YXDOMAIN);
    let response = heard("www.test", too_long, &[dname]);
    assert_eq!(response.rcode, Rcode::YXDOMAIN);
    assert_eq!(response.answers, ["test. DNAME a.test."]);
    // Without the record it is a failure like others.
    assert_eq!(heard("www.test", too_long, &[]).rcode, Rcode::SERVFAIL);
}

#[test]
fn dnssec_records_are_for_those_who_ask_for_them() {
    // RFC 4035 §3.2.1: also where a server sends them unasked.
    let signature = "8 1 300 20300101000000 20200101000000 1 test. AAAA";
    let of_address = format!("www.test. 300 RRSIG A {signature}");
    let of_proof = format!("a.test. 300 RRSIG NSEC {signature}");
    let records = [
        (Section::Answer, "www.test. 300 A 192.0.2.1"),
        (Section::Answer, &*of_address),
        (Section::Authority, "a.test. 300 NSEC z.test. A"),
        (Section::Authority, &*of_proof),
    ];
    let lab = Lab::new(vec![says(AA, &records)]);
    let server = recurse(&lab, &[0]);
    let client = client(&server);
    let response = client.address("www.test");
    assert_eq!(response.answers, ["www.test. A 192.0.2.1"]);
    assert!(!response.text.contains("NSEC"), "{}", response.text);
    // Whoever asks for signatures by their type has them.
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("www.test", RecordType::RRSIG, recursion);
    let answers = client.receive().answers;
    assert!(
        answers.len() == 1 && answers[0].contains(" RRSIG A "),
        "{answers:?}"
    );
}
