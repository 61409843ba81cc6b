//! A sign of life on a terminal for work that takes longer than a second. It never writes anywhere
//! else, and leaves nothing behind.

use super::terminal::Stream;
use indicatif::ProgressBar;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the work stays silent.
const SILENCE: Duration = Duration::from_secs(1);

/// Work in progress; dropping it ends the sign.
#[derive(Debug)]
pub struct Progress {
    steps: Option<Sender<String>>,
    sign: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins; silent where `quiet` or where nobody watches.
    pub fn begin(quiet: bool) -> Progress {
        if quiet || !Stream::Errors.is_terminal() {
            return Progress {
                steps: None,
                sign: None,
            };
        }
        let (steps, taken) = mpsc::channel();
        let sign = std::thread::spawn(move || {
            let begun = std::time::Instant::now();
            let mut step = String::new();
            let mut bar: Option<ProgressBar> = None;
            loop {
                let wait = SILENCE.saturating_sub(begun.elapsed());
                let wait = if bar.is_some() { SILENCE } else { wait };
                match taken.recv_timeout(wait) {
                    Ok(next) => step = next,
                    Err(RecvTimeoutError::Timeout) if bar.is_none() => {
                        let spinner = ProgressBar::new_spinner();
                        spinner.enable_steady_tick(Duration::from_millis(120));
                        bar = Some(spinner);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if let Some(bar) = &bar {
                    bar.set_message(step.clone());
                }
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        Progress {
            steps: Some(steps),
            sign: Some(sign),
        }
    }

    /// Says what is being done now.
    pub fn step(&self, what: &str) {
        if let Some(steps) = &self.steps {
            // The sign may be gone; the work goes on.
            let _ = steps.send(what.to_owned());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.steps = None;
        if let Some(sign) = self.sign.take() {
            let _ = sign.join();
        }
    }
}
