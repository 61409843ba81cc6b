//! Loops in the widest registers of the processor that the program runs on, found out once while it runs. The program
//! itself is made for any processor of its kind; what a loop gives does not depend on how it was compiled.

#[cfg(target_arch = "x86_64")]
use fearless_simd::{Level, Simd};

/// Runs a loop that is compiled for this processor too. Only what is inlined into it is: the closure and what it
/// calls are to be `#[inline(always)]`, and the slices should be moved into it, so that they are known to be apart.
#[inline(always)]
pub fn widest<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        let level = Level::new();
        if let Some(level) = level.as_avx512() {
            return level.vectorize(work);
        }
        if let Some(level) = level.as_avx2() {
            return level.vectorize(work);
        }
    }
    work()
}
