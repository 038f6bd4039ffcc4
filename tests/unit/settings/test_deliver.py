"""The deliver section: a sender that is one, and a text that says the password; kept as it was read."""

from __future__ import annotations

import json

import pytest
import yaml
from pydantic import ValidationError

from bulkreset.cognito.mailer import Letterhead
from bulkreset.errors import InputError
from bulkreset.flow.letterhead import letterhead_of
from bulkreset.goals.registry import policy_keys
from bulkreset.planning.digest import plan_header
from bulkreset.settings.deliver import Deliver
from bulkreset.settings.job import Job
from bulkreset.settings.loading import load_job

SOUND = {"by": "ses", "sender": "no-reply@example.com", "subject": "New password", "text": "{{ password }}"}


def told_of(error):
    return " ".join(f"{one['msg']} {one.get('ctx', {}).get('advice', '')}" for one in error.value.errors())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": ""}, "add `text` or `template`"),
        ({"text": "Hello {{ username }}"}, "does not say the password"),
        ({"text": "{{ password }} {{ user }}"}, "has the placeholder {{ user }}, which nobody fills"),
        ({"text": "{{ Password }}"}, "there are {{ username }} and {{ password }}"),
        ({"text": "{{ password }} {{username}"}, "belong to no placeholder"),
        ({"text": "{{ {password} }} {{ password }}"}, "belong to no placeholder"),
        ({"sender": "Example"}, "is not an e-mail address"),
        ({"sender": "a@example.com\nBcc: b@example.com"}, "line"),
        ({"sender": "no-reply@bücher.example"}, "write its domain in Punycode"),
        ({"subject": "New\npassword"}, "line"),
        ({"reply_to": "help"}, "is not an e-mail address"),
        ({"by": "smtp"}, "'ses'"),
    ],
)
def test_what_could_not_be_sent_is_told(changed, told):
    with pytest.raises(ValidationError) as error:
        Deliver.model_validate(SOUND | changed)
    assert told in told_of(error)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("no-reply@example.com", "no-reply@example.com"),
        ("Example <no-reply@example.com>", "no-reply@example.com"),
        ("<no-reply@example.com>", "no-reply@example.com"),
    ],
)
def test_the_address_of_a_sender_is_told_from_its_name(sender, address):
    assert Deliver.model_validate(SOUND | {"sender": sender}).address == address


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("no-reply@example.com", "no-reply@example.com"),
        ("Example <no-reply@example.com>", "Example <no-reply@example.com>"),
        ("Example, Inc. <no-reply@example.com>", '"Example, Inc." <no-reply@example.com>'),
        ('"Example, Inc." <no-reply@example.com>', '"Example, Inc." <no-reply@example.com>'),
        (
            "Müller, Söhne <no-reply@example.com>",
            "=?utf-8?b?TcO8bGxlciwgU8O2aG5l?= <no-reply@example.com>",
        ),
        ("<no-reply@example.com>", "no-reply@example.com"),
    ],
)
def test_a_name_is_sent_as_mails_carry_it(written, sent):
    assert letterhead_of(
        Deliver.model_validate(SOUND | {"sender": written, "reply_to": written})
    ) == Letterhead(sender=sent, reply_to=sent, subject="New password", text="{{ password }}")


@pytest.fixture
def load(tmp_path):
    """Loads a job with such a section, and a file mail.txt with such a content."""

    def load(content, **changed):
        (tmp_path / "mail.txt").write_bytes(content)
        (tmp_path / "users.csv").write_text("username\nada\n", encoding="utf-8")
        environment = {"pool_id": "us-east-1_AbCdEf123"}
        (tmp_path / "environment.yaml").write_text(yaml.safe_dump(environment), encoding="utf-8")
        job = {
            "environment": "environment.yaml",
            "goal": "temporary-password",
            "manifest": "users.csv",
            "deliver": {name: SOUND[name] for name in SOUND if name != "text"} | changed,
        }
        (tmp_path / "job.yaml").write_text(yaml.safe_dump(job), encoding="utf-8")
        return load_job(tmp_path / "job.yaml", policy_keys()).job

    return load


def test_the_text_of_a_file_is_part_of_the_job_that_is_kept_and_of_its_digest(load):
    jobs = [load(text.encode(), template="mail.txt") for text in ("Dear ✉, {{ password }}", "{{ password }}")]
    kept = [json.loads(json.dumps(job.model_dump(mode="json"))) for job in jobs]
    assert kept[0]["deliver"]["text"] == "Dear ✉, {{ password }}"
    assert Job.model_validate(kept[0]).deliver == jobs[0].deliver
    environment = {"pool_id": "us-east-1_AbCdEf123", "region": "us-east-1", "endpoint_url": None}
    headers = [json.dumps(plan_header(environment, one)["deliver"]) for one in kept]
    assert headers[0] != headers[1]


@pytest.mark.parametrize(
    ("content", "changed", "told"),
    [
        (b"Hello", {"template": "mail.txt"}, "the text of the mail does not say the password"),
        (b"\xff {{ password }}", {"template": "mail.txt"}, "it is not UTF-8"),
        (b"", {"template": "gone.txt"}, "the text of the mail cannot be read: No such file"),
        (b"{{ password }}", {"template": "mail.txt", "text": "{{ password }}"}, "given twice"),
    ],
    ids=["no password", "no UTF-8", "no file", "two texts"],
)
def test_a_file_that_will_not_do_is_told(load, content, changed, told):
    with pytest.raises(InputError, match=told):
        load(content, **changed)
