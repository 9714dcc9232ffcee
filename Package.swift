// swift-tools-version: 6.2
import PackageDescription

/// With `MAYFLY_DECIDING=1` only the targets that decide are part of the package: they build and test in seconds, and
/// prove with every such build that they need neither GRDB nor NIO. `make deciding` does that in a build folder of its own.
let decidingOnly = Context.environment["MAYFLY_DECIDING"] == "1"

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func target(_ name: String, _ dependencies: [Target.Dependency] = [], swift: [SwiftSetting] = [], linker: [LinkerSetting]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings + swift, linkerSettings: linker)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, exclude: [], swiftSettings: settings)
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression: Target.Dependency = .product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2")
]

// long: one list of what the package holds, which is read as one.
var targets: [Target] = [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    target("Fleet"),
    target("Windows", ["Fleet"]),
    target("Rules", ["Fleet", "Windows", "CSQLite", yams]),
    target("Planning", ["Fleet", "Windows"]),
    target("Replacing", ["Fleet"]),
    tests("Fleet", ["Fleet"]),
    tests("Windows", ["Windows", "Fleet"]),
    tests("Rules", ["Rules", "Fleet", "Windows"]),
    tests("Planning", ["Planning", "Fleet", "Scenes"]),
    .target(name: "Scenes", dependencies: ["Fleet", "Planning"], path: "Tests/Scenes", swiftSettings: settings),
    tests("Replacing", ["Replacing", "Fleet"]),
    tests("Tidy", []),
]

