//! Each kind of response, as servers send them.

use alloc::vec::Vec;

use super::Outcome;
use crate::{Builder, Class, Flags, Message, Name, NameBuf, Rcode, RecordType, Section, Ttl};

/// A response to a question for A, with records as text in their sections.
struct Response<'t> {
    asked: (&'t str, RecordType),
    flags: Flags,
    answers: &'t [&'t str],
    authorities: &'t [&'t str],
}

const RESPONSE: Flags = Flags(0x8000);
const AA: Flags = Flags(0x8400);
const RA: Flags = Flags(0x8080);

impl Response<'_> {
    fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_flags(self.flags);
        builder
            .question(&name(self.asked.0), self.asked.1, Class::IN)
            .unwrap();
        for (section, records) in [
            (Section::Answer, self.answers),
            (Section::Authority, self.authorities),
        ] {
            for record in records {
                builder
                    .record_buf(section, &record.parse().unwrap())
                    .unwrap();
            }
        }
        builder.finish();
        octets
    }

    fn assert_from(&self, zone: &str, expected: Outcome<'_>) {
        let octets = self.octets();
        let message = Message::decode(&octets).unwrap();
        assert_eq!(message.outcome(&name(zone)), expected, "{message}");
    }
}

fn name(text: &str) -> NameBuf {
    text.parse().unwrap()
}

fn asked(name: &str) -> Response<'_> {
    Response {
        asked: (name, RecordType::A),
        flags: AA,
        answers: &[],
        authorities: &[],
    }
}

const SOA: &str = "example. 900 SOA ns.example. h.example. 1 2 3 4 300";

#[test]
fn records_of_the_type_are_the_answer() {
    Response {
        answers: &["WWW.example. 60 A 192.0.2.1"],
        ..asked("www.example.")
    }
    .assert_from(
        "example.",
        Outcome::Answer {
            name: name("www.example.").as_name(),
        },
    );
}

#[test]
fn any_record_answers_a_question_for_any() {
    // RFC 8482 §4.2: HINFO is an answer to ANY.
    Response {
        asked: ("www.example.", RecordType::ANY),
        answers: &["www.example. 60 HINFO RFC8482 \"\""],
        ..asked("www.example.")
    }
    .assert_from(
        "example.",
        Outcome::Answer {
            name: name("www.example.").as_name(),
        },
    );
}

#[test]
fn aliases_are_followed_to_the_answer() {
    // RFC 1034 §3.6.2, in whatever order the records come.
    Response {
        answers: &[
            "c.example. 60 A 192.0.2.1",
            "b.example. 60 CNAME c.example.",
            "a.example. 60 CNAME b.example.",
        ],
        ..asked("a.example.")
    }
    .assert_from(
        "example.",
        Outcome::Answer {
            name: name("c.example.").as_name(),
        },
    );
}

#[test]
fn a_question_for_the_alias_itself_is_answered_by_it() {
    Response {
        asked: ("a.example.", RecordType::CNAME),
        answers: &["a.example. 60 CNAME b.example."],
        ..asked("a.example.")
    }
    .assert_from(
        "example.",
        Outcome::Answer {
            name: name("a.example.").as_name(),
        },
    );
}

#[test]
fn what_a_server_says_of_another_zone_does_not_count() {
    // RFC 2181 §5.4.1: a server of example. knows nothing of victim.
    let response = Response {
        answers: &[
            "a.example. 60 CNAME www.victim.",
            "www.victim. 60 A 192.0.2.66",
        ],
        ..asked("a.example.")
    };
    response.assert_from(
        "example.",
        Outcome::Alias {
            target: name("www.victim.").as_name(),
        },
    );
    // Nor does it know that there is no such name.
    Response {
        flags: AA.with_rcode(Rcode::NXDOMAIN),
        ..response
    }
    .assert_from(
        "example.",
        Outcome::Alias {
            target: name("www.victim.").as_name(),
        },
    );
    response.assert_from(
        ".",
        Outcome::Answer {
            name: name("www.victim.").as_name(),
        },
    );
    Response {
        answers: &["www.victim. 60 A 192.0.2.66"],
        ..asked("www.victim.")
    }
    .assert_from("example.", Outcome::Failure);
}

