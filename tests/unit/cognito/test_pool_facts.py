"""What DescribeUserPool says, and what it leaves out."""

from __future__ import annotations

import json
from dataclasses import asdict

import factories
import pytest

from bulkreset.cognito.parsing import pool_facts
from bulkreset.cognito.pool_settings import pool_settings
from bulkreset.pool import facts_from_json
from bulkreset.preflight.facts import PoolSettings

ARN = "arn:aws:cognito-idp:eu-central-1:210987654321:userpool/eu-central-1_AbCdEf123"
SES = "arn:aws:ses:eu-west-1:210987654321:identity/example.com"
POOL = {"Id": "eu-central-1_AbCdEf123", "Name": "customers", "Arn": ARN}


def facts(**described):
    return pool_facts({**POOL, **described})


def test_the_account_is_that_of_the_arn():
    assert facts().account_id == "210987654321"
    assert pool_facts({"Id": POOL["Id"]}).account_id == ""


@pytest.mark.parametrize("arn", ["", "no-arn", "arn:aws:cognito-idp", "a:b:c:d:e:f"])
def test_what_is_no_arn_names_no_account(arn):
    assert facts(Arn=arn).account_id == ""


def test_the_region_of_ses_is_that_of_the_senders_identity():
    own = facts(EmailConfiguration={"EmailSendingAccount": "DEVELOPER", "SourceArn": SES})
    assert (own.email_sender, own.email_region) == ("DEVELOPER", "eu-west-1")


def test_cognitos_own_sender_has_no_region_even_with_an_identity():
    cognito = facts(EmailConfiguration={"EmailSendingAccount": "COGNITO_DEFAULT", "SourceArn": SES})
    assert (cognito.email_sender, cognito.email_region) == ("COGNITO_DEFAULT", "")


@pytest.mark.parametrize("described", [{}, {"EmailConfiguration": {}}])
def test_a_pool_that_does_not_tell_its_sender_has_none(described):
    assert facts(**described).email_sender == ""


def test_the_region_of_sns_is_told_by_the_pool():
    assert facts(SmsConfiguration={"SnsCallerArn": "arn", "SnsRegion": "eu-west-1"}).sms_region == "eu-west-1"


def test_facts_kept_by_an_earlier_release_still_load():
    kept = json.loads(json.dumps(asdict(factories.pool())))
    for later in ("arn", "email_region", "sms_region"):
        del kept[later]
    assert facts_from_json(kept) == factories.pool()


def test_what_a_pool_leaves_out_has_awss_defaults():
    assert pool_settings(POOL) == PoolSettings()
    assert (
        pool_settings({"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 0}}})
        == PoolSettings()
    )


def test_the_settings_are_those_of_the_description():
    sender = {"EmailSendingAccount": "DEVELOPER", "SourceArn": SES}
    described = {
        "DeletionProtection": "ACTIVE",
        "LambdaConfig": {"CustomMessage": "arn", "KMSKeyID": "arn", "PreSignUp": ""},
        "SmsConfiguration": {"SnsCallerArn": "arn"},
        "SmsConfigurationFailure": "SNSSandbox",
        "EmailConfiguration": sender,
        "MfaConfiguration": "OPTIONAL",
        "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 2}},
        "KeyConfiguration": {"KmsKeyArn": "arn-of-a-key"},
        "VerificationMessageTemplate": {"EmailMessage": "{####}", "DefaultEmailOption": "CONFIRM_WITH_LINK"},
    }
    assert pool_settings(described) == PoolSettings(
        deletion_protection=True,
        triggers=frozenset({"CustomMessage"}),
        sms_path="sns",
        sms_failure="SNSSandbox",
        email_identity=SES,
        mfa="OPTIONAL",
        temporary_password_days=2,
        key_arn="arn-of-a-key",
        has_email_text=True,
        verifies_by_link=True,
    )
    assert pool_settings({"SmsConfiguration": {"EumsSms": {"CallerArn": "arn"}}}).sms_path == "eums"
