"""Many visits at once: a pool of threads, each with a session of its own."""

import itertools
import os
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from launchguard.model.visit import Visit
from launchguard.probe.pace import Pace
from launchguard.probe.policy import ProbePolicy, VisitRequest
from launchguard.probe.tls import build_context
from launchguard.probe.visitor import PageVisitor
from launchguard.web.hosts import host_of


def visit_all(requests: Sequence[VisitRequest], *, policy: ProbePolicy) -> list[Visit]:
    """Visit every page and return the visits in the order of the requests.

    Whatever goes wrong with a page is the `error` of its Visit. Raises LaunchGuardError only for a CA bundle in
    the environment that cannot be used. An interrupt ends the visits under way and is passed on.
    """
    if not requests:
        return []
    context = policy.ssl_context or build_context(os.environ)
    pace = Pace(policy.requests_per_s, policy.unlimited_hosts)
    stopped = threading.Event()
    sleep = policy.sleep or stopped.wait
    visitors = [
        PageVisitor(policy, context=context, pace=pace, sleep=sleep) for _ in range(min(policy.threads, len(requests)))
    ]
    # Last in, first out: a visitor that is warm already has open connections.
    idle: queue.LifoQueue[PageVisitor] = queue.LifoQueue()
    for visitor in visitors:
        idle.put(visitor)

    def visit(request: VisitRequest) -> Visit:
        visitor = idle.get()
        try:
            return visitor.visit(request)
        finally:
            idle.put(visitor)

    executor = ThreadPoolExecutor(max_workers=len(visitors), thread_name_prefix="probe")
    try:
        futures = {index: executor.submit(visit, requests[index]) for index in _interleaved(requests)}
        return [futures[index].result() for index in range(len(requests))]
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        stopped.set()
        for visitor in visitors:
            visitor.abort()
        raise
    finally:
        executor.shutdown()
        for visitor in visitors:
            visitor.close()


def _interleaved(requests: Sequence[VisitRequest]) -> list[int]:
    """Order the requests so that the hosts take turns: a host that has to be spared does not hold up the others."""
    by_host: dict[str, list[int]] = {}
    for index, request in enumerate(requests):
        by_host.setdefault(host_of(request.url), []).append(index)
    rounds = itertools.zip_longest(*by_host.values())
    return [index for turn in rounds for index in turn if index is not None]
