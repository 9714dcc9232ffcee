import Foundation
import Running
import Testing

/// Offline all of it: nothing is started, and nobody's service manager is asked.
@Suite(.timeLimit(.minutes(3)), .enabled(if: Installation.has("systemd-analyze"), "no systemd-analyze here: install systemd (make deps)"))
struct `An installed unit` {
    private static let units = ["mayfly.service", "mayfly-refresh.service", "mayfly-refresh.timer"]

    private static func analyze(_ arguments: String, _ unit: String) async throws -> Program.Ended {
        try await Installation.run("/bin/sh", "-c", "exec systemd-analyze \(arguments) '\(unit)'")
    }

    @Test(arguments: units) func `has nothing that systemd does not understand or find`(name: String) async throws {
        let installation = try await Installation(isStaged: false)
        let verified = try await Self.analyze("verify --man=no", "\(installation.prefix)/lib/systemd/system/\(name)")
        #expect(verified.code == 0 && verified.all.isEmpty, "\(verified.all)")
    }

    @Test(arguments: ["alert", "propose", "act"]) func `is understood with the drop-in of each mode`(mode: String) async throws {
        let installation = try await Installation(isStaged: false)
        let unit = "\(installation.prefix)/lib/systemd/system/mayfly.service"
        let dropIn = try installation.text("\(installation.prefix)/share/mayfly/mode/\(mode).conf")
        try FileManager.default.createDirectory(atPath: unit + ".d", withIntermediateDirectories: true)
        try Data(dropIn.utf8).write(to: URL(filePath: unit + ".d/mode.conf"))
        let verified = try await Self.analyze("verify --man=no", unit)
        #expect(verified.code == 0 && verified.all.isEmpty, "\(verified.all)")
    }

    @Test(arguments: units.filter { $0.hasSuffix(".service") }) func `may do little: its exposure is under 2.0`(name: String) async throws {
        let installation = try await Installation(isStaged: false)
        let rated = try await Self.analyze("security --offline=true --no-pager --threshold=20", "\(installation.prefix)/lib/systemd/system/\(name)")
        let exposure = rated.output.firstMatch(of: /Overall exposure level for \S+: ([0-9.]+)/).flatMap { Double($0.output.1) }
        #expect(try rated.code == 0 && #require(exposure) < 2, "\(rated.output.suffix(200)) \(rated.errors)")
    }

    @Test(arguments: units.filter { $0.hasSuffix(".service") }) func `says why of all that systemd holds against it`(name: String) async throws {
        let installation = try await Installation(isStaged: false)
        let rated = try await Self.analyze("security --offline=true --no-pager --json=short", "\(installation.prefix)/lib/systemd/system/\(name)")
        let points = try JSON(rated.output).items
        #expect(points.count > 60, "\(rated.all)")
        let unit = try UnitFile(installation.text("\(installation.prefix)/lib/systemd/system/\(name)"))
        let held = points.filter { (Double($0["exposure"]?.string ?? "") ?? $0["exposure"]?.number ?? 0) > 0 }.compactMap { $0["name"]?.string }
        #expect(!held.isEmpty)
        for point in held {
            // `RestrictAddressFamilies=~AF_(INET|INET6)`, `RootDirectory=/RootImage=`, `ProcSubset=`
            let setting = String(point.prefix { $0 != "=" })
            let reasons = unit.settings.filter { $0.name == setting }.map(\.comment) + unit.comments.filter { $0.contains("\(setting)=") }
            #expect(!reasons.joined().isEmpty, "\(name): \(point)")
        }
    }

    @Test func `names manual pages that are installed`() async throws {
        let installation = try await Installation()
        for name in Self.units {
            let text = try installation.text("/usr/lib/systemd/system/\(name)")
            let pages = text.matches(of: /man:([a-z-]+)\(1\)/).map { String($0.output.1) }
            #expect(!pages.isEmpty)
            for page in pages { #expect(FileManager.default.fileExists(atPath: installation.path("/usr/share/man/man1/\(page).1")), "\(name): \(page)") }
        }
    }

    @Test(.enabled(if: geteuid() == 0 && Installation.has("systemd-sysusers"), "needs root and systemd-sysusers, to make a user below a folder"))
    func `runs as a user that systemd makes`() async throws {
        let installation = try await Installation()
        let made = try await Installation.run("/bin/sh", "-c", "exec systemd-sysusers --root='\(installation.destination)'")
        #expect(made.code == 0, "\(made.all)")
        let users = try installation.text("/etc/passwd")
        #expect(users.contains(/(?m)^mayfly:[^:]*:\d+:\d+:Mayfly:\/var\/lib\/mayfly:\S*nologin$/), "\(users)")
    }
}

@Suite(.timeLimit(.minutes(3)), .enabled(if: Installation.has("mandoc"), "no mandoc here: install mandoc (make deps)"))
struct `The manual pages` {
    @Test func `have nothing that mandoc warns of`() async throws {
        let installation = try await Installation()
        let read = try await Installation.run("/bin/sh", "-c", "cd '\(installation.path("/usr/share/man/man1"))' && mandoc -Tlint -W warning mayfly*.1")
        #expect(read.code == 0 && read.all.isEmpty, "\(read.all)")
    }

    @Test func `say what --help says`() async throws {
        let installation = try await Installation()
        let shown = try await Installation.run("/bin/sh", "-c", "mandoc -Tutf8 -O width=1000 '\(installation.path("/usr/share/man/man1/mayfly-run.1"))'")
        // A letter that is struck twice is bold.
        let page = shown.output.replacing(/.\x{08}/, with: "")
        #expect(page.contains("mayfly-run – watch, until told to end") || page.contains("mayfly-run - watch, until told to end"), "\(page)")
        for text in [
            "--log-level level", "SIGTERM or Ctrl-C ends it within two seconds.", "mayfly run --once --json | jq '.findings[].summary'",
            "2  wrong configuration",
        ] {
            #expect(page.contains(text), "\(text)\n\(page)")
        }
    }
}