if !decidingOnly {
    dependencies += [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ]
    targets += [
        target("Ledger", ["Fleet", "Planning", "Replacing", grdb]),
        target("Rounds", ["Fleet", "Windows", "Rules", "Planning", "Replacing", "Ledger"]),
        target("Wire", [asyncHTTPClient, nioCore, nioHTTP1, nioHTTPCompression, nioSSL]),
        target("Mesos", ["Fleet", "Wire"]),
        target("Programs"),
        target("AWS", ["Fleet", "Wire", "Programs", crypto]),
        target("DCOS", ["Fleet", "Wire", cryptoExtras]),
        target("Services", ["Fleet", "Wire"]),
        target("Hosts", ["Fleet", "Wire", "Programs", nioCore, nioPosix]),
        target("Terraform", ["Fleet", "Programs"]),
        target(
            "Daemon",
            [
                "Fleet", "Windows", "Rules", "Planning", "Replacing", "Ledger", "Rounds", "Wire", "Mesos", "AWS", "DCOS", "Services", "Hosts",
                "Terraform", lifecycle, unixSignals, logging,
            ]),
        target(
            "Console",
            [
                "Fleet", "Windows", "Rules", "Planning", "Replacing", "Ledger", "Rounds", "Wire", "Daemon", hummingbird, hummingbirdCore, nioCore, logging,
                lifecycle,
            ]),
        target("Simulation", ["Fleet", "Windows", "Rules", "Planning", "Replacing", "Ledger", "Rounds"]),
        target("Demo", ["Fleet", "Replacing", "Simulation", hummingbird, hummingbirdTLS, nioCore, nioSSL, cryptoExtras, logging, lifecycle]),
        .executableTarget(
            name: "mayfly",
            dependencies: [
                "Fleet", "Windows", "Rules", "Planning", "Replacing", "Ledger", "Rounds", "Wire", "Mesos", "AWS", "DCOS", "Services", "Hosts",
                "Daemon", "Console", "Simulation", "Demo", argumentParser, logging, lifecycle, unixSignals,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "bench",
            dependencies: ["Fleet", "Rules", "Ledger", "Planning", "Rounds", "Wire", "Mesos", "AWS", "Services", "Daemon", logging],
            path: "Benchmarks/Bench",
            swiftSettings: settings),
        .executableTarget(name: "simulate", dependencies: ["Fleet", "Rules", "Simulation"], path: "Tools/Simulate", swiftSettings: settings),
        .executableTarget(
            name: "simulate-refresh", dependencies: ["Fleet", "Rules", "Simulation"], path: "Tools/SimulateRefresh", swiftSettings: settings),
        .executableTarget(
            name: "simulate-mutants", dependencies: ["Fleet", "Planning", "Replacing", "Rounds", "Rules", "Simulation"], path: "Tools/SimulateMutants",
            swiftSettings: settings),
        tests("Ledger", ["Ledger", "Fleet", "Planning", "Replacing", grdb, "LedgerWriter"]),
        .executableTarget(name: "LedgerWriter", dependencies: ["Ledger", "Fleet"], path: "Tests/LedgerWriter", swiftSettings: settings),
        tests("Rounds", ["Rounds", "Ledger", "Fleet", "Windows", "Rules", "Planning", "Mesos", "Wire", "Captures", "CSQLite"]),
        .target(name: "Captures", dependencies: ["Fleet", nioCore, nioPosix, nioSSL], path: "Tests/Captures", swiftSettings: settings),
        tests("Wire", ["Wire", "Captures"]),
        tests("Mesos", ["Mesos", "Wire", "Fleet", "Captures"]),
        tests("DCOS", ["DCOS", "Wire", "Fleet", "Captures", cryptoExtras]),
        tests("Programs", ["Programs"]),
        tests("Hosts", ["Hosts", "Fleet", "Captures", nioCore, nioPosix]),
        .testTarget(
            name: "TerraformTests",
            dependencies: [
                "Terraform", "Programs", "Fleet", "Planning", "Replacing", "Rules", "Rounds", "Ledger", "Daemon", "AWS", "Wire", "Moto", "Running", logging,
                grdb,
            ],
            exclude: ["module"], swiftSettings: settings),
        tests("Services", ["Services", "Wire", "Fleet", "Captures"]),
        .target(
            name: "Moto", dependencies: ["Wire"], path: "Tests/Moto", exclude: ["serve.py", "slower.py", "metrics.py", "requirements.txt"],
            swiftSettings: settings),
        tests("AWS", ["AWS", "Wire", "Fleet", "Moto"]),
        tests(
            "Daemon",
            [
                "Daemon", "Fleet", "Planning", "Replacing", "Rules", "Rounds", "Ledger", "Mesos", "AWS", "DCOS", "Hosts", "Services", "Terraform", "Wire",
                "Captures", "Moto",
                logging, grdb,
            ]),
        tests(
            "Console",
            ["Console", "Daemon", "Ledger", "Planning", "Replacing", "Rounds", "Rules", "Simulation", "Wire", "Fleet", "Mesos", "Captures", "Scenes", logging]),
        .target(name: "Running", path: "Tests/Running", swiftSettings: settings),
        .testTarget(
            name: "MayflyTests", dependencies: ["mayfly", "Console", "Captures", "Moto", "Wire", "Fleet", "Ledger", "CSQLite", "Running"],
            swiftSettings: settings),
        .testTarget(name: "InstallTests", dependencies: ["mayfly", "Running", "Captures"], swiftSettings: settings),
        .testTarget(
            name: "WholeTests", dependencies: ["mayfly", "Running", "Moto", "Wire", "Demo", "Simulation", "Daemon", "Ledger", "Replacing", "Fleet"],
            swiftSettings: settings),
        tests(
            "Acting",
            [
                "Daemon", "Demo", "Simulation", "Planning", "Replacing", "Rounds", "Rules", "Ledger", "AWS", "Fleet", logging,
            ]),
        tests("Documentation", ["Console", "Daemon", "Fleet", "Hosts", "Planning", "Replacing", "Rounds", "Rules"]),
        .testTarget(
            name: "SimulationTests", dependencies: ["simulate", "Simulation", "Fleet", "Planning", "Rounds", "Replacing", "Ledger", "Rules", "Running"],
            exclude: ["regressions.txt"], swiftSettings: settings),
        tests(
            "Demo",
            [
                "Demo", "Simulation", "Mesos", "AWS", "DCOS", "Services", "Rounds", "Ledger", "Rules", "Wire", "Fleet", asyncHTTPClient, nioCore, nioHTTP1,
                nioSSL, cryptoExtras,
            ]),
    ]
}

/// `MAYFLY_TESTS=AWS,Wire` leaves only those test targets and what they need in the package: for working on one thing without building all of it.
if let wanted = Context.environment["MAYFLY_TESTS"], !wanted.isEmpty {
    var needed = Set(wanted.split(separator: ",").map { String($0) + "Tests" })
    var found = 0
    while found != needed.count {
        found = needed.count
        for target in targets where needed.contains(target.name) {
            needed.formUnion(target.dependencies.compactMap { if case .byNameItem(let name, _) = $0 { name } else { nil } })
        }
    }
    targets.removeAll { !needed.contains($0.name) }
}

let package = Package(
    name: "mayfly",
    products: targets.contains { $0.name == "mayfly" } == false ? [] : [.executable(name: "mayfly", targets: ["mayfly"])],
    dependencies: dependencies,
    targets: targets
)
