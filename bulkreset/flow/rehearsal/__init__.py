"""One canary user walks through what everybody will live, before a job touches anybody."""
