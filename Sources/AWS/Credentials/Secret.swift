/// Text that must never be seen: not in a description, a dump, a log or an error.
package struct Secret: Hashable, Sendable {
    /// The text itself, for a signature or a header and for nothing else.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    /// The text without any of this secret, for what a server echoes. A secret of fewer than four bytes is left: words hold it by chance.
    func scrubbed(from text: String) -> String {
        guard revealed.utf8.count >= 4 else { return text }
        return text.replacing(revealed, with: "<secret>")
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
