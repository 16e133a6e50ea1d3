//! What a response says about its question (RFC 1034 §5.3.3 step 4, RFC 2308 §2).

use super::Message;
use crate::rdata::{Cname, Rdata};
use crate::{Name, Question, Rcode, RecordType, ResourceRecord, Ttl};

/// Most aliases that are followed in one message.
const ALIASES_MAX: usize = 16;

/// What a response says about its question, from [`Message::outcome`]
/// ([RFC 2308 §2](https://www.rfc-editor.org/rfc/rfc2308#section-2)).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// Records of the type asked for.
    Answer {
        /// Their owner: the name asked for, or the last of its aliases.
        name: Name<'a>,
    },
    /// The name is an alias, and of the canonical name the message says nothing that counts.
    Alias {
        /// The name to ask for next, of the same type.
        target: Name<'a>,
    },
    /// The servers of a zone further down, to which the question goes next. The owner of the NS records in the authority
    /// section is the zone; addresses that they need are in the additional section.
    Referral {
        /// The apex of that zone.
        zone: Name<'a>,
    },
    /// The name exists and has no records of the type.
    NoData {
        /// The name asked for, or the last of its aliases.
        name: Name<'a>,
        /// How long that may be remembered: the lesser of the SOA record's TTL and its MINIMUM
        /// ([RFC 2308 §5](https://www.rfc-editor.org/rfc/rfc2308#section-5)). Without SOA record not at all.
        ttl: Option<Ttl>,
    },
    /// The name does not exist: NXDOMAIN.
    NameError {
        /// The name asked for, or the last of its aliases, which is the one that does not exist
        /// ([RFC 2308 §2.1](https://www.rfc-editor.org/rfc/rfc2308#section-2.1)).
        name: Name<'a>,
        /// How long that may be remembered, as for [`NoData`](Self::NoData).
        ttl: Option<Ttl>,
    },
    /// What a DNAME record makes of the name would be too long: YXDOMAIN
    /// ([RFC 6672 §2.2](https://www.rfc-editor.org/rfc/rfc6672#section-2.2)).
    NameTooLong {
        /// The name asked for, or the last of its aliases, which is below the owner of the DNAME record.
        name: Name<'a>,
    },
    /// The server did not answer: another response code, a referral that leads nowhere ("lame"), a DNAME record without the
    /// alias that it makes of the name, or no response to one question at all.
    Failure,
}

