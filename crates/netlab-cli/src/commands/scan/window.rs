//! How many probes are under way at once: as many as are answered.

/// The probes one worker keeps in flight. It grows while nothing is lost, and halves when something was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Window {
    size: usize,
    max: usize,
    /// Answers since the last growth, once it grows slowly.
    answers: usize,
    /// Whether a loss has shown where the limit is about.
    cautious: bool,
}

impl Window {
    /// Starts small enough for any network, and never passes `max`.
    pub(super) fn new(max: usize) -> Self {
        const START: usize = 256;
        let max = max.max(1);
        Self {
            size: START.min(max),
            max,
            answers: 0,
            cautious: false,
        }
    }

    /// Probes that may be in flight.
    pub(super) const fn size(self) -> usize {
        self.size
    }

    /// A probe ended as expected: it was answered the first time, or both it and its repetition met silence, which is how
    /// a filtered port behaves and no sign of loss.
    pub(super) fn went_well(&mut self) {
        self.answers = self.answers.saturating_add(1);
        if !self.cautious || self.answers >= self.size {
            self.answers = 0;
            self.size = self.size.saturating_add(1).min(self.max);
        }
    }

    /// The repetition was answered where the first probe was not: something on the way lost it.
    pub(super) fn lost(&mut self) {
        // That many SYNs are less than what TCP may send at the start of a connection (RFC 6928), and losses that have nothing to
        // do with us would bring it down to any floor.
        const FLOOR: usize = 64;
        // One overfull queue loses many probes at once; they count as one.
        if !self.cautious || self.answers.saturating_mul(4) >= self.size {
            self.size = (self.size / 2).max(FLOOR).min(self.max);
        }
        self.cautious = true;
        self.answers = 0;
    }

    /// The system had nothing left for one more than `in_flight`.
    pub(super) fn exhausted(&mut self, in_flight: usize) {
        self.size = self.size.min(in_flight).max(1);
        self.cautious = true;
        self.answers = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn grows_up_to_its_limit() {
        let mut window = Window::new(300);
        assert_eq!(window.size(), 256);
        for _ in 0..1000 {
            window.went_well();
        }
        assert_eq!(window.size(), 300);
        assert_eq!(Window::new(0).size(), 1);
        assert_eq!(Window::new(7).size(), 7);
    }

    #[test]
    fn halves_once_for_one_burst_of_losses_and_grows_slowly_then() {
        let mut window = Window::new(1000);
        for _ in 0..50 {
            window.lost();
        }
        assert_eq!(window.size(), 128);
        for _ in 0..128 {
            window.went_well();
        }
        assert_eq!(window.size(), 129);
    }

    #[test]
    fn want_of_files_sets_the_limit() {
        let mut window = Window::new(1000);
        window.exhausted(40);
        assert_eq!(window.size(), 40);
        window.exhausted(0);
        assert_eq!(window.size(), 1);
    }
}
