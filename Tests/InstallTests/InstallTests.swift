import Foundation
import Running
import Testing

@Suite(.timeLimit(.minutes(3))) struct `An installation` {
    private static let rules = ((try? FileManager.default.contentsOfDirectory(atPath: Installation.package + "rules")) ?? []).filter { $0.hasSuffix(".yaml") }

    /// The program and its commands, as manual pages are called: `mayfly`, `mayfly-rules-test`.
    private static func commands() async throws -> [String] {
        func names(_ command: JSON, below path: [String]) -> [String] {
            guard let name = command["commandName"]?.string, name != "help" else { return [] }
            let path = path + [name]
            return [path.joined(separator: "-")] + (command["subcommands"]?.items ?? []).flatMap { names($0, below: path) }
        }
        let dumped = try await Program.run("--experimental-dump-help")
        return names(try #require(try JSON(dumped.output)["command"]), below: [])
    }

    @Test func `has each file in its place, with its mode, and no other`() async throws {
        let installation = try await Installation()
        var expected = ["755 /usr/bin/mayfly", "644 /usr/lib/sysusers.d/mayfly.conf", "644 /etc/mayfly/mayfly.yaml", "644 /usr/share/mayfly/etc/mayfly.yaml"]
        expected += ["mayfly.service", "mayfly-refresh.service", "mayfly-refresh.timer"].map { "644 /usr/lib/systemd/system/\($0)" }
        expected += ["alert", "propose", "act"].map { "644 /usr/share/mayfly/mode/\($0).conf" }
        expected += Self.rules.flatMap { ["644 /etc/mayfly/rules/\($0)", "644 /usr/share/mayfly/etc/rules/\($0)"] }
        expected += ["bash-completion/completions/mayfly", "zsh/site-functions/_mayfly", "fish/vendor_completions.d/mayfly.fish"].map { "644 /usr/share/\($0)" }
        let commands = try await Self.commands()
        expected += commands.map { "644 /usr/share/man/man1/\($0).1" }
        #expect(Self.rules.count > 10 && commands.count > 20)
        #expect(try Set(installation.files).symmetricDifference(expected) == [])
        let folders = try installation.folders
        #expect(folders.contains("700 /etc/mayfly/credentials") && folders.contains("755 /etc/mayfly"))
    }

    @Test func `has a program that runs, and completions that its shell reads`() async throws {
        let installation = try await Installation()
        let version = try await Installation.run(installation.path("/usr/bin/mayfly"), "--version")
        let expected = try await Program.run("--version")
        #expect(version.code == 0 && version.output == expected.output)
        let read = try await Installation.run("/bin/bash", "-n", installation.path("/usr/share/bash-completion/completions/mayfly"))
        #expect(read.code == 0 && read.errors.isEmpty, "\(read.all)")
    }

    @Test func `has a configuration that passes check, and with which nothing is done`() async throws {
        let installation = try await Installation()
        let checked = try await Program.run("check", "--offline", "--json", "--config", installation.path("/etc/mayfly/mayfly.yaml"))
        #expect(checked.code == 0, "\(checked.all)")
        let answer = try JSON(checked.output)
        #expect(answer["mode"]?.string == "alert" && answer["warnings"]?.items == [], "\(checked.output)")
        #expect(answer["rules"]?.items.count ?? 0 > 10)
    }

    @Test(arguments: ["/usr", "/usr/local", "/opt/mayfly"]) func `has units that start the program where it was put`(prefix: String) async throws {
        let installation = try await Installation(prefix: prefix)
        for name in ["mayfly.service", "mayfly-refresh.service"] {
            let text = try installation.text("\(prefix)/lib/systemd/system/\(name)")
            let started = try #require(text.firstMatch(of: /(?m)^ExecStart=(\S+)/)).output.1
            #expect(started == "\(prefix)/bin/mayfly" && installation.has(started), "\(name)")
        }
    }

    @Test func `goes without a trace`() async throws {
        let installation = try await Installation()
        try await installation.make("uninstall")
        #expect(try installation.files == [])
        #expect(try installation.folders.filter { $0.contains("mayfly") } == [])
        try await installation.make("uninstall")
    }

    @Test func `leaves alone what somebody has edited, when it comes again and when it goes`() async throws {
        let installation = try await Installation()
        let configuration = installation.path("/etc/mayfly/mayfly.yaml")
        let rule = installation.path("/etc/mayfly/rules/lost.yaml")
        let secret = installation.path("/etc/mayfly/credentials/dcos.json")
        for file in [configuration, rule, secret] { try Data("# mine\n".utf8).write(to: URL(filePath: file)) }
        let again = try await installation.make("install")
        #expect(again.output.contains("kept as it is: \(configuration)") && again.output.contains("kept as it is: \(rule)"), "\(again.all)")
        #expect(!again.output.contains("outdated.yaml"))
        try await installation.make("uninstall")
        for file in [configuration, rule, secret] { #expect(try String(contentsOfFile: file, encoding: .utf8) == "# mine\n") }
        #expect(try installation.files.count == 3)
    }

    @Test func `is not begun without a built program, which is said`() async throws {
        let installation = try await Installation()
        try await installation.make("uninstall")
        let ended = try await installation.make("install", program: "/nonexistent/mayfly")
        #expect(ended.code != 0 && ended.errors.contains("make release"), "\(ended.all)")
        #expect(try installation.files == [])
    }
}

extension Installation {
    fileprivate func has(_ path: some StringProtocol) -> Bool { FileManager.default.isExecutableFile(atPath: self.path(String(path))) }
}
