//! The rule that tells calls apart, on histograms made up and on recorded ones: what the
//! stages' readers printed on a VM with two CPUs, quiet and beside four busy loops.

use std::fs;
use std::path::Path;

use bench::humps::{Humps, Why};
use bench::nearness::Nearness;
use bench::reading::Reading;
use common::{CallTimes, Histogram};

const SIZE: u64 = 256 << 10;

/// Humps of (nanoseconds, calls), each some percent wide, as calls of a reader that slept so often.
fn calls(humps: &[(f64, u64)], slept: u64) -> CallTimes {
    let mut histogram = Histogram::new();
    for &(time, calls) in humps {
        for call in 0..calls {
            // Spread like a bell: the sum of three even spreads.
            let spread: f64 = [1u64, 7, 13]
                .map(|step| (call * step % 100) as f64 / 100.0 - 0.5)
                .iter()
                .sum();
            histogram.add((time * (1.0 + 0.1 * spread)) as u64, SIZE);
        }
    }
    let calls = histogram.calls();
    let nanoseconds: f64 = histogram
        .bins()
        .map(|(time, bin)| time * bin.calls as f64)
        .sum();
    CallTimes {
        calls,
        bytes: calls * SIZE,
        seconds: nanoseconds / 1e9,
        look_ns: 25.0,
        voluntary: slept,
        involuntary: 0,
        histogram,
    }
}

fn tell(humps: &[(f64, u64)], slept: u64) -> Humps {
    Humps::tell(&calls(humps, slept), slept, Nearness::SharedCache)
}

#[test]
fn two_humps_are_awake_and_asleep() {
    let humps = tell(&[(3200.0, 6000), (46e3, 4000)], 4000);
    let (awake, slept) = (humps.awake().unwrap(), humps.slept().unwrap());
    assert!((awake.median / 3200.0 - 1.0).abs() < 0.03, "{awake:?}");
    assert!((awake.gib_per_s - 76.3).abs() < 3.0, "{awake:?}");
    assert!((slept.median / 46e3 - 1.0).abs() < 0.03, "{slept:?}");
    assert!((slept.share - 0.4).abs() < 0.01, "{slept:?}");
}

#[test]
fn what_is_off_the_cpu_is_neither() {
    let Humps::Both { awake, slept } = tell(&[(3200.0, 5900), (46e3, 4000), (4e6, 100)], 4000)
    else {
        panic!("two humps and a third");
    };
    assert!((awake.share + slept.share - 0.99).abs() < 1e-9);
    // A third of the stage's time, and no part of what a sleep costs.
    assert!((slept.mean / 46e3 - 1.0).abs() < 0.03, "{slept:?}");
}

/// A CPU that dozes wakes sooner than one that sleeps deeply: both slept.
#[test]
fn of_three_humps_the_count_says_which_slept() {
    let times = [(3200.0, 4000), (12e3, 3000), (60e3, 3000)];
    let slept = |slept| tell(&times, slept).share_slept().unwrap();
    assert!((slept(6000) - 0.6).abs() < 0.01);
    assert!((slept(3000) - 0.3).abs() < 0.01);
}

#[test]
fn one_hump_is_what_the_count_says() {
    let hump = [(3200.0, 10_000)];
    assert!(matches!(tell(&hump, 3), Humps::Awake(_)));
    assert!(matches!(tell(&hump, 9990), Humps::Slept(_)));
    // Sleeping is as cheap as not sleeping here, or a guest polls before it halts.
    assert_eq!(tell(&hump, 5000), Humps::Unclear(Why::NoValley));
    // All alike, to the nanosecond.
    let mut alike = calls(&[], 0);
    (0..1000).for_each(|_| alike.histogram.add(4096, SIZE));
    alike.calls = 1000;
    let humps = Humps::tell(&alike, 0, Nearness::SharedCache);
    assert!((humps.awake().unwrap().median - 4096.0).abs() < 70.0);
}

