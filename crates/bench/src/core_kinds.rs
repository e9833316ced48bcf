//! The kinds of cores in one machine: some have large ones and small ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::cpu_list::{self, CpuSet};

/// CPUs of one kind, by what they can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// What they are, in words.
    pub name: String,
    /// Which they are.
    pub cpus: CpuSet,
}

/// The kinds among `allowed`, the largest first: one, where the kernel tells no
/// difference.
///
/// On Arm each CPU has a capacity of at most 1024 (`cpu_capacity_show`,
/// drivers/base/arch_topology.c, Linux 6.12); on Intel each kind has counters of
/// its own (`intel_hybrid_pmu_type_map`, arch/x86/events/intel/core.c, Linux 7.2).
pub fn among(allowed: &CpuSet, sys: &Path) -> Vec<Kind> {
    by_capacity(allowed, sys)
        .or_else(|| by_counters(allowed, sys))
        .unwrap_or_else(|| {
            vec![Kind {
                name: "all alike".to_owned(),
                cpus: allowed.clone(),
            }]
        })
}

fn by_capacity(allowed: &CpuSet, sys: &Path) -> Option<Vec<Kind>> {
    let mut capacities: BTreeMap<u32, CpuSet> = BTreeMap::new();
    for &cpu in allowed {
        let path = sys.join(format!("devices/system/cpu/cpu{cpu}/cpu_capacity"));
        let capacity = fs::read_to_string(path).ok()?.trim().parse().ok()?;
        capacities.entry(capacity).or_default().insert(cpu);
    }
    let kinds = capacities.into_iter().rev().map(|(capacity, cpus)| Kind {
        name: format!("capacity {capacity}"),
        cpus,
    });
    several(kinds.collect())
}

fn by_counters(allowed: &CpuSet, sys: &Path) -> Option<Vec<Kind>> {
    let kinds = [
        ("performance cores", "cpu_core"),
        ("efficiency cores", "cpu_atom"),
        ("low-power cores", "cpu_lowpower"),
    ];
    let kinds = kinds.into_iter().filter_map(|(name, device)| {
        let list = fs::read_to_string(sys.join(format!("devices/{device}/cpus"))).ok()?;
        let cpus = &cpu_list::parse(&list).ok()? & allowed;
        let name = name.to_owned();
        (!cpus.is_empty()).then_some(Kind { name, cpus })
    });
    several(kinds.collect())
}

fn several(kinds: Vec<Kind>) -> Option<Vec<Kind>> {
    (kinds.len() > 1).then_some(kinds)
}
