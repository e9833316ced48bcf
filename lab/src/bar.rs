//! Bars for the terminal.

const WIDTH: f64 = 28.0;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar of at most 28 characters, to an eighth of a character; 1 is the longest.
pub fn bar(fraction: f64) -> String {
    let eighths = (fraction * WIDTH * 8.0).round().max(1.0) as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_never_empty_and_never_too_long() {
        assert_eq!(bar(0.0), "▏");
        assert_eq!(bar(0.5), "█".repeat(14));
        assert_eq!(bar(1.0), "█".repeat(28));
    }
}
