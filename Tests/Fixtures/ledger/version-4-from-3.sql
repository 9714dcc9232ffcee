-- What schema version 4 added to a ledger of version 3, with rows as its program wrote them. Never changed once it is released.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE round_log (
  id          INTEGER PRIMARY KEY,
  from_ms     INTEGER NOT NULL,
  to_ms       INTEGER NOT NULL CHECK (to_ms >= from_ms),
  interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
  capacity    INTEGER NOT NULL CHECK (capacity >= 0),
  rule_set    TEXT    NOT NULL,
  sources     TEXT    NOT NULL CHECK (substr(sources, 1, 1) = '['),
  last_read   TEXT    NOT NULL CHECK (substr(last_read, 1, 1) = '['),
  count       INTEGER NOT NULL CHECK (count > 0),
  steps       BLOB    NOT NULL
) STRICT;
CREATE INDEX round_log_to ON round_log (to_ms);
UPDATE observation SET value = (SELECT n.id FROM node n WHERE n.key = observation.node)
  WHERE until_ms IS NULL AND kind = 'value' AND fact = (SELECT id FROM fact WHERE name = 'id');
INSERT INTO rule_set VALUES('00000000000000aa',1795000000000,1795000000000,'[{"path":"a.yaml","text":"version: 1\nrules: []\n"}]');
INSERT INTO round_log VALUES(1,1795000060000,1795000090500,15000,20,'00000000000000aa','[["agents","15000"],["target/private","60000"]]','[1795000060000,null]',3,x'00019875018c7903');
COMMIT;
PRAGMA user_version = 4;
