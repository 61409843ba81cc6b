//! What each phase of a run takes: moments in, a small table for standard error out. It measures
//! and changes nothing.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// The phases of a run as they end.
#[derive(Debug)]
pub struct Timings {
    since: Instant,
    phases: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Begins now.
    pub fn begin() -> Timings {
        Timings {
            since: Instant::now(),
            phases: Vec::new(),
        }
    }

    /// What has passed since the last phase ended was this one.
    pub fn end(&mut self, phase: &'static str) {
        let now = Instant::now();
        let took = now - std::mem::replace(&mut self.since, now);
        *self.of(phase) += took;
    }

    /// A part of a phase belongs to another one.
    pub fn split(&mut self, from: &'static str, phase: &'static str, part: Duration) {
        let whole = self.of(from);
        let part = part.min(*whole);
        *whole -= part;
        *self.of(phase) += part;
    }

    fn of(&mut self, phase: &'static str) -> &mut Duration {
        let known = self.phases.iter().position(|(name, _)| *name == phase);
        let at = known.unwrap_or(self.phases.len());
        if known.is_none() {
            self.phases.push((phase, Duration::ZERO));
        }
        &mut self.phases[at].1
    }

    /// The phases, one a line, in milliseconds.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let total: Duration = self.phases.iter().map(|(_, took)| *took).sum();
        for (phase, took) in self.phases.iter().chain([&("together", total)]) {
            let _ = writeln!(text, "{phase:<10} {:>9.1} ms", took.as_secs_f64() * 1000.0);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_phase_are_taken_out_of_it() {
        let mut timings = Timings::begin();
        timings.phases.push(("read", Duration::from_millis(5)));
        timings.split("read", "join", Duration::from_millis(2));
        // Clocks of several cores never take more out of a phase than is in it.
        timings.split("join", "read", Duration::from_millis(1));
        assert_eq!(
            timings.text(),
            "read             4.0 ms\njoin             1.0 ms\ntogether         5.0 ms\n"
        );
    }
}
