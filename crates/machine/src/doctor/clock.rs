//! How fast the CPUs are let run.

use super::check::Check;
use super::patient::Patient;

pub fn checks(patient: &Patient) -> Vec<Check> {
    vec![governor(patient), turbo(patient)]
}

fn governor(patient: &Patient) -> Check {
    let cpu = &patient.machine.cpu;
    let driver = match &cpu.frequency_driver {
        Some(driver) => format!(" ({driver})"),
        None => String::new(),
    };
    match cpu.governor.as_deref() {
        Some("performance") => Check::ok("governor", format!("performance{driver}")),
        Some(governor) => Check::limited(
            "governor",
            format!("{governor}{driver}"),
            "the frequency follows the load: short runs of all stages come out slower",
        )
        .mended_by("sudo cpupower frequency-set --governor performance"),
        None if patient.machine.virtualization.hypervisor.is_some() => {
            Check::ok("governor", "the host's affair")
        }
        None => Check::limited(
            "governor",
            "/sys does not tell",
            "if the frequency changes, so do the figures of all stages",
        ),
    }
}

fn turbo(patient: &Patient) -> Check {
    match patient.machine.cpu.turbo {
        Some(false) => Check::ok("turbo", "off"),
        Some(true) => {
            let intel = "devices/system/cpu/intel_pstate/no_turbo";
            let remedy = match patient.roots.has(&format!("sys/{intel}")) {
                true => format!("echo 1 | sudo tee /sys/{intel}"),
                false => "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost".to_owned(),
            };
            Check::limited(
                "turbo",
                "on",
                "a CPU that gets hot slows down: compare figures only within one run",
            )
            .mended_by(remedy)
        }
        None if patient.machine.virtualization.hypervisor.is_some() => {
            Check::ok("turbo", "the host's affair")
        }
        None => Check::ok("turbo", "no switch for it in /sys"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::doctor::check::Verdict;
    use crate::doctor::patient::tests::patient;
    use bench::nearness::Nearness;

    #[test]
    fn a_laptop_is_told_what_steadies_it() {
        let laptop = patient(
            &[
                (
                    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                    "powersave",
                ),
                (
                    "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver",
                    "intel_pstate",
                ),
                ("sys/devices/system/cpu/intel_pstate/no_turbo", "0"),
            ],
            Nearness::SharedCache,
        );
        let governor = governor(&laptop);
        assert_eq!(governor.verdict, Verdict::Limited);
        assert_eq!(governor.finding, "powersave (intel_pstate)");
        let turbo = turbo(&laptop);
        assert_eq!(turbo.verdict, Verdict::Limited);
        assert!(turbo.remedy.unwrap().ends_with("intel_pstate/no_turbo"));
    }

    #[test]
    fn a_vm_leaves_frequencies_to_its_host() {
        let vm = patient(
            &[("proc/cpuinfo", "flags : hypervisor")],
            Nearness::SharedCache,
        );
        assert_eq!(governor(&vm).verdict, Verdict::Ok);
        assert_eq!(turbo(&vm).verdict, Verdict::Ok);
    }
}
