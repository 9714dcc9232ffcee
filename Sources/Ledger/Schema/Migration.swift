/// One step of the schema. The list is only ever added to: a step that has been released is never changed.
struct Migration: Sendable {
    /// What `user_version` says once it is done: 1, 2, 3, … without a gap.
    let version: Int
    let sql: String

    /// Oldest first.
    static let all: [Migration] = [.one, .two, .three, .four, .five, .six, .seven]

    /// The newest schema that this program knows.
    static let newest = all.count

    /// What marks a database as ours, in its header: "Mayf" as four ASCII bytes.
    static let applicationID: Int64 = 0x4D61_7966
}
