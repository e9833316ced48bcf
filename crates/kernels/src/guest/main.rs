//! The only program of a kernel under test, as its process 1: it runs our programs, says
//! what came of each, and switches the machine off.

mod bad_days;
mod bytes;
mod counts;
mod doctor;
mod program;
mod solutions;
mod speeds;
mod system;
mod watched;

use std::process::ExitCode;

use anyhow::Result;
use common::say;
use kernels::said::Said;

fn main() -> ExitCode {
    if let Some(reported) = doctor::report() {
        return common::run(|| reported);
    }
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
        Ok("checks") => {
            check();
            speeds::tell()
        }
        Ok("counts") => counts::count(),
        Ok("functions") => watched::watch(),
        plan => anyhow::bail!("no plan is called {plan:?}"),
    }
}

/// Tries everything, and says of each what was wrong.
fn check() {
    let all = [
        doctor::checks(),
        bytes::checks(),
        bad_days::checks(),
        solutions::checks(),
    ];
    for (what, check) in all.into_iter().flatten() {
        let fault = check().err().map(|error| format!("{error:#}"));
        say(Said::Check { what, fault });
    }
}
