"""What the walks through the pages read from a page, and what they do not let pass."""

from __future__ import annotations

import pytest
from walking.page import Page
from walking.rules import Rule, Walkthrough
from walking.shown import is_as_shown

TEXT = """Do this:

```sh
mkdir -p runs     # for the runs
# a remark
bulkreset run job.yaml --out runs/ \\
    --yes
bulkreset user set-password ada --secrets-stdin <<END
{"password": "$PASSWORD"}
END
```

It ends with exit code 4 when
the day is over.

```console
$ bulkreset --version
bulkreset …
$ jq .
```
"""


def walkthrough(*rules):
    return Walkthrough("docs/a-page.md", lambda _world: None, rules)


def problems(*rules, text=TEXT):
    return walkthrough(*rules).problems(Page("docs/a-page.md", text))


def test_a_command_is_read_with_its_continuation_its_here_document_and_its_output():
    typed = Page("docs/a-page.md", TEXT).typed()
    assert [one.in_one_line for one in typed] == [
        "mkdir -p runs # for the runs",
        "bulkreset run job.yaml --out runs/ --yes",
        'bulkreset user set-password ada --secrets-stdin <<END {"password": "$PASSWORD"} END',
        "bulkreset --version",
        "jq .",
    ]
    assert [(one.line, one.shown) for one in typed][2:] == [(8, None), (17, "bulkreset …"), (19, "")]


def test_a_page_is_covered_without_a_rule_for_each_command():
    assert problems() == []


def test_a_program_that_nobody_knows_is_told_with_what_to_add():
    (problem,) = problems(text="```sh\nterraform apply\n```\n")
    assert "docs/a-page.md:2" in problem
    assert "Rule('terraform', left_out=REASON) to tests/walkthroughs/a_page.py" in problem
    text = "```sh\nterraform apply\n```\n"
    assert problems(Rule("terraform", left_out="there is none"), text=text) == []


def test_a_rule_that_meets_no_command_is_told():
    (problem,) = problems(Rule("bulkreset stop"))
    assert "begins with 'bulkreset stop'" in problem


@pytest.mark.parametrize("because", ["", "when the night is over"])
def test_another_exit_code_needs_words_of_the_page(because):
    (problem,) = problems(Rule("bulkreset run", exit_code=4, because=because))
    assert f"does not say {because!r}" in problem
    assert problems(Rule("bulkreset run", exit_code=4, because="exit code 4 when the day")) == []


def test_the_rule_with_the_most_words_counts():
    short, long = Rule("bulkreset"), Rule("bulkreset user")
    rules = walkthrough(long, short)
    by_command = {typed.in_one_line[:15]: rules.rule_of(typed) for typed in Page("", TEXT).typed()[1:4]}
    assert by_command == {"bulkreset run j": short, "bulkreset user ": long, "bulkreset --ver": short}


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("done 3", "done 3\n"),
        ("done …, failed 2", "done 31, failed 2"),
        ("first\n…\nlast", "first\nsecond\nthird\nlast"),
        (f"digest {'a' * 64}", f"digest {'0' * 64}"),
        ("begun 2026-12-01 at 09:00 UTC", "begun 2027-01-31 at 21:30 UTC"),
        ("runs/night-20261201T220500Z.run", "runs/night-20270131T000000Z.run"),
    ],
)
def test_what_is_another_each_time_may_differ_from_what_is_shown(shown, printed):
    assert is_as_shown(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [("done 3", "done 4"), ("done …", "failed 2"), ("first\n…", "other\nfirst"), ("one", "one\ntwo")],
)
def test_what_is_shown_otherwise_is_no_match(shown, printed):
    assert not is_as_shown(shown, printed)
