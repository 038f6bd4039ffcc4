"""Work that nobody waits for is done in order, and nothing of it gets out."""

from __future__ import annotations

import threading

from bulkreset.background import Background

PATIENCE_SECONDS = 30.0


def test_items_are_done_in_order_after_what_had_to_be_made_ready():
    done = []
    background = Background("test", done.append, lambda: done.append("ready"))
    for item in ("a", "b", "c"):
        assert background.put(item)
    assert background.wait(PATIENCE_SECONDS)
    assert done == ["ready", "a", "b", "c"]
    assert background.undone == 0


def test_what_raises_keeps_nothing_that_follows_from_being_done():
    done = []

    def work(item):
        if item == "bad":
            raise ValueError(item)
        done.append(item)

    def ready():
        raise OSError("not today")

    background = Background("test", work, ready)
    for item in ("a", "bad", "b"):
        background.put(item)
    assert background.wait(PATIENCE_SECONDS)
    assert done == ["a", "b"]


def test_nobody_waits_longer_than_they_want_and_a_full_queue_takes_no_more():
    begun, released = threading.Event(), threading.Event()

    def hang(_item):
        begun.set()
        released.wait(PATIENCE_SECONDS)

    background = Background("test", hang, capacity=2)
    assert background.put("at hand")
    assert begun.wait(PATIENCE_SECONDS)
    assert [background.put(item) for item in "abc"] == [True, True, False]
    assert background.wait(0.0) is False
    assert background.wait(-1.0) is False
    assert background.undone == 3
    released.set()
    assert background.wait(PATIENCE_SECONDS)


def test_its_threads_hold_up_no_process_that_ends():
    Background("held-up", lambda _item: None)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "held-up")
