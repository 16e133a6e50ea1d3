//! Stories: what people do, and what everyone is told.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use super::super::lines::Line;
use super::super::names::NAME_CHARACTERS_MAX;
use super::{Effect, Event, MemberId, Reason, Room, Via};

const IDLE: Duration = Duration::from_secs(60);

/// A room, and what each member has been told since it was last asked.
struct Story {
    room: Room,
    now: Duration,
    members: Vec<(MemberId, Vec<String>, bool)>,
    events: Vec<Event>,
}

impl Story {
    fn begin(stop_and_wait: bool) -> Self {
        Self {
            room: Room::new(stop_and_wait, IDLE),
            now: Duration::ZERO,
            members: Vec::new(),
            events: Vec::new(),
        }
    }

    fn joins(&mut self, via: Via) -> MemberId {
        let mut effects = Vec::new();
        let who = self.room.join(via, self.now, &mut effects);
        self.members.push((who, Vec::new(), true));
        self.carry_out(effects);
        who
    }

    /// Joins under a name and has heard what was said about it.
    fn person(&mut self, name: &str) -> MemberId {
        let who = self.joins(Via::Tcp);
        self.says(who, &format!("/nick {name}"));
        self.forget();
        who
    }

    fn says(&mut self, who: MemberId, line: &str) {
        self.sends(who, &Line::Whole(Cow::Borrowed(line.as_bytes())));
    }

    fn sends(&mut self, who: MemberId, line: &Line<'_>) {
        let mut effects = Vec::new();
        self.room.line(who, line, self.now, &mut effects);
        self.carry_out(effects);
    }

    fn leaves(&mut self, who: MemberId, reason: Reason) {
        let mut effects = Vec::new();
        self.room.leave(who, reason, &mut effects);
        self.carry_out(effects);
    }

    fn passes(&mut self, seconds: u64) {
        self.now = self.now.saturating_add(Duration::from_secs(seconds));
        let mut effects = Vec::new();
        self.room.expire(self.now, &mut effects);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Tell(to, line) => {
                    let (_, told, here) = self.members.iter_mut().find(|m| m.0 == to).unwrap();
                    assert!(*here, "told after the end: {line}");
                    told.push(line);
                }
                Effect::TellOthers(but, line) => {
                    for (who, told, here) in &mut self.members {
                        if *who != but && *here {
                            told.push(line.clone());
                        }
                    }
                }
                Effect::Ended(who) => {
                    self.members.iter_mut().find(|m| m.0 == who).unwrap().2 = false;
                }
                Effect::Event(event) => self.events.push(event),
            }
        }
    }

    fn forget(&mut self) {
        for (_, told, _) in &mut self.members {
            told.clear();
        }
        self.events.clear();
    }

    /// What a member was told since the last time, each line without its end.
    fn told(&mut self, who: MemberId) -> Vec<String> {
        let (_, told, _) = self.members.iter_mut().find(|m| m.0 == who).unwrap();
        std::mem::take(told)
            .into_iter()
            .map(|line| {
                let text = line.strip_suffix('\n').expect("a whole line").to_owned();
                assert!(!text.contains('\n'), "one line: {text:?}");
                text
            })
            .collect()
    }

    fn is_here(&self, who: MemberId) -> bool {
        self.members.iter().any(|m| m.0 == who && m.2)
    }
}

#[test]
fn everyone_has_a_name_and_hears_the_others() {
    let mut story = Story::begin(false);
    let one = story.joins(Via::Tcp);
    let welcome = &story.told(one)[0];
    assert!(
        welcome.starts_with("* welcome, guest-1; nobody else is here yet; /nick NAME"),
        "{welcome}"
    );
    let two = story.joins(Via::Udp);
    assert!(story.told(two)[0].starts_with("* welcome, guest-2; 2 are here; "));
    assert_eq!(story.told(one), ["* guest-2 joined"]);

    story.says(one, "hello");
    assert_eq!(story.told(two), ["guest-1: hello"]);
    assert!(story.told(one).is_empty(), "nobody hears himself");

    story.says(two, "/nick bob");
    assert_eq!(story.told(two), ["* you are bob now"]);
    assert_eq!(story.told(one), ["* guest-2 is bob now"]);

    story.says(two, "/quit");
    assert_eq!(story.told(two), ["* good-bye"]);
    assert_eq!(story.told(one), ["* bob left"]);
    assert!(!story.is_here(two));
    assert_eq!(
        story.events.last(),
        Some(&Event::Left {
            who: two,
            name: "bob".to_owned(),
            reason: Reason::Quit
        })
    );
}

