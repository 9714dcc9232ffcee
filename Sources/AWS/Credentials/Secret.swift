/// Text that must never be seen: not in a description, a dump, a log or an error.
package struct Secret: Hashable, Sendable {
    /// The text itself, for a signature or a header and for nothing else.
    package let revealed: String

    package init(_ text: String) { revealed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
