//! What `make beyond` and `make fizzbuzz` measure: all runs, with how far apart the
//! two CPUs were.

use serde::{Deserialize, Serialize};

use crate::numbers::{Number, decimals, decimals_if_any};
use crate::row::Row;
use crate::rows::Rows;

/// The ladder from stage 5 upward.
pub const LADDER: Rows<Speed> = Rows::new("beyond.csv", "make beyond");
/// The same where vmsplice copies or is refused.
pub const WITHOUT_VMSPLICE: Rows<Speed> =
    Rows::new("without-vmsplice.csv", "make beyond TABLE=without-vmsplice");
/// Pipes beside what one would use in their place; names are `way/touched/waiting`.
pub const BESIDE: Rows<Speed> = Rows::new("beside.csv", "make beyond TABLE=beside");
/// How long it takes to wake a reader.
pub const WAITING: Rows<Wait> = Rows::new("waiting.csv", "make beyond TABLE=waiting");
/// FizzBuzz, beside stage 5.
pub const FIZZBUZZ: Rows<Speed> = Rows::new("fizzbuzz.csv", "make fizzbuzz");
/// The same into a reader that sleeps when it finds nothing.
pub const FIZZBUZZ_ASLEEP: Rows<Speed> =
    Rows::new("fizzbuzz-asleep.csv", "make fizzbuzz TABLE=fizzbuzz-asleep");

/// What a slot costs on its way; names are `part/slot`.
pub const PRICE: Rows<Price> = Rows::new("price.csv", "make beyond TABLE=price");

/// How fast one run was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// Which round it belongs to, from 1.
    pub round: u32,
    /// What ran.
    pub name: String,
    /// GiB per second.
    #[serde(serialize_with = "decimals::<3, _>")]
    pub gib_per_s: f64,
    /// Nanoseconds for a word from CPU to CPU, just before; older files do not tell.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub hand_over_ns: Option<f64>,
    /// The same just after: on a VM that can change.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub hand_over_after_ns: Option<f64>,
    /// GiB per second of the reader's calls that did not sleep, where they can be told apart.
    #[serde(serialize_with = "decimals_if_any::<3, _>")]
    pub awake_gib_per_s: Option<f64>,
}

/// How long a reader took to wake in one run, in microseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// Which round it belongs to, from 1.
    pub round: u32,
    /// What ran.
    pub name: String,
    /// Half of the time it was less.
    #[serde(serialize_with = "decimals::<3, _>")]
    pub median_us: f64,
    /// In 99 of 100 it was less.
    #[serde(serialize_with = "decimals::<3, _>")]
    pub p99_us: f64,
    /// Nanoseconds for a word from CPU to CPU, just before; older files do not tell.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub hand_over_ns: Option<f64>,
}

/// What one part of a slot's way took in one run, in nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Which round it belongs to, from 1.
    pub round: u32,
    /// What was timed.
    pub name: String,
    /// For each slot.
    #[serde(serialize_with = "decimals::<2, _>")]
    pub slot_ns: f64,
    /// For each call, beside its slots.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub call_ns: f64,
}

impl Row for Speed {
    fn numbers(&self) -> Vec<Number> {
        let optional = [
            self.hand_over_ns.map(|it| Number::time("hand_over_ns", it)),
            self.hand_over_after_ns
                .map(|it| Number::time("hand_over_after_ns", it)),
            self.awake_gib_per_s
                .map(|it| Number::speed("awake_gib_per_s", it)),
        ];
        [
            Number::some("round", self.round.into()),
            Number::speed("gib_per_s", self.gib_per_s),
        ]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .collect()
    }

    fn holds(&self) -> Vec<String> {
        vec![self.name.clone()]
    }
}

impl Row for Wait {
    fn numbers(&self) -> Vec<Number> {
        let hand_over = self.hand_over_ns;
        [
            Number::some("round", self.round.into()),
            Number::time("median_us", self.median_us),
            Number::time("p99_us", self.p99_us),
        ]
        .into_iter()
        .chain(hand_over.map(|time| Number::time("hand_over_ns", time)))
        .collect()
    }

    fn holds(&self) -> Vec<String> {
        vec![self.name.clone()]
    }
}

impl Row for Price {
    fn numbers(&self) -> Vec<Number> {
        vec![
            Number::some("round", self.round.into()),
            Number::time("slot_ns", self.slot_ns),
            Number::time("call_ns", self.call_ns),
        ]
    }

    fn holds(&self) -> Vec<String> {
        vec![self.name.clone()]
    }
}
