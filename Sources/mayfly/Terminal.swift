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
}
