//! How fast the stages are, where the guest runs on a CPU of its own kind (KVM).

use anyhow::Result;
use bench::stages::STAGES;
use common::say;
use kernels::said::Said;

use crate::program::{command, run_pair};

/// Says it, where we were told that times mean something.
pub fn tell() -> Result<()> {
    if std::env::var_os("SPEEDS").is_none() {
        return Ok(());
    }
    for stage in &STAGES {
        let reader = command(&format!("{} --bytes-to-pipe 2G", stage.reader));
        let [_, read] = run_pair(command(stage.writer), reader)?;
        let line = String::from_utf8(read.cleanly()?.output)?;
        say(Said::Fact(format!("stage {}", stage.number), line));
    }
    Ok(())
}
