"""The metrics section: files in which a run keeps its numbers for machines to collect."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bulkreset.settings.fields import Section, WrittenPath, wrong
from bulkreset.settings.words import as_written

NAMESPACE = r"^[A-Za-z0-9_./#:-]+$"


def _prom(path: Path) -> Path:
    if path.suffix != ".prom":
        raise wrong(
            f"does not end in `.prom`: {as_written(str(path))}",
            "node_exporter reads no others; write for example `textfile: bulkreset.prom`",
        )
    return path


class Metrics(Section):
    """Where a run writes its numbers, at its start, every 15 seconds and at its end."""

    textfile: Annotated[WrittenPath, AfterValidator(_prom)] | None = Field(
        default=None,
        description=(
            "File for the textfile collector of Prometheus's node_exporter, replaced each time; relative to "
            "this file."
        ),
        examples=["/var/lib/node_exporter/textfile/bulkreset.prom"],
    )
    emf: WrittenPath | None = Field(
        default=None,
        description=(
            "File to which CloudWatch's embedded metric format is appended, such as `/dev/stderr` in a "
            "container; relative to this file."
        ),
        examples=["/var/log/bulkreset/emf.log"],
    )
    namespace: Annotated[str, Field(min_length=1, max_length=255, pattern=NAMESPACE)] = Field(
        default="bulkreset", description="Namespace of the metrics in CloudWatch.", examples=["bulkreset"]
    )
