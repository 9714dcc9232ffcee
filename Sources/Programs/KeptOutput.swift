/// What a program prints, as much of it as is kept: its first bytes and its last. A value.
package struct KeptOutput: Hashable, Sendable {
    private let headMax: Int
    private let tailMax: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    /// How many bytes between the first and the last are gone.
    package private(set) var dropped = 0

    /// - Parameters:
    ///   - first: how many of the first bytes are kept.
    ///   - last: how many of those that come after them are kept, counted from the end.
    package init(first: Int, last: Int) {
        headMax = first
        tailMax = last
    }

    package var isEmpty: Bool { head.isEmpty && tail.isEmpty }
    /// The first bytes, and after them the last.
    package var bytes: [UInt8] { head + tail.suffix(tailMax) }

    package mutating func take(_ more: ArraySlice<UInt8>) {
        let first = more.prefix(headMax - head.count)
        head += first
        tail += more.dropFirst(first.count)
        // Trimmed now and then only, so that many small pieces cost no copy each.
        if tail.count > 2 * tailMax {
            dropped += tail.count - tailMax
            tail.removeFirst(tail.count - tailMax)
        }
    }

    /// Whether more came than is kept.
    package var isCut: Bool { dropped > 0 || tail.count > tailMax }
}
