extension Migration {
    /// A refresh that somebody has opened is kept beside the brakes. A CHECK cannot be changed in place, so the table is made anew.
    static let six = Migration(
        version: 6,
        sql: """
            ALTER TABLE brake RENAME TO brake_old;
            CREATE TABLE brake (
              kind    TEXT NOT NULL CHECK (kind IN ('pause', 'refresh', 'hold', 'approval', 'request', 'latch')),
              subject TEXT NOT NULL,
              content TEXT NOT NULL CHECK (substr(content, 1, 1) = '{'),
              PRIMARY KEY (kind, subject)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO brake (kind, subject, content) SELECT kind, subject, content FROM brake_old;
            DROP TABLE brake_old;
            """)
}
