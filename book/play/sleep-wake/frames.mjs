// Stages 1, 4 and 5, where nobody can play with them.
import { parametersOf } from "./model.mjs";
import { describe, draw, heightOf } from "./picture.mjs";

const SHOWN = {
  1: "Nearly every call sleeps",
  4: "Some calls sleep",
  5: "No call sleeps",
};

/** The rows below the model's: what each machine was measured at, then the post's. */
export function rowsOf({ stages, machines }, stage) {
  const { post, bytes } = stages.find((each) => each.stage === stage);
  const rows = machines.map(({ name, means, humps }) => ({ name, mean: means[stage - 1], humps: humpsOf(humps?.[stage - 1], bytes) }));
  return [...rows.filter(({ mean }) => mean !== null), { name: "The post's laptop", mean: post, humps: [] }];
}

/** Calls awake and calls that slept, where they were told apart. */
function humpsOf(measured, bytes) {
  if (!measured) return [];
  const { share, awake, slept } = measured;
  const humps = [
    { name: "awake", share: 1 - share, gibPerSecond: awake },
    { name: "slept", share, gibPerSecond: slept && bytes / 2 ** 30 / (slept / 1e6) },
  ];
  return humps.filter(({ gibPerSecond }) => gibPerSecond);
}

export function frames(data) {
  return data.stages
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
