-- What schema version 5 added to a ledger of version 4, with rows as its program wrote them. Never changed once it is released.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
DROP TABLE replacement;
CREATE TABLE replacement (
  id         INTEGER PRIMARY KEY,
  node       INTEGER NOT NULL REFERENCES node (key),
  slot       TEXT    NOT NULL CHECK (slot <> ''),
  pool       TEXT,
  rule       TEXT,
  step       TEXT    NOT NULL,
  standing   TEXT    NOT NULL CHECK (standing IN ('running', 'waiting', 'parked', 'ended')),
  started_at INTEGER NOT NULL,
  ended_at   INTEGER CHECK (ended_at >= started_at),
  outcome    TEXT    CHECK (outcome IN ('done', 'cancelled', 'superseded')),
  content    TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{'),
  CHECK ((standing = 'ended') = (ended_at IS NOT NULL)),
  CHECK ((standing = 'ended') = (outcome IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX replacement_one_open ON replacement (node) WHERE standing <> 'ended';
CREATE INDEX replacement_slot ON replacement (slot, started_at);

CREATE TABLE transition (
  id          INTEGER PRIMARY KEY,
  replacement INTEGER NOT NULL REFERENCES replacement (id),
  at          INTEGER NOT NULL,
  who         TEXT    NOT NULL CHECK (who <> ''),
  content     TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{')
) STRICT;
CREATE INDEX transition_replacement ON transition (replacement, id);

CREATE TABLE brake (
  kind    TEXT NOT NULL CHECK (kind IN ('pause', 'hold', 'approval', 'request', 'latch')),
  subject TEXT NOT NULL,
  content TEXT NOT NULL CHECK (substr(content, 1, 1) = '{'),
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
  id       INTEGER PRIMARY KEY,
  node     INTEGER NOT NULL REFERENCES node (key),
  rule     TEXT,
  from_ms  INTEGER NOT NULL,
  until_ms INTEGER CHECK (until_ms >= from_ms),
  outcome  TEXT    NOT NULL CHECK (outcome IN ('decided', 'would_start', 'refused')),
  gates    TEXT    NOT NULL,
  content  TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{')
) STRICT;
CREATE UNIQUE INDEX assessment_one_open ON assessment (node) WHERE until_ms IS NULL;
CREATE INDEX assessment_closed ON assessment (until_ms) WHERE until_ms IS NOT NULL;
INSERT INTO brake VALUES('hold','i-2','{"node":"i-2","reason":"debugging","since":1795000000000,"until":1795003600000,"who":"ann"}');
INSERT INTO assessment VALUES(1,2,'agent-lost',1795000060000,NULL,'refused','pause hold','{"answers":[],"class":"failing"}');
COMMIT;
PRAGMA user_version = 5;
