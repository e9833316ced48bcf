//! Where a program's bytes are not the lines that they should be.

use super::lines::{Lines, first_line};

/// The first place where bytes are not what they should be.
#[derive(Debug, PartialEq)]
pub struct Difference {
    /// The line there should be.
    pub expected: String,
    /// What came in its place.
    pub came: String,
    /// Whether what follows belongs further on.
    pub too_early: bool,
}

impl Lines {
    /// Compares `bytes` with what comes next.
    pub fn difference(&mut self, bytes: &[u8]) -> Option<Difference> {
        let Some(place) = first_difference(self.ahead(bytes.len()), bytes) else {
            self.take(bytes.len());
            return None;
        };
        let after = self.after();
        let ahead = self.ahead(0);
        let line = ahead[..place]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let (expected, came) = (&ahead[line..], &bytes[line..]);
        let lines_ahead = expected.iter().filter(|&&byte| byte == b'\n').count() as u64;
        Some(Difference {
            expected: first_line(expected),
            came: first_line(came),
            too_early: are_from_further_on(came, after.saturating_sub(lines_ahead)),
        })
    }
}

/// The place of the first byte that is not what comes next.
fn first_difference(ahead: &[u8], bytes: &[u8]) -> Option<usize> {
    if ahead.starts_with(bytes) {
        return None;
    }
    let place = ahead
        .iter()
        .zip(bytes)
        .position(|(right, byte)| right != byte);
    Some(place.unwrap_or(ahead.len()))
}

/// Whether these lines belong further on than that of `number`: a larger number stands
/// there, with what follows it. The first line may have been torn.
fn are_from_further_on(came: &[u8], number: u64) -> bool {
    let mut start = 0;
    (number..)
        .zip(came.split(|&byte| byte == b'\n'))
        .take(5)
        .any(|(number, line)| {
            let lines = &came[start..came.len().min(start + 100)];
            start += line.len() + 1;
            let later = str::from_utf8(line).ok().and_then(|line| line.parse().ok());
            later.is_some_and(|later| {
                later > number && Lines::new(later).ahead(lines.len()).starts_with(lines)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::plain;
    use super::*;

    #[test]
    fn a_wrong_byte_is_told_with_its_line() {
        let mut text = plain(1000, 100);
        let place = text.windows(4).position(|part| part == b"1021").unwrap();
        text[place + 2] = b'3';
        assert_eq!(
            Lines::new(1000).difference(&text),
            Some(Difference {
                expected: "1021".to_owned(),
                came: "1031".to_owned(),
                too_early: false,
            })
        );
    }

    #[test]
    fn lines_that_belong_further_on_are_known() {
        let difference = Lines::new(1000).difference(&plain(2000, 100)).unwrap();
        assert!(difference.too_early);
        let difference = Lines::new(2000).difference(&plain(1000, 100)).unwrap();
        assert!(!difference.too_early);
        // A few bytes are enough.
        let difference = Lines::new(1001).difference(b"2002\n20").unwrap();
        assert!(difference.too_early);
        // Numbers that are larger, with words where numbers should be, are only wrong.
        let difference = Lines::new(1000).difference(b"2003\n2004\n").unwrap();
        assert!(!difference.too_early);
    }

    #[test]
    fn bytes_after_the_end_are_wrong() {
        let mut text = plain(u64::MAX, 1);
        text.push(b'1');
        let difference = Lines::new(u64::MAX).difference(&text).unwrap();
        assert_eq!(difference.expected, "");
        assert_eq!(difference.came, "1");
    }
}
