//! The facts of a machine.

use std::fmt::Write;

use anyhow::Result;
use measured::machine::Machine;

/// The facts of a machine.
///
/// # Errors
///
/// When it was not measured.
pub fn machine(name: &str) -> Result<String> {
    let machine = Machine::read(&measured::folder_of(name).join("machine.toml"))?;
    let caches: Vec<String> = machine
        .cpu
        .caches
        .iter()
        .map(|cache| {
            format!(
                "L{} {} {}, shared by CPUs {}",
                cache.level,
                cache.kind.to_lowercase(),
                common::size::format(cache.size),
                cache.shared_by
            )
        })
        .collect();
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let rows = [
        ("CPU", machine.cpu.model.clone()),
        ("CPUs used", machine.placement_in_words()),
        ("Caches of the writer's CPU", caches.join("; ")),
        ("Clock governor", or_none(&machine.cpu.governor)),
        (
            "Kernel",
            format!(
                "Linux {}, {}",
                machine.kernel.release, machine.kernel.architecture
            ),
        ),
        (
            "Page",
            common::size::format(machine.kernel.page_size as u64),
        ),
        ("Hypervisor", or_none(&machine.virtualization.hypervisor)),
        ("Container", or_none(&machine.virtualization.container)),
        (
            "Stalls are accounted for (PSI)",
            yes_or_no(machine.pressure_stall_information),
        ),
        ("Measured", machine.date.clone()),
        ("Commit", machine.commit.chars().take(12).collect()),
    ];
    let mut table = String::from("\n| | |\n|---|---|\n");
    for (name, value) in rows {
        let _ = writeln!(table, "| {name} | {value} |");
    }
    Ok(table)
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}
