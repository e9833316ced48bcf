//! The processors, their caches, and how fast they are let run.

use bench::cpu_list::{self, CpuSet};
use bench::cpu_quota;
use common::size;
use measured::machine::{Cache, Cpu};

use crate::roots::Roots;

/// Looks at the CPUs in `allowed`, and at `cpu` in particular.
pub fn gather(roots: &Roots, allowed: &CpuSet, cpu: usize) -> Cpu {
    Cpu {
        model: model(roots).unwrap_or_else(|| "unknown".to_owned()),
        allowed: cpu_list::format(allowed),
        cores: cores(roots, allowed),
        governor: roots.text(&file(cpu, "cpufreq/scaling_governor")),
        frequency_driver: roots.text(&file(cpu, "cpufreq/scaling_driver")),
        turbo: turbo(roots),
        quota: cpu_quota::smallest(roots.folder()).map(|quota| quota.percent),
        caches: caches(roots, cpu),
    }
}

fn file(cpu: usize, name: &str) -> String {
    format!("sys/devices/system/cpu/cpu{cpu}/{name}")
}

/// x86 has a line for the model; of others at least the board can be told.
fn model(roots: &Roots) -> Option<String> {
    let info = roots.text("proc/cpuinfo").unwrap_or_default();
    let line = |name: &str| {
        info.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    };
    line("model name")
        .or_else(|| line("cpu model"))
        .or_else(|| line("uarch"))
        .or_else(|| line("Model"))
        .or_else(|| roots.text("proc/device-tree/model"))
}

fn cores(roots: &Roots, allowed: &CpuSet) -> Vec<String> {
    let mut seen = CpuSet::new();
    let mut cores = Vec::new();
    for &cpu in allowed {
        if seen.contains(&cpu) {
            continue;
        }
        let threads: CpuSet = roots
            .text(&file(cpu, "topology/thread_siblings_list"))
            .and_then(|list| cpu_list::parse(&list).ok())
            .map(|threads| threads.intersection(allowed).copied().collect())
            .unwrap_or_default();
        let core = &threads | &CpuSet::from([cpu]);
        seen.extend(&core);
        cores.push(cpu_list::format(&core));
    }
    cores
}

/// Intel's driver has a switch for off, the others one for on.
fn turbo(roots: &Roots) -> Option<bool> {
    let switch = |name: &str| roots.number::<u8>(&format!("sys/devices/system/cpu/{name}"));
    switch("intel_pstate/no_turbo")
        .map(|off| off == 0)
        .or_else(|| switch("cpufreq/boost").map(|on| on == 1))
}

fn caches(roots: &Roots, cpu: usize) -> Vec<Cache> {
    let indices = roots.names(&file(cpu, "cache"));
    let mut caches: Vec<Cache> = indices
        .iter()
        .filter_map(|index| {
            let file = |name: &str| file(cpu, &format!("cache/{index}/{name}"));
            Some(Cache {
                level: roots.number(&file("level"))?,
                kind: roots.text(&file("type"))?,
                size: size::parse(&roots.text(&file("size"))?).ok()?,
                shared_by: roots.text(&file("shared_cpu_list")).unwrap_or_default(),
            })
        })
        .collect();
    caches.sort_by_key(|cache| cache.level);
    caches
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::roots::tests::FakeMachine;

    #[test]
    fn cores_of_two_threads() {
        let paths: Vec<(String, String)> = (0..8)
            .map(|cpu| {
                (
                    file(cpu, "topology/thread_siblings_list"),
                    format!("{},{}", cpu % 4, cpu % 4 + 4),
                )
            })
            .collect();
        let files: Vec<(&str, &str)> = paths
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let machine = FakeMachine::new(&files);
        let cpu = |allowed| gather(&machine.roots(), &cpu_list::parse(allowed).unwrap(), 0);

        assert_eq!(cpu("0-7").cores, ["0,4", "1,5", "2,6", "3,7"]);
        assert_eq!(cpu("2,6").cores, ["2,6"]);
        assert_eq!(cpu("1,2").cores, ["1", "2"]);
    }

    #[test]
    fn caches_are_sorted_and_in_bytes() {
        let machine = FakeMachine::new(&[
            (&file(0, "cache/index1/level"), "2"),
            (&file(0, "cache/index1/type"), "Unified"),
            (&file(0, "cache/index1/size"), "1024K"),
            (&file(0, "cache/index1/shared_cpu_list"), "0"),
            (&file(0, "cache/index7/level"), "1"),
            (&file(0, "cache/index7/type"), "Data"),
            (&file(0, "cache/index7/size"), "48K"),
            (&file(0, "cache/uevent"), ""),
        ]);
        let caches = caches(&machine.roots(), 0);
        let sizes: Vec<_> = caches
            .iter()
            .map(|cache| (cache.level, cache.size))
            .collect();
        assert_eq!(sizes, [(1, 48 << 10), (2, 1 << 20)]);
    }

    #[test]
    fn the_model_and_turbo_of_other_makers() {
        let machine = FakeMachine::new(&[
            (
                "proc/cpuinfo",
                "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\n",
            ),
            ("proc/device-tree/model", "Raspberry Pi 5 Model B\0"),
            ("sys/devices/system/cpu/cpufreq/boost", "0\n"),
        ]);
        let roots = machine.roots();
        assert_eq!(model(&roots).as_deref(), Some("Raspberry Pi 5 Model B"));
        assert_eq!(turbo(&roots), Some(false));
    }
}
