//! The CPUs: which two will be used and why.

use super::check::Check;
use super::patient::Patient;
use crate::wake_up;
use bench::core_kinds;
use bench::cpu_list::{self, CpuSet};
use bench::cpu_quota;
use bench::hand_over::{self, Distance};
use bench::nearness::Nearness;

pub fn checks(patient: &Patient) -> Vec<Check> {
    vec![
        usable(patient),
        quota(patient),
        pair(patient),
        distance(patient),
        sleep(patient),
    ]
}

fn usable(patient: &Patient) -> Check {
    let cpu = &patient.machine.cpu;
    let mut usable = format!("{}: CPUs {}", cpu.model, cpu.allowed);
    if cpu.cores.len() < patient.allowed.len() {
        usable += &format!(" on {} cores", cpu.cores.len());
    }
    let kinds = core_kinds::among(&patient.allowed, &patient.roots.sys());
    if kinds.len() > 1 {
        let kinds = kinds.iter().map(|kind| {
            let cpus = cpu_list::format(&kind.cpus);
            format!("{cpus} ({})", kind.name)
        });
        usable += &format!(": {}", kinds.collect::<Vec<_>>().join(", "));
    }
    Check::ok("CPUs", usable)
}

fn quota(patient: &Patient) -> Check {
    const NAME: &str = "CPU quota";
    match cpu_quota::smallest(patient.roots.folder()) {
        None => Check::ok(NAME, "none"),
        Some(quota) if quota.suffices() => Check::ok(NAME, quota.to_string()),
        Some(quota) => Check::limited(
            NAME,
            quota.to_string(),
            "two ends use up to two CPUs: every stage is stopped for a part of the time",
        ),
    }
}

fn pair(patient: &Patient) -> Check {
    let placement = &patient.placement;
    let (writer, reader) = (placement.writer, placement.reader);
    let kinds = core_kinds::among(&CpuSet::from([writer, reader]), &patient.roots.sys());
    let finding = match placement.nearness {
        Nearness::OneCpu => format!("CPU {writer} for both ends"),
        nearness => format!("CPU {writer} writes, {reader} reads: {nearness}"),
    };
    let limited = |meaning| Check::limited("pair", &finding, meaning);
    match placement.nearness {
        Nearness::SharedCache if kinds.len() > 1 => {
            limited("the cores are of two kinds: the slower one slows every stage")
        }
        Nearness::SharedCache => Check::ok("pair", finding),
        Nearness::Unknown => limited("if they share no cache, every stage is slower"),
        Nearness::NoSharedCache => limited("the ends meet in memory: every stage is slower"),
        Nearness::OneCore => {
            limited("the ends share one core's units: stage 5's loops hinder each other")
        }
        Nearness::OneCpu => {
            let check = limited("the ends take turns: stages 1 to 4 run, stage 5 cannot");
            let online = patient.roots.text("sys/devices/system/cpu/online");
            match online.and_then(|list| cpu_list::parse(&list).ok()) {
                Some(online) if online.len() > patient.allowed.len() => {
                    check.mended_by(format!("taskset -cp {} $$", cpu_list::format(&online)))
                }
                _ => check,
            }
        }
    }
}

/// What sysfs says of a VM's CPUs need not be where they are.
fn distance(patient: &Patient) -> Check {
    let placement = &patient.placement;
    match hand_over::nanoseconds(placement) {
        Ok(None) => Check::ok("distance", "none: one CPU"),
        Ok(Some(nanoseconds)) => {
            let finding = format!(
                "a word takes {nanoseconds:.0} ns from CPU {} to CPU {}",
                placement.writer, placement.reader
            );
            match Distance::of(nanoseconds) {
                Distance::OneCore => Check::limited(
                    "distance",
                    finding,
                    "the two are threads of one core, whatever the kernel says, and share its units",
                ),
                Distance::Near => Check::ok("distance", finding),
                Distance::Far => Check::limited(
                    "distance",
                    finding,
                    "whatever both ends touch costs more, in stage 5 and beyond above all",
                ),
            }
        }
        Err(error) => Check::limited(
            "distance",
            format!("not measured: {error:#}"),
            "nobody knows how far apart the two CPUs are",
        ),
    }
}

/// What stages 1 to 4 pay whenever an end has nothing to do.
fn sleep(patient: &Patient) -> Check {
    const NAME: &str = "sleep";
    match wake_up::microseconds(&patient.placement) {
        Ok(microseconds) => Check::ok(
            NAME,
            format!("a word to a sleeping end takes {microseconds:.1} us"),
        ),
        Err(error) => Check::limited(
            NAME,
            format!("not measured: {error:#}"),
            "nobody knows what stages 1 to 4 pay for waiting",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;
    use crate::doctor::patient::tests::patient;

    #[test]
    fn every_kind_of_core_is_named() {
        let phone = [
            ("sys/devices/system/cpu/cpu0/cpu_capacity", "1024\n"),
            ("sys/devices/system/cpu/cpu1/cpu_capacity", "1024\n"),
            ("sys/devices/system/cpu/cpu2/cpu_capacity", "406\n"),
            ("sys/devices/system/cpu/cpu3/cpu_capacity", "406\n"),
        ];
        let phone = patient(&phone, Nearness::SharedCache);
        let finding = usable(&phone).finding;
        assert!(
            finding.ends_with(": 0-1 (capacity 1024), 2-3 (capacity 406)"),
            "{finding}"
        );
        // Its pair is 0 and 2.
        let check = pair(&phone);
        assert_eq!(check.verdict, Verdict::Limited);
        assert!(check.meaning.unwrap().contains("two kinds"));

        let laptop = [
            ("sys/devices/cpu_core/cpus", "0-2\n"),
            ("sys/devices/cpu_atom/cpus", "3-9\n"),
        ];
        let laptop = patient(&laptop, Nearness::SharedCache);
        let finding = usable(&laptop).finding;
        assert!(
            finding.ends_with(": 0-2 (performance cores), 3 (efficiency cores)"),
            "{finding}"
        );
        assert_eq!(pair(&laptop).verdict, Verdict::Ok);
    }

    #[test]
    fn a_quota_that_two_ends_exceed_is_told() {
        let group = ("proc/self/cgroup", "0::/\n");
        let quota = |max| {
            quota(&patient(
                &[group, ("sys/fs/cgroup/cpu.max", max)],
                Nearness::SharedCache,
            ))
        };
        assert_eq!(quota("max 100000\n").finding, "none");
        let check = quota("50000 100000\n");
        assert_eq!(check.verdict, Verdict::Limited);
        assert_eq!(check.finding, "0.5 CPUs' time, by /sys/fs/cgroup/cpu.max");
        assert_eq!(quota("400000 100000\n").verdict, Verdict::Ok);
    }

    #[test]
    fn every_pair_but_the_nearest_is_limited() {
        for nearness in [
            Nearness::Unknown,
            Nearness::NoSharedCache,
            Nearness::OneCore,
            Nearness::OneCpu,
        ] {
            let check = pair(&patient(&[], nearness));
            assert_eq!(check.verdict, Verdict::Limited, "{nearness}");
        }
        let online = [("sys/devices/system/cpu/online", "0-7")];
        let check = pair(&patient(&online, Nearness::OneCpu));
        assert_eq!(check.remedy.as_deref(), Some("taskset -cp 0-7 $$"));
    }
}
