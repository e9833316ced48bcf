//! The results, as rows and as the ladder.

use bench::bar::bar;
use bench::hand_over::Distance;
use bench::humps::Humps;
use bench::reading::Reading;
use bench::stages::{STAGES, Stage};

/// What came of a stage.
pub struct Result {
    /// What its reader printed.
    pub reading: Reading,
    /// What its calls did.
    pub humps: Humps,
    /// Nanoseconds for a word from CPU to CPU, before and after; nothing on one CPU.
    pub hand_over: Option<[f64; 2]>,
}

impl Result {
    fn gib_per_s(&self) -> f64 {
        self.reading.throughput.gib_per_second
    }

    fn awake(&self) -> Option<f64> {
        self.humps.awake().map(|hump| hump.gib_per_s)
    }

    /// As a reader's second line has it, with the part of the calls that slept and the
    /// microseconds of each; empty is what cannot be told.
    pub fn row(&self, stage: &Stage) -> String {
        let figure = |figure: Option<f64>| figure.map_or(String::new(), |it| format!("{it:.3}"));
        format!(
            "stage{},{:.3},{},{},{}\n",
            stage.number,
            self.gib_per_s(),
            figure(self.awake()),
            figure(self.humps.share_slept()),
            figure(self.humps.slept().map(|hump| hump.median / 1e3))
        )
    }
}

/// All stages beside the post's figures; nothing stands for one that did not run.
pub fn ladder(results: &[Option<Result>]) -> String {
    const BAR: usize = 18;
    let all = || results.iter().flatten();
    let fastest = all()
        .flat_map(|result| [result.gib_per_s(), result.awake().unwrap_or(0.0)])
        .fold(0.0, f64::max);
    let mut text = format!(
        "\n{:22}{:>7}{:>8}{:>8}{:>8}{:>6}\n",
        "", "GiB/s", "awake", "slept", "each", "post"
    );
    for (stage, result) in STAGES.iter().zip(results) {
        text += &format!("stage {}  {:13}", stage.number, stage.novelty);
        let Some(result) = result else {
            text += &format!(
                "{:>7}{:>8}{:>8}{:>8}{:>6.1}\n",
                "-", "-", "-", "-", stage.post
            );
            continue;
        };
        let or_none = |figure: Option<String>| figure.unwrap_or_else(|| "-".to_owned());
        let awake = or_none(result.awake().map(|it| format!("{it:.1}")));
        let slept = or_none(
            result
                .humps
                .share_slept()
                .map(|it| format!("{:.0}%", 100.0 * it)),
        );
        let each = result
            .humps
            .slept()
            .map(|hump| format!("{:.0} us", hump.median / 1e3));
        text += &format!(
            "{:>7.1}{awake:>8}{slept:>8}{:>8}{:>6.1}  {}\n",
            result.gib_per_s(),
            or_none(each),
            stage.post,
            two_bars(
                result.gib_per_s() / fastest,
                result.awake().map(|it| it / fastest),
                BAR
            )
        );
    }
    text += "\nGiB/s: the whole run. Awake: what it would be if no call had slept (░).\n";
    for (stage, result) in STAGES.iter().zip(results) {
        if let Some(Result {
            humps: Humps::Unclear(why),
            ..
        }) = result
        {
            text += &format!("Stage {}: {why}.\n", stage.number);
        }
    }
    text += &distances(results);
    text + "Yours is a single run of each. The post ran on an i7-8550U with Linux 5.17:\n\
        https://mazzo.li/posts/fast-pipes.html\n"
}

/// A full bar, and a paler one behind it, to where it would be without sleep.
fn two_bars(mean: f64, awake: Option<f64>, width: usize) -> String {
    let front = bar(mean, width);
    let length = |fraction: f64| (fraction * width as f64).round() as usize;
    let rest = length(awake.unwrap_or(0.0)).saturating_sub(front.chars().count());
    front + &"░".repeat(rest)
}

/// How far apart the CPUs were, in words; it may change from stage to stage.
fn distances(results: &[Option<Result>]) -> String {
    let all = || {
        results
            .iter()
            .flatten()
            .filter_map(|result| result.hand_over)
            .flatten()
    };
    let (least, most) = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(0.0, f64::max),
    );
    if most == 0.0 {
        return String::new();
    }
    if Distance::of(least) == Distance::of(most) {
        let distance = Distance::of(least);
        return format!(
            "The CPUs were {distance}: a word took {least:.0} to {most:.0} ns between them.\n"
        );
    }
    let mut text = "The CPUs moved: a word took, in ns, before and after each stage,\n ".to_owned();
    for (stage, result) in STAGES.iter().zip(results) {
        if let Some([before, after]) = result.as_ref().and_then(|result| result.hand_over) {
            text += &format!(" {}: {before:.0}, {after:.0};", stage.number);
        }
    }
    text.pop();
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pale_bar_goes_on_from_the_full_one() {
        assert_eq!(two_bars(0.1, Some(0.4), 20), "██░░░░░░");
        assert_eq!(two_bars(0.5, None, 4), "██");
        assert_eq!(two_bars(0.99, Some(1.0), 20).chars().count(), 20);
    }
}
