/// The first two numbers of a Mesos version: what an answer must hold depends on who wrote it.
struct MesosVersion: Hashable, Comparable {
    let major: Int
    let minor: Int

    /// From `1.12.0` or `1.9.1-dev`. What cannot be read counts as the oldest: then less is required.
    init(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2).prefix(2).map { Int($0.prefix { $0.isNumber }) ?? 0 }
        major = parts.first ?? 0
        minor = parts.count > 1 ? parts[1] : 0
    }

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }

    /// `DEACTIVATE_AGENT` and `DRAIN_AGENT` came with 1.9, and with them the field `deactivated`.
    var hasDeactivated: Bool { self >= MesosVersion(major: 1, minor: 9) }

    /// Up to 1.9 the v1 answers are printed from protocol buffers, which leave an empty list out; since 1.10 they are written by hand, with every list.
    var writesEmptyLists: Bool { self >= MesosVersion(major: 1, minor: 10) }
}
