"""The guard of the tests themselves: nothing leaves this machine."""

from __future__ import annotations

import os
import socket

import boto3
import pytest

ELSEWHERE = ("192.0.2.1", 443)  # TEST-NET-1 of RFC 5737, which nobody has


@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_a_connection_to_another_machine_is_refused(traffic_refused, call):
    with socket.socket() as sock, pytest.raises(traffic_refused):
        getattr(sock, call)(ELSEWHERE)


def test_a_datagram_to_another_machine_is_refused(traffic_refused):
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(traffic_refused):
        sock.sendto(b"", ELSEWHERE)


def test_a_name_of_another_machine_is_not_looked_up(traffic_refused):
    with pytest.raises(traffic_refused):
        socket.create_connection(("cognito-idp.us-east-1.amazonaws.com", 443))


def test_a_connection_to_this_machine_is_let_through():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_the_credentials_in_reach_open_nothing():
    credentials = boto3.session.Session().get_credentials()

    assert credentials.method == "env"
    assert credentials.access_key == "AKIAIOSFODNN7EXAMPLE"
    assert credentials.token is None
    assert os.environ["AWS_CONFIG_FILE"] == "/nonexistent"
