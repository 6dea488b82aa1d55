"""One walk through a journey: what Locust's user loop would repeat for ever, once.

A user starts, does one of its tasks, drawn by weight, and stops. A SequentialTaskSet does all of its tasks in their
order, a MarkovTaskSet goes on until it interrupts itself, any other TaskSet does one task; each within its own
on_start and on_stop. Between two tasks of a set the visitor waits as the journey says.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from locust import SequentialTaskSet, TaskSet, User
from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser
from locust.user.markov_taskset import MarkovTaskSet
from locust.user.task import LOCUST_STATE_RUNNING, DefaultTaskSet


def walk_journey(user: User, rng: random.Random) -> None:
    """Walk a user's journey once. Whatever its code raises comes out, but for what ends a journey on purpose."""
    user._state = LOCUST_STATE_RUNNING  # as User.run does, which would go on for ever
    user._taskset_instance = DefaultTaskSet(user)
    with suppress(StopUser), _staying(user), suppress(InterruptTaskSet):
        _do(rng.choice(user.tasks), user, rng)


@contextmanager
def _staying(holder: Any) -> Iterator[None]:
    """on_start and on_stop of a user or a task set around what it does; a visit whose time is over just ends."""
    holder.on_start()
    try:
        yield
    except Exception:
        holder.on_stop()
        raise
    holder.on_stop()


def _do(task: Any, holder: Any, rng: random.Random) -> None:
    """Run a task: a function of its user or task set, or a task set below it."""
    taskset = task(holder)
    if not isinstance(taskset, TaskSet):
        return
    with suppress(InterruptTaskSet), _staying(taskset):
        for number, below in enumerate(_tasks(taskset, rng)):
            if number:
                taskset.wait()
            with suppress(RescheduleTask, RescheduleTaskImmediately):
                _do(below, taskset, rng)


def _tasks(taskset: TaskSet, rng: random.Random) -> Iterator[Any]:
    """The tasks of one round."""
    if isinstance(taskset, MarkovTaskSet):
        while True:
            yield taskset.get_next_task()
    elif isinstance(taskset, SequentialTaskSet):
        yield from taskset.tasks
    else:
        yield rng.choice(taskset.tasks)
