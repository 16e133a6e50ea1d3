//! The room: who is in it, what they are called, and who hears what. It knows no sockets and no clock.
//!
//! Whatever happens goes in as a call, and comes out as [`Effect`]s in the order in which they must be carried out.

mod said;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use self::said::Command;
pub(super) use self::said::is_quit;
use super::lines::{LINE_OCTETS_MAX, Line};
use super::names::{folded, numbered, sanitized};
use super::turns::{Turns, Wait};

/// A member, for as long as the room is open; never used twice.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct MemberId(u64);

/// How a member takes part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Via {
    /// Over a connection.
    Tcp,
    /// By datagrams.
    Udp,
    /// At the terminal of the server; is always called `host` and never expires.
    Terminal,
}

/// Why a member left.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reason {
    /// It said `/quit`.
    Quit,
    /// It closed its connection.
    Closed,
    /// Its connection broke.
    Lost,
    /// It was silent for the idle time.
    Silent,
    /// It did not read what it was told.
    Slow,
}

/// What is to be done, or told to whoever watches the room.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// One member is told a line.
    Tell(MemberId, String),
    /// Everyone but one is told a line.
    TellOthers(MemberId, String),
    /// A member is not in the room any more; nothing will be told to it again.
    Ended(MemberId),
    /// Something for the record.
    Event(Event),
}

/// What happened, for the record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Event {
    /// Somebody came in.
    Joined { who: MemberId, name: String },
    /// Somebody left.
    Left {
        who: MemberId,
        name: String,
        reason: Reason,
    },
    /// Somebody has another name.
    Renamed {
        who: MemberId,
        from: String,
        to: String,
    },
    /// Everyone else was told a message.
    Message {
        who: MemberId,
        name: String,
        text: String,
    },
    /// A line was not passed on.
    Refused {
        who: MemberId,
        name: String,
        reason: String,
    },
}

/// Members, names and turns.
#[derive(Debug)]
pub(super) struct Room {
    members: BTreeMap<MemberId, Member>,
    /// Folded names.
    names: HashMap<String, MemberId>,
    next_member: u64,
    next_guest: u64,
    /// The last number that was put behind a name that many have.
    last_number: u64,
    turns: Option<Turns>,
    idle: Duration,
    /// Nobody expires before; the real moment may be later.
    next_expiry: Option<Duration>,
}

#[derive(Debug)]
struct Member {
    name: String,
    via: Via,
    /// When it last sent anything, counted from the opening of the room.
    heard: Duration,
}

/// The name of the person at the server's terminal, which nobody else can have.
const HOST: &str = "host";
/// The numbers that are tried in order behind a name that is taken.
const NUMBERS_IN_ORDER: u64 = 64;
/// The most names that `/who` lists: an answer must stay small beside what a member may leave unread.
const WHO_NAMES_MAX: usize = 200;
/// The most octets of one line of that list, so that it fits a datagram that is not fragmented.
const WHO_LINE_OCTETS_MAX: usize = 1000;

impl Event {
    /// Whom it is about.
    pub(super) const fn who(&self) -> MemberId {
        match self {
            Self::Joined { who, .. }
            | Self::Left { who, .. }
            | Self::Renamed { who, .. }
            | Self::Message { who, .. }
            | Self::Refused { who, .. } => *who,
        }
    }
}

impl Room {
    /// An empty room whose members expire after `idle` of silence.
    pub(super) fn new(stop_and_wait: bool, idle: Duration) -> Self {
        Self {
            members: BTreeMap::new(),
            names: HashMap::new(),
            next_member: 0,
            next_guest: 1,
            last_number: NUMBERS_IN_ORDER,
            turns: stop_and_wait.then(Turns::default),
            idle,
            next_expiry: None,
        }
    }

    /// Lets somebody in, with a name of the room's choice.
    pub(super) fn join(&mut self, via: Via, now: Duration, effects: &mut Vec<Effect>) -> MemberId {
        let who = MemberId(self.next_member);
        self.next_member = self.next_member.wrapping_add(1);
        let name = self.first_name(via, who);
        self.names.insert(folded(&name), who);
        self.members.insert(
            who,
            Member {
                name: name.clone(),
                via,
                heard: now,
            },
        );
        self.expect_expiry(now);
        effects.push(Effect::Event(Event::Joined {
            who,
            name: name.clone(),
        }));
        let here = match self.members.len() {
            1 => "nobody else is here yet".to_owned(),
            count => format!("{count} are here"),
        };
        tell(
            effects,
            who,
            &format!(
                "welcome, {name}; {here}; /nick NAME renames you, /who lists who is here, /quit leaves"
            ),
        );
        effects.push(Effect::TellOthers(who, notice(&format!("{name} joined"))));
        self.seat(who, effects);
        who
    }

