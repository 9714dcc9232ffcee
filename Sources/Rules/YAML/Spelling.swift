/// Finds the word that was probably meant.
package enum Spelling {
    /// The nearest candidate within a third of the word's length, at least 1 and at most 3 edits away; nil when none is near. The first of equals.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(64))
        let editsMax = min(3, max(1, letters.count / 3))
        var best: (word: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(letters, Array(candidate.lowercased().unicodeScalars.prefix(64)))
            if edits <= editsMax, edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        return best?.word
    }

    /// Insertions, deletions, changes, and swaps of neighbours.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast = [Int]()
        var last = Array(0...right.count)
        for (row, scalar) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var edits = min(last[column + 1] + 1, current[column] + 1, last[column] + (scalar == other ? 0 : 1))
                if row > 0, column > 0, scalar == right[column - 1], other == left[row - 1] { edits = min(edits, beforeLast[column - 1] + 1) }
                current.append(edits)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
