"""What Alembic runs: the migrations, on the connection that it was given."""

from __future__ import annotations

from alembic import context

from consultation.record.tables import metadata

VERSION_TABLE = "consultation_version"


def migrate() -> None:
    """Run the migrations within the transaction of the connection given."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        transactional_ddl=True,
    )
    context.run_migrations()


if hasattr(context, "config"):  # only while Alembic runs this file; imported by itself it does nothing
    migrate()