#[test]
fn a_taken_name_gets_a_number() {
    let mut story = Story::begin(false);
    let alice = story.person("alice");
    let other = story.person("bob");
    story.says(other, "/nick ALICE");
    assert_eq!(
        story.told(other),
        ["* you are ALICE-2 now (ALICE is taken)"]
    );
    let third = story.person("carol");
    story.says(third, "/nick alice");
    assert_eq!(
        story.told(third),
        ["* you are alice-3 now (alice is taken)"]
    );

    story.says(alice, "/nick Alice");
    assert_eq!(story.told(alice).last().unwrap(), "* you are Alice now");
    story.says(alice, "/nick Alice");
    assert_eq!(story.told(alice), ["* you are Alice already"]);

    story.leaves(alice, Reason::Closed);
    story.says(third, "/nick alice");
    assert_eq!(story.told(third).last().unwrap(), "* you are alice now");
}

/// In a crowd of one name nobody's wish costs a look at everyone.
#[test]
fn a_crowd_of_one_name_is_told_apart_without_trying_every_number() {
    const CROWD: u64 = 1000;
    let mut story = Story::begin(false);
    let mut names = BTreeSet::new();
    let mut last = None;
    for _ in 0..CROWD {
        let who = story.joins(Via::Tcp);
        story.says(who, "/nick alex");
        let told = story.told(who).pop().unwrap();
        names.insert(told.split(' ').nth(3).unwrap().to_owned());
        last = Some(who);
        story.forget();
    }
    assert_eq!(names.len(), 1000, "each has a name of its own");
    assert!(names.contains("alex") && names.contains("alex-2") && names.contains("alex-64"));
    // Number 1000 does not try the 999 before it to find that it has the next one already.
    let last = last.unwrap();
    story.says(last, "/nick alex");
    assert_eq!(
        story.told(last),
        ["* you are alex-1001 now (alex is taken)"]
    );
}

#[test]
fn a_guest_number_that_is_taken_is_skipped() {
    let mut story = Story::begin(false);
    let one = story.joins(Via::Tcp);
    story.says(one, "/nick guest-2");
    let two = story.joins(Via::Tcp);
    assert!(story.told(two)[0].starts_with("* welcome, guest-3; "));
}

#[test]
fn nobody_imitates_the_room_or_the_host() {
    let mut story = Story::begin(false);
    let alice = story.person("alice");
    let mallory = story.joins(Via::Tcp);
    story.forget();
    for (wish, name) in [
        ("* alice left", "alice-left"),
        ("Host", "Host-2"),
        ("ali\u{200b}ce", "alice-2"),
        ("x\u{1b}[2J", "x[2J"),
        ("bob: hi", "bob-hi"),
    ] {
        story.says(mallory, &format!("/nick {wish}"));
        assert!(
            story.told(mallory)[0].starts_with(&format!("* you are {name} now")),
            "{wish}"
        );
    }
    story.forget();
    for nothing in ["/nick", "/nick ::", "/nick \u{202e}"] {
        story.says(mallory, nothing);
        assert_eq!(
            story.told(mallory),
            ["* /nick needs a name with a letter or a digit in it; you are bob-hi"]
        );
    }
    story.says(mallory, &format!("/nick {}", "y".repeat(4000)));
    assert_eq!(
        story.told(alice),
        [format!(
            "* bob-hi is {} now",
            "y".repeat(NAME_CHARACTERS_MAX)
        )]
    );
    let host = story.joins(Via::Terminal);
    assert!(story.told(host)[0].starts_with("* welcome, host; "));
}

#[test]
fn messages_are_made_harmless_and_stay_text() {
    let mut story = Story::begin(false);
    let alice = story.person("alice");
    let bob = story.person("bob");
    story.says(alice, "\u{1b}[2Jbye\u{7}");
    assert_eq!(story.told(bob), ["alice: \\u{1b}[2Jbye\\u{7}"]);
    story.sends(alice, &Line::Whole(Cow::Borrowed(b"gr\xc3\xbc\xff\xc3")));
    assert_eq!(story.told(bob), ["alice: grü\u{fffd}\u{fffd}"]);
    story.says(alice, "👩‍👧 ok");
    assert_eq!(story.told(bob), ["alice: 👩‍👧 ok"]);
    story.says(alice, "   ");
    assert!(story.told(bob).is_empty(), "an empty line says nothing");
    story.sends(alice, &Line::TooLong);
    assert!(story.told(bob).is_empty());
    assert_eq!(
        story.told(alice),
        ["* not sent: a line has at most 4096 octets"]
    );
    story.says(alice, "/shrug");
    assert!(story.told(alice)[0].starts_with("* there is no /shrug; there are "));
    story.says(alice, "//shrug");
    assert_eq!(story.told(bob), ["alice: /shrug"]);
}

