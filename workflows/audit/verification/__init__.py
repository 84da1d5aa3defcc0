"""Checking the whole log: what `manage.py verify_audit` does. Reads only, trusts the database in nothing."""
