"""What to say about a YAML syntax error, from what the parser says of it."""

from __future__ import annotations

import yaml

GENERAL_ADVICE = "check the indentation and the quotes of this line and the one above it"

ADVICE = (
    ("cannot start any token", "put the value in quotes"),
    (
        "mapping values are not allowed",
        "indent like the line above, or put a value that holds `: ` in quotes",
    ),
    ("end of stream", "close the quote or bracket that is still open"),
    ("could not find expected ':'", "write `key: value`, with a space after the colon"),
    ("',' or", "close the bracket, and separate what is in it by commas"),
    ("escape character", "write `\\\\` for a backslash, or use single quotes"),
)


def syntax_message(error: yaml.MarkedYAMLError) -> str:
    mark, begun = error.problem_mark, error.context_mark
    if mark is None or begun is None or begun.line == mark.line:
        return f"not YAML: {error.problem}"
    return f"not YAML: {error.problem}, {error.context} from line {begun.line + 1}"


def syntax_advice(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        return "indent with spaces, not with tabs"
    said = error.problem or ""
    return next((advice for words, advice in ADVICE if words in said), GENERAL_ADVICE)
