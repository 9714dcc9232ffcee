import Foundation
import Wire

/// `serve.py` as a process of its own, so that its CPU is not ours.
final class CannedServer {
    let url: String
    private let process: Process
    /// Closed by the system too when this program ends in whatever way; the server ends then.
    private let input: Pipe

    init(python: String, folder: String) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["Benchmarks/serve.py", folder]
        input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let word = said.split(separator: "\n").first?.split(separator: " ").last, let port = Int(word) else {
            throw BenchFailure("Benchmarks/serve.py did not say on which port it listens, but '\(said.prefix(200))'")
        }
        url = "http://127.0.0.1:\(port)"
    }

    /// From now on the answers are these.
    func choose(variant: Int, through http: HTTPCaller) async throws {
        let answer = try await http.send(HTTPCall(method: .post, url: "\(url)/variant/\(variant)"))
        guard answer.isSuccess else { throw BenchFailure("Benchmarks/serve.py has no variant \(variant): \(answer.status)") }
    }

    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// Why nothing could be measured.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
