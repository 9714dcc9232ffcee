-- Version 2.
PRAGMA user_version = 2;
