"""``python -m govinfo.cli`` does what ``govinfo`` does."""

from govinfo.cli import main

raise SystemExit(main())
