const page = {
  kind: ["stage", "reason", "step", "medium", "wave", "status", "ends"],
  chip: "stage",
  choice: "reason",
  rows: "users who are left",
  labels: { pending: "Pending", expiring: "Expiring", expired: "Expired" },
  elsewhere: "bulkreset followup RUN --out left.csv",
  told: (columns, row) => {
    const kind = columns.of(row);
    return [
      ["Identifier", visible(columns.identifier[row])],
      ["Username", visible(columns.username(row))],
      ["Stage", ...verdict(kind.stage)],
      ["Reason", kind.reason],
      ["Status now", kind.status],
      ["Step of the run", kind.step],
      ["Temporary password ends", kind.ends],
      ["Wave", kind.wave ? String(kind.wave) : ""],
    ];
  },
};
