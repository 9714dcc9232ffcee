package import Fleet
import Programs

/// Runs commands on hosts with OpenSSH's client.
///
/// What the host is told to run is always the same, `/bin/sh`; what that is to do comes over its standard input. Nothing of a node stands on a command line,
/// here or there.
package struct SSHClient: Sendable {
    package let settings: SSHSettings
    /// What the client program finds in its environment. Nothing else of this process': no agent that holds other keys, no display to ask on.
    private let environment: [String]

    /// - Parameter path: where programs are looked for.
    package init(_ settings: SSHSettings, path: String = "/usr/local/bin:/usr/bin:/bin") {
        self.settings = settings
        environment = ["PATH=" + path, "LC_ALL=C"]
    }

    /// Runs a command on one host, once.
    ///
    /// - Parameter endsWithin: how long it may run there, 1 s to a day. The remote side ends it after that, also when the connection is gone.
    package func run(_ command: HostCommand, on host: Address, endsWithin: Duration) async throws(CancellationError) -> SSHOutcome {
        if let fault = settings.fault ?? command.fault { return .notDelivered(.init(fault)) }
        let seconds = Int(min(max(1, endsWithin.components.seconds), 86_400))
        let mark = "mayfly-\(String(UInt64.random(in: .min ... .max), radix: 36))-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let script = RemoteScript(command: command, seconds: seconds, mark: mark)
        var order = ChildProcess.Order(
            arguments(for: host), environment: environment,
            timeout: settings.connectTimeout * 2 + .seconds(seconds + RemoteScript.graceSeconds) + Self.loginTime,
            output: KeptOutput(first: Self.firstBytes, last: settings.outputBytesMax))
        order.input = Array(script.text.utf8)
        order.endsWhenCut = false
        order.error = KeptOutput(first: Self.firstBytes, last: Self.firstBytes)
        let ended = Array("\n\(mark) closed ".utf8)
        do {
            // What a command leaves running in the background keeps the connection open.
            let outcome = try await ChildProcess.run(order) { $0.bytes.suffix(Self.lastMarkBytes).containsLine(beginningWith: ended) }
            return meaning(of: outcome, mark: mark, seconds: seconds)
        } catch let error as ChildProcess.CannotStart {
            return .notDelivered(.init("\(settings.program) cannot be started: \(error); install OpenSSH's client"))
        } catch {
            throw CancellationError()
        }
    }

    /// How much of the beginning of each stream is kept: what a login prints, and what the client says of the connection.
    private static let firstBytes = 8192
    /// How long a login may take once keys are exchanged.
    private static let loginTime = Duration.seconds(20)
    /// The last mark stands within so many bytes of the end.
    private static let lastMarkBytes = 256

    private func arguments(for host: Address) -> [String] {
        let options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=" + settings.knownHosts, "GlobalKnownHostsFile=/dev/null",
            "UpdateHostKeys=no", "CheckHostIP=no", "IdentitiesOnly=yes", "IdentityAgent=none", "PreferredAuthentications=publickey",
            "NumberOfPasswordPrompts=0", "ConnectionAttempts=1", "ConnectTimeout=\(settings.connectTimeout.components.seconds)",
            "ServerAliveInterval=5", "ServerAliveCountMax=3", "TCPKeepAlive=yes", "ControlMaster=no", "ControlPath=none", "ForwardAgent=no",
            "ForwardX11=no", "ClearAllForwardings=yes", "PermitLocalCommand=no", "EscapeChar=none", "LogLevel=VERBOSE",
        ]
        return [settings.program, "-F", "none", "-T", "-i", settings.identity, "-l", settings.user, "-p", "\(settings.port)"]
            + options.flatMap { ["-o", $0] } + ["--", host.description, "exec /bin/sh"]
    }

    /// What the client says once the host has let it in. Before that nothing was given to the host to run.
    private static let loginSign = "Authenticated to "

    private func meaning(of outcome: ChildProcess.Outcome, mark: String, seconds: Int) -> SSHOutcome {
        let reading = RemoteReading(outcome.output.bytes, mark: mark)
        switch reading.end {
        case .ended(let code): return .ended(code: code, output: reading.output)
        case .late: return .unknown(.init("the command ran for longer than \(seconds) s and was ended\(Self.saying(reading.output))"))
        case .broken(code: 127): return .notDelivered(.init("the host has no `timeout` program (coreutils), without which nothing is run there"))
        case .broken(let code): return .unknown(.init("the command was ended from outside, with exit code \(code)\(Self.saying(reading.output))"))
        case nil: break
        }
        let said = String(decoding: outcome.error.bytes, as: UTF8.self)
        if reading.hasBegun { return .unknown(.init(interrupted(outcome.end, seconds: seconds))) }
        // The text alone is not enough: once somebody is logged in, the same words may come from the host.
        if case .exited(status: 255) = outcome.end, !said.contains(Self.loginSign), let complaint = SSHComplaint.reading(said) {
            return .notDelivered(.init(complaint.description(settings), complaint: complaint))
        }
        let words = said.split(separator: "\n").filter { !$0.hasPrefix("Authenticat") && !$0.hasPrefix("Transferred") && !$0.hasPrefix("Bytes per") }
        return .unknown(.init("it is not known whether the command began: \(Self.ending(outcome.end))\(Self.saying(words.joined(separator: " ")))"))
    }

    private func interrupted(_ end: ChildProcess.End, seconds: Int) -> String {
        end == .timedOut
            ? "the command did not end within its \(seconds) s, nor did the host end it: it may run still"
            : "the connection was cut while the command ran: it may run still, for at most \(seconds) s"
    }

    private static func ending(_ end: ChildProcess.End) -> String {
        switch end {
        case .exited(let status): "ssh ended with \(status)"
        case .killed(let signal): "ssh was ended by signal \(signal)"
        case .timedOut: "the host did not get so far in time"
        case .tooMuch, .saidAll: "ssh was ended"
        }
    }

    private static func saying(_ text: String) -> String { text.isEmpty ? "" : ": \(SSHOutcome.line(text))" }
}

extension ArraySlice<UInt8> {
    /// Whether a whole line begins so; the text begins with the line break before it.
    fileprivate func containsLine(beginningWith text: [UInt8]) -> Bool {
        guard let range = firstRange(of: text) else { return false }
        return self[range.upperBound...].contains(UInt8(ascii: "\n"))
    }
}
