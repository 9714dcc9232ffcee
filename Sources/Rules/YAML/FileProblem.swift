/// One thing that is wrong in a file, where, and what to do about it.
package struct FileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// As it was given: a name or a path.
    package let file: String
    /// From 1; 0 when the whole file is meant.
    package let line: Int
    /// From 1, in Unicode scalars; 0 when the whole line is meant.
    package let column: Int
    /// One line: what is wrong, and, after a semicolon, the remedy.
    package let message: String

    package init(file: String, line: Int = 0, column: Int = 0, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `failing.yaml:4:11: unknown key 'wen'; did you mean 'when'?`
    package var description: String {
        var place = file
        if line > 0 { place += ":\(line)" }
        if line > 0, column > 0 { place += ":\(column)" }
        return "\(place): \(message)"
    }
}
