-- Version 2: what is added to a file of version 1.
BEGIN;
CREATE TABLE service (
  id             INTEGER PRIMARY KEY,
  name           TEXT    NOT NULL UNIQUE CHECK (name <> ''),
  package        TEXT,
  flavour        TEXT    CHECK (flavour IN ('sdk', 'sdk-pods', 'brokers', 'community')),
  framework      TEXT,
  registered     TEXT    CHECK (substr(registered, 1, 1) = '['),
  plans          TEXT    CHECK (substr(plans, 1, 1) = '['),
  topics_read_at INTEGER,
  first_seen     INTEGER NOT NULL,
  last_seen      INTEGER CHECK (last_seen >= first_seen)
) STRICT;

CREATE TABLE member (
  service  INTEGER NOT NULL REFERENCES service (id),
  name     TEXT    NOT NULL CHECK (name <> ''),
  agent    TEXT    NOT NULL,
  from_ms  INTEGER NOT NULL,
  until_ms INTEGER CHECK (until_ms > from_ms),
  node     INTEGER REFERENCES node (key),
  broker   INTEGER,
  task     TEXT,
  state    TEXT,
  PRIMARY KEY (service, name, agent, from_ms)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX member_one_open ON member (service, name, agent) WHERE until_ms IS NULL;
CREATE INDEX member_node ON member (node) WHERE node IS NOT NULL;
CREATE INDEX member_closed ON member (until_ms) WHERE until_ms IS NOT NULL;

CREATE TABLE in_sync (
  service   INTEGER NOT NULL REFERENCES service (id),
  topic     TEXT    NOT NULL CHECK (topic <> ''),
  from_ms   INTEGER NOT NULL,
  until_ms  INTEGER CHECK (until_ms > from_ms),
  sets      TEXT    NOT NULL,
  full_sets TEXT,
  PRIMARY KEY (service, topic, from_ms)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX in_sync_one_open ON in_sync (service, topic) WHERE until_ms IS NULL;
CREATE INDEX in_sync_closed ON in_sync (until_ms) WHERE until_ms IS NOT NULL;
INSERT INTO service VALUES(1,'prod/kafka','kafka','sdk','M-0001','[0,1]','[{"errors":[],"name":"deploy","status":"COMPLETE"}]',1795000080000,1795000000000,NULL);
INSERT INTO service VALUES(2,'old',NULL,NULL,NULL,NULL,NULL,NULL,1795000000000,1795000060000);
INSERT INTO member VALUES(1,'kafka-0','M-S1',1795000000000,1795000060000,1,0,'kafka-0-broker__1','RUNNING');
INSERT INTO member VALUES(1,'kafka-0','M-S2',1795000060000,NULL,2,0,'kafka-0-broker__2','RUNNING');
INSERT INTO member VALUES(2,'node-0','',1795000000000,1795000060000,NULL,NULL,NULL,NULL);
INSERT INTO in_sync VALUES(1,'orders',1795000000000,1795000060000,'0:0.1 1:0.1',NULL);
INSERT INTO in_sync VALUES(1,'orders',1795000060000,NULL,'0:1 1:1!','0:0.1 1:0.1');
PRAGMA user_version = 2;
COMMIT;
