extension Migration {
    /// Findings of Mayfly's own, and the queue of alerts.
    ///
    /// An alert's number is never given twice: whoever sent one marks it by its number, and another may have taken its place meanwhile.
    static let three = Migration(
        version: 3,
        sql: """
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
            """)
}
