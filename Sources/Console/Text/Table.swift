/// A table for people: columns as wide as what stands in them, two spaces between, nothing after the last.
package struct Table {
    let header: [String]
    package private(set) var rows: [[String]] = []

    /// What a cell shows at most; longer text ends in `…`.
    private static let cellCharactersMax = 60

    package init(_ header: String...) { self.header = header }

    package mutating func add(_ cells: String...) {
        precondition(cells.count == header.count, "a row of \(cells.count) cells in a table of \(header.count) columns: \(cells)")
        rows.append(cells)
    }

    /// The lines of the table; the last column is not cut.
    package func lines() -> [String] {
        let all = ([header] + rows).map { row in
            row.enumerated().map {
                $0.offset < row.count - 1 && $0.element.count > Self.cellCharactersMax ? $0.element.prefix(Self.cellCharactersMax - 1) + "…" : $0.element
            }
        }
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let line = row.enumerated().map { $0.element + String(repeating: " ", count: widths[$0.offset] - $0.element.count) }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
