//! The way to one answer: from alias to alias, each asked for where it is known.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wire_dns::zone::{Answer, Zone};
use wire_dns::{Builder, Class, Flags, Message, Name, NameBuf, Outcome, Rcode};

use super::super::exchange::is_own_lack;
use super::draft::Draft;
use super::{Asked, Delegation, Event, Found, NoReply, Resolver, Trouble, Watch};
use crate::net::{later, system_text};

/// Most aliases that are followed for one question.
const ALIASES_MAX: usize = 16;

/// Most messages that are sent for one question of a client, whatever the servers say: a question must not be made into many
/// (CVE-2020-8616).
const MESSAGES_MAX: u32 = 60;

/// One question on its way.
pub(super) struct Resolution<'w> {
    pub(super) resolver: &'w Resolver,
    zones: &'w [Zone],
    deadline: Instant,
    messages_left: u32,
    /// Whether a way was given up for want of time, messages, depth or sockets.
    pub(super) is_cut: bool,
    /// What failed since then. Another question may have more luck, so nobody else is told of it.
    failed: HashSet<Asked>,
    watch: Watch<'w>,
}

/// Whom to ask.
pub(in super::super) struct Server<'s> {
    /// The zone that it is asked as a server of; the root for a resolver.
    pub(in super::super) zone: &'s NameBuf,
    /// Its name; a resolver is known by its address only.
    pub(in super::super) name: Option<&'s NameBuf>,
    pub(in super::super) socket: SocketAddr,
}

/// A response that leads on or is the last, and the zone whose servers sent it.
pub(super) struct Said {
    pub(super) octets: Vec<u8>,
    pub(super) zone: NameBuf,
    /// Whether that zone is served here.
    pub(super) is_own: bool,
}

impl Said {
    /// The zone further down that the response refers to.
    pub(super) fn referral(&self) -> Option<Delegation> {
        let message = Message::decode(&self.octets).ok()?;
        let zone = self.zone.as_name();
        match message.outcome(zone) {
            Outcome::Referral { zone: cut } => Some(Delegation::from_referral(&message, cut, zone)),
            _ => None,
        }
    }
}

impl<'w> Resolution<'w> {
    pub(super) fn new(
        resolver: &'w Resolver,
        zones: &'w [Zone],
        patience: Duration,
        watch: Watch<'w>,
    ) -> Self {
        Self {
            resolver,
            zones,
            deadline: later(patience),
            messages_left: MESSAGES_MAX,
            is_cut: false,
            failed: HashSet::new(),
            watch,
        }
    }

    /// Finds the answer to a question of a client, or to one of our own that is `depth` questions away from it, and
    /// remembers it.
    pub(super) fn find(&mut self, asked: &Asked, depth: u32) -> Arc<Found> {
        let found = match self.failed.contains(asked) {
            true => Err(Trouble::other(format!("{} was looked for", asked.name))),
            false => self.follow(asked, depth),
        };
        let found = Arc::new(found.unwrap_or_else(Found::trouble));
        if found.trouble.is_some() && self.is_cut && depth > 0 {
            self.failed.insert(asked.clone());
        } else {
            self.resolver.learn(asked, &found);
        }
        found
    }

    fn follow(&mut self, asked: &Asked, depth: u32) -> Result<Found, Trouble> {
        let mut draft = Draft::new();
        let mut names: Vec<NameBuf> = Vec::new();
        let mut name = asked.name.clone();
        while names.len() < ALIASES_MAX {
            let current = asked.about(name);
            let may_be_known = depth > 0 || !self.resolver.asks_anew;
            if may_be_known && let Some((found, age)) = self.resolver.known(&current) {
                return Ok(draft.join(&found, age));
            }
            let said = self.last_word(&current, depth)?;
            let message = Message::decode(&said.octets)
                .map_err(|error| Trouble::other(format!("a reply is malformed: {error}")))?;
            let zone = said.zone.as_name();
            let mut outcome = message.outcome(zone);
            let mut way: Vec<Name<'_>> = message.aliases(zone).collect();
            // Of names in the zones served here, those say more than anybody else.
            let mut aliases = way.iter().skip(1);
            let outside = aliases.position(|alias| {
                let own = self.own_zone(&current.about(alias.to_name_buf()));
                own.is_some_and(|own| zone != own.apex())
            });
            if let Some(last) = outside
                && let Some(target) = way.drain(last.saturating_add(1)..).next()
            {
                outcome = Outcome::Alias { target };
            }
            draft.is_authoritative.get_or_insert(said.is_own);
            draft.add(&current, &message, zone, &way, &outcome);
            names.push(current.name);
            match outcome {
                Outcome::Alias { target } => name = target.to_name_buf(),
                Outcome::Answer { .. } => return Ok(draft.finish(Rcode::NOERROR)),
                Outcome::NoData { .. }
                | Outcome::NameError { .. }
                | Outcome::NameTooLong { .. } => {
                    return Ok(draft.finish(message.rcode()));
                }
                _ => return Err(Trouble::other(format!("no server of {zone} knows more"))),
            }
            if names.contains(&name) {
                return Err(Trouble::other(format!("{name} is an alias of itself")));
            }
        }
        Err(Trouble::other(format!(
            "{} has too many aliases",
            asked.name
        )))
    }

