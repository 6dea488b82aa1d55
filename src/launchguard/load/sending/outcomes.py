"""How a visit can end that got no correct answer."""

import errno

from launchguard.model.load_plan import VisitResult

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})


class OutOfResources(Exception):  # noqa: N818 - it is an outcome
    """No file descriptor or port is left on this machine for the visit: it was never sent."""


class VisitFailed(Exception):  # noqa: N818 - it is an outcome
    """A visit that got no correct answer: its kind and one sentence."""

    def __init__(self, kind: VisitResult, detail: str, status: int = 0) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status

    def again(self) -> "VisitFailed":
        """The same of another visit."""
        return VisitFailed(self.kind, str(self), self.status)


def without_frames(error: BaseException | None) -> BaseException | None:
    """An error without the frames that it came through: Locust keeps one of each kind, and frames hold whole bodies."""
    if error is not None:
        error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
