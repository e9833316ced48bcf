//! The stream of exercises 1 and 2: 0, 1, 2, … as 64-bit little-endian numbers.
//!
//! Every place in it has its own value, so that bytes lost, doubled or torn show.

/// The bytes of one number.
pub const NUMBER: usize = 8;

/// Fills the buffer, of whole numbers, with the next ones; returns the one after.
pub fn fill(buffer: &mut [u8], first: u64) -> u64 {
    let mut next = first;
    for place in buffer.as_chunks_mut::<NUMBER>().0 {
        *place = next.to_le_bytes();
        next += 1;
    }
    next
}

/// Where `bytes`, which begin at `offset` in the stream, first differ from it.
pub fn first_difference(bytes: &[u8], offset: u64) -> Option<u64> {
    let expected =
        |place: u64| (place / NUMBER as u64).to_le_bytes()[(place % NUMBER as u64) as usize];
    (offset..)
        .zip(bytes)
        .find(|&(place, &byte)| byte != expected(place))
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_found_right_from_any_place() {
        let mut buffer = [0; 4096];
        assert_eq!(fill(&mut buffer, 0), 512);
        for start in [0, 1, 7, 8, 1001] {
            assert_eq!(first_difference(&buffer[start..], start as u64), None);
        }
        buffer[2000] ^= 1;
        assert_eq!(first_difference(&buffer[1001..], 1001), Some(2000));
    }
}
