-- What schema version 3 added to a ledger of version 2, with rows as its program wrote them. Never changed once it is released.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE own_finding (
  id           INTEGER PRIMARY KEY,
  kind         TEXT    NOT NULL CHECK (kind <> ''),
  subject      TEXT    NOT NULL CHECK (subject <> ''),
  since        INTEGER NOT NULL,
  firing_since INTEGER NOT NULL CHECK (firing_since >= since),
  resolved_at  INTEGER CHECK (resolved_at >= firing_since),
  summary      TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX own_finding_one_open ON own_finding (kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX own_finding_resolved ON own_finding (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE TABLE open_alert (
  fingerprint TEXT PRIMARY KEY,
  content     TEXT NOT NULL CHECK (substr(content, 1, 1) = '{')
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_target (
  name          TEXT    PRIMARY KEY,
  last_success  INTEGER,
  last_failure  INTEGER,
  failure       TEXT,
  failing_since INTEGER,
  delivered     INTEGER NOT NULL DEFAULT 0 CHECK (delivered >= 0),
  refused       INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0),
  dropped       INTEGER NOT NULL DEFAULT 0 CHECK (dropped >= 0),
  merged        INTEGER NOT NULL DEFAULT 0 CHECK (merged >= 0),
  lost_at       INTEGER,
  CHECK ((last_failure IS NULL) = (failure IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  target      TEXT    NOT NULL REFERENCES alert_target (name) ON DELETE CASCADE,
  fingerprint TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('firing', 'resolved')),
  queued_at   INTEGER NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  content     TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{')
) STRICT;
CREATE INDEX alert_order ON alert (target, fingerprint, id);
INSERT INTO own_finding VALUES(1,'source-stale','agents',1795000000000,1795000090000,NULL,'agents could not be read');
INSERT INTO own_finding VALUES(2,'rule-limited','agent-lost',1795000000000,1795000000000,1795000060000,'rule agent-lost holds on 9 nodes');
INSERT INTO open_alert VALUES('00000000000000aa','{"class":"failing","cluster":"prod","evidence":[{"fact":"mesos_state","kind":"value","read_at":1795000060000,"since":1795000030000,"source":"agents","text":"absent"}],"fingerprint":"00000000000000aa","firing_since":1795000040000,"mode":"alert","node":"i-2","pool":"private","rule":"agent-lost","runbook":"https://wiki.example.com/lost","severity":"critical","since":1795000030000,"state":"firing","summary":"lost i-2","verdict":"replace"}');
INSERT INTO alert_target VALUES('am',1795000050000,NULL,NULL,NULL,5,0,0,1,NULL);
INSERT INTO alert_target VALUES('hook',NULL,1795000080000,'it answered 503',1795000070000,0,1,2,0,1795000060000);
INSERT INTO alert VALUES(7,'hook','00000000000000aa','firing',1795000040000,3,'{"class":"failing","cluster":"prod","evidence":[{"fact":"mesos_state","kind":"value","read_at":1795000060000,"since":1795000030000,"source":"agents","text":"absent"}],"fingerprint":"00000000000000aa","firing_since":1795000040000,"mode":"alert","node":"i-2","pool":"private","rule":"agent-lost","runbook":"https://wiki.example.com/lost","severity":"critical","since":1795000030000,"state":"firing","summary":"lost i-2","verdict":"replace"}');
INSERT INTO alert VALUES(9,'hook','00000000000000bb','resolved',1795000095000,0,'{"cluster":"prod","evidence":[],"fingerprint":"00000000000000bb","firing_since":1795000090000,"kind":"source-stale","resolution":"cleared","resolved_at":1795000095000,"severity":"critical","since":1795000000000,"state":"resolved","subject":"agents","summary":"agents could not be read"}');
COMMIT;
PRAGMA user_version = 3;
