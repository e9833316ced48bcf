//! Sizes in bytes, as people type them and as the programs print them.

/// What [`parse`] accepts, for messages.
pub const FORMS: &str =
    "a size is a whole number above zero: 262144, 256K, 256KiB, 10G, 10GiB (K = 1024)";

/// Reads `262144`, `256K` or `256KiB`: units are powers of 1024, up to `EiB`.
///
/// # Errors
///
/// Says what is wrong with the text when it is empty, zero, not a number, of
/// an unknown unit, or too large for `N`.
pub fn parse<N: TryFrom<u64>>(text: &str) -> Result<N, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "" | "B" => 0,
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        "T" | "TiB" => 40,
        "P" | "PiB" => 50,
        "E" | "EiB" => 60,
        _ => return Err(FORMS.to_owned()),
    };
    if number.is_empty() {
        return Err(FORMS.to_owned());
    }
    let bytes = number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or("too large: sizes end below 16EiB")?;
    if bytes == 0 {
        return Err(format!("zero makes no sense here; {FORMS}"));
    }
    N::try_from(bytes).map_err(|_| "too large for this machine's address space".to_owned())
}

const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// Prints a size in the largest unit that divides it.
pub fn format(bytes: u64) -> String {
    let mut number = bytes;
    let mut unit = 0;
    while number > 0 && number.is_multiple_of(1024) {
        number /= 1024;
        unit += 1;
    }
    format!("{number}{}", UNITS[unit])
}

/// Prints a total: as [`format`] does, but from 1 GiB on in the largest unit, with a digit
/// behind the point where it would have many before it.
pub fn rounded(bytes: u64) -> String {
    let exact = format(bytes);
    if bytes < 1 << 30 || exact.trim_end_matches(char::is_alphabetic).len() <= 4 {
        return exact;
    }
    let unit = bytes.ilog2() / 10;
    let number = bytes as f64 / (1_u64 << (10 * unit)) as f64;
    format!("{number:.1}{}", UNITS[unit as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_read() {
        for (text, bytes) in [
            ("1", 1),
            ("262144", 1 << 18),
            ("256K", 1 << 18),
            ("256KiB", 1 << 18),
            ("3M", 3 << 20),
            ("10G", 10 << 30),
            ("10GiB", 10 << 30),
            ("1T", 1 << 40),
            ("15E", 15 << 60),
            ("4097B", 4097),
        ] {
            assert_eq!(parse::<u64>(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn junk_is_refused() {
        for text in [
            "", "K", "-1", "+1", "1.5G", "1 G", "256KB", "256k", "0x10", "٣", "1KK",
        ] {
            assert_eq!(parse::<u64>(text), Err(FORMS.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn zero_and_overflow_are_refused() {
        for text in ["0", "0G", "00"] {
            assert!(parse::<u64>(text).unwrap_err().contains("zero"), "{text}");
        }
        for text in ["16E", "18446744073709551616", "99999999999999999999G"] {
            assert!(
                parse::<u64>(text).unwrap_err().contains("too large"),
                "{text}"
            );
        }
        assert!(parse::<u32>("4G").unwrap_err().contains("too large"));
    }

    #[test]
    fn what_is_printed_can_be_read_back() {
        for bytes in [
            1,
            1023,
            1024,
            1025,
            1 << 18,
            3 << 20,
            10 << 30,
            1 << 40,
            u64::MAX,
        ] {
            assert_eq!(parse::<u64>(&format(bytes)), Ok(bytes));
        }
        assert_eq!(format(1 << 18), "256KiB");
        assert_eq!(format(10 << 30), "10GiB");
        assert_eq!(format(4097), "4097B");
        assert_eq!(format(15 << 60), "15EiB");
        assert_eq!(format(0), "0B");
    }

    #[test]
    fn a_total_is_a_number_that_somebody_can_read() {
        assert_eq!(rounded(10 << 30), "10GiB");
        assert_eq!(rounded(3_168_815_616 << 10), "3.0TiB");
        assert_eq!(rounded(24_988 << 20), "24.4GiB");
        assert_eq!(rounded(100_000_001), "100000001B");
        assert_eq!(rounded(u64::MAX), "16.0EiB");
    }
}
