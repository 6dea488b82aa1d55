"""Run the embedded site: `python -m launchguard.site --port 8000 --capacity-per-s 60`; it prints its origin."""

import argparse
import asyncio
import itertools
import json
import ssl
import sys
from dataclasses import asdict, fields

from launchguard.site import Behaviour
from launchguard.site.server import Connection, Pages


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="launchguard.site", description="A landing page with known weaknesses.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--cert-file", default="")
    parser.add_argument("--key-file", default="")
    parser.add_argument("--default", default="{}", help="the behaviour as JSON")
    parser.add_argument("--path", action="append", default=[], help="PATH=JSON, a path's own behaviour")
    parser.add_argument("--piped", action="store_true", help="answer `counts` on standard input and end with it")
    for option in fields(Behaviour):
        kind = type(option.default)
        name = "--" + option.name.replace("_", "-")
        if kind is bool:
            parser.add_argument(name, action="store_true", default=None)
        else:
            parser.add_argument(name, type=kind, default=None)
    return parser.parse_args()


def _behaviour(arguments: argparse.Namespace) -> Behaviour:
    """The default behaviour: the JSON, then the single options."""
    given = {name: getattr(arguments, name) for name in asdict(Behaviour())}
    return Behaviour(**(json.loads(arguments.default) | {k: v for k, v in given.items() if v is not None}))


async def _follow_stdin(pages: Pages) -> None:
    """Answer each line `counts` with one line of JSON, until standard input ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(pages.counted(), flush=True)


async def _serve(arguments: argparse.Namespace) -> None:
    special = dict(item.split("=", 1) for item in arguments.path)
    pages = Pages(_behaviour(arguments), {path: Behaviour(**json.loads(text)) for path, text in special.items()})
    context = None
    if arguments.cert_file:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.cert_file, arguments.key_file or None)
    numbers = itertools.count()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(pages, next(numbers)), "127.0.0.1", arguments.port, backlog=4096, ssl=context
    )
    port = server.sockets[0].getsockname()[1]
    print(f"https://localhost:{port}" if context else f"http://127.0.0.1:{port}", flush=True)
    if arguments.piped:
        await _follow_stdin(pages)
    else:
        await server.serve_forever()


def main() -> None:
    """Serve until the end of standard input (--piped), or until Ctrl-C."""
    arguments = _parse()
    try:
        asyncio.run(_serve(arguments))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
