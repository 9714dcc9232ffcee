import Foundation
import Testing
import Wire

/// A real Alertmanager on a free port, with a folder of its own, that tells a webhook what it makes of what it was told.
final class Alertmanager {
    let url: String
    private let process: Process
    private let http: HTTPCaller

    struct NotThere: Error, CustomStringConvertible { let description: String }

    /// - Parameter port: 0 for any that is free.
    init(telling webhook: String, folder: TemporaryFolder, http: HTTPCaller, port: Int = 0) async throws {
        let configuration = """
            route: {receiver: people, group_by: [alertname, cluster], group_wait: 20ms, group_interval: 50ms, repeat_interval: 24h}
            receivers:
              - name: people
                webhook_configs: [{url: '\(webhook)', send_resolved: true}]
            """
        try folder.write(configuration, "alertmanager.yaml")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["MAYFLY_ALERTMANAGER"] ?? "prometheus-alertmanager", "--config.file=\(folder.file("alertmanager.yaml"))",
            "--storage.path=\(folder.file("alertmanager"))", "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        try process.run()
        self.process = process
        self.http = http
        guard let found = await Self.port(in: output.fileHandleForReading) else {
            process.terminate()
            throw NotThere(description: "no Alertmanager started: run `make deps`, which installs Debian's prometheus-alertmanager")
        }
        url = "http://127.0.0.1:\(found)"
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// What it holds that is not over: `alertname node`, sorted.
    func active() async throws -> [String] {
        struct Held: Decodable { let labels: [String: String] }
        let answer = try await http.send(HTTPCall(url: url + "/api/v2/alerts"))
        return try JSONDecoder().decode([Held].self, from: Data(answer.body)).map {
            "\($0.labels["alertname"] ?? "") \($0.labels["node"] ?? $0.labels["subject"] ?? "")"
        }
        .sorted()
    }

    /// How many alerts in this state (`firing`, `resolved`) it was told since it started.
    func received(_ state: String) async throws -> Int { try await metric("alertmanager_alerts_received_total", "status=\"\(state)\"") }

    /// Waits until people have answered what it told them, so often since it started. One that is stopped before that forgets that it told them, and never
    /// tells them the end.
    func waitForAnswers(_ count: Int) async throws {
        while try await metric("alertmanager_notification_requests_total", "integration=\"webhook\"") < count {}
    }

    private func metric(_ name: String, _ label: String) async throws -> Int {
        let text = String(decoding: try await http.send(HTTPCall(url: url + "/metrics")).body, as: UTF8.self)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix(name + "{") && $0.contains(label) }
        return lines.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }

    /// From the line that says where it listens; it goes on reading, so that a full pipe does not stop it.
    private static func port(in handle: FileHandle) async -> Int? {
        let (parts, continuation) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingOldest(256))
        handle.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                continuation.finish()
            } else {
                continuation.yield(data)
            }
        }
        var text = ""
        for await part in parts {
            text += String(decoding: part, as: UTF8.self)
            if let match = text.firstMatch(of: /msg="?Listening on"? address=(?:127\.0\.0\.1):(\d+)/) { return Int(match.output.1) }
        }
        return nil
    }
}

/// What Alertmanager tells people, as far as the tests look.
struct Notification: Decodable {
    let status: String
    let groupLabels: [String: String]
    let commonLabels: [String: String]
    let alerts: [Item]

    struct Item: Decodable {
        let status: String
        let labels: [String: String]
        let annotations: [String: String]
        let startsAt: String
    }
}
