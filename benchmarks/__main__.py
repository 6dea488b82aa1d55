"""`python -m benchmarks [NAME...]`: run every measurement, or the named ones."""

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
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
