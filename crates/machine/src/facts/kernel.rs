//! The kernel and what it was built for.

use measured::machine::Kernel;

use crate::roots::Roots;

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
