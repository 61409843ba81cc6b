//! What the bench says to what was typed: text, messages, and how it ended. Data only.

use super::world::Trouble;

/// How an answer ended; the numbers are the program's exit codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// All well.
    #[default]
    Well,
    /// A check or a test did not hold.
    NotHeld,
    /// What was typed, or a rule file, is wrong.
    Wrong,
    /// The data is wrong.
    Data,
    /// Reading or writing failed.
    Files,
    /// It was called off.
    Stopped,
}

impl Ending {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Ending::Well => 0,
            Ending::NotHeld => 1,
            Ending::Wrong => 2,
            Ending::Data => 3,
            Ending::Files => 4,
            Ending::Stopped => 130,
        }
    }

    /// Whether what was asked for was not done.
    pub fn is_refusal(self) -> bool {
        !matches!(self, Ending::Well | Ending::NotHeld)
    }
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What was asked for.
    pub text: String,
    /// Messages: what is wrong, and warnings.
    pub messages: String,
    /// How it ended.
    pub ending: Ending,
    /// Whether the sitting is over.
    pub quit: bool,
}

impl Answer {
    /// What was asked for.
    pub fn text(text: impl Into<String>) -> Answer {
        Answer {
            text: text.into(),
            ..Answer::default()
        }
    }

    /// It was called off.
    pub fn stopped() -> Answer {
        Answer {
            messages: "stopped; nothing was changed\n".into(),
            ending: Ending::Stopped,
            ..Answer::default()
        }
    }
}

impl From<Trouble> for Answer {
    fn from(trouble: Trouble) -> Answer {
        Answer {
            messages: trouble.text,
            ending: trouble.ending,
            ..Answer::default()
        }
    }
}
