/// Which module may import which: the arrows of `docs/ARCHITECTURE.md`, exactly.
///
/// The compiler enforces the manifest, and lets a transitive import pass all the same. This table holds both: the manifest's arrows
/// between our own targets are these and no others, and no file imports what its target's row does not name.
enum ModuleTable {
    struct Row {
        /// Targets of this package: exactly these, in the manifest and in the table.
        let own: Set<String>
        /// Modules of other packages, which the manifest names where they are used.
        var others: Set<String> = []
        /// Modules that come with the toolchain or the system.
        var system: Set<String> = []
    }

    /// Foundation without ICU, its full form, and the C library under both its names: for what touches the world.
    private static let foundation: Set<String> = ["FoundationEssentials", "Foundation", "Glibc", "Musl", "Synchronization", "Dispatch"]
    private static let deciding: Set<String> = ["Fleet", "Windows", "Rules", "Planning", "Replacing"]
    private static let rounds: Set<String> = deciding.union(["Ledger", "Rounds"])
    private static let clients: Set<String> = ["Wire", "Mesos", "AWS", "DCOS", "Services", "Hosts"]

    static let rows: [String: Row] = [
        "CSQLite": Row(own: []),
        "Fleet": Row(own: []),
        "Windows": Row(own: ["Fleet"], system: ["FoundationEssentials", "Foundation"]),
        "Rules": Row(own: ["Fleet", "Windows", "CSQLite"], others: ["Yams"], system: ["FoundationEssentials", "Glibc", "Musl"]),
        "Planning": Row(own: ["Fleet", "Windows"]),
        "Replacing": Row(own: ["Fleet"]),
        "Ledger": Row(own: ["Fleet", "Planning", "Replacing"], others: ["GRDB"], system: ["FoundationEssentials", "Foundation", "Glibc", "Musl"]),
        "Rounds": Row(own: rounds.subtracting(["Rounds"])),
        "Wire": Row(own: [], others: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOHTTPCompression", "NIOSSL"], system: foundation),
        "Mesos": Row(own: ["Fleet", "Wire"], system: foundation),
        "Programs": Row(own: [], system: foundation),
        "AWS": Row(own: ["Fleet", "Wire", "Programs"], others: ["Crypto"], system: foundation),
        "DCOS": Row(own: ["Fleet", "Wire"], others: ["CryptoExtras"], system: foundation),
        "Services": Row(own: ["Fleet", "Wire"], system: foundation),
        "Terraform": Row(own: ["Fleet", "Programs"], system: foundation),
        "Hosts": Row(own: ["Fleet", "Wire", "Programs"], others: ["NIOCore", "NIOPosix"], system: foundation),
        "Daemon": Row(
            own: rounds.union(clients).union(["Terraform"]), others: ["ServiceLifecycle", "UnixSignals", "Logging"], system: foundation),
        "Console": Row(
            own: rounds.union(["Wire", "Daemon"]), others: ["Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "Logging", "ServiceLifecycle"],
            system: foundation),
        "Simulation": Row(own: rounds, system: ["FoundationEssentials"]),
        "Demo": Row(
            own: ["Fleet", "Replacing", "Simulation"],
            others: ["Hummingbird", "HummingbirdTLS", "HTTPTypes", "NIOCore", "NIOSSL", "CryptoExtras", "Logging", "ServiceLifecycle"], system: foundation),
        "mayfly": Row(
            own: rounds.union(clients).union(["Daemon", "Console", "Simulation", "Demo"]),
            others: ["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"], system: foundation),
    ]

    static func typesNamedLikeModules(in file: TextFile) -> [TextFile.Match] {
        file.matches(#"\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)"#).filter { rows[$0.groups[1]] != nil }
    }
}
