"""For the steps of a journey, which is a Locust locustfile of your own (`load: {journey: checkout.py}`)."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_MAY_REPEAT: ContextVar[bool] = ContextVar("may_repeat", default=False)


def safe_to_repeat(step: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Mark a step whose requests may be sent thousands of times, so that it may use more than GET and HEAD.

    A method that is sent as a test, such as adding to a cart that nobody pays for:

        @task
        @safe_to_repeat
        def add_to_cart(self):
            self.client.post("/cart", json={"article": 1})

    It marks functions, also `on_start` and `on_stop`; a TaskSet's own steps are marked one by one (TypeError). Under
    plain Locust it changes nothing.
    """
    if isinstance(step, type):
        raise TypeError(f"safe_to_repeat marks a step, not the class {step.__name__}; mark the steps in it")

    @wraps(step)
    def marked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        before = _MAY_REPEAT.set(True)
        try:
            return step(*args, **kwargs)
        finally:
            _MAY_REPEAT.reset(before)

    return marked


def may_repeat() -> bool:
    """Whether the step that runs now is marked."""
    return _MAY_REPEAT.get()
