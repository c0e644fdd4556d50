"""Triggers of the first version for PostgreSQL: append only, one chain, no warning skips a state."""

from __future__ import annotations

ZERO = "0" * 64

_APPEND_ONLY = """
CREATE FUNCTION bogda_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the record is append only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""

_ONE_CHAIN = """
CREATE FUNCTION bogda_one_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  SELECT sequence, hash INTO last FROM entries ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence IS DISTINCT FROM coalesce(last.sequence, 0) + 1
     OR NEW.previous IS DISTINCT FROM coalesce(last.hash, 'ZEROES') OR length(NEW.hash) <> 64 THEN
    RAISE EXCEPTION 'the row does not continue the chain' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
""".replace("ZEROES", ZERO)

_SKIP_NOTHING = """
CREATE FUNCTION bogda_warnings_skip_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record; released record; told text;
BEGIN
  SELECT step, "after", level, actor INTO last FROM entries
    WHERE subject = NEW.subject AND kind = 'warning' ORDER BY step DESC LIMIT 1;
  SELECT step, level INTO released FROM entries WHERE subject = NEW.subject
    AND "after" IN ('issued', 'updated', 'downgraded') ORDER BY step DESC LIMIT 1;
  IF NEW.step IS DISTINCT FROM coalesce(last.step, 0) + 1 THEN
    told := 'warning: a step is left out';
  ELSIF NEW."before" IS DISTINCT FROM coalesce(last."after", 'none') THEN
    told := 'warning: not the state it is in';
  ELSIF NOT EXISTS (SELECT 1 FROM legal_transitions l WHERE l."before" = NEW."before"
      AND l."after" = NEW."after" AND l.released = (released.step IS NOT NULL)::int) THEN
    told := 'warning: that state may not follow';
  ELSIF NEW."after" NOT IN ('proposed', 'edited') AND NEW.level IS DISTINCT FROM last.level THEN
    told := 'warning: only a draft changes the level';
  ELSIF NEW."after" IN ('updated', 'downgraded')
      AND (NEW."after" = 'downgraded') IS DISTINCT FROM (NEW.level < released.level) THEN
    told := 'warning: an update is not milder, a downgrade is';
  ELSIF NEW."after" = 'approved' AND NEW.level >= 2 AND NEW.actor IS NOT DISTINCT FROM last.actor THEN
    told := 'warning: orange and red need two persons';
  END IF;
  IF told IS NOT NULL THEN
    RAISE EXCEPTION '%', told USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""

_REFUSE = "FOR EACH STATEMENT EXECUTE FUNCTION bogda_append_only()"

TRIGGERS = (
    _APPEND_ONLY,
    _ONE_CHAIN,
    _SKIP_NOTHING,
    f"CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries {_REFUSE}",
    (
        "CREATE TRIGGER legal_append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE "
        f"ON legal_transitions {_REFUSE}"
    ),
    (
        "CREATE TRIGGER entries_one_chain BEFORE INSERT ON entries "
        "FOR EACH ROW EXECUTE FUNCTION bogda_one_chain()"
    ),
    (
        "CREATE TRIGGER warnings_skip_nothing BEFORE INSERT ON entries "
        "FOR EACH ROW WHEN (NEW.kind = 'warning') EXECUTE FUNCTION bogda_warnings_skip_nothing()"
    ),
)
