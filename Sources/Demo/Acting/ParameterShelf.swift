internal import Fleet
internal import Synchronization

/// The plain parameters that SSM keeps for whoever puts them there.
final class ParameterShelf: Sendable {
    private let entries = Mutex<[String: Entry]>([:])

    struct Entry: Sendable, Hashable {
        let name: String
        let value: String
        let version: Int
        let lastModified: Timestamp
    }

    /// So many are kept; SSM itself keeps 10,000.
    private static let entriesMax = 1000

    /// The version that it is from now on; nil where there is one already, and it must not be written over.
    func put(_ name: String, value: String, overwrite: Bool, at time: Timestamp) -> Int? {
        entries.withLock { entries in
            let old = entries[name]
            if old != nil, !overwrite { return nil }
            if old == nil, entries.count >= Self.entriesMax { return nil }
            let version = (old?.version ?? 0) + 1
            entries[name] = Entry(name: name, value: value, version: version, lastModified: time)
            return version
        }
    }

    func entry(_ name: String) -> Entry? { entries.withLock { $0[name] } }

    /// Those right under a path, sorted by name.
    func entries(under path: String) -> [Entry] {
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return entries.withLock { entries in
            entries.values.filter { $0.name.hasPrefix(prefix) && !$0.name.dropFirst(prefix.count).contains("/") }.sorted { $0.name < $1.name }
        }
    }

    /// Which of them were there.
    func delete(_ names: [String]) -> [String] { entries.withLock { entries in names.filter { entries.removeValue(forKey: $0) != nil } } }
}
