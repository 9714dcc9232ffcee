extension Migration {
    /// The stateful services: their members as intervals, and the in-sync sets of their topics, a row only where a set changes.
    ///
    /// A member may be seen on two agents at once, so the agent is part of what an interval is about; '' is nowhere. `sets` are packed by
    /// `InSyncSets`; `full_sets` are the last ones that were whole, NULL where these are.
    static let two = Migration(
        version: 2,
        sql: """
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
            """)
}
