// Two ends on two CPUs: what a call of the reader takes when both stay awake, and when they sleep.
// How many calls sleep is put in and not computed: it is a race, and nothing here predicts it.

export const BUFFER = 256 * 1024;

const gibPerSecond = (bytes, microseconds) => bytes / 2 ** 30 / (microseconds / 1e6);

/**
 * What to expect of calls of 256 KiB, or of as much as the pipe holds. `awake` is what 256 KiB take
 * while nobody sleeps, `sleep` what a call takes longer if it slept, both in microseconds; `share`
 * of the calls sleep.
 */
export function predict({ awake, sleep, share, pipe }) {
  const bytes = Math.min(pipe, BUFFER);
  const quick = awake * (bytes / BUFFER);
  const slow = quick + sleep;
  const mean = (1 - share) * quick + share * slow;
  return {
    bytes,
    mean: { microseconds: mean, gibPerSecond: gibPerSecond(bytes, mean) },
    humps: [
      { name: "awake", share: 1 - share, microseconds: quick, gibPerSecond: gibPerSecond(bytes, quick) },
      { name: "slept", share, microseconds: slow, gibPerSecond: gibPerSecond(bytes, slow) },
    ],
  };
}

/** The model's parameters, from what was measured of a stage's calls: `awake` is for `bytes` of them. */
export function parametersOf({ bytes, awake, sleep, share }) {
  return { awake: awake * (BUFFER / bytes), sleep, share, pipe: bytes };
}

/**
 * Some calls one after the other, as pieces of time of the two CPUs. The ends take turns under the
 * pipe's one lock, drawn as halves. In a call that sleeps, each end is woken once: the other one's
 * CPU is asleep all the while, and nobody works until it has come to.
 */
export function timeline(parameters, calls = 4) {
  const { humps } = predict(parameters);
  const [half, wake] = [humps[0].microseconds / 2, parameters.sleep / 2];
  const pieces = [];
  let now = 0;
  const pass = (microseconds, writer, reader) => {
    if (microseconds > 0) pieces.push({ from: now, to: now + microseconds, writer, reader });
    now += microseconds;
  };
  for (let call = 0; call < calls; call++) {
    const sleeps = Math.floor((call + 1) * parameters.share + 1e-9) > Math.floor(call * parameters.share + 1e-9);
    pass(half, "works", sleeps ? "sleeps" : "waits");
    if (sleeps) pass(wake, "sleeps", "wakes");
    pass(half, sleeps ? "sleeps" : "waits", "works");
    if (sleeps) pass(wake, "wakes", "sleeps");
  }
  return pieces;
}
