//! `--stop-and-wait`: two people talk, one message at a time, each waiting for the other's.

use super::room::MemberId;

/// The two who talk, and who spoke last.
#[derive(Debug, Default)]
pub(super) struct Turns {
    speakers: [Option<MemberId>; 2],
    last: Option<MemberId>,
}

/// Why somebody must wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wait {
    /// Two others are talking.
    ForASeat,
    /// Nobody is there to answer.
    ForASecond,
    /// The other one has not answered yet.
    ForTheAnswer,
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
            return Err(Wait::ForASeat);
        }
        if self.pair().is_none() {
            return Err(Wait::ForASecond);
        }
        if self.last == Some(who) {
            return Err(Wait::ForTheAnswer);
        }
        self.last = Some(who);
        Ok(())
    }
}
