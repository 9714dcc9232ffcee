import Fleet
import Foundation
import Testing

@testable import Hosts

@Suite(.enabled(if: SSHServer.isThere, "no sshd here: install openssh-server (make deps)")) struct `A command over SSH` {
    @Test func `ends with its own exit code and what it printed, 255 among them`() async throws {
        let server = try await SSHServer()
        for code in [0, 1, 7, 124, 127, 137, 255] {
            let outcome = try await server.run("echo out; echo err >&2", "exit \(code)")
            #expect(outcome == .ended(code: code, output: "out\nerr"))
            #expect(outcome.outcome == (code == 0 ? .accepted : .unanswered("SSH: the command ended with exit code \(code): out err")))
        }
    }

    @Test func `gets the node's values as they are, and none of them is ever shell`() async throws {
        let server = try await SSHServer()
        let wild = "i-1'; touch \(server.path("pwned")); echo \"$(id)` \\ \n second line 'ü"
        let outcome = try await server.run(#"printf '%s|%s' "$MAYFLY_NODE" "$MAYFLY_POOL""#, values: [.init("MAYFLY_NODE", wild), .init("MAYFLY_POOL", "")])
        #expect(outcome == .ended(code: 0, output: wild + "|"))
        #expect(!FileManager.default.fileExists(atPath: server.path("pwned")))
    }

    @Test func `reads nothing, and keeps only the last of what it prints`() async throws {
        let server = try await SSHServer()
        #expect(try await server.run("cat; echo end") == .ended(code: 0, output: "end"))
        guard case .ended(code: 0, let output) = try await server.run("yes | head -c 3000000; echo the end", changing: { $0.outputBytesMax = 1000 }) else {
            return #expect(Bool(false), "it did not end")
        }
        #expect(output.hasSuffix("the end") && output.utf8.count < 12_000)
    }

    @Test func `is over although something that it started keeps its output open`() async throws {
        let server = try await SSHServer()
        let start = ContinuousClock.now
        let outcome = try await server.run("sleep 30 & echo $!")
        guard case .ended(code: 0, let process) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(ContinuousClock.now - start < .seconds(25))
        _ = try await server.run("kill \(process)")
    }

    @Test func `that hangs is ended on the host in its time, and may have done anything`() async throws {
        let server = try await SSHServer()
        let outcome = try await server.run("echo begun; echo $$ >\(server.path("hung")); sleep 600", endsWithin: .seconds(1))
        guard case .unknown(let reason) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(reason.description.hasPrefix("the command ran for longer than 1 s and was ended: begun"))
        #expect(outcome.outcome == .unanswered("SSH: \(reason)"))
        let process = try String(contentsOfFile: server.path("hung"), encoding: .utf8).split(separator: "\n").joined()
        #expect(try await server.run("kill -0 \(process)") != .ended(code: 0, output: ""))
    }

    @Test func `whose connection is cut while it runs may have done anything`() async throws {
        let server = try await SSHServer()
        // Ends the server's process that serves this very connection.
        let outcome = try await server.run(
            "echo 'ssh: connect to host x: Connection refused' >&2", "p=$$",
            "while case $(cat /proc/$p/comm) in sshd*) false;; esac; do p=$(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f2); done", "kill -9 $p",
            "touch \(server.path("went-on"))")
        #expect(outcome == .unknown(.init("the connection was cut while the command ran: it may run still, for at most 60 s")))
        guard case .unanswered = outcome.outcome else { return #expect(Bool(false), "\(outcome.outcome)") }
    }

    private func complaint(_ outcome: SSHOutcome) -> SSHComplaint? {
        guard case .notDelivered(let reason) = outcome else { return nil }
        guard case .refused = outcome.outcome else { return nil }
        return reason.complaint
    }

    @Test func `does not reach a host that does not know the key`() async throws {
        let server = try await SSHServer()
        let touch = "touch \(server.path("ran"))"
        let outcome = try await server.run(touch) { $0.identity = server.path("stranger") }
        #expect(complaint(outcome) == .wrongKey, "\(outcome)")
        #expect("\(outcome)".contains("does not let \(server.settings.user) in with \(server.path("stranger"))"))
        #expect(!FileManager.default.fileExists(atPath: server.path("ran")))
    }

    @Test func `does not reach a host whose key is another, or that is unknown`() async throws {
        let server = try await SSHServer()
        let touch = "touch \(server.path("ran"))"
        let changed = try await server.run(touch) { $0.knownHosts = (try? server.knownHosts(showing: "stranger")) ?? "" }
        #expect(complaint(changed) == .changedHostKey, "\(changed)")
        let unknown = try await server.run(touch) { $0.knownHosts = (try? server.knownHosts(showing: nil)) ?? "" }
        #expect(complaint(unknown) == .unknownHostKey, "\(unknown)")
        #expect(!FileManager.default.fileExists(atPath: server.path("ran")))
    }

    @Test func `does not reach a host that refuses, stays silent or hangs up`() async throws {
        let server = try await SSHServer()
        let refused = try await server.run("true") { $0.port = (try? SSHServer.freePort()) ?? 1 }
        #expect(complaint(refused) == .refused, "\(refused)")
        try await Listener.with(.staysSilent) { listener in
            let silent = try await server.run("true") {
                $0.port = listener.port
                $0.connectTimeout = .seconds(1)
            }
            #expect(complaint(silent) == .noAnswer, "\(silent)")
        }
        try await Listener.with(.hangsUp) { listener in
            let hungUp = try await server.run("true") { $0.port = listener.port }
            #expect(complaint(hungUp) == .hungUp, "\(hungUp)")
        }
    }

    @Test func `is not tried where there is no way to the host`() async throws {
        let server = try await SSHServer()
        // Linux opens no TCP connection to a broadcast address: it says that the network is unreachable, and sends nothing.
        let outcome = try await server.run("true", on: "255.255.255.255")
        #expect(complaint(outcome) == .noRoute, "\(outcome)")
        #expect(outcome.outcome == .refused("SSH: there is no way to the host"))
    }

    @Test(arguments: Identity.allCases) func `does not begin with a key that cannot be used, and says that it is the key`(identity: Identity) async throws {
        let server = try await SSHServer()
        let path = server.path("bad")
        try identity.put(at: path, from: server.path("user"))
        let outcome = try await server.run("touch \(server.path("ran"))") { $0.identity = path }
        #expect(complaint(outcome) == .badIdentity, "\(outcome)")
        #expect("\(outcome)".contains("\(path) cannot be used"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: server.path("ran")))
    }

    /// What is wrong with the file of the private key.
    enum Identity: CaseIterable {
        case isMissing, isOpenToOthers, isNoKey, isPublicKey

        func put(at path: String, from good: String) throws {
            let files = FileManager.default
            switch self {
            case .isMissing: return
            case .isOpenToOthers: try files.copyItem(atPath: good, toPath: path)
            case .isNoKey: try Data("no key at all\n".utf8).write(to: URL(filePath: path))
            case .isPublicKey: try files.copyItem(atPath: good + ".pub", toPath: path)
            }
            try files.setAttributes([.posixPermissions: self == .isOpenToOthers ? 0o644 : 0o600], ofItemAtPath: path)
        }
    }

    @Test func `does not begin without a client or settings that make sense`() async throws {
        let server = try await SSHServer()
        let noClient = try await server.run("true") { $0.program = "no-such-ssh" }
        #expect(noClient == .notDelivered(.init("no-such-ssh cannot be started: No such file or directory; install OpenSSH's client")))
        for user in ["-oProxyCommand=x", "", "a b", "root;id"] {
            guard case .notDelivered = try await server.run("true", changing: { $0.user = user }) else { return #expect(Bool(false), "\(user)") }
        }
        guard case .notDelivered(let reason) = try await server.run("true", values: [.init("PATH", "/x")]) else { return #expect(Bool(false)) }
        #expect(reason.description.contains("no name of a variable"))
    }
}

@Suite struct `What a remote shell prints` {
    private func reading(_ text: String) -> RemoteReading { RemoteReading(Array(text.utf8), mark: "m1") }

    @Test func `counts only between the marks`() {
        let whole = reading("Welcome\n\nm1 begun\nout\n\nm1 ended 3\n\nm1 closed 0\n")
        #expect(whole.hasBegun && whole.end == .ended(code: 3) && whole.output == "out")
        #expect(reading("\nm1 begun\nhalf").end == nil && reading("\nm1 begun\nhalf").hasBegun)
        #expect(!reading("Welcome\n").hasBegun)
        #expect(reading("\nm1 begun\n\nm1 late\n\nm1 closed 124\n").end == .late)
        #expect(reading("\nm1 begun\n\nm1 closed 137\n").end == .late)
        #expect(reading("\nm1 begun\n\nm1 closed 127\n").end == .broken(code: 127))
        #expect(reading("\nm2 ended 0\nm1 begun\n m1 ended 0\n").end == nil)
    }

    @Test func `begins with a script that does nothing when it arrives in part`() {
        let script = RemoteScript(command: HostCommand(.drain, lines: ["systemctl stop docker"]), seconds: 5, mark: "m").text
        #expect(script.hasPrefix("mayfly() {\n") && script.hasSuffix("\n}\nmayfly\nexit\n"))
        #expect(RemoteScript.quoted("it's") == #"'it'\''s'"#)
    }
}

@Suite struct `The standard lines` {
    @Test func `are the agent's own unit, the public one on public agents`() {
        #expect(HostCommand.standardLines(.leave).last == #"systemctl kill -s SIGUSR1 "$agent" && systemctl stop "$agent""#)
        #expect(HostCommand.standardLines(.leave).first?.contains("dcos-mesos-slave-public") == true)
        #expect(HostCommand.standardLines(.drain) == ["systemctl kill -s SIGUSR1 docker && systemctl stop docker"])
        for purpose in HostCommand.Purpose.allCases {
            #expect(HostCommand(purpose, lines: HostCommand.standardLines(purpose)).fault == nil)
        }
        #expect(HostCommand.standardLines(.beforeDrain).isEmpty && HostCommand.standardLines(.ready).isEmpty)
    }

    @Test func `find in their environment what is known of the node`() {
        let values = HostCommand.values(node: "i-1", pool: "private", address: Address("10.0.0.1"), agent: nil, instance: "i-1", replacement: ReplacementID(7))
        #expect(
            values.map { "\($0.name)=\($0.text)" } == [
                "MAYFLY_NODE=i-1", "MAYFLY_POOL=private", "MAYFLY_ADDRESS=10.0.0.1", "MAYFLY_INSTANCE=i-1", "MAYFLY_REPLACEMENT=7",
            ])
    }
}
