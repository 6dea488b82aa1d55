"""A seal over files: whether what an earlier call in a job left is still what it was.

It also runs as a file of its own, before anything is installed: `python -I seal.py FOLDER... < key` prints the seal.
"""

import hashlib
import hmac
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def seal(key: bytes, roots: Iterable[Path]) -> str:
    """A keyed hash over names, modes and contents of everything below the roots; who lacks the key cannot make one.

    Folders of compiled code are left out: whoever relies on a seal has to remove them.
    """
    whole = hmac.new(key, digestmod=hashlib.sha256)
    for root in roots:
        for path in _files(root):
            mode = path.lstat().st_mode
            content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            name = os.fsencode(path.relative_to(root))
            for part in (name, str(mode).encode(), content):
                whole.update(len(part).to_bytes(8, "big") + part)
        whole.update(b"end of a folder")
    return whole.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """Files and links below a folder, or the file itself, always in the same order."""
    if not root.is_dir():
        yield root
        return
    for folder, folders, files in os.walk(root):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(folder) / name for name in sorted([*files, *links]))


if __name__ == "__main__":
    print(seal(sys.stdin.buffer.read(), [Path(name) for name in sys.argv[1:]]))
