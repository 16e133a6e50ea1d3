//! Answers over CNAME and DNAME.

use alloc::{format, vec};

use super::{EXAMPLE, SOA, ask, example, zone_of};
use crate::zone::Answer;

#[test]
fn aliases_are_followed_within_the_zone() {
    let zone = example();
    for (question, answer, status, records) in [
        (
            "chain.example. A",
            Answer::Records,
            "NOERROR aa",
            vec![
                "an chain.example. 60 CNAME alias.example.",
                "an alias.example. 60 CNAME Host1.example.",
                "an Host1.example. 3600 A 192.0.2.1",
            ],
        ),
        (
            "chain.example. CNAME",
            Answer::Records,
            "NOERROR aa",
            vec!["an chain.example. 60 CNAME alias.example."],
        ),
        (
            "x.wc.example. A",
            Answer::Records,
            "NOERROR aa",
            vec![
                "an x.wc.example. 60 CNAME host1.example.",
                "an host1.example. 3600 A 192.0.2.1",
            ],
        ),
        // RFC 2308 §2.1: NXDOMAIN and NODATA are those of the end of the chain.
        (
            "dangling.example. A",
            Answer::NameError,
            "NXDOMAIN aa",
            vec!["an dangling.example. 60 CNAME _absent.host1.example.", SOA],
        ),
        (
            "alias.example. AAAA",
            Answer::NoData,
            "NOERROR aa",
            vec!["an alias.example. 60 CNAME Host1.example.", SOA],
        ),
        (
            "away.example. A",
            Answer::Records,
            "NOERROR aa",
            vec!["an away.example. 60 CNAME www.elsewhere."],
        ),
        (
            "todel.example. A",
            Answer::Referral,
            "NOERROR aa",
            vec![
                "an todel.example. 60 CNAME www.subdel.example.",
                "ns subdel.example. 3600 NS ns.example.com.",
                "ns subdel.example. 3600 NS ns.subdel.example.",
                "ar ns.subdel.example. 3600 A 192.0.2.9",
            ],
        ),
    ] {
        let found = ask(&zone, question);
        assert_eq!((found.0, found.1.as_str()), (answer, status), "{question}");
        assert_eq!(found.2, records, "{question}");
    }
}

#[test]
fn only_what_stands_beside_an_alias_keeps_from_following_it() {
    // RFC 4035 §2.5 lets KEY stand there. Where it does not, a NODATA could not be proved (RFC 6840 §4.3).
    let mut records = EXAMPLE.to_vec();
    records.push("keyed.example. 60 IN CNAME host1.example.");
    records.push("keyed.example. 60 IN KEY 256 3 8 AQID");
    let zone = zone_of("example.", &records).0.unwrap();
    for (question, expected) in [
        (
            "keyed.example. KEY",
            vec!["an keyed.example. 60 KEY 256 3 8 AQID"],
        ),
        (
            "keyed.example. NXT",
            vec!["an keyed.example. 60 CNAME host1.example.", SOA],
        ),
        (
            "x.wc.example. KEY",
            vec!["an x.wc.example. 60 CNAME host1.example.", SOA],
        ),
        (
            "keyed.example. ANY",
            vec!["an keyed.example. 60 CNAME host1.example."],
        ),
    ] {
        assert_eq!(ask(&zone, question).2, expected, "{question}");
    }
}

#[test]
fn no_record_is_in_an_answer_twice() {
    // RFC 2181 §5: also not where aliases lead back.
    let mut records = EXAMPLE.to_vec();
    records.extend([
        "to.example. 60 IN CNAME fro.example.",
        "fro.example. 60 IN CNAME to.example.",
        "*.round.example. 60 IN CNAME a.round.example.",
        "down.example. 60 IN DNAME x.down2.example.",
        "down2.example. 60 IN DNAME down.example.",
        "self.example. 60 IN DNAME self.example.",
        "hither.example. 60 IN DNAME thither.example.",
        "thither.example. 60 IN DNAME hither.example.",
    ]);
    let zone = zone_of("example.", &records).0.unwrap();
    for (question, expected) in [
        (
            "loop.example. A",
            vec!["an loop.example. 60 CNAME loop.example."],
        ),
        (
            "fro.example. A",
            vec![
                "an fro.example. 60 CNAME to.example.",
                "an to.example. 60 CNAME fro.example.",
            ],
        ),
        (
            "b.round.example. A",
            vec!["an b.round.example. 60 CNAME a.round.example."],
        ),
        (
            "a.self.example. A",
            vec![
                "an self.example. 60 DNAME self.example.",
                "an a.self.example. 60 CNAME a.self.example.",
            ],
        ),
        (
            "a.hither.example. A",
            vec![
                "an hither.example. 60 DNAME thither.example.",
                "an a.hither.example. 60 CNAME a.thither.example.",
                "an thither.example. 60 DNAME hither.example.",
                "an a.thither.example. 60 CNAME a.hither.example.",
            ],
        ),
    ] {
        let (answer, _, records) = ask(&zone, question);
        assert_eq!(answer, Answer::Records, "{question}");
        assert_eq!(records, expected, "{question}");
    }
    let (_, _, mut records) = ask(&zone, "a.down.example. A");
    assert_eq!(records[0], "an down.example. 60 DNAME x.down2.example.");
    let count = records.len();
    records.sort();
    records.dedup();
    assert_eq!(records.len(), count);
}

#[test]
fn dname_of_rfc_6672() {
    let zone = example();
    let (answer, status, records) = ask(&zone, "Host1.Old.example. A");
    assert_eq!((answer, status.as_str()), (Answer::Records, "NOERROR aa"));
    assert_eq!(
        records,
        [
            "an old.example. 60 DNAME example.",
            "an Host1.Old.example. 60 CNAME Host1.example.",
            "an Host1.example. 3600 A 192.0.2.1"
        ]
    );
    // §2.3: the owner itself is not redirected.
    assert_eq!(
        ask(&zone, "old.example. TXT").2,
        ["an old.example. 60 TXT \"at the DNAME itself\""]
    );
    assert_eq!(ask(&zone, "old.example. A").2, [SOA]);
    // RFC 1034 §3.6.2: a question that the alias itself answers does not go on at its target.
    for question in ["absent.old.example. CNAME", "absent.old.example. ANY"] {
        let (answer, status, records) = ask(&zone, question);
        assert_eq!((answer, status.as_str()), (Answer::Records, "NOERROR aa"));
        assert_eq!(
            records,
            [
                "an old.example. 60 DNAME example.",
                "an absent.old.example. 60 CNAME absent.example."
            ],
            "{question}"
        );
    }
    // §2.2: too long is YXDOMAIN.
    let long = format!("{0}.{0}.long.example. A", "x".repeat(60));
    let (answer, status, records) = ask(&zone, &long);
    assert_eq!(
        (answer, status.as_str()),
        (Answer::NameTooLong, "YXDOMAIN aa")
    );
    assert_eq!(records.len(), 1);
}
