-- A ledger as schema version 1 has it: what a migration has to start from. Never changed once it is released.
PRAGMA application_id = 1298233702;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  ledger_id  TEXT    NOT NULL CHECK (length(ledger_id) = 32),
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES(1,'0f8dfb18faaa6f335b79e6810fa9292b',1795000000000);
CREATE TABLE fact (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;
INSERT INTO fact VALUES(1,'id');
INSERT INTO fact VALUES(2,'pool');
INSERT INTO fact VALUES(3,'hostname');
INSERT INTO fact VALUES(4,'private_ip');
INSERT INTO fact VALUES(5,'zone');
INSERT INTO fact VALUES(6,'agent_id');
INSERT INTO fact VALUES(7,'instance_id');
INSERT INTO fact VALUES(8,'mesos_state');
INSERT INTO fact VALUES(9,'agent_version');
INSERT INTO fact VALUES(10,'attributes');
INSERT INTO fact VALUES(11,'public');
INSERT INTO fact VALUES(12,'ec2_state');
INSERT INTO fact VALUES(13,'system_status');
INSERT INTO fact VALUES(14,'instance_status');
INSERT INTO fact VALUES(15,'scheduled_event');
INSERT INTO fact VALUES(16,'image_id');
INSERT INTO fact VALUES(17,'target_image_id');
INSERT INTO fact VALUES(18,'instance_type');
INSERT INTO fact VALUES(19,'asg');
INSERT INTO fact VALUES(20,'lifecycle');
INSERT INTO fact VALUES(21,'tags');
INSERT INTO fact VALUES(22,'ssm_ping');
INSERT INTO fact VALUES(23,'probe');
INSERT INTO fact VALUES(24,'dcos_health');
INSERT INTO fact VALUES(25,'failing_units');
INSERT INTO fact VALUES(26,'members');
INSERT INTO fact VALUES(27,'stateful_tasks');
INSERT INTO fact VALUES(28,'task_failures_1h');
INSERT INTO fact VALUES(29,'registered_time');
INSERT INTO fact VALUES(30,'scheduled_event_time');
INSERT INTO fact VALUES(31,'image_time');
INSERT INTO fact VALUES(32,'launch_time');
CREATE TABLE node (
  key         INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL UNIQUE,
  instance_id TEXT,
  agent_id    TEXT,
  first_seen  INTEGER NOT NULL,
  departed_at INTEGER,
  merged_into INTEGER REFERENCES node (key),
  CHECK (departed_at IS NOT NULL OR merged_into IS NULL)
) STRICT;
INSERT INTO node VALUES(1,'i-1','i-1','M-S1',1795000000000,1795000090000,NULL);
INSERT INTO node VALUES(2,'i-2','i-2','M-S2',1795000000000,NULL,NULL);
CREATE TABLE node_alias (
  id         TEXT    PRIMARY KEY,
  node       INTEGER NOT NULL REFERENCES node (key),
  renamed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO node_alias VALUES('agent:M-S2',2,1795000015000);
CREATE TABLE observation (
  node     INTEGER NOT NULL REFERENCES node (key),
  fact     INTEGER NOT NULL REFERENCES fact (id),
  from_ms  INTEGER NOT NULL,
  until_ms INTEGER CHECK (until_ms > from_ms),
  kind     TEXT    NOT NULL CHECK (kind IN ('value', 'none', 'unknown')),
  value    ANY     CHECK (typeof(value) IN ('null', 'integer', 'text')),
  PRIMARY KEY (node, fact, from_ms),
  CHECK ((kind = 'value') = (value IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO observation VALUES(1,8,1795000000000,1795000015000,'value','active');
INSERT INTO observation VALUES(1,8,1795000015000,1795000090000,'unknown',NULL);
INSERT INTO observation VALUES(1,11,1795000000000,1795000090000,'value',1);
INSERT INTO observation VALUES(1,15,1795000000000,1795000090000,'none',NULL);
INSERT INTO observation VALUES(2,8,1795000000000,1795000015000,'value','recovered');
INSERT INTO observation VALUES(2,8,1795000015000,NULL,'value','active');
CREATE TABLE source (
  name         TEXT    PRIMARY KEY,
  interval_ms  INTEGER NOT NULL CHECK (interval_ms > 0),
  last_success INTEGER,
  last_attempt INTEGER,
  failure      TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO source VALUES('agents',15000,1795000000000,1795000000000,NULL);
INSERT INTO source VALUES('target/private',300000,NULL,1795000000000,'https://ssm.example.com: 503');
CREATE TABLE round (
  id          INTEGER PRIMARY KEY,
  from_ms     INTEGER NOT NULL,
  to_ms       INTEGER NOT NULL CHECK (to_ms >= from_ms),
  interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
  count       INTEGER NOT NULL CHECK (count > 0)
) STRICT;
INSERT INTO round VALUES(1,1795000000000,1795000015000,15000,2);
INSERT INTO round VALUES(2,1795000090000,1795000090000,15000,1);
CREATE TABLE watch (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  since INTEGER NOT NULL
) STRICT;
INSERT INTO watch VALUES(1,1795000000000);
CREATE TABLE master (
  id         TEXT    PRIMARY KEY,
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER CHECK (last_seen >= first_seen)
) STRICT, WITHOUT ROWID;
INSERT INTO master VALUES('M',1795000000000,NULL);
CREATE TABLE target (
  pool  TEXT    PRIMARY KEY,
  image TEXT,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO target VALUES('private','ami-1',1795000000000);
CREATE TABLE rule_set (
  hash           TEXT    PRIMARY KEY,
  loaded_at      INTEGER NOT NULL,
  last_loaded_at INTEGER NOT NULL CHECK (last_loaded_at >= loaded_at),
  files          TEXT    NOT NULL CHECK (substr(files, 1, 1) = '[')
) STRICT, WITHOUT ROWID;
INSERT INTO rule_set VALUES('0123456789abcdef',1795000000000,1795000000000,'[{"path":"failing.yaml","text":"version: 1\nrules: []\n"}]');
CREATE TABLE finding (
  id                 INTEGER PRIMARY KEY,
  node               INTEGER NOT NULL REFERENCES node (key),
  rule               TEXT    NOT NULL,
  verdict            TEXT    NOT NULL CHECK (verdict IN ('replace', 'notify', 'keep')),
  class              TEXT    NOT NULL CHECK (class IN ('failing', 'outdated')),
  mode               TEXT    NOT NULL CHECK (mode IN ('alert', 'propose', 'act')),
  state              TEXT    NOT NULL CHECK (state IN ('pending', 'firing', 'resolved')),
  since              INTEGER NOT NULL,
  firing_since       INTEGER CHECK (firing_since >= since),
  resolved_at        INTEGER CHECK (resolved_at >= since),
  resolution         TEXT,
  summary            TEXT    NOT NULL,
  evidence           TEXT    NOT NULL CHECK (substr(evidence, 1, 1) = '['),
  rule_set           TEXT    NOT NULL,
  runbook            TEXT,
  clock_since        INTEGER,
  clock_firing_since INTEGER,
  unknown_for_ms     INTEGER CHECK (unknown_for_ms >= 0),
  unknown_since      INTEGER,
  cleared_since      INTEGER,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
  CHECK ((state = 'resolved') = (resolution IS NOT NULL)),
  CHECK ((state = 'resolved') = (clock_since IS NULL)),
  CHECK ((state = 'resolved') = (unknown_for_ms IS NULL)),
  CHECK (state <> 'firing' OR firing_since IS NOT NULL),
  CHECK (state <> 'pending' OR firing_since IS NULL)
) STRICT;
INSERT INTO finding VALUES(1,1,'agent-lost','replace','failing','alert','resolved',1795000000000,NULL,1795000015000,'cleared','lost i-1','[{"fact":"mesos_state","kind":"value","read_at":1795000060000,"since":1795000030000,"source":"agents","text":"absent"},{"fact":"scheduled_event","kind":"none","source":"statuses"},{"fact":"flaps_1h","kind":"value","number":3,"read_at":1795000060000,"source":"agents"},{"fact":"probe","kind":"unknown","source":"probe"},{"fact":"target_image_id","kind":"value","read_at":1795000001000,"source":"target/private","text":"ami-ü/1"}]','0123456789abcdef','https://wiki.example.com/lost',NULL,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(2,2,'agent-never','replace','failing','alert','pending',1795000000000,NULL,NULL,NULL,'lost agent:M-S2','[{"fact":"mesos_state","kind":"value","read_at":1795000060000,"since":1795000030000,"source":"agents","text":"absent"},{"fact":"scheduled_event","kind":"none","source":"statuses"},{"fact":"flaps_1h","kind":"value","number":3,"read_at":1795000060000,"source":"agents"},{"fact":"probe","kind":"unknown","source":"probe"},{"fact":"target_image_id","kind":"value","read_at":1795000001000,"source":"target/private","text":"ami-ü/1"}]','0123456789abcdef','https://wiki.example.com/lost',1795000000000,NULL,0,NULL,NULL);
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  kind    TEXT    NOT NULL CHECK (kind <> ''),
  node    INTEGER REFERENCES node (key),
  who     TEXT    NOT NULL CHECK (who <> ''),
  details TEXT    NOT NULL CHECK (substr(details, 1, 1) = '{')
) STRICT;
INSERT INTO audit VALUES(1,1795000000000,'daemon_started',NULL,'mayfly','{"version":"0.1.0"}');
INSERT INTO audit VALUES(2,1795000015000,'node_renamed',2,'mayfly','{"from":"agent:M-S2","to":"i-2"}');
INSERT INTO audit VALUES(3,1795000090000,'node_departed',1,'mayfly','{}');
CREATE TABLE replacement (
  id          INTEGER PRIMARY KEY,
  node        INTEGER NOT NULL REFERENCES node (key),
  instance_id TEXT,
  slot        TEXT    NOT NULL,
  rule        TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('open', 'ended')),
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER CHECK (ended_at >= started_at),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;
INSERT INTO replacement VALUES(1,1,'i-1','i-0','agent-lost','ended',1795000000000,1795000060000);
CREATE INDEX node_departed ON node (departed_at) WHERE departed_at IS NOT NULL;
CREATE INDEX node_merged ON node (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX node_alias_node ON node_alias (node);
CREATE UNIQUE INDEX observation_one_open ON observation (node, fact) WHERE until_ms IS NULL;
CREATE INDEX observation_closed ON observation (until_ms) WHERE until_ms IS NOT NULL;
CREATE INDEX round_to ON round (to_ms);
CREATE UNIQUE INDEX master_one_leads ON master (last_seen IS NULL) WHERE last_seen IS NULL;
CREATE UNIQUE INDEX finding_one_open ON finding (node, rule) WHERE state <> 'resolved';
CREATE INDEX finding_node ON finding (node, since);
CREATE INDEX finding_resolved ON finding (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_node ON audit (node, at) WHERE node IS NOT NULL;
CREATE UNIQUE INDEX replacement_one_open ON replacement (node) WHERE state = 'open';
CREATE INDEX replacement_slot ON replacement (slot, started_at);
COMMIT;
