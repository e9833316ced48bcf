//! Numbers for people.

use common::size;

/// A part of a whole, as in `84%`.
pub fn percent(part: f64) -> String {
    // Not the -0 that an empty sum is.
    format!("{:.0}%", 100.0 * part + 0.0)
}

/// A time, as in `3.2 s` or `7 ms`.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        _ if seconds < 100.0 => format!("{seconds:.1} s"),
        _ => format!("{seconds:.0} s"),
    }
}

/// Bytes, as in `43 bytes`, `64 KiB` or `1.2 GiB`.
pub fn bytes(bytes: f64) -> String {
    let whole = bytes.round() as u64;
    if whole == 1 {
        return "1 byte".to_owned();
    }
    if whole < 1024 {
        return format!("{whole} bytes");
    }
    let exact = size::format(whole);
    let unit = exact.trim_start_matches(|it: char| it.is_ascii_digit());
    if unit != "B" && exact.len() - unit.len() <= 3 {
        return format!("{} {unit}", exact.trim_end_matches(unit));
    }
    let mut number = bytes;
    let mut units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].into_iter();
    let mut unit = "";
    while number >= 1024.0
        && let Some(larger) = units.next()
    {
        number /= 1024.0;
        unit = larger;
    }
    match number < 100.0 {
        true => format!("{number:.1} {unit}"),
        false => format!("{number:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_read_well() {
        assert_eq!(percent(0.844), "84%");
        assert_eq!(bytes(43.2), "43 bytes");
        assert_eq!(bytes(65_536.0), "64 KiB");
        assert_eq!(bytes(1.0), "1 byte");
        assert_eq!(bytes(10_240.5), "10.0 KiB");
        assert_eq!(bytes(1.2 * f64::from(1 << 30)), "1.2 GiB");
        assert_eq!(seconds(0.0071), "7 ms");
        assert_eq!(seconds(3.21), "3.2 s");
    }
}
