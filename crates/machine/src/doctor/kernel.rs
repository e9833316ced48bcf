//! The kernel, its pages, and what it does besides.

use common::size;

use super::check::Check;
use super::patient::Patient;

pub fn checks(patient: &Patient) -> Vec<Check> {
    let kernel = &patient.machine.kernel;
    let page = size::format(kernel.page_size as u64);
    let pages = format!("{}, {page} pages", kernel.architecture);
    vec![
        match kernel.release.as_str() {
            "unknown" => Check::missing(
                "kernel",
                "/proc does not tell",
                "what comes from /proc is not known below",
            )
            .mended_by("sudo mount -t proc proc /proc"),
            release => Check::ok("kernel", format!("Linux {release}")),
        },
        match kernel.page_size {
            4096 => Check::ok("architecture", pages),
            _ => Check::limited(
                "architecture",
                pages,
                "the post's pages are 4KiB: a pipe's slots hold more here, in every stage",
            ),
        },
        match patient.machine.pressure_stall_information {
            false => Check::ok("PSI", "no /proc/pressure: off"),
            true => Check::limited(
                "PSI",
                "on",
                "waiting costs more (stages 1 to 4); psi=0 on the kernel's command line",
            ),
        },
    ]
}
