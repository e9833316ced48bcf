//! A boot that tries everything.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::qemu::Machine;
use crate::said::Said;

/// Some ten times what it takes where QEMU has a CPU for itself.
const LIMIT: Duration = Duration::from_secs(600);

/// What was tried in a boot, and what one gets to know of the kernel.
#[derive(Default)]
pub struct Checked {
    /// How many things were as they should be.
    pub well: usize,
    /// What was not: the thing, and how it was instead.
    pub faults: Vec<(String, String)>,
    /// What the kernel and its doctor say of it.
    pub facts: Vec<(String, String)>,
}

/// The machine has ended before it was through.
#[derive(Debug)]
pub struct Died(String);

impl fmt::Display for Died {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Error for Died {}

/// Boots the machine, and has it try everything.
///
/// # Errors
///
/// When it does not boot, or ends or stops before it is through.
pub fn check(machine: &Machine, tell: &mut dyn FnMut(&str)) -> Result<Checked> {
    let machine = Machine {
        options: [machine.options.clone(), vec!["PLAN=checks".to_owned()]].concat(),
        ..*machine
    };
    let mut running = machine.start(LIMIT)?;
    let mut checked = Checked::default();
    let mut last = "its start".to_owned();
    loop {
        let heard = running.hear();
        match heard.map_err(|error| error.context(format!("it stands still after {last}")))? {
            Some(Said::Check { what, fault }) => {
                tell(&what);
                last.clone_from(&what);
                match fault {
                    Some(fault) => checked.faults.push((what, fault)),
                    None => checked.well += 1,
                }
            }
            Some(Said::Fact(name, value)) => checked.facts.push((name, value)),
            Some(Said::End) => return Ok(checked),
            Some(_) => {}
            None => bail!(Died(format!(
                "it ended after {last}; its last words: {}",
                running.last_words()
            ))),
        }
    }
}
