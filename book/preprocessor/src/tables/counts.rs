//! What the kernel counted, and what perf saw.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use measured::counts::COUNTS;
use measured::text;
use measured::words::whole;

/// What the kernel counted at each end, per GiB: of all stages, or of one.
///
/// # Errors
///
/// When the file is something else, or nothing was counted of that stage.
pub fn counts(machine: &Path, stage: Option<&str>) -> Result<Option<String>> {
    let Some(rows) = COUNTS.read(machine)? else {
        return Ok(None);
    };
    let mut table = String::from(
        "\n| stage | program | system calls | page faults | times put to sleep | times pushed aside | wake-ups |\n\
         |---|---|---:|---:|---:|---:|---:|\n",
    );
    let asked = |name: &str| stage.is_none_or(|stage| name == stage);
    if !rows.iter().any(|row| asked(&row.stage)) {
        bail!("nothing was counted of '{}'", stage.unwrap_or("any stage"));
    }
    for row in rows.iter().filter(|row| asked(&row.stage)) {
        let counts = [
            row.system_calls_per_gib,
            Some(row.page_faults_per_gib),
            Some(row.voluntary_switches_per_gib),
            Some(row.involuntary_switches_per_gib),
            row.wakeups_per_gib,
        ];
        // What the kernel did not let us count is an empty cell.
        let counts = counts.map(|count| count.map_or(String::new(), count_in_words));
        let number = row.stage.trim_start_matches("stage");
        let _ = writeln!(
            table,
            "| {number} | <span class=\"option\">{}</span> | {} |",
            row.program,
            counts.join(" | ")
        );
    }
    Ok(Some(table))
}

/// A call tree as perf's samples gave it.
///
/// # Errors
///
/// When it cannot be read.
pub fn call_tree(machine: &Path, name: &str) -> Result<Option<String>> {
    let path = machine.join(format!("perf/{name}.txt"));
    let text =
        text::read_to(&path, "\n").map_err(|error| anyhow!("{error:#}\nrun make perf again"))?;
    Ok(text.map(|text| format!("\n```text\n{}\n```\n", text.trim_end())))
}

/// A count as precise as it is worth, with its thousands apart.
fn count_in_words(count: f64) -> String {
    if count < 10.0 {
        return format!("{count:.1}");
    }
    whole(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_for_people() {
        assert_eq!(
            [0.54, 9.96, 25.4, 16340.8].map(count_in_words),
            ["0.5", "10.0", "25", "16,341"]
        );
    }
}
