extension Migration {
    /// Times are whole milliseconds since 1970. Nodes stand under a number of our own, so that a node may take another id and keep its rows.
    ///
    /// `json_valid` would be the better check of the three columns of JSON, but with `trusted_schema=OFF` SQLite 3.40 allows it in no schema.
    static let one = Migration(
        version: 1,
        sql: """
            CREATE TABLE meta (
              id         INTEGER PRIMARY KEY CHECK (id = 1),
              ledger_id  TEXT    NOT NULL CHECK (length(ledger_id) = 32),
              created_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE fact (
              id   INTEGER PRIMARY KEY,
              name TEXT    NOT NULL UNIQUE
            ) STRICT;

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
            CREATE INDEX node_departed ON node (departed_at) WHERE departed_at IS NOT NULL;
            CREATE INDEX node_merged ON node (merged_into) WHERE merged_into IS NOT NULL;

            CREATE TABLE node_alias (
              id         TEXT    PRIMARY KEY,
              node       INTEGER NOT NULL REFERENCES node (key),
              renamed_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX node_alias_node ON node_alias (node);

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
            CREATE UNIQUE INDEX observation_one_open ON observation (node, fact) WHERE until_ms IS NULL;
            CREATE INDEX observation_closed ON observation (until_ms) WHERE until_ms IS NOT NULL;

            CREATE TABLE source (
              name         TEXT    PRIMARY KEY,
              interval_ms  INTEGER NOT NULL CHECK (interval_ms > 0),
              last_success INTEGER,
              last_attempt INTEGER,
              failure      TEXT
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE round (
              id          INTEGER PRIMARY KEY,
              from_ms     INTEGER NOT NULL,
              to_ms       INTEGER NOT NULL CHECK (to_ms >= from_ms),
              interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
              count       INTEGER NOT NULL CHECK (count > 0)
            ) STRICT;
            CREATE INDEX round_to ON round (to_ms);

            CREATE TABLE watch (
              id    INTEGER PRIMARY KEY CHECK (id = 1),
              since INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE master (
              id         TEXT    PRIMARY KEY,
              first_seen INTEGER NOT NULL,
              last_seen  INTEGER CHECK (last_seen >= first_seen)
            ) STRICT, WITHOUT ROWID;
            CREATE UNIQUE INDEX master_one_leads ON master (last_seen IS NULL) WHERE last_seen IS NULL;

            CREATE TABLE target (
              pool  TEXT    PRIMARY KEY,
              image TEXT,
              since INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE rule_set (
              hash           TEXT    PRIMARY KEY,
              loaded_at      INTEGER NOT NULL,
              last_loaded_at INTEGER NOT NULL CHECK (last_loaded_at >= loaded_at),
              files          TEXT    NOT NULL CHECK (substr(files, 1, 1) = '[')
            ) STRICT, WITHOUT ROWID;

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
            CREATE UNIQUE INDEX finding_one_open ON finding (node, rule) WHERE state <> 'resolved';
            CREATE INDEX finding_node ON finding (node, since);
            CREATE INDEX finding_resolved ON finding (resolved_at) WHERE resolved_at IS NOT NULL;

            CREATE TABLE audit (
              id      INTEGER PRIMARY KEY,
              at      INTEGER NOT NULL,
              kind    TEXT    NOT NULL CHECK (kind <> ''),
              node    INTEGER REFERENCES node (key),
              who     TEXT    NOT NULL CHECK (who <> ''),
              details TEXT    NOT NULL CHECK (substr(details, 1, 1) = '{')
            ) STRICT;
            CREATE INDEX audit_at ON audit (at);
            CREATE INDEX audit_node ON audit (node, at) WHERE node IS NOT NULL;

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
            CREATE UNIQUE INDEX replacement_one_open ON replacement (node) WHERE state = 'open';
            CREATE INDEX replacement_slot ON replacement (slot, started_at);
            """)
}
