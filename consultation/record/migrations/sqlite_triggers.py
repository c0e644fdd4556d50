"""Triggers of the first version for SQLite: append only, one chain, no warning skips a state."""

from __future__ import annotations

ZERO = "0" * 64

_REFUSED = "SELECT RAISE(ABORT, 'the record is append only')"

TRIGGERS = (
    f"CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN {_REFUSED}; END",
    f"CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN {_REFUSED}; END",
    f"CREATE TRIGGER legal_no_update BEFORE UPDATE ON legal_transitions BEGIN {_REFUSED}; END",
    f"CREATE TRIGGER legal_no_delete BEFORE DELETE ON legal_transitions BEGIN {_REFUSED}; END",
    f"CREATE TRIGGER legal_no_insert BEFORE INSERT ON legal_transitions BEGIN {_REFUSED}; END",
    """
    CREATE TRIGGER entries_one_chain BEFORE INSERT ON entries
    WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM entries)
      OR NEW.previous IS NOT coalesce((SELECT hash FROM entries ORDER BY sequence DESC LIMIT 1), 'ZEROES')
      OR NEW.hash IS NULL OR length(NEW.hash) <> 64
      OR EXISTS (SELECT 1 FROM entries WHERE hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'the row does not continue the chain'); END
    """.replace("ZEROES", ZERO),
    """
    CREATE TRIGGER warnings_skip_nothing BEFORE INSERT ON entries WHEN NEW.kind = 'warning'
    BEGIN
      SELECT RAISE(ABORT, 'warning: a step is left out') WHERE NEW.step IS NOT
        (SELECT coalesce(max(step), 0) + 1 FROM entries WHERE subject = NEW.subject AND kind = 'warning');
      SELECT RAISE(ABORT, 'warning: not the state it is in') WHERE NEW."before" IS NOT coalesce(
        (SELECT "after" FROM entries WHERE subject = NEW.subject AND step = NEW.step - 1), 'none');
      SELECT RAISE(ABORT, 'warning: that state may not follow') WHERE NOT EXISTS
        (SELECT 1 FROM legal_transitions WHERE "before" = NEW."before" AND "after" = NEW."after"
          AND released = EXISTS
            (SELECT 1 FROM entries WHERE subject = NEW.subject AND "after" = 'issued'));
      SELECT RAISE(ABORT, 'warning: only a draft changes the level')
        WHERE NEW."after" NOT IN ('proposed', 'edited') AND NEW.level IS NOT
          (SELECT level FROM entries WHERE subject = NEW.subject AND step = NEW.step - 1);
      SELECT RAISE(ABORT, 'warning: an update is not milder, a downgrade is')
        WHERE NEW."after" IN ('updated', 'downgraded') AND (NEW."after" = 'downgraded') IS NOT (NEW.level <
          (SELECT level FROM entries WHERE subject = NEW.subject
            AND "after" IN ('issued', 'updated', 'downgraded') ORDER BY step DESC LIMIT 1));
      SELECT RAISE(ABORT, 'warning: orange and red need two persons')
        WHERE NEW."after" = 'approved' AND NEW.level >= 2 AND NEW.actor IS
          (SELECT actor FROM entries WHERE subject = NEW.subject AND step = NEW.step - 1);
    END
    """,
)
