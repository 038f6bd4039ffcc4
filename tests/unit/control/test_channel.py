"""The orders and marks beside a run file."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bulkreset.control.channel import Channel
from bulkreset.control.orders import Order, OrderKind, order_from_line, order_line
from bulkreset.errors import InputError


def order(number: int, kind: OrderKind = OrderKind.PAUSE, **detail) -> Order:
    return Order(str(number), 1_700_000_000.5, kind, {"user": "jäne\n", "host": "desk"}, detail)


@pytest.fixture
def channel(tmp_path):
    return Channel(tmp_path / "a.run")


@pytest.mark.parametrize("kind", OrderKind)
def test_an_order_reads_back_from_its_line(kind):
    given = order(1, kind, shares={"UserUpdate": 0.3, "": 1.0})
    assert order_from_line(order_line(given)) == given
    assert "\n" not in order_line(given)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        "{}",
        "pause",
        '{"id": 1, "at": "soon", "order": "pause", "by": {}, "detail": {}}',
        '{"id": 1, "at": 1, "order": "explode", "by": {}, "detail": {}}',
        '{"id": 1, "at": 1, "order": "pause", "by": "me", "detail": {}}',
        '{"id": 1, "at": 1, "order": "rate", "by": {}, "detail": {}}',
        '{"id": 1, "at": 1, "order": "rate", "by": {}, "detail": {"shares": {"UserUpdate": 0}}}',
        '{"id": 1, "at": 1, "order": "rate", "by": {}, "detail": {"shares": {"UserUpdate": 1.1}}}',
        '{"id": 1, "at": 1, "order": "rate", "by": {}, "detail": {"shares": {"UserUpdate": "all"}}}',
        '{"id": 1, "at": 1, "order": "rate", "by": {}, "detail": {"shares": ["UserUpdate"]}}',
    ],
)
def test_a_line_that_holds_no_order_is_none(line):
    assert order_from_line(line) is None


def test_orders_are_read_once_and_in_their_order(channel):
    channel.give(order(1))
    channel.give(order(2, OrderKind.STOP))
    orders, read_until = channel.read(0)
    assert [each.id for each in orders] == ["1", "2"]
    assert channel.read(read_until) == ([], read_until)
    channel.give(order(3))
    assert [each.id for each in channel.read(read_until)[0]] == ["3"]


def test_a_line_that_is_being_written_waits_until_it_is_whole(channel):
    line = (order_line(order(1)) + "\n").encode()
    channel.orders_path.write_bytes(line[:20])
    assert channel.read(0) == ([], 0)
    channel.orders_path.write_bytes(line)
    orders, read_until = channel.read(0)
    assert [each.id for each in orders] == ["1"]
    assert read_until == len(line)


def test_a_file_that_was_made_anew_is_read_from_its_beginning(channel):
    for number in range(10):
        channel.give(order(number))
    _, read_until = channel.read(0)
    channel.orders_path.unlink()
    assert channel.read(read_until) == ([], read_until)
    channel.give(order(99))
    assert [each.id for each in channel.read(read_until)[0]] == ["99"]


def test_many_can_give_orders_at_once(channel):
    threads = [threading.Thread(target=channel.give, args=(order(number),)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(each.id) for each in channel.read(0)[0]) == list(range(50))


def test_orders_are_the_owners_alone(channel):
    channel.give(order(1))
    assert channel.orders_path.stat().st_mode & 0o777 == 0o600


def test_an_order_that_cannot_be_written_says_so(tmp_path):
    channel = Channel(tmp_path / "no-such-folder" / "a.run")
    with pytest.raises(InputError, match="cannot be written"):
        channel.give(order(1))


def test_marks_hold_while_they_are_there(channel, tmp_path):
    assert (channel.pause_mark(), channel.stop_mark()) == (None, None)
    mark = tmp_path / "a.run.pause"
    mark.touch()
    os.utime(mark, (5.0, 5.0))
    found = channel.pause_mark()
    assert (found.name, found.at) == ("a.run.pause", 5.0)
    assert found.by
    assert channel.stop_mark() is None
    mark.unlink()
    assert channel.pause_mark() is None


def test_a_link_to_a_run_has_the_orders_of_the_run(tmp_path):
    (tmp_path / "a.run").touch()
    link = tmp_path / "link.run"
    link.symlink_to("a.run")
    Channel(link).give(order(1))
    assert Channel(Path(tmp_path / "a.run")).read(0)[0]


def test_another_file_of_orders_than_before_is_read_from_its_beginning(channel):
    channel.give(order(1))
    _, read_until = channel.read(0)
    channel.orders_path.unlink()
    channel.give(order(2, OrderKind.STOP, of="another length"))
    assert [each.id for each in channel.read(read_until)[0]] == ["2"]


def test_a_line_that_was_cut_off_does_not_swallow_the_next(channel):
    channel.orders_path.write_text('{"id": "1", "at"')
    channel.give(order(2, OrderKind.STOP))
    assert [each.id for each in channel.read(0)[0]] == ["2"]


def test_orders_from_a_byte_on_can_be_left_for_later(channel):
    channel.give(order(1))
    until = channel.size()
    channel.give(order(2))
    assert [each.id for each in channel.read(0, until)[0]] == ["1"]
    assert [each.id for each in channel.read(until)[0]] == ["2"]
