//! Transparent huge pages: Documentation/admin-guide/mm/transhuge.rst, Linux 6.12.

use measured::machine::HugePages;

use crate::roots::Roots;

/// Looks at the modes in force.
pub fn gather(roots: &Roots) -> HugePages {
    let file = |name: &str| format!("sys/kernel/mm/transparent_hugepage/{name}");
    HugePages {
        enabled: roots.choice(&file("enabled")),
        size: roots.number(&file("hpage_pmd_size")),
    }
}
