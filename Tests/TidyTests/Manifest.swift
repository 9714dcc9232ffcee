/// What `Package.swift` says of targets and packages, read as text: it is ours, and written in one way.
struct Manifest {
    struct Target {
        let name: String
        let line: Int
        /// Targets of this package.
        let own: Set<String>
        /// Products of other packages; here each is named like its module.
        let products: Set<String>
        /// Names that stand for nothing that this reader knows.
        let unknown: [String]
    }

    let targets: [Target]
    /// Packages by the last part of their URL.
    let packages: [(name: String, line: Int)]

    init(_ file: TextFile) {
        var products: [String: String] = [:]
        for match in file.matches(#"^let (\w+): Target\.Dependency = \.product\(name: "(\w+)""#, in: .text) { products[match.groups[1]] = match.groups[2] }
        let ours = #"\btarget\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?"#
        let executables = #"\.executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]"#
        let libraries = #"\.systemLibrary\(\s*name: "(\w+)"()"#
        targets = [ours, executables, libraries].flatMap { file.matches($0, in: .text) }.map { match in
            let words = match.groups[2].split { $0 == "," || $0.isWhitespace }.map(String.init)
            let names = words.filter { !$0.hasPrefix("\"") }
            return Target(
                name: match.groups[1], line: match.line, own: Set(words.filter { $0.hasPrefix("\"") }.map { $0.filter { $0 != "\"" } }),
                products: Set(names.compactMap { products[$0] }), unknown: names.filter { products[$0] == nil })
        }
        packages = file.matches(#"\.package\(\s*url: "[^"]*/([^"/]+)""#, in: .text).map { match in
            (match.groups[1].hasSuffix(".git") ? String(match.groups[1].dropLast(4)) : match.groups[1], match.line)
        }
    }
}
