//! Transparent huge pages: Documentation/admin-guide/mm/transhuge.rst, Linux 6.12.

use serde::{Deserialize, Serialize};

use crate::roots::Roots;

/// Transparent huge pages, as the whole machine has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HugePages {
    /// Who gets them: `always`, `madvise` (who asks) or `never`.
    pub enabled: Option<String>,
    /// How hard the kernel looks for free ones.
    pub defrag: Option<String>,
    /// Their size in bytes.
    pub size: Option<usize>,
}

impl HugePages {
    /// Looks at the modes in force.
    pub fn gather(roots: &Roots) -> HugePages {
        let file = |name: &str| format!("sys/kernel/mm/transparent_hugepage/{name}");
        HugePages {
            enabled: roots.choice(&file("enabled")),
            defrag: roots.choice(&file("defrag")),
            size: roots.number(&file("hpage_pmd_size")),
        }
    }
}
