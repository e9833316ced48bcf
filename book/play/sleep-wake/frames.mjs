// Stages 1, 4 and 5, where nobody can play with them.
import { parametersOf } from "./model.mjs";
import { describe, draw, heightOf } from "./picture.mjs";

const SHOWN = {
  1: "Every call sleeps",
  4: "Some calls sleep",
  5: "No call sleeps",
};

/** What was measured of a stage, as rows below the model's: each machine, then the post. */
export function rowsOf({ machines, post }, stage) {
  const measured = machines.flatMap(({ name, stages }) => {
    const found = stages.find((each) => each.stage === stage);
    if (!found) return [];
    const { bytes, awake, slept, share, mean } = found;
    const hump = (called, share, microseconds) => ({ name: called, share, gibPerSecond: microseconds ? bytes / 2 ** 30 / (microseconds / 1e6) : 0 });
    return [{ name, mean, humps: [hump("awake", awake ? 1 - share : 0, awake), hump("slept", slept ? share : 0, slept)] }];
  });
  return [...measured, { name: "The post's laptop", mean: post[stage - 1], humps: [] }];
}

export function frames(data) {
  return data.machines[0].stages
    .filter(({ stage }) => stage in SHOWN)
    .map((found, index) => {
      const parameters = parametersOf(found);
      const rows = rowsOf({ ...data, machines: data.machines.slice(0, 1) }, found.stage);
      return {
        height: heightOf(rows),
        title: `${index + 1}. Stage ${found.stage}: ${SHOWN[found.stage].toLowerCase()}`,
        description: describe(parameters, rows),
        body: draw(parameters, rows),
        caption: describe(parameters, rows),
      };
    });
}
