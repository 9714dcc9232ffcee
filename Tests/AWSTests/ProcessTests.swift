@testable import AWS
import Fleet
import Foundation
import Glibc
import Testing

@Suite struct `A credential process` {
    /// A profile x whose process is a shell script in its home; what the script finds there as `$H`.
    private func home(_ script: String) throws -> Home {
        let home = try Home()
        try home.write("keys.sh", "H='\(home.folder.path)'\n" + script)
        try home.write(".aws/config", "[profile x]\ncredential_process = /bin/sh '\(home.path("keys.sh"))' \"hidden argument\"\n")
        return home
    }

    private static let keys = #"{"Version": 1, "AccessKeyId": "ASIA", "SecretAccessKey": "hidden-secret", "SessionToken": "hidden-token"}"#

    @Test func `prints credentials, with an end or without`() async throws {
        let forever = try home("echo '\(Self.keys)'")
        #expect(
            try await chosen(forever.settings(profile: "x")) == Credentials(accessKeyID: "ASIA", secret: "hidden-secret", sessionToken: "hidden-token"))
        let ending = try home("cat <<X\n" + Self.keys.replacing("}", with: #", "Expiration": "2036-01-01T00:00:00Z"}"#) + "\nX\n")
        #expect(try await chosen(ending.settings(["PATH": "/usr/bin:/bin"], profile: "x")).expiration == Timestamp(iso8601: "2036-01-01T00:00:00Z"))
    }

    @Test func `gets its words, the environment and nothing to read`() async throws {
        let home = try home(#"read line; echo "$1|$COLOUR|$line" > $H/said; echo '\#(Self.keys)'"#)
        _ = try await chosen(home.settings(["COLOUR": "blue"], profile: "x"))
        #expect(try String(contentsOfFile: home.path("said"), encoding: .utf8) == "hidden argument|blue|\n")
    }

    @Test(arguments: [
        ("exit 3", "/bin/sh failed with exit status 3: run it by hand"), ("kill -9 $$", "/bin/sh was ended by signal 9"),
        ("echo hidden-secret >&2; exit 1", "exit status 1"), ("echo hidden-secret", "did not print the JSON"), (":", "did not print the JSON"),
        (#"echo '{"Version": 2, "SecretAccessKey": "hidden-secret"}'"#, "printed Version 2, and only 1 is known"),
        (#"echo '{"SecretAccessKey": "hidden-secret"}'"#, "printed Version none"),
        (#"echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": ""}'"#, "gave no SecretAccessKey"),
        (#"echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "hidden-secret", "Expiration": "soon"}'"#, "without a valid Expiration"),
        ("while :; do echo hidden-secret; done", "printed more than 64000 bytes, and was ended"),
    ]) func `that fails says which and how, and shows nothing of what it printed`(script: String, words: String) async throws {
        let home = try home(script)
        let text = await failure(of: home.settings(profile: "x"))
        #expect(text.hasPrefix("credential_process of profile x in \(home.path(".aws/config")): /bin/sh ") && text.contains(words), "\(text)")
        #expect(!text.contains("hidden"))
    }

    @Test func `that is not there, or no command, says so`() async throws {
        let gone = try Home(config: "[profile x]\ncredential_process = /no/such/program --now\n")
        #expect(await failure(of: gone.settings(profile: "x")).hasSuffix("/no/such/program cannot be started: No such file or directory"))
        let open = try Home(config: "[profile x]\ncredential_process = /bin/echo \"open\n")
        #expect(await failure(of: open.settings(profile: "x")).contains("a quotation mark has no partner"))
    }

    /// A child that neither ends nor lets go of its output, and one that outlives its parent.
    @Test func `that does not end is ended in time, with all that it started`() async throws {
        for script in ["/bin/sleep 600 & echo $$ > $H/group; wait", "trap '' TERM; echo $$ > $H/group; /bin/sleep 600"] {
            let home = try home(script)
            let process = try ProcessCredentials(
                command: "/bin/sh \(home.path("keys.sh"))", environment: Environment([:]), place: "p", timeout: .milliseconds(500))
            let start = ContinuousClock.now
            let error = await #expect(throws: CredentialsError.self) { _ = try await process.credentials() }
            #expect(error?.message.contains("did not end within") == true && ContinuousClock.now - start < .seconds(300), "not when its child ends")
            let group = try #require(Int32(try String(contentsOfFile: home.path("group"), encoding: .utf8).filter(\.isNumber)))
            // A grandchild is init's to bury, which may take it a moment.
            var isGone = false
            for _ in 0..<10_000 where !isGone {
                isGone = Glibc.kill(-group, 0) == -1 && errno == ESRCH
                await Task.yield()
            }
            #expect(isGone || Self.areZombies(group))
        }
    }

    /// Whether all of a process group have ended, buried or not.
    private static func areZombies(_ group: Int32) -> Bool {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { $0.allSatisfy(\.isNumber) }
        let states = numbers.compactMap { number -> String? in
            guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else { return nil }
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            return fields.count > 2 && fields[2] == "\(group)" ? String(fields[0]) : nil
        }
        return states.allSatisfy { $0 == "Z" }
    }

    /// The output stays open when its parent has ended.
    @Test func `whose child lives on is not waited for`() async throws {
        let home = try home("/bin/sleep 600 & echo $! > $H/child; echo '\(Self.keys)'")
        #expect(try await chosen(home.settings(profile: "x")).accessKeyID == "ASIA")
        let child = try #require(Int32(try String(contentsOfFile: home.path("child"), encoding: .utf8).filter(\.isNumber)))
        #expect(Glibc.kill(child, SIGKILL) == 0)
    }

    @Test func `is ended when nobody waits any more`() async throws {
        let home = try home("echo $$ > $H/pid; /bin/sleep 600")
        let process = try ProcessCredentials(command: "/bin/sh \(home.path("keys.sh"))", environment: Environment([:]), place: "p")
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await process.credentials() }
            while (try? String(contentsOfFile: home.path("pid"), encoding: .utf8).isEmpty) ?? true { await Task.yield() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
        let pid = try #require(Int32(try String(contentsOfFile: home.path("pid"), encoding: .utf8).filter(\.isNumber)))
        #expect(Glibc.kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test(
        arguments: [
            ("a b", ["a", "b"]), ("  a\tb  ", ["a", "b"]), (#"a "b c" 'd "e'"#, ["a", "b c", "d \"e"]), (#"a\ b c\\d"#, ["a b", "c\\d"]),
            (#""" ''"#, ["", ""]),
            (#""a\"b\\c\d" 'e\f'"#, [#"a"b\c\d"#, #"e\f"#]), (#"a"b"'c'd"#, ["abcd"]), ("", []), ("\"a", nil), ("a'", nil), (#"a\"#, nil),
            ("$HOME *", ["$HOME", "*"]),
        ] as [(String, [String]?)]) func `is split into words as a shell does, and no further`(command: String, words: [String]?)
    {
        #expect(CommandLine.split(command) == words)
    }

    @Test func `comes after the keys of the credentials file and before those of the config file`() async throws {
        let keys = "aws_access_key_id = AKIA\naws_secret_access_key = s\n"
        let process = "credential_process = /bin/echo '\(Self.keys)'\n"
        let first = try Home(config: "[profile x]\n" + process, credentials: "[x]\n" + keys)
        #expect(try await chosen(first.settings(profile: "x")).accessKeyID == "AKIA")
        let second = try Home(config: "[profile x]\n" + keys + process)
        #expect(try await chosen(second.settings(profile: "x")).accessKeyID == "ASIA")
    }
}
