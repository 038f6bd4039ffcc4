"""What preflight asks of the simulator: the pool's sender, its replicas, its app clients."""

from __future__ import annotations

import pytest

from bulkreset.simulator import SeedUser

ADA = SeedUser("ada", email="ada@example.com", email_verified=True)


def test_ses_knows_every_sender_unless_it_is_told_which(simulator, connect, refusal):
    ses = connect(simulator, "sesv2")
    assert ses.get_email_identity(EmailIdentity="example.com")["VerifiedForSendingStatus"]
    simulator.account.change({"email": {"identities": {"me@example.com": False}}})
    asked = ses.get_email_identity(EmailIdentity="me@example.com")
    assert (asked["IdentityType"], asked["VerifiedForSendingStatus"]) == ("EMAIL_ADDRESS", False)
    assert refusal(ses.get_email_identity, EmailIdentity="example.com")[0] == "NotFoundException"


def test_ses_holds_back_mails_to_suppressed_addresses_only(simulator, connect, refusal):
    simulator.account.change({"email": {"suppressed": {"a+b@example.com": "COMPLAINT"}}})
    ses = connect(simulator, "sesv2")
    told = ses.get_suppressed_destination(EmailAddress="a+b@example.com")["SuppressedDestination"]
    assert told["Reason"] == "COMPLAINT"
    assert refusal(ses.get_suppressed_destination, EmailAddress="c@example.com")[0] == "NotFoundException"


@pytest.mark.parametrize("role", ["PRIMARY", "SECONDARY"])
def test_a_secondary_pool_lists_users_and_changes_none(simulator, client, refusal, role):
    pool = simulator.create_pool([ADA], pool_id="us-east-1_Replica01", replica_role=role)
    told = client.list_user_pool_replicas(UserPoolId=pool)["UserPoolReplicas"]
    assert {replica["RegionName"]: replica["Role"] for replica in told}["us-east-1"] == role
    assert len(client.list_users(UserPoolId=pool)["Users"]) == 1
    if role == "SECONDARY":
        code, _ = refusal(client.admin_reset_user_password, UserPoolId=pool, Username="ada")
        assert code == "OperationNotEnabledException"
    else:
        client.admin_reset_user_password(UserPoolId=pool, Username="ada")


def test_a_pool_that_is_not_replicated_has_no_replicas(simulator, client):
    pool = simulator.create_pool(pool_id="us-east-1_Single001")
    assert client.list_user_pool_replicas(UserPoolId=pool)["UserPoolReplicas"] == []


def test_a_pool_is_made_with_its_app_clients(simulator, client):
    clients = [{"ClientName": "web", "GenerateSecret": True}, {"ClientName": "app"}]
    pool = simulator.create_pool(pool_id="us-east-1_Clients01", clients=clients)
    listed = client.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    assert [one["ClientName"] for one in listed] == ["web", "app"]
    secrets = [
        client.describe_user_pool_client(UserPoolId=pool, ClientId=one["ClientId"])["UserPoolClient"].get(
            "ClientSecret"
        )
        for one in listed
    ]
    assert secrets == [*simulator.client_secrets(pool), None]
