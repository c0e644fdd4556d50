"""Migrations of the consultation's data base, by Alembic; they ship with the program."""
