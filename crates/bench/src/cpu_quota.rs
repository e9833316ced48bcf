//! How much of its CPUs' time a process may use. A container's share is often
//! less than all, and the kernel then stops its programs ten times a second.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What a group of processes may use of its CPUs' time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quota {
    /// In percent of one CPU.
    pub percent: u32,
    /// The file that says so.
    pub file: PathBuf,
}

impl Quota {
    /// Whether two busy ends of a pipe fit.
    pub fn suffices(&self) -> bool {
        self.percent >= 200
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpus = f64::from(self.percent) / 100.0;
        write!(out, "{cpus} CPUs' time, by {}", self.file.display())
    }
}

/// The smallest quota on this process, if there is one; `root` holds `proc` and `sys`.
///
/// A quota on a group is one on all groups below it (`cpu.max` and `cpu.cfs_quota_us`,
/// kernel/sched/core.c, Linux 6.12).
pub fn smallest(root: &Path) -> Option<Quota> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let mut quotas = Vec::new();
    // Each line is a number, controllers, and a path: cgroups(7). Version 2 names none.
    for line in groups.lines() {
        let [_, controllers, path] = line.splitn(3, ':').collect::<Vec<_>>()[..] else {
            continue;
        };
        let mounts: &[&str] = match controllers {
            "" => &["", "unified"],
            _ if controllers.split(',').any(|name| name == "cpu") => &["cpu", "cpu,cpuacct"],
            _ => &[],
        };
        // A container's own group may be what it sees as the root, whatever its path.
        let groups = Path::new(path.trim_start_matches('/')).ancestors();
        for group in groups {
            let at = |mount| Path::new("sys/fs/cgroup").join(mount).join(group);
            quotas.extend(mounts.iter().filter_map(|mount| of(root, &at(mount))));
        }
    }
    quotas.into_iter().min()
}

/// One group's, in the files of either version.
fn of(root: &Path, group: &Path) -> Option<Quota> {
    let read = |name: &str| fs::read_to_string(root.join(group).join(name)).ok();
    let (name, text) = match read("cpu.max") {
        Some(both) => ("cpu.max", both),
        None => {
            let (quota, period) = (read("cpu.cfs_quota_us")?, read("cpu.cfs_period_us")?);
            ("cpu.cfs_quota_us", format!("{quota} {period}"))
        }
    };
    let mut numbers = text.split_whitespace();
    // `max` and -1 are no quota.
    let quota: u64 = numbers.next()?.parse().ok()?;
    let period: u64 = numbers.next()?.parse().ok()?;
    Some(Quota {
        // Under one percent is not nothing.
        percent: u32::try_from((quota * 100).checked_div(period)?.max(1)).ok()?,
        file: Path::new("/").join(group).join(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The percentage and the file, for a system of these files.
    fn quota(files: &[(&str, &str)]) -> Option<(u32, String)> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        smallest(root.path()).map(|quota| (quota.percent, quota.file.display().to_string()))
    }

    #[test]
    fn the_smallest_of_all_groups_above_counts() {
        let files = [
            ("proc/self/cgroup", "0::/a/b/c\n"),
            ("sys/fs/cgroup/a/cpu.max", "50000 100000\n"),
            ("sys/fs/cgroup/a/b/cpu.max", "300000 100000\n"),
            ("sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n"),
        ];
        let expected = (50, "/sys/fs/cgroup/a/cpu.max".to_owned());
        assert_eq!(quota(&files), Some(expected));
    }

    #[test]
    fn version_1_and_a_container_that_sees_its_group_as_the_root() {
        let files = [
            (
                "proc/self/cgroup",
                "4:memory:/x\n3:cpu,cpuacct:/docker/1234\n0::/\n",
            ),
            ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150\n"),
            ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
        ];
        let expected = (1, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us".to_owned());
        assert_eq!(quota(&files), Some(expected));
    }

    #[test]
    fn none() {
        let files = [
            ("proc/self/cgroup", "1:cpu:/\n0::/\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"),
        ];
        assert_eq!(quota(&files), None);
        assert_eq!(quota(&[]), None);
    }
}