impl<'a> Message<'a> {
    /// What this response says about its question, taking for true only what servers of `zone` can know: records at or
    /// below its apex ([RFC 2181 §5.4.1](https://www.rfc-editor.org/rfc/rfc2181#section-5.4.1)). For the response of a
    /// recursive server, which speaks for every zone, that is [`Name::ROOT`].
    ///
    /// Whether it is the response to the query that was sent, the caller has to know: the ID, the question and the address
    /// it came from count ([RFC 5452 §9.1](https://www.rfc-editor.org/rfc/rfc5452#section-9.1)). At most 16 aliases are
    /// followed; the rest is an [`Outcome::Alias`].
    ///
    /// ```
    /// use wire_dns::{Builder, Class, Message, Name, NameBuf, Outcome, RecordBuf, RecordType, Section, Flags};
    ///
    /// let name: NameBuf = "www.example.".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.set_flags(Flags::default().with_response(true));
    /// builder.question(&name, RecordType::A, Class::IN)?;
    /// builder.record_buf(Section::Authority, &"example. 3600 NS ns.example.".parse()?)?;
    /// builder.record_buf(Section::Additional, &"ns.example. 3600 A 192.0.2.53".parse()?)?;
    /// builder.finish();
    ///
    /// let message = Message::decode(&octets)?;
    /// let example: NameBuf = "example.".parse()?;
    /// assert_eq!(message.outcome(Name::ROOT), Outcome::Referral { zone: example.as_name() });
    /// // A server of example. that names the servers of example. leads nowhere.
    /// assert_eq!(message.outcome(&example), Outcome::Failure);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn outcome<'z>(&self, zone: impl Into<Name<'z>>) -> Outcome<'a> {
        let zone = zone.into();
        let (1, Some(question)) = (self.header().question_count, self.question()) else {
            return Outcome::Failure;
        };
        let is_response = self.flags().response() && question.name.is_subdomain_of(zone);
        if !is_response {
            return Outcome::Failure;
        }
        match (self.rcode(), self.end(&question, zone)) {
            (Rcode::NOERROR | Rcode::NXDOMAIN, Outcome::NameTooLong { name }) => match name {
                // RFC 6672 §3.1: the alias belongs to the answer. Of a name further on the server may know more.
                _ if name == question.name => Outcome::Failure,
                target => Outcome::Alias { target },
            },
            (Rcode::NOERROR | Rcode::NXDOMAIN, outcome)
            | (Rcode::YXDOMAIN, outcome @ Outcome::NameTooLong { .. }) => outcome,
            _ => Outcome::Failure,
        }
    }

    /// Where the answer section leads from the name asked for; without an end but with a DNAME record above it, the name is
    /// taken to be too long.
    fn end(&self, question: &Question<'a>, zone: Name<'_>) -> Outcome<'a> {
        let mut name = question.name;
        for _ in 0..ALIASES_MAX {
            match self.at(name, question, zone) {
                At::Records => return Outcome::Answer { name },
                At::Alias(target) if target.is_subdomain_of(zone) => name = target,
                At::Alias(target) => return Outcome::Alias { target },
                At::Nothing if self.is_renamed(name, question, zone) => {
                    return Outcome::NameTooLong { name };
                }
                At::Nothing => return self.without_records(name, question, zone),
            }
        }
        Outcome::Alias { target: name }
    }

    /// The name asked for and each that it is an alias of, as [`Self::outcome`] follows them: at most 16, all at or below the
    /// apex of `zone`. Nothing where there is not one question, or one for a name elsewhere.
    ///
    /// ```
    /// use wire_dns::{Builder, Class, Message, Name, NameBuf, RecordType, Section};
    ///
    /// let name: NameBuf = "a.example.".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.question(&name, RecordType::A, Class::IN)?;
    /// builder.record_buf(Section::Answer, &"a.example. 60 CNAME b.example.".parse()?)?;
    /// builder.record_buf(Section::Answer, &"b.example. 60 CNAME c.elsewhere.".parse()?)?;
    /// builder.finish();
    ///
    /// let message = Message::decode(&octets)?;
    /// let names = |zone: Name<'_>| message.aliases(zone).map(|name| name.to_string()).collect::<Vec<_>>();
    /// assert_eq!(names(Name::ROOT), ["a.example.", "b.example.", "c.elsewhere."]);
    /// let example: NameBuf = "example.".parse()?;
    /// assert_eq!(names(example.as_name()), ["a.example.", "b.example."]);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn aliases<'z, Z: Into<Name<'z>>>(
        &self,
        zone: Z,
    ) -> impl Iterator<Item = Name<'a>> + use<'a, 'z, Z> {
        let (message, zone) = (*self, zone.into());
        let is_one = self.header().question_count == 1;
        let question = self.question().filter(|_| is_one);
        let next = move |name: &Name<'a>| match message.at(*name, &question?, zone) {
            At::Alias(target) => Some(target),
            At::Records | At::Nothing => None,
        };
        core::iter::successors(question.map(|question| question.name), next)
            .take(ALIASES_MAX)
            .take_while(move |name| name.is_subdomain_of(zone))
    }

    /// What the answer section has for `name`.
    fn at(&self, name: Name<'a>, question: &Question<'_>, zone: Name<'_>) -> At<'a> {
        let asked = question.record_type;
        let mut at = At::Nothing;
        let records = self.answers().filter(|record| {
            record.class() == question.class && record.owner() == name && name.is_subdomain_of(zone)
        });
        for record in records {
            if record.record_type() == asked || asked == RecordType::ANY {
                return At::Records;
            }
            if let Rdata::Cname(Cname { cname }) = record.rdata() {
                at = At::Alias(cname);
            }
        }
        at
    }

    /// Whether a DNAME record of the answer section makes another name of `name`.
    fn is_renamed(&self, name: Name<'_>, question: &Question<'_>, zone: Name<'_>) -> bool {
        self.answers().any(|record| {
            let owner = record.owner();
            record.class() == question.class
                && record.record_type() == RecordType::DNAME
                && owner.is_subdomain_of(zone)
                && owner != name
                && name.is_subdomain_of(owner)
        })
    }

    /// What the message says where the answer section has nothing for `name`.
    fn without_records(
        &self,
        name: Name<'a>,
        question: &Question<'a>,
        zone: Name<'_>,
    ) -> Outcome<'a> {
        let ttl = self.negative_ttl(name, question, zone);
        if self.rcode() == Rcode::NXDOMAIN {
            return Outcome::NameError { name, ttl };
        }
        if ttl.is_some() {
            return Outcome::NoData { name, ttl };
        }
        if name != question.name {
            return Outcome::Alias { target: name };
        }
        let servers = self
            .authority_of(question)
            .find(|record| record.record_type() == RecordType::NS);
        let flags = self.flags();
        match servers.map(|record| record.owner()) {
            Some(cut) if cut != zone && cut.is_subdomain_of(zone) && name.is_subdomain_of(cut) => {
                Outcome::Referral { zone: cut }
            }
            // Up or beside the way, whatever it says of itself: lame.
            Some(cut) if !cut.is_subdomain_of(zone) => Outcome::Failure,
            // With the zone's own servers, or none: only who knows by itself or has asked others says something with it.
            cut if flags.authoritative() || (cut.is_none() && flags.recursion_available()) => {
                Outcome::NoData { name, ttl }
            }
            _ => Outcome::Failure,
        }
    }

    /// How long it may be remembered that there is nothing, as the SOA record of a zone that contains `name` says.
    fn negative_ttl(&self, name: Name<'_>, question: &Question<'_>, zone: Name<'_>) -> Option<Ttl> {
        self.authority_of(question).find_map(|record| {
            let Rdata::Soa(soa) = record.rdata() else {
                return None;
            };
            let apex = record.owner();
            let counts = apex.is_subdomain_of(zone) && name.is_subdomain_of(apex);
            let lesser = record.ttl().as_secs().min(soa.minimum.as_secs());
            counts.then_some(Ttl(lesser))
        })
    }

    fn authority_of(&self, question: &Question<'_>) -> impl Iterator<Item = ResourceRecord<'a>> {
        let class = question.class;
        self.authorities()
            .filter(move |record| record.class() == class)
    }
}

/// What the answer section has for a name.
enum At<'a> {
    Records,
    Alias(Name<'a>),
    Nothing,
}

#[cfg(test)]
mod tests;
