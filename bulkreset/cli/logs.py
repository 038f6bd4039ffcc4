"""Structured logs on stderr: events with fields, as text or as one JSON object a line."""

from __future__ import annotations

import sys

import structlog


def logger(log_format: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that writes `text` or `json` lines."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    bound: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    return bound
