//! What the machine tells of itself, gathered into the record that is kept
//! beside the figures.

mod cpu;
mod huge_pages;
mod kernel;
mod pipe_limits;
mod virtualization;

use std::process::Command;

use bench::cpu_list::{self, CpuSet};
use bench::placement::Placement;
use measured::machine::Machine;

use crate::perf_event;
use crate::roots::Roots;

/// Looks at the machine that `roots` belong to, whose pipes have their ends
/// at `placement`.
pub fn gather(name: &str, roots: &Roots, placement: &Placement) -> Machine {
    with_cpus(name, roots, &cpu_list::allowed(), placement)
}

fn with_cpus(name: &str, roots: &Roots, allowed: &CpuSet, placement: &Placement) -> Machine {
    Machine {
        name: name.to_owned(),
        date: now(),
        commit: commit().unwrap_or_else(|| "unknown".to_owned()),
        perf_event: perf_event::best().ok(),
        pressure_stall_information: roots.text("proc/pressure/cpu").is_some(),
        kernel: kernel::gather(roots),
        cpu: cpu::gather(roots, allowed, placement.writer),
        placement: placement.into(),
        virtualization: virtualization::gather(roots),
        huge_pages: huge_pages::gather(roots),
        pipes: pipe_limits::gather(roots),
    }
}

/// To the second, as in ISO 8601.
fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// The commit that is checked out in the current folder.
fn commit() -> Option<String> {
    let output = Command::new("git")
        .args(["rev-parse", "HEAD"])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let commit = String::from_utf8(output.stdout).ok()?;
    Some(commit.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    use crate::roots::tests::FakeMachine;
    use bench::nearness::Nearness;
    use measured::machine::{HugePages, PipeLimits, Virtualization};

    const PLACEMENT: Placement = Placement {
        writer: 0,
        reader: 2,
        nearness: Nearness::SharedCache,
    };

    /// A laptop's files, as its kernel writes them.
    fn laptop() -> FakeMachine {
        FakeMachine::new(&[
            (
                "proc/cpuinfo",
                "processor\t: 0\nmodel name\t: Intel(R) Core(TM) i7-8550U\nflags\t\t: fpu vme\n",
            ),
            ("proc/sys/kernel/osrelease", "6.12.1-arch1-1\n"),
            ("proc/sys/fs/pipe-max-size", "1048576\n"),
            ("proc/sys/fs/pipe-user-pages-soft", "16384\n"),
            ("proc/sys/fs/pipe-user-pages-hard", "0\n"),
            ("proc/pressure/cpu", "some avg10=0.00\n"),
            ("sys/class/dmi/id/sys_vendor", "LENOVO\n"),
            ("sys/class/dmi/id/product_name", "20L8S02E00\n"),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                "powersave\n",
            ),
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver",
                "intel_pstate\n",
            ),
            ("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"),
            (
                "sys/devices/system/cpu/cpu0/topology/thread_siblings_list",
                "0-1\n",
            ),
            (
                "sys/devices/system/cpu/cpu2/topology/thread_siblings_list",
                "2-3\n",
            ),
            ("sys/devices/system/cpu/cpu0/cache/index3/level", "3\n"),
            ("sys/devices/system/cpu/cpu0/cache/index3/type", "Unified\n"),
            ("sys/devices/system/cpu/cpu0/cache/index3/size", "8192K\n"),
            (
                "sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list",
                "0-3\n",
            ),
            (
                "sys/kernel/mm/transparent_hugepage/enabled",
                "[always] madvise never\n",
            ),
            (
                "sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
                "2097152\n",
            ),
            ("proc/self/cgroup", "0::/user.slice\n"),
            ("sys/fs/cgroup/user.slice/cpu.max", "250000 100000\n"),
        ])
    }

    fn looked_at(files: &FakeMachine) -> Machine {
        let allowed = cpu_list::parse("0-3").unwrap();
        with_cpus("test", &files.roots(), &allowed, &PLACEMENT)
    }

    #[test]
    fn a_laptop() {
        let machine = looked_at(&laptop());
        assert_eq!(machine.cpu.model, "Intel(R) Core(TM) i7-8550U");
        assert_eq!(machine.cpu.allowed, "0-3");
        assert_eq!(machine.cpu.cores, ["0-1", "2-3"]);
        assert_eq!(machine.cpu.governor.as_deref(), Some("powersave"));
        assert_eq!(machine.cpu.turbo, Some(true));
        assert_eq!(machine.cpu.quota, Some(250));
        assert_eq!(machine.cpu.caches[0].size, 8 << 20);
        assert_eq!(machine.kernel.release, "6.12.1-arch1-1");
        assert_eq!(machine.virtualization, Virtualization::default());
        assert_eq!(machine.huge_pages.enabled.as_deref(), Some("always"));
        assert_eq!(machine.pipes.max_size, Some(1 << 20));
        assert!(machine.pressure_stall_information);
    }

    #[test]
    fn a_machine_that_tells_nothing() {
        let machine = looked_at(&FakeMachine::new(&[]));
        assert_eq!(machine.cpu.model, "unknown");
        assert_eq!(machine.cpu.cores, ["0", "1", "2", "3"]);
        assert_eq!(machine.cpu.turbo, None);
        assert_eq!(machine.kernel.release, "unknown");
        assert_eq!(machine.virtualization, Virtualization::default());
        assert_eq!(machine.huge_pages, HugePages::default());
        assert_eq!(machine.pipes, PipeLimits::default());
        assert!(!machine.pressure_stall_information);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("machine.toml");
        for machine in [looked_at(&laptop()), looked_at(&FakeMachine::new(&[]))] {
            machine.write(&path).unwrap();
            assert_eq!(Machine::read(&path).unwrap(), machine);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_something_else_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("machine.toml");
        let error = Machine::read(&path).unwrap_err();
        assert!(format!("{error:#}").contains("machine.toml"), "{error:#}");
        fs::write(&path, "name = 'x'").unwrap();
        let error = Machine::read(&path).unwrap_err();
        assert!(format!("{error:#}").contains("measures anew"), "{error:#}");
    }

    #[test]
    fn dates_sort_as_text() {
        let date = now();
        assert_eq!(date.len(), "2026-11-23T06:53:40Z".len(), "{date}");
        assert!(date.ends_with('Z') && date.as_bytes()[10] == b'T', "{date}");
    }
}
