extension Migration {
    /// Replacements as they are, and every transition that made them so; the brakes; what was decided and refused.
    ///
    /// `content` is the whole value as JSON; what stands in columns beside it is what the schema has to hold, or is searched by. What the old table
    /// has is kept, for it counts among the replacements of its slot; all of it is over, since nothing before could go on with it. How it ended was
    /// never written, so it is not called done: those tell how long a replacement takes.
    static let five = Migration(
        version: 5,
        sql: """
            DROP INDEX replacement_one_open;
            DROP INDEX replacement_slot;
            ALTER TABLE replacement RENAME TO replacement_old;
            CREATE TABLE replacement (
              id         INTEGER PRIMARY KEY,
              node       INTEGER NOT NULL REFERENCES node (key),
              slot       TEXT    NOT NULL CHECK (slot <> ''),
              pool       TEXT,
              rule       TEXT,
              step       TEXT    NOT NULL,
              standing   TEXT    NOT NULL CHECK (standing IN ('running', 'waiting', 'parked', 'ended')),
              started_at INTEGER NOT NULL,
              ended_at   INTEGER CHECK (ended_at >= started_at),
              outcome    TEXT    CHECK (outcome IN ('done', 'cancelled', 'superseded')),
              content    TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{'),
              CHECK ((standing = 'ended') = (ended_at IS NOT NULL)),
              CHECK ((standing = 'ended') = (outcome IS NOT NULL))
            ) STRICT;
            CREATE UNIQUE INDEX replacement_one_open ON replacement (node) WHERE standing <> 'ended';
            CREATE INDEX replacement_slot ON replacement (slot, started_at);
            INSERT INTO replacement (id, node, slot, rule, step, standing, started_at, ended_at, outcome, content)
            SELECT id, node, slot, rule, 'validate', 'ended', started_at, ended, 'cancelled',
              json_object('id', id, 'node', node_id, 'instance', instance_id, 'slot', slot, 'rule', rule, 'findingClass', 'failing', 'askedBy', 'mayfly',
                'reason', 'recorded by an earlier version', 'startedAt', started_at, 'order', 'living', 'step', 'validate', 'stepSince', started_at,
                'attempt', 1, 'attemptSince', started_at, 'waitedFor', json('[0,0]'), 'standing', json_object('ended', json_object('at', ended)),
                'done', json('[]'), 'moves', json('[]'), 'intents', json('[]'), 'lostSuccessors', json('[]'), 'hasTakenOverCordon', json('false'),
                'outcome', json_object('kind', 'cancelled', 'reason', 'an earlier version did not record how it ended'))
            FROM (SELECT r.*, coalesce(r.ended_at, r.started_at) AS ended, n.id AS node_id FROM replacement_old r JOIN node n ON n.key = r.node
              WHERE r.slot <> '' ORDER BY r.id);
            DROP TABLE replacement_old;

            CREATE TABLE transition (
              id          INTEGER PRIMARY KEY,
              replacement INTEGER NOT NULL REFERENCES replacement (id),
              at          INTEGER NOT NULL,
              who         TEXT    NOT NULL CHECK (who <> ''),
              content     TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{')
            ) STRICT;
            CREATE INDEX transition_replacement ON transition (replacement, id);

            CREATE TABLE brake (
              kind    TEXT NOT NULL CHECK (kind IN ('pause', 'hold', 'approval', 'request', 'latch')),
              subject TEXT NOT NULL,
              content TEXT NOT NULL CHECK (substr(content, 1, 1) = '{'),
              PRIMARY KEY (kind, subject)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE assessment (
              id       INTEGER PRIMARY KEY,
              node     INTEGER NOT NULL REFERENCES node (key),
              rule     TEXT,
              from_ms  INTEGER NOT NULL,
              until_ms INTEGER CHECK (until_ms >= from_ms),
              outcome  TEXT    NOT NULL CHECK (outcome IN ('decided', 'would_start', 'refused')),
              gates    TEXT    NOT NULL,
              content  TEXT    NOT NULL CHECK (substr(content, 1, 1) = '{')
            ) STRICT;
            CREATE UNIQUE INDEX assessment_one_open ON assessment (node) WHERE until_ms IS NULL;
            CREATE INDEX assessment_closed ON assessment (until_ms) WHERE until_ms IS NOT NULL;
            """)
}
