extension Migration {
    /// Hints that AWS' events gave, by which one that comes again is known; and messages that nobody could read.
    static let seven = Migration(
        version: 7,
        sql: """
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
            """)
}
