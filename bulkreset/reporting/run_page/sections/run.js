const page = {
  kind: ["outcome", "code", "message", "decision", "reason", "steps", "attempts", "wave"],
  chip: "outcome",
  choice: "code",
  labels: {
    done: "Done", failed: "Failed", unknown: "Unknown", drifted: "Drifted", skipped: "Skipped",
    blocked: "Blocked", invalid: "Unusable", "not-attempted": "Not attempted",
  },
  elsewhere: "bulkreset report RUN --format csv --out FILE",
  told: (columns, row) => {
    const kind = columns.of(row);
    const finished = columns.other("finished", row);
    return [
      ["Identifier", visible(columns.identifier[row])],
      ["Username", visible(columns.username(row))],
      ["Outcome", ...verdict(kind.outcome)],
      ["Code", kind.code === kind.outcome ? "" : visible(kind.code)],
      ["Message", visible(kind.message)],
      ["Planned", `${kind.decision}, ${kind.reason}`],
      ["Steps", kind.steps.split(" ").join(", then ")],
      ["Calls made", kind.attempts ? String(kind.attempts) : ""],
      ["Last step ended", finished ? `${new Date(finished * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC` : ""],
      ["Request ids", columns.other("request", row)],
      ["Wave", kind.wave ? String(kind.wave) : ""],
    ];
  },
};
