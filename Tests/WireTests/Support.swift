import Foundation
import Testing
import Wire

/// Runs `body` with a caller, and shuts it down after.
func withCaller<Result>(tls: HTTPCaller.TLS = .system, _ body: (HTTPCaller) async throws -> Result) async throws -> Result {
    let http = try HTTPCaller(tls: tls)
    do {
        let result = try await body(http)
        await http.shutdown()
        return result
    } catch {
        await http.shutdown()
        throw error
    }
}

extension HTTPCaller {
    /// As `send`, but throwing any error: what `#expect` expands to does not know typed ones.
    func answer(to call: HTTPCall) async throws -> HTTPAnswer { try await send(call) }
    func answer(to call: HTTPCall, login: HTTPLogin) async throws -> HTTPAnswer { try await send(call, login: login) }

    /// The failure that a call is expected to end with.
    func failure(of call: HTTPCall, sourceLocation: SourceLocation = #_sourceLocation) async -> HTTPFailure? {
        do throws(HTTPFailure) {
            let answer = try await send(call)
            Issue.record("expected a failure, got \(answer.status) with \(answer.body.count) bytes", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }
}

/// A folder of its own, removed after.
func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "wire-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// Runs a shell script in a folder and waits for its end.
func shell(_ script: String, in folder: URL) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    try #require(status == 0, "the script failed: \(script)")
}

/// Limits small enough for a test that waits for them.
func shortLimits(bytesMax: Int = 1 << 20, idle: Duration = .milliseconds(200), total: Duration = .seconds(20), redirectsMax: Int = 0) -> HTTPCall.Limits {
    HTTPCall.Limits(bodyBytesMax: bytesMax, connectTimeout: .seconds(5), idleTimeout: idle, totalTimeout: total, redirectsMax: redirectsMax)
}
