//! Damaged files in others' hands: a library that gives up in the middle of a file ends in a message
//! here, and not the program. It reads nothing itself.

use crate::base::Diagnostic;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a library is at work in this thread.
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Does the work of a library; where it gives up, the file is called damaged.
pub fn caught<T>(work: impl FnOnce() -> Result<T, Box<Diagnostic>>) -> Result<T, Box<Diagnostic>> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |info| {
            if !AT_WORK.get() {
                others(info);
            }
        }));
    });
    let before = AT_WORK.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    AT_WORK.set(before);
    done.unwrap_or_else(|_| {
        let message = "the file cannot be read: it is damaged";
        Err(Diagnostic::error("damaged-file", message)
            .help("write it again, or export it in another format")
            .into())
    })
}
