//! A bad second does not end a measurement of an hour: what fails is tried again.

use std::thread;
use std::time::Duration;

use anyhow::Result;

/// How often each is tried in all.
const ATTEMPTS: usize = 3;

/// What is over soon may be over by then.
const PAUSE: Duration = Duration::from_secs(1);

/// What failed each time.
pub struct Failed<T> {
    /// What was tried.
    pub subject: T,
    /// What was said the last time.
    pub why: String,
}

/// Runs `run` with each of `subjects`, and after all of them once more with
/// those that failed, and once more; returns those that never got through.
///
/// # Errors
///
/// Where `run` says by its outer result that going on is of no use.
pub fn of_each<T>(
    subjects: Vec<T>,
    mut run: impl FnMut(&T) -> Result<Result<()>>,
) -> Result<Vec<Failed<T>>> {
    let mut failed: Vec<Failed<T>> = Vec::new();
    let mut left = subjects;
    for attempt in 1..=ATTEMPTS {
        failed.clear();
        for subject in left {
            if let Err(error) = run(&subject)? {
                let why = format!("{error:#}").trim().replace('\n', "; ");
                failed.push(Failed { subject, why });
            }
        }
        if failed.is_empty() || attempt == ATTEMPTS {
            break;
        }
        thread::sleep(PAUSE);
        left = failed.drain(..).map(|failed| failed.subject).collect();
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_times_and_the_failed_ones_last() {
        let mut tried = Vec::new();
        let failed = of_each(vec!["never", "second time", "always"], |&name| {
            tried.push(name);
            let times = tried.iter().filter(|&&other| other == name).count();
            Ok(match name {
                "never" => Err(anyhow::anyhow!("number {times}\nof a kind")),
                "second time" if times == 1 => Err(anyhow::anyhow!("not now")),
                _ => Ok(()),
            })
        });
        let failed = failed.unwrap();
        assert_eq!(tried[3..], ["never", "second time", "never"]);
        assert_eq!(failed.len(), 1);
        assert_eq!(
            (failed[0].subject, failed[0].why.as_str()),
            ("never", "number 3; of a kind")
        );
    }
}
