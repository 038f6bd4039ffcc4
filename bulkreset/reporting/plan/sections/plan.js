const page = {
  kind: ["decision", "reason", "steps", "medium", "wave", "state", "problem"],
  chip: "decision",
  choice: "reason",
  labels: { do: "Changed", skip: "Skipped", block: "Blocked", invalid: "Unusable" },
  elsewhere: "bulkreset show RUN --format csv --out FILE",
  told: (columns, row) => {
    const kind = columns.of(row);
    return [
      ["Identifier", visible(columns.identifier[row])],
      ["Username", visible(columns.username(row))],
      ["Decision", ...verdict(kind.decision)],
      ["Reason", kind.reason],
      ["Problem", visible(kind.problem)],
      ["State found", kind.state],
      ["Steps", kind.steps.split(" ").join(", then ")],
      ["Message by", kind.medium],
      ["Wave", kind.wave ? String(kind.wave) : ""],
    ];
  },
};
