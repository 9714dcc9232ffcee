import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The built program as a process: started with nothing of this process' environment but the path.
package final class Program: Sendable {
    package struct Ended: Sendable {
        package let code: Int32
        package let output: String
        package let errors: String
        /// Both, for what must not stand in either.
        package var all: String { output + errors }
    }

    /// The program ended, or said nothing more, before what was waited for.
    package struct NeverSaid: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    private let process = Process()
    private let output = Collected()
    private let errors = Collected()
    private let ended: AsyncStream<Int32>

    /// What came out of a pipe so far.
    private final class Collected: Sendable {
        struct State {
            var data = Data()
            var isWhole = false
        }

        let pipe = Pipe()
        private let state = Mutex(State())
        private let signals: AsyncStream<Void>
        private let more: AsyncStream<Void>.Continuation

        init() {
            (signals, more) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        }

        /// On a thread of its own: a blocking read is the one way of reading a pipe that never loses its end.
        func start() {
            Thread.detachNewThread { [self] in
                while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
                    state.withLock { $0.data += data }
                    more.yield()
                }
                state.withLock { $0.isWhole = true }
                more.finish()
            }
        }

        var text: String { state.withLock { String(decoding: $0.data, as: UTF8.self) } }

        /// Waits until `isEnough` of what came; false when it ended before.
        func wait(_ isEnough: (String) -> Bool) async -> Bool {
            var iterator = signals.makeAsyncIterator()
            while true {
                let (data, isWhole) = state.withLock { ($0.data, $0.isWhole) }
                if isEnough(String(decoding: data, as: UTF8.self)) { return true }
                if isWhole { return false }
                _ = await iterator.next()
            }
        }
    }

    /// Where a built program is: beside the test runner, where the build puts all of them.
    package static func built(_ name: String = "mayfly") throws -> String {
        let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// - Parameters:
    ///   - name: which of the built programs.
    ///   - launcher: a program and its first arguments, which becomes the built program: `/usr/bin/setpriv`.
    package init(
        _ arguments: [String], of name: String = "mayfly", environment: [String: String] = [:], folder: String? = nil, launcher: [String] = []
    ) throws {
        let built = try Self.built(name)
        process.executableURL = URL(filePath: launcher.first ?? built)
        process.arguments = launcher.isEmpty ? arguments : launcher.dropFirst() + [built] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output.pipe
        process.standardError = errors.pipe
        let (ended, end) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        self.ended = ended
        process.terminationHandler = { process in
            end.yield(process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
            end.finish()
        }
        output.start()
        errors.start()
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Runs it to its end.
    package static func run(_ arguments: String..., environment: [String: String] = [:], folder: String? = nil) async throws -> Ended {
        try await Program(arguments, environment: environment, folder: folder).end()
    }

    /// What it has said on standard error so far.
    package var saidErrors: String { errors.text }

    /// Waits until it has said so on standard error, as often as asked.
    package func waitFor(_ text: String, times: Int = 1) async throws {
        guard await errors.wait({ $0.components(separatedBy: text).count > times }) else {
            throw NeverSaid(description: "never said '\(text)': \(errors.text)")
        }
    }

    /// Waits until what it has said on standard error is as asked; false when it ended before.
    package func waitForErrors(_ isEnough: (String) -> Bool) async -> Bool { await errors.wait(isEnough) }

    /// From now on it may make no file longer than so many bytes: 0 is a disk that is full. Nil: as long as it likes.
    package func limitFiles(to bytes: Int?) throws {
        let limiting = Process()
        limiting.executableURL = URL(filePath: "/usr/bin/prlimit")
        limiting.arguments = ["--pid", "\(process.processIdentifier)", "--fsize=\(bytes.map(String.init) ?? "unlimited"):unlimited"]
        try limiting.run()
        limiting.waitUntilExit()
        guard limiting.terminationStatus == 0 else { throw NeverSaid(description: "prlimit ended with \(limiting.terminationStatus)") }
    }

    package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end.
    package func end() async throws -> Ended {
        var code: Int32 = -1
        for await ended in ended { code = ended }
        _ = await output.wait { _ in false }
        _ = await errors.wait { _ in false }
        return Ended(code: code, output: output.text, errors: errors.text)
    }
}
