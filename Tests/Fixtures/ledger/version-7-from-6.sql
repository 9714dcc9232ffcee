-- What schema version 7 added to a ledger of version 6, with rows as its program wrote them. Never changed once it is released.
CREATE TABLE hint (
  event       TEXT    NOT NULL CHECK (event <> ''),
  instance    TEXT    NOT NULL CHECK (instance <> ''),
  kind        TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  detail      TEXT    NOT NULL,
  standing    TEXT    NOT NULL CHECK (standing IN ('looked', 'old', 'parked', 'unknown')),
  PRIMARY KEY (event, instance)
) STRICT, WITHOUT ROWID;
CREATE INDEX hint_received ON hint (received_at);
CREATE INDEX hint_parked ON hint (instance, received_at) WHERE standing = 'parked';
CREATE INDEX hint_other ON hint (received_at) WHERE standing IN ('old', 'unknown');

CREATE TABLE quarantine (
  message     TEXT    PRIMARY KEY CHECK (message <> ''),
  received_at INTEGER NOT NULL,
  reason      TEXT    NOT NULL CHECK (reason <> ''),
  body        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_received ON quarantine (received_at);
INSERT INTO hint VALUES('7bf73129','i-0633ac2b0d9769723','state',1795000010000,1795000011000,'stopping','parked');
INSERT INTO hint VALUES('7bf7312a','i-0633ac2b0d9769724','spot_interruption',1795000010000,1795000012000,'terminate','looked');
INSERT INTO quarantine VALUES('abf5e813',1795000012000,'it is not the JSON of an event','i-123 replaced');
PRAGMA user_version = 7;
