//! Where output goes: standard output and standard error, with or without colour, and how wide they
//! are. A closed pipe ends the work quietly.

use super::arguments::Color;
use super::render::clean_lines;
use anstream::{AutoStream, ColorChoice};
use std::io::{self, IsTerminal, Write};

/// What the program ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All well.
    Well,
    /// A check did not hold.
    NotHeld,
    /// The command line or a rule file is wrong.
    Usage,
    /// The data is wrong.
    Data,
    /// Reading or writing failed.
    Files,
    /// Somebody interrupted it.
    Interrupted,
}

impl Exit {
    /// The number that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Exit::Well => 0,
            Exit::NotHeld => 1,
            Exit::Usage => 2,
            Exit::Data => 3,
            Exit::Files => 4,
            Exit::Interrupted => INTERRUPTED as u8,
        }
    }
}

/// What the program ends with when somebody interrupts it.
pub const INTERRUPTED: i32 = 130;

/// The width of output that is not shown on a terminal.
const WIDTH: usize = 100;

/// A stream that people or programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Results.
    Output,
    /// Diagnostics.
    Errors,
}

impl Stream {
    /// Whether people see it as it is written.
    pub fn is_terminal(self) -> bool {
        match self {
            Stream::Output => io::stdout().is_terminal(),
            Stream::Errors => io::stderr().is_terminal(),
        }
    }

    /// Whether colours reach it.
    pub fn has_color(self) -> bool {
        let choice = match self {
            Stream::Output => AutoStream::choice(&io::stdout()),
            Stream::Errors => AutoStream::choice(&io::stderr()),
        };
        choice != ColorChoice::Never
    }

    /// How many characters a line has.
    pub fn width(self) -> usize {
        let size = match self {
            Stream::Output => terminal_size::terminal_size_of(io::stdout()),
            Stream::Errors => terminal_size::terminal_size_of(io::stderr()),
        };
        size.map_or(WIDTH, |(width, _)| usize::from(width.0).max(20))
    }

    /// Writes text; colours are taken out where they do not belong.
    pub fn write(self, text: &str) -> io::Result<()> {
        match self {
            Stream::Output => {
                let mut stream = anstream::stdout().lock();
                stream.write_all(text.as_bytes())?;
                stream.flush()
            }
            Stream::Errors => {
                let mut stream = anstream::stderr().lock();
                stream.write_all(text.as_bytes())?;
                stream.flush()
            }
        }
    }

    /// Writes a result: its bytes as they are, on a terminal without what would steer it.
    pub fn write_result(self, parts: &[Vec<u8>]) -> io::Result<()> {
        let for_people = self.is_terminal();
        let write = |stream: &mut dyn Write| -> io::Result<()> {
            for part in parts {
                if for_people {
                    stream.write_all(clean_lines(&String::from_utf8_lossy(part)).as_bytes())?;
                } else {
                    stream.write_all(part)?;
                }
            }
            stream.flush()
        };
        match self {
            Stream::Output => write(&mut io::stdout().lock()),
            Stream::Errors => write(&mut io::stderr().lock()),
        }
    }
}

/// Decides about colour for the whole run.
pub fn choose_color(color: Color) {
    match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
    .write_global();
}
