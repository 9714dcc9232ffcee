import Foundation

/// What Python needs merely to parse the same bytes, as `baseline.py` prints it.
struct Baseline: Codable {
    var cpuSeconds: Double
    var jsonSeconds: Double
    var xmlSeconds: Double
    var cpuSecondsWithoutGC: Double
    var jsonBytes: Int
    var xmlBytes: Int
    var orjson: String
    var python: String

    enum CodingKeys: String, CodingKey {
        case orjson, python
        case cpuSeconds = "cpu_seconds", jsonSeconds = "json_seconds", xmlSeconds = "xml_seconds"
        case cpuSecondsWithoutGC = "cpu_seconds_without_gc", jsonBytes = "json_bytes", xmlBytes = "xml_bytes"
    }

    /// Runs it now, on the machine as it is now.
    static func measured(python: String, folder: String) throws -> Baseline {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["Benchmarks/baseline.py", folder]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchFailure("Benchmarks/baseline.py ended with \(process.terminationStatus)") }
        return try JSONDecoder().decode(Baseline.self, from: said)
    }
}
