//! `--stop-and-wait`: two people talk, one message at a time, each waiting for the other's.

use super::room::MemberId;

/// The two who talk, and who spoke last.
#[derive(Debug, Default)]
pub(super) struct Turns {
    speakers: [Option<MemberId>; 2],
    last: Option<MemberId>,
}

/// What somebody must wait for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wait {
    /// For a seat: two others are talking.
    Seat,
    /// For a second person: nobody is there to answer.
    Second,
    /// For the answer of the other one.
    Answer,
}

impl Turns {
    /// Gives `who` a free seat; false if there is none.
    pub(super) fn seat(&mut self, who: MemberId) -> bool {
        let Some(free) = self.speakers.iter_mut().find(|seat| seat.is_none()) else {
            return false;
        };
        *free = Some(who);
        self.last = None;
        true
    }

    /// Takes the seat of `who`; false if it had none. Whoever is left may begin anew.
    pub(super) fn leave(&mut self, who: MemberId) -> bool {
        let Some(seat) = self.speakers.iter_mut().find(|seat| **seat == Some(who)) else {
            return false;
        };
        *seat = None;
        self.last = None;
        true
    }

    /// Whether `who` has a seat.
    pub(super) fn is_seated(&self, who: MemberId) -> bool {
        self.speakers.contains(&Some(who))
    }

    /// The one who waits for a second.
    pub(super) const fn alone(&self) -> Option<MemberId> {
        match self.speakers {
            [Some(one), None] | [None, Some(one)] => Some(one),
            _ => None,
        }
    }

    /// The two who talk, once they are two.
    pub(super) const fn pair(&self) -> Option<(MemberId, MemberId)> {
        match self.speakers {
            [Some(one), Some(other)] => Some((one, other)),
            _ => None,
        }
    }

    /// Takes the turn of `who`, or says why it must wait.
    pub(super) fn take(&mut self, who: MemberId) -> Result<(), Wait> {
        if !self.is_seated(who) {
            return Err(Wait::Seat);
        }
        if self.pair().is_none() {
            return Err(Wait::Second);
        }
        if self.last == Some(who) {
            return Err(Wait::Answer);
        }
        self.last = Some(who);
        Ok(())
    }
}