    /// Takes one line of a member; a stranger's is ignored.
    pub(super) fn line(
        &mut self,
        who: MemberId,
        line: &Line<'_>,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let Some(member) = self.members.get_mut(&who) else {
            return;
        };
        member.heard = now;
        let Line::Whole(octets) = line else {
            let reason = format!("a line has at most {LINE_OCTETS_MAX} octets");
            return self.refuse(who, &reason, effects);
        };
        let text = String::from_utf8_lossy(octets);
        match Command::parse(&text) {
            Command::Nothing => {}
            Command::Say(text) => self.say(who, &text, effects),
            Command::Nick(wish) => self.rename(who, wish, effects),
            Command::Who => self.list(who, effects),
            Command::Quit => self.leave(who, Reason::Quit, effects),
            Command::Unknown(word) => tell(
                effects,
                who,
                &format!(
                    "there is no {word}; there are /nick NAME, /who and /quit, and //… says a line that begins with /"
                ),
            ),
        }
    }

    /// Lets a member go; one who is gone already is no mistake.
    pub(super) fn leave(&mut self, who: MemberId, reason: Reason, effects: &mut Vec<Effect>) {
        let Some(member) = self.members.remove(&who) else {
            return;
        };
        self.names.remove(&folded(&member.name));
        let (why, good_bye) = match reason {
            Reason::Quit => ("", Some("good-bye")),
            Reason::Closed => ("", None),
            Reason::Lost => (" (connection lost)", None),
            Reason::Silent => (
                " (silent for too long)",
                Some("good-bye: you were silent for too long"),
            ),
            Reason::Slow => (
                " (does not read)",
                Some("good-bye: you did not read what was said; some of it is lost"),
            ),
        };
        if let Some(text) = good_bye {
            tell(effects, who, text);
        }
        effects.push(Effect::Ended(who));
        effects.push(Effect::TellOthers(
            who,
            notice(&format!("{} left{why}", member.name)),
        ));
        effects.push(Effect::Event(Event::Left {
            who,
            name: member.name,
            reason,
        }));
        self.fill_seat(who, effects);
    }

    /// A sign of life that is no line yet.
    pub(super) fn heard(&mut self, who: MemberId, now: Duration) {
        if let Some(member) = self.members.get_mut(&who) {
            member.heard = now;
        }
    }

    /// Lets everyone go who was silent for the idle time.
    pub(super) fn expire(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if self.next_expiry.is_none_or(|moment| now < moment) {
            return;
        }
        let idle = self.idle;
        let expired: Vec<MemberId> = self
            .mortals()
            .filter(|(_, member)| now.saturating_sub(member.heard) >= idle)
            .map(|(who, _)| who)
            .collect();
        for who in expired {
            self.leave(who, Reason::Silent, effects);
        }
        self.next_expiry = self
            .mortals()
            .map(|(_, member)| member.heard.saturating_add(idle))
            .min();
    }

    /// When [`Room::expire`] is to be called next.
    pub(super) const fn next_expiry(&self) -> Option<Duration> {
        self.next_expiry
    }

    /// What everyone is told when the room closes.
    pub(super) fn closing() -> String {
        notice("good-bye: the room closes")
    }

    /// What somebody is told who finds it full.
    pub(super) fn full() -> String {
        notice("good-bye: the room is full; try again later")
    }

    fn say(&mut self, who: MemberId, text: &str, effects: &mut Vec<Effect>) {
        if let Some(wait) = self.turns.as_mut().and_then(|turns| turns.take(who).err()) {
            let reason = self.why_wait(who, wait);
            return self.refuse(who, &reason, effects);
        }
        let name = self.name(who).to_owned();
        effects.push(Effect::TellOthers(who, format!("{name}: {text}\n")));
        effects.push(Effect::Event(Event::Message {
            who,
            name,
            text: text.to_owned(),
        }));
    }

    fn refuse(&self, who: MemberId, reason: &str, effects: &mut Vec<Effect>) {
        tell(effects, who, &format!("not sent: {reason}"));
        effects.push(Effect::Event(Event::Refused {
            who,
            name: self.name(who).to_owned(),
            reason: reason.to_owned(),
        }));
    }

    fn rename(&mut self, who: MemberId, wish: &str, effects: &mut Vec<Effect>) {
        let from = self.name(who).to_owned();
        let Some(wished) = sanitized(wish) else {
            return tell(
                effects,
                who,
                &format!("/nick needs a name with a letter or a digit in it; you are {from}"),
            );
        };
        let to = self.free_name(&wished, who);
        if to == from {
            return tell(effects, who, &format!("you are {from} already"));
        }
        self.names.remove(&folded(&from));
        self.names.insert(folded(&to), who);
        if let Some(member) = self.members.get_mut(&who) {
            member.name.clone_from(&to);
        }
        let taken = if to == wished {
            String::new()
        } else {
            format!(" ({wished} is taken)")
        };
        tell(effects, who, &format!("you are {to} now{taken}"));
        effects.push(Effect::TellOthers(
            who,
            notice(&format!("{from} is {to} now")),
        ));
        effects.push(Effect::Event(Event::Renamed { who, from, to }));
    }

    fn list(&self, who: MemberId, effects: &mut Vec<Effect>) {
        let count = self.members.len();
        let mut line = format!("{count} here:");
        let mut separator = " ";
        for (id, member) in self.members.iter().take(WHO_NAMES_MAX) {
            let you = if *id == who { " (you)" } else { "" };
            let entry = format!("{separator}{}{you}", member.name);
            if line.len().saturating_add(entry.len()) > WHO_LINE_OCTETS_MAX {
                tell(effects, who, &line);
                line = "and:".to_owned();
                line.push_str(&format!(" {}{you}", member.name));
            } else {
                line.push_str(&entry);
            }
            separator = ", ";
        }
        if count > WHO_NAMES_MAX {
            line.push_str(&format!(
                ", and {} more",
                count.saturating_sub(WHO_NAMES_MAX)
            ));
        }
        tell(effects, who, &line);
    }

    fn first_name(&mut self, via: Via, who: MemberId) -> String {
        if via == Via::Terminal {
            return HOST.to_owned();
        }
        // Ends, because there are more numbers than members.
        loop {
            let name = format!("guest-{}", self.next_guest);
            self.next_guest = self.next_guest.wrapping_add(1);
            if self.is_free(&name, who) {
                return name;
            }
        }
    }

    fn free_name(&mut self, wished: &str, who: MemberId) -> String {
        if self.is_free(wished, who) {
            return wished.to_owned();
        }
        let in_order = (2..=NUMBERS_IN_ORDER)
            .map(|number| numbered(wished, number))
            .find(|name| self.is_free(name, who));
        if let Some(name) = in_order {
            return name;
        }
        // One that nobody was given yet: in a crowd of one name a wish must not cost a look at everyone. Ends, because there
        // are more numbers than members.
        loop {
            self.last_number = self.last_number.wrapping_add(1);
            let name = numbered(wished, self.last_number);
            if self.is_free(&name, who) {
                return name;
            }
        }
    }

    fn is_free(&self, name: &str, who: MemberId) -> bool {
        let folded = folded(name);
        let reserved = folded == HOST
            && self
                .members
                .get(&who)
                .is_none_or(|member| member.via != Via::Terminal);
        !reserved && self.names.get(&folded).is_none_or(|owner| *owner == who)
    }

    fn name(&self, who: MemberId) -> &str {
        self.members
            .get(&who)
            .map_or("somebody", |member| &member.name)
    }

    fn seat(&mut self, who: MemberId, effects: &mut Vec<Effect>) {
        let Some(turns) = &mut self.turns else {
            return;
        };
        let seated = turns.seat(who);
        let Some((one, other)) = turns.pair() else {
            return tell(
                effects,
                who,
                "two people take turns here; wait for the second",
            );
        };
        let (one_name, other_name) = (self.name(one), self.name(other));
        if seated {
            let begin = |with: &str| {
                format!("you and {with} take turns, one message at a time; either may begin")
            };
            let (to_one, to_other) = (begin(other_name), begin(one_name));
            tell(effects, one, &to_one);
            tell(effects, other, &to_other);
        } else {
            let text = format!(
                "{one_name} and {other_name} take turns; listen, and wait until one of them leaves"
            );
            tell(effects, who, &text);
        }
    }

    /// After somebody left: the one who has waited longest takes the seat.
    fn fill_seat(&mut self, left: MemberId, effects: &mut Vec<Effect>) {
        let Some(turns) = &mut self.turns else {
            return;
        };
        if !turns.leave(left) {
            return;
        }
        let waiting = self
            .members
            .keys()
            .copied()
            .find(|who| !turns.is_seated(*who));
        if let Some(who) = waiting {
            self.seat(who, effects);
        } else if let Some(who) = turns.alone() {
            tell(
                effects,
                who,
                "two people take turns here; wait for the second",
            );
        }
    }

    fn why_wait(&self, who: MemberId, wait: Wait) -> String {
        let pair = self.turns.as_ref().and_then(Turns::pair);
        match (wait, pair) {
            (Wait::Answer, Some((one, other))) => {
                let answering = if one == who { other } else { one };
                format!("it is {}'s turn; wait for the answer", self.name(answering))
            }
            (Wait::Seat, Some((one, other))) => format!(
                "{} and {} take turns; wait until one of them leaves",
                self.name(one),
                self.name(other)
            ),
            _ => "nobody is here to answer; wait for a second person".to_owned(),
        }
    }

    fn mortals(&self) -> impl Iterator<Item = (MemberId, &Member)> {
        self.members
            .iter()
            .filter(|(_, member)| member.via != Via::Terminal)
            .map(|(who, member)| (*who, member))
    }

    fn expect_expiry(&mut self, now: Duration) {
        let moment = now.saturating_add(self.idle);
        self.next_expiry = Some(
            self.next_expiry
                .map_or(moment, |earlier| earlier.min(moment)),
        );
    }
}

fn tell(effects: &mut Vec<Effect>, who: MemberId, text: &str) {
    effects.push(Effect::Tell(who, notice(text)));
}

/// A line of the room itself; no name begins with `*`, so nobody can imitate it.
fn notice(text: &str) -> String {
    format!("* {text}\n")
}
