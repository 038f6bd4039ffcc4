"""The command line: one thin file per command. The only place that prints and exits."""
