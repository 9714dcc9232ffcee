package import Foundation
package import Wire

/// moto, an AWS that runs on this machine, for as long as this object lives.
///
/// It listens on a free port of 127.0.0.1. It ends with this object, and by itself when this process does.
package final class MotoServer: Sendable {
    /// `http://127.0.0.1:…`
    package let url: String
    private let http: HTTPCaller
    private let process: Process
    private let input: Pipe

    /// Why there is no moto, and what to do.
    package struct NotThere: Error, CustomStringConvertible {
        package let description: String
    }

    /// A control call that the launcher refused, with its reason.
    package struct ControlFailed: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts moto with the Python of `MAYFLY_PYTHON`, else of `.venv` beside the package, else `python3`.
    package init(http: HTTPCaller) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        let python = PythonScript.interpreter
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, folder.appending(path: "serve.py").path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        guard let port = await Self.firstLine(of: output.fileHandleForReading).flatMap({ Int($0) }) else {
            process.terminate()
            throw NotThere(
                description: "moto did not start with \(python): run `make deps`, or set MAYFLY_PYTHON to a Python that has moto (its reason stands above)")
        }
        url = "http://127.0.0.1:\(port)"
        self.http = http
        self.process = process
        self.input = input
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
    }

    /// A control call of `serve.py`, which see: `control("status", #"{"id": "i-…", "system": "impaired"}"#)`. Gives the JSON of its answer.
    @discardableResult
    package func control(_ name: String, _ order: String = "{}") async throws -> Data {
        let limits = HTTPCall.Limits(bodyBytesMax: 1 << 24, idleTimeout: .seconds(60))
        let answer = try await http.send(HTTPCall(method: .post, url: url + "/control/" + name, body: Array(order.utf8), limits: limits))
        guard answer.status == 200 else { throw ControlFailed(description: "\(name): \(String(decoding: answer.body.prefix(1000), as: UTF8.self))") }
        return Data(answer.body)
    }

    /// Nil when the output ends before a line is whole.
    private static func firstLine(of handle: FileHandle) async -> String? {
        let (parts, continuation) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .bufferingOldest(64))
        handle.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { continuation.finish() } else { continuation.yield(data) }
        }
        defer { handle.readabilityHandler = nil }
        var line = Data()
        for await part in parts {
            line += part
            if let end = line.firstIndex(of: 0x0A) { return String(decoding: line[..<end], as: UTF8.self) }
        }
        return nil
    }
}
