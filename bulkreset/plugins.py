"""How plug-ins are found: every module of a package that declares the package's one value.

Adding an action, a goal, a manifest format or a report writer is adding a file; nothing that
exists has to name it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import TypeVar

from bulkreset.errors import BulkresetError

T = TypeVar("T")


def declared(package: ModuleType, constant: str, kind: type[T]) -> tuple[T, ...]:
    """The values that modules of `package` declare under the name `constant`, in order of module name.

    Raises BulkresetError when a module declares something of another kind.
    """
    found: list[T] = []
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        value = getattr(module, constant, None)
        if value is None:
            continue
        if not isinstance(value, kind):
            raise BulkresetError(f"{module.__name__}.{constant} is not a {kind.__name__}")
        found.append(value)
    return tuple(found)


def names_of_files(package: ModuleType, constant: str) -> list[str]:
    """The names of the plug-ins of `package`, by their files: a shell that completes a name imports none.

    Each is called as its file, with `-` for `_`.
    """
    declares = re.compile(rf"^{constant}\b.*=", re.MULTILINE)
    return sorted(
        info.name.replace("_", "-")
        for info in pkgutil.iter_modules(package.__path__)
        if declares.search(_source(info))
    )


def _source(info: pkgutil.ModuleInfo) -> str:
    found = info.module_finder.find_spec(info.name, None)
    loader = found.loader if found else None
    return loader.get_source(info.name) or "" if isinstance(loader, SourceFileLoader) else ""
