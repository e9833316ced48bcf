//! How large the kernel lets pipes be: pipe(7).

use serde::{Deserialize, Serialize};

use crate::roots::Roots;

/// How large the kernel lets pipes be. Zero pages mean no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeLimits {
    /// Bytes in one pipe, without root.
    pub max_size: Option<u64>,
    /// Pages in all pipes of a user; above, new pipes are small.
    pub user_pages_soft: Option<u64>,
    /// Pages in all pipes of a user; above, there are no new pipes.
    pub user_pages_hard: Option<u64>,
}

impl PipeLimits {
    /// Looks at the limits in force.
    pub fn gather(roots: &Roots) -> PipeLimits {
        PipeLimits {
            max_size: roots.number("proc/sys/fs/pipe-max-size"),
            user_pages_soft: roots.number("proc/sys/fs/pipe-user-pages-soft"),
            user_pages_hard: roots.number("proc/sys/fs/pipe-user-pages-hard"),
        }
    }
}
