"""One engine for every import and edit: identify, plan, apply, report."""
