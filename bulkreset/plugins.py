"""How plug-ins are found: every module of a package that declares the package's one value.

Adding an action, a goal, a manifest format or a report writer is adding a file; nothing that
exists has to name it.
"""

from __future__ import annotations

import importlib
import pkgutil
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
