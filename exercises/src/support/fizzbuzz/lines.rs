//! FizzBuzz from any number on, plainly.
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

    /// What comes next, so many bytes or more; fewer only before the end.
    pub(super) fn ahead(&mut self, length: usize) -> &[u8] {
        while self.ahead.len() < length && self.append_line() {}
        &self.ahead
    }

    /// So many bytes of it have come.
    pub(super) fn take(&mut self, length: usize) {
        self.ahead.drain(..length);
    }

    /// The number whose line comes after all that is ahead.
    pub(super) fn after(&self) -> u64 {
        self.number.unwrap_or(u64::MAX)
    }

    /// The next line, or the rest of one that has been begun; `None` after the last.
    pub fn peek(&mut self) -> Option<String> {
        let ahead = self.ahead(1);
        (!ahead.is_empty()).then(|| first_line(ahead))
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

/// Up to its end.
pub(super) fn first_line(bytes: &[u8]) -> String {
    // The longest line has 20 digits: what goes on is not one.
    let end = bytes.iter().position(|&byte| byte == b'\n');
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len()).min(40)]).into_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The whole of it, in one call, from the standard library's formatting.
    pub fn plain(start: u64, count: u64) -> Vec<u8> {
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