    /// The response to a question about one name: from the zones served here, from other resolvers, or from the root down.
    fn last_word(&mut self, asked: &Asked, depth: u32) -> Result<Said, Trouble> {
        let mut start = None;
        if let Some(said) = self.own(asked) {
            start = said.referral();
            if start.is_none() {
                return Ok(said);
            }
        }
        let forwarded = match self.resolver.forwarders.as_slice() {
            [] => None,
            _ => Some(self.forward(asked)),
        };
        match (forwarded, &self.resolver.root) {
            (Some(Ok(said)), _) => Ok(said),
            (Some(Err(trouble)), None) => Err(trouble),
            (_, Some(root)) => self.descend(asked, start, root, depth),
            (None, None) => Err(Trouble::other("there is nobody to ask")),
        }
    }

    /// The zone served here that has the answer.
    fn own_zone(&self, asked: &Asked) -> Option<&'w Zone> {
        let name = asked.name.as_name();
        Zone::for_question(self.zones, name, asked.record_type)
            .filter(|zone| zone.class() == Class::IN && !asked.belongs_above(zone))
    }

    /// What the zones served here say.
    fn own(&self, asked: &Asked) -> Option<Said> {
        let name = asked.name.as_name();
        let zone = self.own_zone(asked)?;
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_flags(Flags::default().with_response(true));
        builder.question(name, asked.record_type, Class::IN).ok()?;
        let answer = zone.answer(name, asked.record_type, asked.dnssec_ok, &mut builder);
        builder.finish();
        match answer {
            Ok(Answer::OutOfZone) | Err(_) => None,
            Ok(_) => Some(Said {
                octets,
                zone: zone.apex().to_name_buf(),
                is_own: true,
            }),
        }
    }

    /// The response of one server if it leads on, or else why not. Trouble when there were too many questions, no time is
    /// left, or this machine cannot ask at all.
    pub(super) fn ask(
        &mut self,
        server: &Server<'_>,
        asked: &Asked,
        timeout: Duration,
    ) -> Result<Result<Vec<u8>, NoReply>, Trouble> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.is_cut |= self.messages_left == 0 || left < timeout;
        self.messages_left = self
            .messages_left
            .checked_sub(1)
            .ok_or_else(|| Trouble::other("it would take too many questions"))?;
        if left.is_zero() {
            return Err(Trouble::late());
        }
        let servers = &self.resolver.servers;
        let is_resolver = server.name.is_none();
        let result = servers.ask(server.socket, asked, is_resolver, left.min(timeout));
        if let Err(error) = &result
            && is_own_lack(error)
        {
            self.is_cut = true;
            let sentence = format!("cannot ask {}: {}", server.socket, system_text(error));
            return Err(Trouble::other(sentence));
        }
        let result = result.map_err(|error| NoReply::from_error(&error));
        servers.heard(server.socket.ip(), result.is_ok());
        let result = result.and_then(|reply| server.judge(&reply.octets).map(|()| reply));
        (self.watch)(Event {
            server,
            asked,
            result: result.as_ref(),
        });
        Ok(result.map(|reply| reply.octets))
    }
}

impl Server<'_> {
    /// Whether a response of this server leads on.
    fn judge(&self, octets: &[u8]) -> Result<(), NoReply> {
        let message = Message::decode(octets)
            .map_err(|error| NoReply::said(format!("a malformed reply: {error}")))?;
        if message.flags().truncated() {
            // There is nothing more to try (RFC 2181 §9).
            return Err(NoReply::said("its reply is cut, even over TCP".to_owned()));
        }
        let rcode = message.rcode();
        Err(NoReply::said(match message.outcome(self.zone) {
            Outcome::Referral { .. } if self.name.is_none() => {
                "it does not ask others for its clients".to_owned()
            }
            Outcome::Failure if rcode == Rcode::NOERROR => "its reply leads nowhere".to_owned(),
            Outcome::Failure => rcode.to_string(),
            _ => return Ok(()),
        }))
    }
}
