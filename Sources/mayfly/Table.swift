/// A table for people: columns as wide as what stands in them, two spaces between, nothing after the last.
struct Table {
    let header: [String]
    private(set) var rows: [[String]] = []

    /// What a cell shows at most; longer text ends in `…`.
    private static let cellCharactersMax = 60

    init(_ header: String...) { self.header = header }

    mutating func add(_ cells: String...) {
        precondition(cells.count == header.count, "a row of \(cells.count) cells in a table of \(header.count) columns: \(cells)")
        rows.append(cells)
    }

    /// The lines of the table; the last column is not cut.
    func lines() -> [String] {
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

    func print() { lines().forEach { Swift.print($0) } }
}