#[test]
fn a_loop_of_aliases_ends() {
    Response {
        answers: &[
            "a.example. 60 CNAME b.example.",
            "b.example. 60 CNAME a.example.",
        ],
        ..asked("a.example.")
    }
    .assert_from(
        "example.",
        Outcome::Alias {
            target: name("a.example.").as_name(),
        },
    );
}

#[test]
fn an_alias_into_a_zone_further_down_is_asked_for_anew() {
    Response {
        answers: &["a.example. 60 CNAME b.sub.example."],
        authorities: &["sub.example. 60 NS ns.sub.example."],
        ..asked("a.example.")
    }
    .assert_from(
        "example.",
        Outcome::Alias {
            target: name("b.sub.example.").as_name(),
        },
    );
}

#[test]
fn no_such_name_is_told_with_its_time() {
    // RFC 2308 §5: the lesser of TTL and MINIMUM; §2.1: it is the last alias that does not exist.
    Response {
        flags: AA.with_rcode(Rcode::NXDOMAIN),
        answers: &["a.example. 60 CNAME b.example."],
        authorities: &[SOA],
        ..asked("a.example.")
    }
    .assert_from(
        "example.",
        Outcome::NameError {
            name: name("b.example.").as_name(),
            ttl: Some(Ttl(300)),
        },
    );
    // The zone of the SOA record is asked about and contains the name.
    for soa in [
        "elsewhere. 900 SOA ns.example. h.example. 1 2 3 4 300",
        ". 900 SOA ns.example. h.example. 1 2 3 4 300",
        "b.example. 900 SOA ns.example. h.example. 1 2 3 4 300",
    ] {
        Response {
            flags: AA.with_rcode(Rcode::NXDOMAIN),
            authorities: &[soa],
            ..asked("a.example.")
        }
        .assert_from(
            "example.",
            Outcome::NameError {
                name: name("a.example.").as_name(),
                ttl: None,
            },
        );
    }
}

#[test]
fn no_such_data_comes_with_soa_or_from_who_knows() {
    // RFC 2308 §2.2: types 1 and 2 with SOA, type 3 with nothing.
    let expected = name("a.example.");
    let with_soa = Response {
        authorities: &["example. 60 NS ns.example.", SOA],
        ..asked("a.example.")
    };
    with_soa.assert_from(
        "example.",
        Outcome::NoData {
            name: expected.as_name(),
            ttl: Some(Ttl(300)),
        },
    );
    for flags in [AA, RA] {
        Response {
            flags,
            ..asked("a.example.")
        }
        .assert_from(
            "example.",
            Outcome::NoData {
                name: expected.as_name(),
                ttl: None,
            },
        );
    }
    Response {
        flags: RESPONSE,
        ..asked("a.example.")
    }
    .assert_from("example.", Outcome::Failure);
}

#[test]
fn a_referral_leads_down_or_is_none() {
    let referral = |servers| Response {
        flags: RESPONSE,
        authorities: servers,
        ..asked("www.sub.example.")
    };
    let down = referral(&["sub.example. 60 NS ns.elsewhere."]);
    for zone in ["example.", "."] {
        down.assert_from(
            zone,
            Outcome::Referral {
                zone: name("sub.example.").as_name(),
            },
        );
    }
    // To the same zone, up, and beside the way: lame.
    down.assert_from("sub.example.", Outcome::Failure);
    referral(&[". 60 NS ns.root."]).assert_from("example.", Outcome::Failure);
    referral(&["other.example. 60 NS ns.other.example."]).assert_from("example.", Outcome::Failure);
}

#[test]
fn a_referral_up_is_lame_though_it_be_authoritative() {
    // RFC 2308 §2.2: without SOA record, NS records are no sign that there is nothing.
    Response {
        authorities: &[". 60 NS ns.root."],
        ..asked("www.example.")
    }
    .assert_from("example.", Outcome::Failure);
}

