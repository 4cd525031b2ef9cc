"""python -m tests.benchmarks: all of them."""

from tests.benchmarks.run import main

raise SystemExit(main())
