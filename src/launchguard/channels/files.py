"""Loading kinds of channels: the built-in ones and those of a user's own folders, through the same door."""

import inspect
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType

from pydantic import PydanticUndefinedAnnotation, PydanticUserError

import launchguard.channels.kinds
from launchguard.errors import ChannelFileError
from launchguard.model.channel import Channel, Kinds
from launchguard.system.userfiles import all_python_files, blamed, import_file, module_name, python_files

HINT = "`launchguard new-channel NAME` writes a kind of channel that works."


@cache
def built_in_kinds() -> Kinds:
    """The kinds that LaunchGuard brings, found in the folder `kinds`, by the words that a manifest uses."""
    found = {}
    for path in python_files(Path(launchguard.channels.kinds.__path__[0])):
        for kind in _defined_in(import_module(f"launchguard.channels.kinds.{path.stem}")):
            found[_checked(kind, path)] = kind
    return MappingProxyType(found)


def load_kinds(folders: Sequence[Path] = ()) -> Kinds:
    """The built-in kinds and those of `folders`. Raises ChannelFileError for a broken file or a kind defined twice."""
    kinds = dict(built_in_kinds())
    for folder in folders:
        if not folder.is_dir():
            raise ChannelFileError(f"{folder}: there is no such folder of channels")
        for path in all_python_files(folder):
            for word, kind in load_kind_file(path, module_name("launchguard_user_channels", folder, path)).items():
                if word in kinds:
                    owner = kinds[word].defined_in or "a kind that LaunchGuard brings"
                    raise ChannelFileError(f"{path}:{_line(kind)}: the kind {word} is already taken by {owner}")
                kinds[word] = kind
    return kinds


def load_kind_file(path: Path, module_name: str) -> dict[str, type[Channel]]:
    """Import one file, and collect the kinds that it defines by the words that a manifest uses.

    Raises ChannelFileError, one line with file and line, for a file that does not import or defines no usable kind.
    """
    module = import_file(path, module_name, ChannelFileError, HINT)
    kinds = {}
    for kind in _defined_in(module):
        kind.defined_in = str(path)
        kinds[_checked(kind, path)] = kind
    if not kinds:
        raise ChannelFileError(f"{path}:1: no class in this file is a Channel with a `kind`", hint=HINT)
    return kinds


def _defined_in(module: ModuleType) -> list[type[Channel]]:
    """The classes of a module that stand for a kind; what is imported, or only a base for others, does not."""
    classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Channel)]
    return [c for c in classes if c.__module__ == module.__name__ and "kind" in c.__annotations__]


def _checked(kind: type[Channel], path: Path) -> str:
    """The kind's word, when everything about it can be used."""
    try:
        kind.model_rebuild()
    except (PydanticUserError, PydanticUndefinedAnnotation) as error:
        raise ChannelFileError(f"{blamed(error, path)}: {kind.__name__}: {error}", hint=HINT) from error
    word = kind.model_fields["kind"].default
    where, fields = f"{path}:{_line(kind)}: {kind.__name__}", kind.model_fields
    if not isinstance(word, str) or not word.isidentifier() or word != word.lower():
        raise ChannelFileError(f'{where}: `kind` is no word; write it like kind: Literal["radio"] = "radio"')
    if kind.streams is Channel.streams:
        raise ChannelFileError(f"{where}: has no `streams`, so nobody knows what arrives", hint=HINT)
    unknown = [key for key in (kind.reach_key, *kind.assumed) if key and key not in fields]
    if unknown:
        raise ChannelFileError(f"{where}: {unknown[0]} is none of its keys; there is {', '.join(_own(kind))}")
    open_keys = [key for key in kind.assumed if fields[key].is_required()]
    if open_keys:
        raise ChannelFileError(f"{where}: {open_keys[0]} is `assumed` and has no default")
    return word


def _own(kind: type[Channel]) -> list[str]:
    return [key for key in kind.model_fields if key not in Channel.model_fields]


def _line(kind: type[Channel]) -> int:
    try:
        return inspect.getsourcelines(kind)[1]
    except OSError:
        return 1
