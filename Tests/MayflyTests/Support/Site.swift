import Foundation
import Running

/// A configuration of its own for one test, with its rules and its ledger.
final class Site: Sendable {
    let folder: TemporaryFolder
    let configuration: String
    let ledger: String

    static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL.path()
    static let shippedRules = package + "rules"

    /// Nobody listens on port 1, and the system says so at once.
    static let nowhere = "http://127.0.0.1:1"
    static let keys = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIsecretEXAMPLEKEY", "AWS_REGION": "us-east-1"]

    static let rule = """
        version: 1
        rules:
          - {name: lost, when: "mesos_state = 'absent'", verdict: notify, summary: "{{id}}"}
        """

    /// - Parameters:
    ///   - queue: the URL of the queue of AWS' events.
    ///   - more: further lines of the configuration, at its end.
    init(
        masters: String = nowhere, aws: String = nowhere, queue: String? = nil, mesos: String = "", rules: String? = nil, interval: String = "5s",
        more: String = ""
    ) throws {
        folder = try TemporaryFolder()
        ledger = folder.file("mayfly.db")
        let directory = rules ?? folder.file("rules")
        if rules == nil { try folder.write(Self.rule, "rules/lost.yaml") }
        configuration = try folder.write(
            """
            cluster: test
            mesos:
              masters: [\(masters)]
              interval: \(interval)
            \(mesos)
            aws: {region: us-east-1, endpoint_url: \(aws), interval: 15s\(queue.map { ", event_queue: '\($0)'" } ?? "")}
            pools:
              private:
                select: {tags: {Role: agent}}
            rules: {directory: \(directory)}
            ledger: {path: \(ledger)}
            socket: \(folder.file("s"))
            \(more)
            """, "mayfly.yaml")
    }

    func run(_ arguments: String..., environment: [String: String] = keys) async throws -> Program.Ended {
        try await Program(arguments + ["--config", configuration], environment: environment).end()
    }

    func start(_ arguments: String..., environment: [String: String] = keys) throws -> Program {
        try Program(arguments + ["--config", configuration], environment: environment)
    }

    /// The daemon, running and past its first lines.
    func daemon(_ arguments: String...) async throws -> Program {
        let program = try Program(["run", "--config", configuration] + arguments, environment: Self.keys)
        try await program.waitFor("Mayfly watches")
        return program
    }
}