#[test]
fn a_name_that_would_be_too_long_is_told() {
    // RFC 6672 §2.2.
    let with = |flags, answers| Response {
        flags,
        answers,
        ..asked("a.long.example.")
    };
    let too_long = AA.with_rcode(Rcode::YXDOMAIN);
    let dname = ["long.example. 60 DNAME elsewhere."];
    with(too_long, &dname).assert_from(
        "example.",
        Outcome::NameTooLong {
            name: name("a.long.example.").as_name(),
        },
    );
    let alias = [
        "a.long.example. 60 CNAME b.far.example.",
        "far.example. 60 DNAME elsewhere.",
    ];
    with(too_long, &alias).assert_from(
        "example.",
        Outcome::NameTooLong {
            name: name("b.far.example.").as_name(),
        },
    );
    // Only a name further down is renamed, and only who serves the zone can say so.
    with(too_long, &["a.long.example. 60 DNAME elsewhere."])
        .assert_from("example.", Outcome::Failure);
    with(too_long, &dname).assert_from("a.long.example.", Outcome::Failure);
}

#[test]
fn a_dname_without_its_alias_does_not_say_that_there_is_nothing() {
    // RFC 6672 §3.1: the server makes the alias.
    let with = |answers| Response {
        answers,
        ..asked("a.b.example.")
    };
    with(&["b.example. 60 DNAME c.example."]).assert_from("example.", Outcome::Failure);
    with(&[
        "a.b.example. 60 CNAME a.c.example.",
        "c.example. 60 DNAME d.example.",
    ])
    .assert_from(
        "example.",
        Outcome::Alias {
            target: name("a.c.example.").as_name(),
        },
    );
}

#[test]
fn what_is_no_answer_is_a_failure() {
    for rcode in [
        Rcode::SERVFAIL,
        Rcode::REFUSED,
        Rcode::FORMERR,
        Rcode::YXDOMAIN,
    ] {
        Response {
            flags: AA.with_rcode(rcode),
            ..asked("a.example.")
        }
        .assert_from("example.", Outcome::Failure);
        // RFC 1035 §4.1.1: such a code says that there is no answer, whatever stands beside it.
        for answers in [
            ["a.example. 60 A 192.0.2.1"],
            ["a.example. 60 CNAME b.victim."],
        ] {
            Response {
                flags: AA.with_rcode(rcode),
                answers: &answers,
                ..asked("a.example.")
            }
            .assert_from("example.", Outcome::Failure);
        }
    }
    // A query, and a response that does not say to what.
    Response {
        flags: Flags(0),
        answers: &["a.example. 60 A 192.0.2.1"],
        ..asked("a.example.")
    }
    .assert_from("example.", Outcome::Failure);
    let without_question = Message::decode(b"\0\0\x84\0\0\0\0\0\0\0\0\0").unwrap();
    assert_eq!(without_question.outcome(Name::ROOT), Outcome::Failure);
}

#[test]
fn the_names_on_the_way_are_those_that_were_followed() {
    let response = Response {
        answers: &[
            "b.example. 60 CNAME c.victim.",
            "a.example. 60 CNAME b.example.",
            "a.example. 60 TXT \"beside an alias\"",
            "c.victim. 60 A 192.0.2.66",
            "c.victim. 60 CNAME d.victim.",
        ],
        ..asked("a.example.")
    };
    let octets = response.octets();
    let message = Message::decode(&octets).unwrap();
    let names = |zone: &str| -> Vec<NameBuf> {
        let zone = name(zone);
        message.aliases(&zone).map(Name::to_name_buf).collect()
    };
    // Where the records asked for are, the way ends.
    assert_eq!(
        names("."),
        ["a.example.", "b.example.", "c.victim."].map(name)
    );
    assert_eq!(names("example."), ["a.example.", "b.example."].map(name));
    assert!(names("victim.").is_empty());
    // A loop is followed as far as any chain.
    let octets = Response {
        answers: &["a.example. 60 CNAME a.example."],
        ..asked("a.example.")
    }
    .octets();
    let message = Message::decode(&octets).unwrap();
    assert_eq!(message.aliases(Name::ROOT).count(), super::ALIASES_MAX);
    let without_question = Message::decode(b"\0\0\x84\0\0\0\0\0\0\0\0\0").unwrap();
    assert_eq!(without_question.aliases(Name::ROOT).count(), 0);
}
