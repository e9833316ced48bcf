//! What was measured, for a terminal.

use measured::pipelines::{AFTER, BEFORE, Figures, times};

/// A line for each pipeline, of 80 columns; what the watcher's cost may be besides is in the data.
pub fn of(figures: &Figures) -> String {
    let mut text = format!(
        "{:14} {:18} {:>5} {:>5} {:22} watched\n{:14} {:18} {:>5} {:>5} {:22} {:>5} {:>5}\n",
        "",
        "",
        "as is",
        "after",
        "",
        "pipeline",
        "verdict",
        "s",
        "s",
        "times as fast",
        "takes",
        "CPU"
    );
    for name in figures.pipelines() {
        let seconds = |way| {
            let seconds = figures.seconds(name, way);
            seconds.map_or(String::new(), |it| format!("{it:.2}"))
        };
        let (kind, most, all) = figures.verdict(name).unwrap_or(("", 0, 0));
        let gain = figures.gain(name).as_ref().map_or(String::new(), times);
        let cost = figures.cost(name).map(|cost| format!("{:.2}", cost.median));
        let share = figures
            .watcher(name)
            .map(|it| format!("{:.1}%", 100.0 * it));
        text += &format!(
            "{name:14} {:18} {:>5} {:>5} {gain:22} {:>5} {:>5}\n",
            format!("{kind} {most}/{all}"),
            seconds(BEFORE),
            seconds(AFTER),
            cost.unwrap_or_default(),
            share.unwrap_or_default(),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use measured::pipelines::PIPELINES;

    #[test]
    fn the_books_own_fit_a_terminal() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/measured/reference");
        let rows = PIPELINES.read(&folder).unwrap().unwrap();
        let text = of(&Figures::of(rows));
        assert!(text.lines().count() > 10, "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
