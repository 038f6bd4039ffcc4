"""Onlookers are asked now and then, told of the end, and cannot end or delay a run."""

from __future__ import annotations

from bulkreset.clock import VirtualClock
from bulkreset.errors import Stopped
from bulkreset.flow.onlookers import LEAVE_SECONDS, LOOK_SECONDS, Failing, Onlookers


class Book:
    """The journal, as far as onlookers write into it."""

    def __init__(self, error=None):
        self.events = []
        self._error = error

    def event(self, _at, kind, detail, _meta=None):
        if self._error:
            raise self._error
        self.events.append((kind, detail))


class Looker:
    def __init__(self, error=None):
        self.looks = 0
        self.until = None
        self.order = []
        self.failed = []
        self._error = error

    def look(self):
        self.looks += 1
        if self._error:
            raise self._error

    def end(self):
        self.order.append("end")

    def leave(self, until):
        self.order.append("leave")
        self.until = until

    def failings(self):
        failed, self.failed = self.failed, []
        return failed


def onlookers(*lookers, book=None, clock=None):
    warned: list[Failing] = []
    makers = [lambda looker=looker: looker for looker in lookers]
    return Onlookers(makers, book or Book(), warned.append, clock or VirtualClock()), warned


def test_they_look_now_and_then_however_often_they_are_called():
    clock, looker = VirtualClock(), Looker()
    all_of_them, _ = onlookers(looker, clock=clock)
    for _ in range(100):
        all_of_them.look()
        clock.sleep(LOOK_SECONDS / 10)
    assert looker.looks == 10


def test_all_have_to_be_done_by_the_same_moment():
    clock, first, second = VirtualClock(), Looker(), Looker()
    all_of_them, _ = onlookers(first, second, clock=clock)
    clock.sleep(5)
    all_of_them.leave()
    assert first.order == second.order == ["end", "leave"]
    assert first.until == second.until == 5 + LEAVE_SECONDS
    assert LEAVE_SECONDS < 1


def test_one_that_raises_is_named_once_and_asked_no_more():
    book, bad, good = Book(), Looker(ValueError("canary")), Looker()
    clock = VirtualClock()
    all_of_them, warned = onlookers(bad, good, book=book, clock=clock)
    for _ in range(3):
        all_of_them.look()
        clock.sleep(LOOK_SECONDS)
    all_of_them.leave()
    assert (bad.looks, bad.until) == (1, None)
    assert (good.looks, good.until is None) == (3, False)
    assert book.events == [("not-told", {"who": "an onlooker", "why": "ValueError"})]
    assert [str(one) for one in warned] == ["not told: an onlooker: ValueError"]


def test_one_that_cannot_be_made_is_done_without():
    def make():
        raise ImportError("canary")

    book = Book()
    all_of_them = Onlookers([make], book, lambda _text: None, VirtualClock())
    all_of_them.look()
    all_of_them.leave()
    assert book.events == [("not-told", {"who": "an onlooker", "why": "ImportError"})]


def test_what_failed_is_written_down_and_said_also_at_the_very_end():
    book, looker = Book(), Looker()
    all_of_them, warned = onlookers(looker, book=book)
    looker.failed = [Failing("not-notified", "target 1", "no connection")]
    all_of_them.look()
    looker.failed = [Failing("not-notified", "target 2", "1 not taken by the end of the run")]
    all_of_them.leave()
    assert [kind for kind, _ in book.events] == ["not-notified", "not-notified"]
    assert [str(one) for one in warned] == [
        "not notified: target 1: no connection",
        "not notified: target 2: 1 not taken by the end of the run",
    ]


def test_a_run_file_that_cannot_be_written_is_the_runs_own_trouble():
    looker = Looker()
    looker.failed = [Failing("not-notified", "target 1", "no connection")]
    all_of_them, warned = onlookers(looker, book=Book(Stopped("disk full")))
    all_of_them.look()
    assert len(warned) == 1


def test_one_who_hangs_takes_no_time_from_another():
    order = []

    class Noting(Looker):
        def end(self):
            order.append("end")

        def leave(self, _until):
            order.append("leave")

    all_of_them, _ = onlookers(Noting(), Noting())
    all_of_them.leave()
    assert order == ["end", "end", "leave", "leave"]
