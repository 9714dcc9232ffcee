import Fleet
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the terminal that we write to can show.
enum Terminal {
    /// Of standard output; 24 rows of 80 columns where it does not say.
    static func size() -> (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Its columns, or nil when standard output is no terminal: then nothing has to be cut.
    static var columns: Int? { isatty(1) == 1 ? size().columns : nil }

    /// A line of at most so many characters; a longer one ends in `…`.
    static func cut(_ line: String, to columns: Int) -> String { line.count <= columns ? line : line.prefix(max(0, columns - 1)) + "…" }
}

extension Timestamp {
    /// `2026-11-24T16:10:20Z`: for people, who do not ask for milliseconds.
    var shown: String { description.prefix(19) + "Z" }

    /// `16:10:20`: the time of day, in UTC.
    var clock: String { String(description.dropFirst(11).prefix(8)) }
}
