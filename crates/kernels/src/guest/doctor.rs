//! What the doctor says of this kernel, and whether calls lend or copy here.

use anyhow::{Context, Result, ensure};
use clap::Parser;
use common::say;
use kernels::said::Said;
use machine::doctor;
use serde_json::Value;

use crate::program::{Checks, command, run};

/// The doctor of `make doctor`, as another process of this same program.
pub const COMMAND: &str = "/init doctor --json";

#[derive(Parser)]
struct Doctor {
    #[command(flatten)]
    options: doctor::Options,
}

/// Writes the doctor's report, where this process was started for it.
pub fn report() -> Option<Result<()>> {
    let mut words = std::env::args();
    words.nth(1).filter(|word| word == "doctor")?;
    let options = Doctor::parse_from(["doctor".to_owned()].into_iter().chain(words)).options;
    Some(doctor::run(&options))
}

/// The doctor's report, and what became of a lent page.
pub fn checks() -> Checks {
    vec![("the doctor".to_owned(), Box::new(examine))]
}

fn examine() -> Result<()> {
    let report = run(command(COMMAND))?.cleanly()?.output;
    let report: Value = serde_json::from_slice(&report).context("the doctor writes no JSON")?;
    let rows = report["checks"].as_array().context("it has no rows")?;
    for row in rows {
        let text = |part: &str| row[part].as_str().unwrap_or_default().to_owned();
        let (name, verdict, finding) = (text("name"), text("verdict"), text("finding"));
        if matches!(&*name, "write, read" | "vmsplice" | "splice" | "tee") {
            ensure!(verdict == "ok", "{name}: {finding}");
            say(Said::Fact(name, finding));
        } else if verdict != "ok" {
            say(Said::Fact(
                format!("doctor: {name}"),
                format!("{verdict}: {finding}"),
            ));
        }
    }
    Ok(())
}
