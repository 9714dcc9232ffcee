import Captures
import Fleet
import Foundation
import Rounds

/// One recorded moment of a real cluster, as `docs/what-states-look-like.md` has it.
struct Moment: Equatable {
    /// `04-states/unreachable.GET_AGENTS`.
    let capture: String
    let what: String
    /// What each node is then, from 10.0.1.11 to 10.0.1.18; a number in brackets counts its tasks.
    let states: [String]

    /// The time in the page, to the tenth of a second.
    static func clock(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(10)) }
}

/// A row of the page's second table: a finding that began, fired or ended.
struct Verdict: Equatable {
    let clock: String
    let rule: String
    let node: String
    let change: String

    var row: String { "| \(clock) | `\(rule)` | \(node) | \(change) |" }
}

/// The tables of the page.
struct StatesPage {
    let moments: [(clock: String, moment: Moment)]
    let verdicts: [Verdict]

    static let numbers = Array(11...18)

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/what-states-look-like.md").standardizedFileURL
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| 10:") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        moments = rows.filter { $0.count == 11 }.map { row in
            (clock: row[0], moment: Moment(capture: row[1].filter { $0 != "`" }, what: row[2], states: Array(row[3...])))
        }
        verdicts = rows.filter { $0.count == 4 }.map { Verdict(clock: $0[0], rule: $0[1].filter { $0 != "`" }, node: $0[2], change: $0[3]) }
    }
}
