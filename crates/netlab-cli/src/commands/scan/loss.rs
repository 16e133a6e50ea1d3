//! How often a port may be silent before it counts as filtered: as often as the losses on the way demand.

/// What became of the probes to ports that answered in the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Loss {
    lost: u64,
    answered: u64,
}

impl Loss {
    /// A host answered a probe, after `silences` before it that it did not.
    pub(super) fn answered(&mut self, silences: u32) {
        self.lost = self.lost.saturating_add(silences.into());
        self.answered = self.answered.saturating_add(1);
    }

    /// How many silences make a port filtered, in a scan of so many ports: so many that fewer than one scan in a hundred takes a
    /// port for filtered whose every probe was lost. One repetition is the least, since a single loss is not seen before it.
    pub(super) fn silences(self, ports: u64) -> u32 {
        const LEAST: u32 = 2;
        const MOST: u32 = 12;
        let sent = u128::from(self.lost.saturating_add(self.answered));
        let mut wrong_of_100_scans = u128::from(ports).saturating_mul(100);
        (1..=MOST)
            .find(|_| {
                wrong_of_100_scans = wrong_of_100_scans
                    .saturating_mul(self.lost.into())
                    .checked_div(sent)
                    .unwrap_or(0);
                wrong_of_100_scans == 0
            })
            .map_or(MOST, |silences| silences.max(LEAST))
    }
}

#[cfg(test)]
mod tests {
    use super::Loss;

    fn after(first: u32, second: u32) -> Loss {
        let mut loss = Loss::default();
        for silences in
            std::iter::repeat_n(0, first as usize).chain(std::iter::repeat_n(1, second as usize))
        {
            loss.answered(silences);
        }
        loss
    }

    #[test]
    fn where_nothing_is_lost_one_repetition_is_enough() {
        assert_eq!(Loss::default().silences(65_535), 2);
        assert_eq!(after(1000, 0).silences(u64::MAX), 2);
    }

    #[test]
    fn the_more_is_lost_the_more_often_a_port_is_asked() {
        // One in ten: 1000 * 100 / 10^6 is the first that is less than one.
        assert_eq!(after(80, 10).silences(1000), 6);
        assert_eq!(after(80, 10).silences(10), 4);
        assert_eq!(after(98, 1).silences(1000), 3);
        // Half of them, which nothing makes up for.
        assert_eq!(after(0, 1000).silences(1000), 12);
    }
}
