//! Hints: three for each exercise, one at a time.

/// The hints of a `hints.md`: each begins with a heading of the second level.
pub fn parse(text: &str) -> Vec<&str> {
    text.split("\n## ")
        .skip(1)
        .map(|hint| hint.split_once('\n').map_or("", |(_, body)| body.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::ALL;

    #[test]
    fn every_exercise_has_three_hints() {
        for exercise in &ALL {
            let hints = parse(exercise.hints);
            assert_eq!(hints.len(), 3, "{}", exercise.folder);
            assert!(hints.iter().all(|hint| !hint.is_empty()));
        }
    }
}
