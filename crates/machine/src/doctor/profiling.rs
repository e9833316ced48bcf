//! perf: is it here, what may it count, and can it name kernel functions?

use std::io;
use std::process::Command;

use super::check::Check;
use super::patient::Patient;
use crate::perf_event;
use measured::machine::PerfEvent;

pub fn checks(patient: &Patient) -> Vec<Check> {
    let best = perf_event::best();
    let paranoid = patient.roots.number("proc/sys/kernel/perf_event_paranoid");
    vec![
        perf(patient),
        paranoia(paranoid, best.is_ok()),
        event(best, paranoid),
        symbols(patient),
    ]
}

fn perf(patient: &Patient) -> Check {
    match version_of("perf") {
        Some(version) => Check::ok("perf", version),
        None => Check::missing(
            "perf",
            "not in PATH, or it does not run",
            "make perf cannot run; the stages can, and the book has its output",
        )
        .mended_by(install_perf(patient)),
    }
}

/// The first line of what `program --version` prints, if it runs.
fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

fn install_perf(patient: &Patient) -> &'static str {
    let release = patient.roots.text("etc/os-release").unwrap_or_default();
    let is = |name: &str| {
        release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")))
            .any(|ids| ids.trim_matches('"').split(' ').any(|id| id == name))
    };
    if is("ubuntu") {
        "sudo apt install linux-tools-$(uname -r)"
    } else if is("fedora") {
        "sudo dnf install perf"
    } else if is("arch") {
        "sudo pacman -S perf"
    } else if is("alpine") {
        "sudo apk add perf"
    } else if is("suse") {
        "sudo zypper install perf"
    } else {
        "sudo apt install linux-perf"
    }
}

fn paranoia(level: Option<i32>, may_count: bool) -> Check {
    const NAME: &str = "perf's rights";
    match level {
        Some(level) if level <= 1 => Check::ok(NAME, format!("perf_event_paranoid is {level}")),
        Some(level) if may_count => Check::ok(
            NAME,
            format!("perf_event_paranoid is {level}, which does not bind you"),
        ),
        Some(level) => Check::missing(
            NAME,
            format!("perf_event_paranoid is {level}"),
            "perf may not look into the kernel, where all stages spend their time",
        )
        .mended_by("sudo sysctl kernel.perf_event_paranoid=1"),
        None => Check::missing(
            NAME,
            "/proc does not tell: no perf events in this kernel?",
            "make perf may not work; the stages do",
        ),
    }
}

fn event(best: io::Result<PerfEvent>, paranoid: Option<i32>) -> Check {
    const NAME: &str = "perf event";
    match best {
        Ok(PerfEvent::Cycles) => Check::ok(NAME, "cycles, from the CPU's own counters"),
        Ok(PerfEvent::CpuClock) => Check::limited(
            NAME,
            "cpu-clock: no hardware counters here",
            "what happens with interrupts off is charged to where they come back on",
        ),
        Err(error) => {
            let check = Check::missing(
                NAME,
                format!("none: {error}"),
                "make perf cannot sample any stage",
            );
            match paranoid {
                Some(2..) => check.mended_by("sudo sysctl kernel.perf_event_paranoid=1"),
                _ => check.mended_by(
                    "podman run --cap-add PERFMON --security-opt seccomp=unconfined ...",
                ),
            }
        }
    }
}

fn symbols(patient: &Patient) -> Check {
    const NAME: &str = "kernel symbols";
    // Some of the first are offsets that really are zero, but not so many.
    let lines = patient.roots.first_lines("proc/kallsyms", 200);
    let address = |line: &String| {
        let digits = line.split_whitespace().next()?;
        u64::from_str_radix(digits, 16).ok()
    };
    if lines.is_empty() {
        return Check::missing(
            NAME,
            "no /proc/kallsyms",
            "perf shows numbers in the place of kernel functions",
        );
    }
    if lines.iter().filter_map(address).any(|address| address != 0) {
        return Check::ok(NAME, "resolve");
    }
    Check::missing(
        NAME,
        "hidden, as kptr_restrict or perf_event_paranoid has it",
        "perf shows numbers in the place of kernel functions",
    )
    .mended_by("sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1")
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;
    use crate::doctor::patient::tests::patient;
    use bench::nearness::Nearness;

    fn symbols_of(text: &str) -> Check {
        symbols(&patient(
            &[
                ("proc/kallsyms", text),
                ("proc/sys/kernel/kptr_restrict", "1"),
            ],
            Nearness::SharedCache,
        ))
    }

    #[test]
    fn symbols_resolve_are_hidden_or_missing() {
        let hidden = "0000000000000000 A fixed_percpu_data\n0000000000000000 T _text\n";
        let shown = hidden.replace("0 T", "f T");
        assert_eq!(symbols_of(&shown).verdict, Verdict::Ok);
        let check = symbols_of(hidden);
        assert!(check.finding.starts_with("hidden"), "{check:?}");
        assert!(check.remedy.unwrap().contains("kptr_restrict=0"));
        let nothing = symbols(&patient(&[], Nearness::SharedCache));
        assert_eq!(nothing.finding, "no /proc/kallsyms");
    }

    #[test]
    fn what_may_be_counted() {
        let refused = || Err(io::Error::from_raw_os_error(libc::EACCES));
        assert_eq!(event(Ok(PerfEvent::Cycles), Some(2)).verdict, Verdict::Ok);
        assert_eq!(
            event(Ok(PerfEvent::CpuClock), Some(2)).verdict,
            Verdict::Limited
        );
        let check = event(refused(), Some(3));
        assert_eq!(check.verdict, Verdict::Missing);
        assert!(check.remedy.unwrap().contains("paranoid=1"));
        let check = event(refused(), Some(1));
        assert!(check.remedy.unwrap().contains("PERFMON"));

        assert_eq!(paranoia(Some(-1), true).verdict, Verdict::Ok);
        assert_eq!(paranoia(Some(2), true).verdict, Verdict::Ok);
        assert_eq!(paranoia(Some(2), false).verdict, Verdict::Missing);
        assert_eq!(paranoia(None, false).verdict, Verdict::Missing);
    }

    #[test]
    fn each_distribution_has_its_command() {
        for (release, command) in [
            ("ID=debian\n", "apt install linux-perf"),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "linux-tools"),
            ("ID=fedora\n", "dnf"),
            (
                "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
                "zypper",
            ),
            ("", "apt"),
        ] {
            let patient = patient(&[("etc/os-release", release)], Nearness::SharedCache);
            assert!(install_perf(&patient).contains(command), "{release}");
        }
    }
}
