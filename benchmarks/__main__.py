"""`python -m benchmarks [NAME...]`: run every measurement, or the named ones.

Those with `ONLY_BY_NAME` install something, and run when they are named.
"""

import importlib
import pkgutil
import sys

import benchmarks


def main(wanted: list[str]) -> None:
    """Run each module's `main`, in alphabetical order."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        sys.exit(f"no measurement is called {', '.join(unknown)}; there are {', '.join(names)}")
    for name in wanted or names:
        module = importlib.import_module(f"benchmarks.{name}")
        if wanted or not getattr(module, "ONLY_BY_NAME", False):
            print(f"\n== {name}", flush=True)
            module.main()


if __name__ == "__main__":
    main(sys.argv[1:])