#[test]
fn who_lists_everyone_in_bounded_lines() {
    let mut story = Story::begin(false);
    let alice = story.person("alice");
    let bob = story.person("bob");
    story.says(bob, "/who");
    assert_eq!(story.told(bob), ["* 2 here: alice, bob (you)"]);
    for _ in 0..998 {
        story.joins(Via::Udp);
    }
    story.forget();
    story.says(alice, "/who");
    let told = story.told(alice);
    assert!(told.iter().all(|line| line.len() <= 1100), "{told:?}");
    assert!(told[0].starts_with("* 1000 here: alice (you), bob, guest-3, "));
    assert!(told.last().unwrap().ends_with(", and 800 more"));
}

#[test]
fn the_silent_expire_and_the_host_does_not() {
    let mut story = Story::begin(false);
    let host = story.joins(Via::Terminal);
    let alice = story.person("alice");
    let bob = story.person("bob");
    story.forget();
    story.passes(40);
    story.says(alice, "");
    story.passes(20);
    assert!(!story.is_here(bob));
    assert_eq!(
        story.told(bob),
        ["* good-bye: you were silent for too long"]
    );
    assert_eq!(story.told(alice), ["* bob left (silent for too long)"]);
    assert_eq!(
        story.room.next_expiry(),
        Some(Duration::from_secs(100)),
        "the next one is alice"
    );
    story.passes(39);
    assert!(story.is_here(alice));
    story.passes(1);
    assert!(!story.is_here(alice));
    assert!(story.is_here(host));
    assert_eq!(story.room.next_expiry(), None);
}

#[test]
fn whoever_is_gone_is_not_told_and_cannot_speak() {
    let mut story = Story::begin(false);
    let alice = story.person("alice");
    let bob = story.person("bob");
    story.leaves(bob, Reason::Slow);
    assert_eq!(story.told(alice), ["* bob left (does not read)"]);
    story.says(bob, "still here?");
    story.leaves(bob, Reason::Closed);
    story.says(alice, "no");
    assert!(story.told(alice).is_empty());
}

#[test]
fn two_people_take_turns() {
    let mut story = Story::begin(true);
    let alice = story.person("alice");
    story.says(alice, "anybody?");
    assert_eq!(
        story.told(alice),
        ["* not sent: nobody is here to answer; wait for a second person"]
    );
    let bob = story.person("bob");
    story.says(bob, "one");
    assert_eq!(story.told(alice), ["bob: one"]);
    story.says(bob, "two");
    assert_eq!(
        story.told(bob),
        ["* not sent: it is alice's turn; wait for the answer"]
    );
    assert!(story.told(alice).is_empty());
    story.says(alice, "received");
    assert_eq!(story.told(bob), ["alice: received"]);
    story.says(alice, "again");
    assert!(story.told(alice)[0].starts_with("* not sent: it is bob's turn"));
    story.says(bob, "/who");
    assert_eq!(story.told(bob), ["* 2 here: alice, bob (you)"]);
}

#[test]
fn a_third_waits_for_a_seat() {
    let mut story = Story::begin(true);
    let alice = story.joins(Via::Tcp);
    assert_eq!(
        story.told(alice)[1],
        "* two people take turns here; wait for the second"
    );
    let bob = story.joins(Via::Udp);
    for (who, with) in [(alice, "guest-2"), (bob, "guest-1")] {
        assert_eq!(
            *story.told(who).last().unwrap(),
            format!("* you and {with} take turns, one message at a time; either may begin")
        );
    }
    let carol = story.joins(Via::Tcp);
    assert_eq!(
        story.told(carol)[1],
        "* guest-1 and guest-2 take turns; listen, and wait until one of them leaves"
    );
    story.forget();
    story.says(carol, "me too");
    assert_eq!(
        story.told(carol),
        ["* not sent: guest-1 and guest-2 take turns; wait until one of them leaves"]
    );
    story.says(alice, "first");
    assert_eq!(story.told(carol), ["guest-1: first"], "others may listen");
    story.leaves(bob, Reason::Closed);
    assert_eq!(
        story.told(carol),
        [
            "* guest-2 left",
            "* you and guest-1 take turns, one message at a time; either may begin"
        ]
    );
    story.forget();
    story.says(alice, "a new start");
    assert_eq!(story.told(carol), ["guest-1: a new start"]);
    story.leaves(carol, Reason::Closed);
    assert_eq!(
        story.told(alice).last().unwrap(),
        "* two people take turns here; wait for the second"
    );
}
