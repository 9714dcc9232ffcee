extension Migration {
    static let two = Migration(version: 2, sql: "")
}
