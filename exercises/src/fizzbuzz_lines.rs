//! FizzBuzz from any number on, plainly: what exercise 7 is compared with.
//!
//! The number is kept as text and counted up there, which is simple, and fast enough to
//! compare gigabytes.

/// The lines that follow, up to that of `u64::MAX`.
pub struct Lines {
    number: Option<u64>,
    text: Vec<u8>,
    /// What was begun and not yet taken.
    ahead: Vec<u8>,
}

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
    /// The lines from that of `start` on.
    pub fn new(start: u64) -> Lines {
        Lines {
            number: Some(start),
            text: start.to_string().into_bytes(),
            ahead: Vec::new(),
        }
    }

    /// Compares `bytes` with what comes next.
    pub fn difference(&mut self, bytes: &[u8]) -> Option<Difference> {
        while self.ahead.len() < bytes.len() && self.append_line() {}
        let length = self.ahead.len().min(bytes.len());
        if bytes == &self.ahead[..length] {
            self.ahead.drain(..length);
            return None;
        }
        let place = (0..length)
            .find(|&place| bytes[place] != self.ahead[place])
            .unwrap_or(length);
        let line = self.ahead[..place]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let (expected, came) = (&self.ahead[line..], &bytes[line..]);
        Some(Difference {
            expected: first_line(expected),
            came: first_line(came),
            too_early: next_number(came) > next_number(expected),
        })
    }

    /// Whether all has come, up to the last line.
    pub fn are_done(&self) -> bool {
        self.number.is_none() && self.ahead.is_empty()
    }

    /// Adds the next line, if there is one.
    fn append_line(&mut self) -> bool {
        let Some(number) = self.number else {
            return false;
        };
        match (number % 3, number % 5) {
            (0, 0) => self.ahead.extend_from_slice(b"FizzBuzz\n"),
            (0, _) => self.ahead.extend_from_slice(b"Fizz\n"),
            (_, 0) => self.ahead.extend_from_slice(b"Buzz\n"),
            _ => {
                self.ahead.extend_from_slice(&self.text);
                self.ahead.push(b'\n');
            }
        }
        self.number = number.checked_add(1);
        self.count_up();
        true
    }

    fn count_up(&mut self) {
        for digit in self.text.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        self.text.insert(0, b'1');
    }
}

fn first_line(bytes: &[u8]) -> String {
    // The longest line has 20 digits: what goes on is not one.
    let end = bytes.iter().position(|&byte| byte == b'\n');
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len()).min(40)]).into_owned()
}

/// The first number after the line's end: what comes before may have been torn.
fn next_number(bytes: &[u8]) -> Option<u64> {
    let near = &bytes[..bytes.len().min(200)];
    near.split(|&byte| byte == b'\n')
        .skip(1)
        .find_map(|line| str::from_utf8(line).ok()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of it, in one call, from the standard library's formatting.
    fn plain(start: u64, count: u64) -> Vec<u8> {
        (start..=start + (count - 1))
            .map(|number| match number {
                _ if number % 15 == 0 => "FizzBuzz\n".to_owned(),
                _ if number % 3 == 0 => "Fizz\n".to_owned(),
                _ if number % 5 == 0 => "Buzz\n".to_owned(),
                _ => format!("{number}\n"),
            })
            .collect::<String>()
            .into_bytes()
    }

    #[test]
    fn it_is_fizzbuzz_however_it_is_cut() {
        for start in [1, 7, 95, 99_990, 4_294_967_200, u64::MAX - 299] {
            let text = plain(start, 300);
            for cut in [1, 2, 7, 1000, 100_000] {
                let mut lines = Lines::new(start);
                for part in text.chunks(cut) {
                    assert_eq!(lines.difference(part), None, "{start} {cut}");
                }
                assert_eq!(lines.are_done(), start == u64::MAX - 299);
            }
        }
    }

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
