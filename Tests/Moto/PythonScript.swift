package import Foundation

/// A script of this folder that reads its input to the end, and then prints what it came to.
package enum PythonScript {
    /// The Python of `MAYFLY_PYTHON`, else of `.venv` beside the package, else `python3`.
    package static let interpreter: String = {
        if let chosen = ProcessInfo.processInfo.environment["MAYFLY_PYTHON"], !chosen.isEmpty { return chosen }
        let own = folder.appending(path: "../../.venv/bin/python3").standardizedFileURL.path
        return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
    }()

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// It ended with something else than 0. What it said stands above, on standard error.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    /// The input goes through a file, so that neither side waits for the other.
    package static func run(_ name: String, input: Data) async throws -> Data {
        let file = FileManager.default.temporaryDirectory.appending(path: "mayfly-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [interpreter, folder.appending(path: name).path]
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        let (ended, end) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        let (parts, more) = AsyncStream.makeStream(of: Data.self, bufferingPolicy: .unbounded)
        Thread.detachNewThread {
            while case let data = output.fileHandleForReading.availableData, !data.isEmpty { more.yield(data) }
            more.finish()
        }
        var said = Data()
        for await part in parts { said += part }
        var code: Int32 = -1
        for await status in ended { code = status }
        guard code == 0 else {
            throw Failed(description: "\(name) ended with \(code) under \(interpreter); run `make deps`, or set MAYFLY_PYTHON to a Python that has its imports")
        }
        return said
    }
}
