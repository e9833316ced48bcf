//! Bars for the terminal.

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar of so many characters for 1, to an eighth of a character.
pub fn bar(fraction: f64, width: usize) -> String {
    let eighths = (fraction * width as f64 * 8.0).round().max(1.0) as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_never_empty_and_never_too_long() {
        assert_eq!(bar(0.0, 28), "▏");
        assert_eq!(bar(0.5, 28), "█".repeat(14));
        assert_eq!(bar(1.0, 24), "█".repeat(24));
    }
}
