//! Which servers are asked, and for how long they are known.

use wire_dns::{Flags, Rcode, Section};

use super::{client, recurse};
use crate::name_servers::{Lab, refuses, says, zones};

#[test]
fn servers_that_refer_up_or_say_half_of_it_are_passed_over() {
    // RFC 2308 §2.2, RFC 6672 §3.1: neither is a sign that there is nothing, though the server calls itself an authority.
    let authority = Flags::default().with_authoritative(true);
    let root = "@ NS 0.root.\n0.root. A 127.0.42.1\n\
         test. NS a.test.\ntest. NS b.test.\ntest. NS c.test.\n\
         a.test. A 127.0.42.2\nb.test. A 127.0.42.3\nc.test. A 127.0.42.4\n";
    let lab = Lab::new(vec![
        zones(&[(".", root)]),
        says(authority, &[(Section::Authority, ". 300 NS 0.root.")]),
        says(
            authority,
            &[(Section::Answer, "test. 300 DNAME elsewhere.")],
        ),
        zones(&[("test.", "@ NS c\nc A 127.0.42.4\n* A 192.0.2.1\n")]),
    ]);
    let server = recurse(&lab, &[0]);
    for number in 0..30 {
        let name = format!("{number}.test.");
        let answers = client(&server).address(&name).answers;
        assert_eq!(answers, [format!("{name} A 192.0.2.1")]);
    }
}

#[test]
fn where_the_addresses_of_a_referral_lead_nowhere_the_names_are_looked_up() {
    let root = "@ NS 0.root.\n0.root. A 127.0.42.1\n\
         test. NS ns.other.\nns.other. A 127.0.42.2\n\
         other. NS a.nic.other.\na.nic.other. A 127.0.42.3\n";
    let lab = Lab::new(vec![
        zones(&[(".", root)]),
        refuses(Rcode::REFUSED),
        zones(&[
            (
                "other.",
                "@ NS a.nic\na.nic A 127.0.42.3\nns A 127.0.42.2\nns A 127.0.42.3\n",
            ),
            ("test.", "@ NS ns.other.\nwww A 192.0.2.1\n"),
        ]),
    ]);
    let server = recurse(&lab, &[0]);
    let answers = client(&server).address("www.test").answers;
    assert_eq!(answers, ["www.test. A 192.0.2.1"]);
    // Who has refused is not asked the same again.
    assert_eq!(lab.asked(1), 1);
}

#[test]
fn a_delegation_ends_with_the_one_above_it() {
    // CVE-2022-30698: a zone that was taken away lives on in those that it gave away, if they last longer.
    let root = "@ NS 0.root.\n0.root. A 127.0.42.1\ntest. 0 NS ns.test.\nns.test. A 127.0.42.2\n";
    let lab = Lab::new(vec![
        zones(&[(".", root)]),
        zones(&[(
            "test.",
            "@ NS ns\nns A 127.0.42.2\nsub NS ns.sub\nns.sub A 127.0.42.3\n",
        )]),
        zones(&[("sub.test.", "@ NS ns\nns A 127.0.42.3\n* A 192.0.2.1\n")]),
    ]);
    let server = recurse(&lab, &[0]);
    for number in 1..=3 {
        let answers = client(&server)
            .address(&format!("{number}.sub.test"))
            .answers;
        assert_eq!(answers, [format!("{number}.sub.test. A 192.0.2.1")]);
        assert_eq!(lab.asked(0), number);
    }
}