/// The few that are awake are no sample: both ends sleep nearly every time, and hardly
/// meet. They are told from those that slept all the same.
#[test]
fn a_few_that_are_awake_tell_nothing_of_being_awake() {
    let humps = tell(&[(9000.0, 300), (70e3, 9700)], 9700);
    assert!(matches!(humps, Humps::Slept(_)), "{humps:?}");
    assert!((humps.share_slept().unwrap() - 0.97).abs() < 0.005);
    assert!(tell(&[(9000.0, 700), (70e3, 9300)], 9300).awake().is_some());
}

/// A valley that the count knows nothing of is none: two speeds of the machine, say.
#[test]
fn a_valley_elsewhere_tells_nothing() {
    let humps = [(3200.0, 5000), (6400.0, 5000)];
    assert_eq!(tell(&humps, 2000), Humps::Unclear(Why::NoValley));
    assert!(matches!(tell(&humps, 0), Humps::Awake(_)));
}

#[test]
fn flat_times_tell_nothing() {
    let flat: Vec<(f64, u64)> = (0..200).map(|k| (3e3 * 1.03_f64.powi(k), 50)).collect();
    assert_eq!(tell(&flat, 4000), Humps::Unclear(Why::NoValley));
}

#[test]
fn few_calls_tell_nothing() {
    assert_eq!(
        tell(&[(3200.0, 5), (46e3, 5)], 5),
        Humps::Unclear(Why::TooFew)
    );
    assert_eq!(tell(&[], 0), Humps::Unclear(Why::TooFew));
}

/// With a dear clock a few in a hundred are timed, and chance moves the shares.
#[test]
fn a_sample_is_enough() {
    let mut sample = calls(&[(3200.0, 230), (46e3, 170)], 0);
    (sample.calls, sample.voluntary) = (40_959, 40_959 * 37 / 100);
    let humps = Humps::tell(&sample, sample.voluntary, Nearness::SharedCache);
    assert!(matches!(humps, Humps::Both { .. }), "{humps:?}");
}

fn recorded(name: &str) -> (CallTimes, u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let text = fs::read_to_string(folder.join(name).with_extension("txt")).unwrap();
    let sleeps = text
        .lines()
        .nth(2)
        .unwrap()
        .strip_prefix("writer_sleeps=")
        .unwrap();
    let reading = Reading::parse(text.as_bytes()).unwrap();
    (reading.calls, sleeps.parse().unwrap())
}

#[test]
fn recorded_runs_are_told_right() {
    let told = |name| {
        let (calls, writer_sleeps) = recorded(name);
        let nearness = match name.contains("one-cpu") {
            true => Nearness::OneCpu,
            false => Nearness::SharedCache,
        };
        (Humps::tell(&calls, writer_sleeps, nearness), calls)
    };
    for name in [
        "stage2",
        "stage3",
        "stage4",
        "loaded-stage2",
        "loaded-stage3",
        "loaded-stage4",
    ] {
        let (humps, calls) = told(name);
        let Humps::Both { awake, slept } = humps else {
            panic!("{name}: {humps:?}");
        };
        let counted = calls.voluntary as f64 / calls.calls as f64;
        assert!(
            (slept.share - counted).abs() < 0.02,
            "{name}: {slept:?}, counted {counted}"
        );
        // What the calls took, kind by kind, is what the run took.
        let off: f64 = calls
            .histogram
            .bins()
            .filter(|(time, _)| *time >= 1e6)
            .map(|(time, bin)| time * bin.calls as f64)
            .sum();
        let sum = awake.share * awake.median + slept.share * slept.mean + off / calls.calls as f64;
        let each = calls.seconds * 1e9 / calls.calls as f64;
        assert!((sum / each - 1.0).abs() < 0.03, "{name}: {sum} of {each}");
    }
    for name in ["stage5", "loaded-stage5", "stage2-64KiB", "stage1-8KiB"] {
        assert!(matches!(told(name).0, Humps::Awake(_)), "{name}");
    }
    for name in ["stage1", "loaded-stage1"] {
        assert!(matches!(told(name).0, Humps::Slept(_)), "{name}");
    }
    for (name, why) in [
        ("stage3-one-cpu", Why::Turns),
        ("stage1-busy-reader", Why::WriterSlept),
        // A call copies for longer than a sleep takes.
        ("stage2-1MiB", Why::NoValley),
    ] {
        assert_eq!(told(name).0, Humps::Unclear(why), "{name}");
    }
}
