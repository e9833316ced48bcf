//! The only program of a kernel under test, as its process 1: it runs our programs, says
//! what came of each, and switches the machine off.

mod counts;
mod system;

use std::process::ExitCode;

use anyhow::Result;
use common::say;
use kernels::said::Said;

fn main() -> ExitCode {
    let done = system::prepare().and_then(|()| run());
    match done {
        Ok(()) => say(Said::End),
        Err(error) => say(format_args!("{error:#}")),
    }
    system::power_off();
    ExitCode::FAILURE
}

/// The kernel hands on what it does not know of its command line as our environment.
fn run() -> Result<()> {
    for (name, value) in system::facts()? {
        say(Said::Fact(name.to_owned(), value));
    }
    match std::env::var("PLAN").as_deref() {
        Ok("counts") => counts::count(),
        plan => anyhow::bail!("no plan is called {plan:?}"),
    }
}
