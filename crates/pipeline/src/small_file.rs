//! The text of a file in /proc, by as few calls as can be: they are what a look costs.

use std::io::{self, Read};

/// All that is in it.
///
/// # Errors
///
/// As in read(2).
pub fn text(mut file: impl Read) -> io::Result<String> {
    let mut part = [0; 4096];
    let mut all = Vec::new();
    loop {
        let count = file.read(&mut part)?;
        all.extend_from_slice(&part[..count]);
        // The kernel gives as much as there is room for, but for what it has in one piece.
        if count < part.len() / 2 {
            return Ok(String::from_utf8_lossy(&all).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_read() {
        for length in [0, 100, 4096, 10_000] {
            let file = io::repeat(b'x').take(length as u64);
            assert_eq!(text(file).unwrap().len(), length);
        }
    }
}
