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

    /// What has passed since the last phase was this one.
    pub fn end(&mut self, phase: &'static str) {
        let now = Instant::now();
        self.phases.push((phase, now - self.since));
        self.since = now;
    }

    /// A part of the last phase is one of its own.
    pub fn split(&mut self, phase: &'static str, part: Duration) {
        if let Some((_, last)) = self.phases.last_mut() {
            *last = last.saturating_sub(part);
        }
        self.phases.push((phase, part));
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
        timings.split("join", Duration::from_millis(2));
        assert_eq!(
            timings.text(),
            "read             3.0 ms\njoin             2.0 ms\ntogether         5.0 ms\n"
        );
    }
}
