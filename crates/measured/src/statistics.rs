//! What a handful of noisy runs can be said to show.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Of fewer runs than these an interval says nothing, and none is shown.
const ENOUGH: usize = 5;

/// A median and the 95% interval that it lies in, in the unit of the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The median of the sample.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// How many runs it comes from.
    pub count: usize,
}

impl Estimate {
    /// The sample's median with its 95% percentile bootstrap interval (Efron
    /// and Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13).
    /// Nothing for an empty sample.
    pub fn of(sample: &[f64]) -> Option<Estimate> {
        const RESAMPLES: usize = 4000;
        if sample.is_empty() {
            return None;
        }
        let mut random = StdRng::seed_from_u64(0);
        let mut medians: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let resample: Vec<f64> = (0..sample.len())
                    .map(|_| sample[random.random_range(..sample.len())])
                    .collect();
                median(&resample)
            })
            .collect();
        medians.sort_by(f64::total_cmp);
        Some(Estimate {
            median: median(sample),
            low: medians[RESAMPLES / 40],
            high: medians[RESAMPLES - 1 - RESAMPLES / 40],
            count: sample.len(),
        })
    }

    /// The interval, where there are enough runs for one.
    pub fn interval(&self) -> Option<[f64; 2]> {
        (self.count >= ENOUGH).then_some([self.low, self.high])
    }
}

/// The middle value, or the mean of the middle two; NaN for an empty sample.
pub fn median(sample: &[f64]) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Michelson's speed of light, first 20 runs of 1879 (km/s above 299,000).
    const MICHELSON: [f64; 20] = [
        850.0, 740.0, 900.0, 1070.0, 930.0, 850.0, 950.0, 980.0, 980.0, 880.0, 1000.0, 980.0,
        930.0, 650.0, 760.0, 810.0, 1000.0, 1000.0, 960.0, 960.0,
    ];

    #[test]
    fn a_known_sample_has_its_known_median_and_interval() {
        let estimate = Estimate::of(&MICHELSON).unwrap();
        assert_eq!(estimate.median, 940.0);
        assert_eq!(estimate.count, 20);
        // The exact interval from the order statistics (the 6th to the 15th of
        // 20 values: 95.9% by the binomial distribution) is 850 to 980.
        assert!((850.0..=890.0).contains(&estimate.low), "{estimate:?}");
        assert!((970.0..=985.0).contains(&estimate.high), "{estimate:?}");
    }

    #[test]
    fn small_samples() {
        assert_eq!(Estimate::of(&[]), None);
        let one = Estimate::of(&[3.0]).unwrap();
        assert_eq!((one.low, one.median, one.high), (3.0, 3.0, 3.0));
        assert_eq!(one.interval(), None);
        assert_eq!(Estimate::of(&[3.0; 4]).unwrap().interval(), None);
        assert_eq!(Estimate::of(&[3.0; 5]).unwrap().interval(), Some([3.0; 2]));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    /// The interval must hold the true median in about 95 of 100 samples.
    #[test]
    fn the_interval_covers_as_often_as_it_says() {
        let mut random = StdRng::seed_from_u64(7);
        let samples = 300;
        let covered = (0..samples)
            .filter(|_| {
                let sample: Vec<f64> = (0..15).map(|_| random.random_range(0.0..1.0)).collect();
                let estimate = Estimate::of(&sample).unwrap();
                (estimate.low..=estimate.high).contains(&0.5)
            })
            .count();
        assert!((270..=297).contains(&covered), "{covered} of {samples}");
    }

    #[test]
    fn the_same_sample_gives_the_same_interval() {
        assert_eq!(Estimate::of(&MICHELSON), Estimate::of(&MICHELSON));
    }
}
