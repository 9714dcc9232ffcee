import Foundation
import Testing

@Suite struct `The modules` {
    private let tree = Tree.here
    private let manifest = Tree.here.file("Package.swift").map(Manifest.init)

    /// All modifiers: attributes, access, and the kind of a single imported declaration.
    private static let importPattern =
        #"^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|private|fileprivate)[ \t]+)?"#
        + #"import[ \t]+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)[ \t]+)?(\w+)"#

    @Test func `depend on each other as the table says and not otherwise`() throws {
        let manifest = try #require(manifest, "Package.swift is missing")
        for target in manifest.targets where !target.isNoPartOfTheProgram {
            let place = "Package.swift:\(target.line)"
            guard let row = ModuleTable.rows[target.name] else {
                Issue.record("\(place): \(target.name) has no row; give it one in Tests/TidyTests/ModuleTable.swift and in docs/ARCHITECTURE.md")
                continue
            }
            #expect(target.unknown.isEmpty, "\(place): \(target.name) depends on \(target.unknown), which no `let … : Target.Dependency` names")
            let missing = row.own.subtracting(target.own).sorted()
            let extra = target.own.subtracting(row.own).union(target.products.subtracting(row.others)).sorted()
            #expect(missing.isEmpty, "\(place): \(target.name) does not depend on \(missing), which its row names")
            #expect(extra.isEmpty, "\(place): \(target.name) depends on \(extra), which its row does not name")
        }
        let absent = Set(ModuleTable.rows.keys).subtracting(manifest.targets.map(\.name)).sorted()
        #expect(absent.isEmpty, "the table has rows for \(absent), which Package.swift does not have")
    }

    @Test func `import only what their row names`() {
        for file in tree.sources {
            guard let target = file.target else {
                Issue.record("\(file.path): belongs to no target")
                continue
            }
            guard let row = ModuleTable.rows[target] else { continue }
            let allowed = row.own.union(row.others).union(row.system)
            for match in file.matches(Self.importPattern) where !allowed.contains(match.groups[1]) {
                Issue.record("\(file.path):\(match.line): \(target) may not import \(match.groups[1]); it may import \(allowed.sorted())")
            }
        }
    }

    @Test func `that hold a table row each lie in a folder of their name`() {
        let folders = Set(tree.sources.compactMap(\.target))
        let unknown = folders.subtracting(ModuleTable.rows.keys).sorted()
        #expect(unknown.isEmpty, "Sources has \(unknown) without a row in Tests/TidyTests/ModuleTable.swift")
    }

    @Test func `name no type like a module`() {
        for file in tree.sources where !Allowed.permits(.moduleName, at: file.path) {
            for match in ModuleTable.typesNamedLikeModules(in: file) {
                Issue.record("\(file.path):\(match.line): type \(match.groups[1]) has a module's name, so the compiler cannot find the module's members")
            }
        }
    }

    @Test func `use only packages that docs/dependencies.md gives a reason for`() throws {
        let manifest = try #require(manifest, "Package.swift is missing")
        let page = try #require(tree.file("docs/dependencies.md"), "docs/dependencies.md is missing")
        let named = Set(page.matches(#"^\| \[?([\w.-]+)"#).map { $0.groups[1].lowercased() })
        for package in manifest.packages where !named.contains(package.name.lowercased()) {
            Issue.record("Package.swift:\(package.line): \(package.name) has no row in docs/dependencies.md")
        }
    }
}

extension Manifest.Target {
    /// The bench, and the program that the ledger's tests kill, may use everything.
    fileprivate var isNoPartOfTheProgram: Bool { ["bench", "simulate", "simulate-mutants", "simulate-refresh", "LedgerWriter"].contains(name) }
}
