//! What was measured, for a terminal.

use measured::pipelines::{AFTER, BEFORE, Figures, times};
use measured::statistics::Estimate;

/// A line for each pipeline.
pub fn of(figures: &Figures) -> String {
    let mut text = String::from(
        "pipeline          verdict          before    after   times as fast          watched takes          its CPU\n",
    );
    for name in figures.pipelines() {
        let seconds = |way| {
            figures
                .seconds(name, way)
                .map_or(String::new(), |it| format!("{it:.2} s"))
        };
        let ratio = |estimate: Option<Estimate>| estimate.as_ref().map_or(String::new(), times);
        let (kind, most, all) = figures.verdict(name).unwrap_or(("", 0, 0));
        text += &format!(
            "{name:17} {:16} {:>8} {:>8}   {:22} {:22} {:.2}%\n",
            format!("{kind} {most}/{all}"),
            seconds(BEFORE),
            seconds(AFTER),
            ratio(figures.gain(name)),
            ratio(figures.cost(name)),
            100.0 * figures.watcher(name).unwrap_or(0.0)
        );
    }
    text
}
