#include <sqlite3.h>

/* sqlite3_db_config takes variable arguments, which Swift cannot call. */

/* Turns double-quoted text off: "x" names a column, and is an error when there is none. */
static inline int mayfly_sqlite3_disable_double_quoted_text(sqlite3 *db) {
    int rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
    return rc != SQLITE_OK ? rc : sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
}

/* Refuses extensions by SQL and by C alike. */
static inline int mayfly_sqlite3_disable_extensions(sqlite3 *db) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, (int *)0);
}

/* SQLITE_TRANSIENT is a cast that Swift does not import: SQLite copies the bytes before it returns. */
static inline int mayfly_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes) {
    return sqlite3_bind_text(statement, index, text, bytes, SQLITE_TRANSIENT);
}
