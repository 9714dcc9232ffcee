-- What schema version 6 added to a ledger of version 5, with rows as its program wrote them. Never changed once it is released.
ALTER TABLE brake RENAME TO brake_old;
CREATE TABLE brake (
  kind    TEXT NOT NULL CHECK (kind IN ('pause', 'refresh', 'hold', 'approval', 'request', 'latch')),
  subject TEXT NOT NULL,
  content TEXT NOT NULL CHECK (substr(content, 1, 1) = '{'),
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
INSERT INTO brake (kind, subject, content) SELECT kind, subject, content FROM brake_old;
DROP TABLE brake_old;
INSERT INTO brake (kind, subject, content)
VALUES ('refresh', '', '{"reason":"the November image","since":1795000090000,"until":1795025290000,"who":"ada"}');
PRAGMA user_version = 6;
