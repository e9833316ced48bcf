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

    /// The lines from this byte of the whole output on, which starts with that of 1.
    pub fn at(offset: u64) -> Lines {
        // The last number whose line begins no later.
        let (mut low, mut high) = (1, offset + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match bytes_before(middle) <= offset {
                true => low = middle,
                false => high = middle,
            }
        }
        let mut lines = Lines::new(low);
        lines.append_line();
        lines.ahead.drain(..(offset - bytes_before(low)) as usize);
        lines
    }

    /// Compares `bytes` with what comes next.
    pub fn difference(&mut self, bytes: &[u8]) -> Option<Difference> {
        let Some(place) = self.first_difference(bytes) else {
            self.ahead.drain(..bytes.len());
            return None;
        };
        let line = self.ahead[..place]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let (expected, came) = (&self.ahead[line..], &bytes[line..]);
        let lines_ahead = expected.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let number = self.number.unwrap_or(u64::MAX).saturating_sub(lines_ahead);
        Some(Difference {
            expected: first_line(expected),
            came: first_line(came),
            too_early: are_from_further_on(came, number),
        })
    }

    /// The place of the first byte that is not what comes next.
    fn first_difference(&mut self, bytes: &[u8]) -> Option<usize> {
        while self.ahead.len() < bytes.len() && self.append_line() {}
        let length = self.ahead.len().min(bytes.len());
        if bytes == &self.ahead[..length] {
            return None;
        }
        let place = (0..length).find(|&place| bytes[place] != self.ahead[place]);
        Some(place.unwrap_or(length))
    }

    /// The next line, or the rest of one that has been begun; `None` after the last.
    pub fn peek(&mut self) -> Option<String> {
        while self.ahead.is_empty() && self.append_line() {}
        (!self.ahead.is_empty()).then(|| first_line(&self.ahead))
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
                later > number && Lines::new(later).first_difference(lines).is_none()
            })
        })
}

/// How many bytes there are before a number's line.
pub fn bytes_before(number: u64) -> u64 {
    let mut bytes = 0;
    let (mut from, mut digits) = (1, 1);
    while from < number {
        let until = number.min(from * 10);
        let multiples = |of: u64| (until - 1) / of - (from - 1) / of;
        let (fizz, buzz, both) = (multiples(3), multiples(5), multiples(15));
        let plain = until - from - (fizz + buzz - both);
        // Where both words stand, one line's end is enough for them.
        bytes += plain * (digits + 1) + (fizz + buzz) * 5 - both;
        (from, digits) = (until, digits + 1);
    }
    bytes
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
                assert_eq!(lines.peek().is_none(), start == u64::MAX - 299);
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
        // A few bytes are enough.
        let difference = Lines::new(1001).difference(b"2002\n20").unwrap();
        assert!(difference.too_early);
        // Numbers that are larger, with words where numbers should be, are only wrong.
        let difference = Lines::new(1000).difference(b"2003\n2004\n").unwrap();
        assert!(!difference.too_early);
    }

    #[test]
    fn any_place_of_the_output_is_found() {
        let mut text = plain(1, 30_000);
        for offset in [0, 1, 4, 5, 17, 9999, 100_000] {
            let mut lines = Lines::at(offset as u64);
            assert_eq!(lines.difference(&text[offset..]), None, "{offset}");
        }
        text[50_000] ^= 1;
        assert!(Lines::at(40_001).difference(&text[40_001..]).is_some());
        // Far on, from the number that stands there.
        let number = 12_345_678_901;
        let mut lines = Lines::at(bytes_before(number) + 3);
        assert_eq!(lines.peek().as_deref(), Some("45678901"));
    }

    #[test]
    fn after_the_last_line_there_is_none() {
        let mut lines = Lines::new(u64::MAX - 1);
        let text = plain(u64::MAX - 1, 2);
        assert_eq!(lines.peek().as_deref(), Some("18446744073709551614"));
        assert_eq!(lines.difference(&text), None);
        assert_eq!(lines.peek(), None);
    }

    #[test]
    fn bytes_after_the_end_are_wrong() {
        let mut text = plain(u64::MAX, 1);
        text.push(b'1');
        let difference = Lines::new(u64::MAX).difference(&text).unwrap();
        assert_eq!(difference.expected, "");
        assert_eq!(difference.came, "1");
    }

    #[test]
    fn bytes_are_counted_right() {
        let mut length = 0;
        for number in 1..150_000_u64 {
            assert_eq!(bytes_before(number), length, "{number}");
            length += match (number % 3, number % 5) {
                (0, 0) => 9,
                (0, _) | (_, 0) => 5,
                _ => u64::from(number.ilog10()) + 2,
            };
        }
    }
}
