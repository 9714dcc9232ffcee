extension Migration {
    /// What a replay needs beside the facts: when exactly rounds were, and which sources were read whole in each.
    ///
    /// `sources` is a list of `[name, interval in milliseconds]`, `last_read` when each had last been read as of the first round, `steps` what
    /// `RoundSteps` makes of the rounds. And a node that was renamed is observed under its new id.
    static let four = Migration(
        version: 4,
        sql: """
            CREATE TABLE round_log (
              id          INTEGER PRIMARY KEY,
              from_ms     INTEGER NOT NULL,
              to_ms       INTEGER NOT NULL CHECK (to_ms >= from_ms),
              interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
              capacity    INTEGER NOT NULL CHECK (capacity >= 0),
              rule_set    TEXT    NOT NULL,
              sources     TEXT    NOT NULL CHECK (substr(sources, 1, 1) = '['),
              last_read   TEXT    NOT NULL CHECK (substr(last_read, 1, 1) = '['),
              count       INTEGER NOT NULL CHECK (count > 0),
              steps       BLOB    NOT NULL
            ) STRICT;
            CREATE INDEX round_log_to ON round_log (to_ms);
            UPDATE observation SET value = (SELECT n.id FROM node n WHERE n.key = observation.node)
              WHERE until_ms IS NULL AND kind = 'value' AND fact = (SELECT id FROM fact WHERE name = 'id');
            """)
}
