//! The kernel and what it was built for.

use serde::{Deserialize, Serialize};

use crate::roots::Roots;

/// The kernel and what it was built for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kernel {
    /// As `uname -r` prints it, or `unknown`.
    pub release: String,
    /// As `uname -m` prints it.
    pub architecture: String,
    /// An ordinary page in bytes.
    pub page_size: usize,
}

impl Kernel {
    /// Looks at the kernel that is running.
    pub fn gather(roots: &Roots) -> Kernel {
        Kernel {
            release: roots
                .text("proc/sys/kernel/osrelease")
                .unwrap_or_else(|| "unknown".to_owned()),
            architecture: std::env::consts::ARCH.to_owned(),
            page_size: common::page_size(),
        }
    }
}
