//! How large the kernel lets pipes be: pipe(7).

use measured::machine::PipeLimits;

use crate::roots::Roots;

/// Looks at the limits in force.
pub fn gather(roots: &Roots) -> PipeLimits {
    PipeLimits {
        max_size: roots.number("proc/sys/fs/pipe-max-size"),
        user_pages_soft: roots.number("proc/sys/fs/pipe-user-pages-soft"),
        user_pages_hard: roots.number("proc/sys/fs/pipe-user-pages-hard"),
    }
}
