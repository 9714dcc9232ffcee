package import Fleet

extension Timestamp {
    /// `2026-11-24T16:10:20Z`: for people, who do not ask for milliseconds.
    package var shown: String { description.prefix(19) + "Z" }

    /// `16:10:20`: the time of day, in UTC.
    package var clock: String { String(description.dropFirst(11).prefix(8)) }
}

extension String {
    /// At most so many characters; a longer text ends in `…`.
    package func cut(to columns: Int) -> String { count <= columns ? self : prefix(max(0, columns - 1)) + "…" }
}
