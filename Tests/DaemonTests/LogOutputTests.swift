import Foundation
import Logging
import Testing

@testable import Daemon

@Suite struct `A log line` {
    @Test func `is text for people: time, level, sentence, values by name`() throws {
        let lines = Lines()
        lines.logger().notice("Finding changed", metadata: ["node.id": "i-1", "finding.summary": "lost for 10m", "empty": ""])
        let line = try #require(lines.all.first)
        #expect(line.hasSuffix("Z NOTICE Finding changed  empty=\"\" finding.summary=\"lost for 10m\" node.id=i-1\n"), "\(line)")
    }

    @Test func `is one JSON object for machines`() throws {
        let lines = Lines()
        var logger = lines.logger(.json)
        logger[metadataKey: "cluster"] = "prod"
        logger.warning("Odd", metadata: ["error": "a \"quoted\"\r\nline\u{1B}[31m \u{2028}"])
        let line = try #require(lines.all.first)
        #expect(line.hasSuffix("\n") && line.utf8.count { $0 == 10 } == 1)
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(
            object["error"] == "a \"quoted\"\r\nline\u{1B}[31m \u{2028}" && object["level"] == "warning" && object["message"] == "Odd"
                && object["cluster"] == "prod")
    }

    @Test func `is one line, without control characters, whatever a server sent`() {
        let lines = Lines()
        for evil in ["a\nb", "a\r\nb", "a\rb", "\u{1B}[2J", "\u{7F}", "\u{0}", "a\u{85}b", "a\u{2028}b", "x\ny=z"] {
            lines.logger().error("Bad", metadata: ["error": "\(evil)"])
        }
        for line in lines.all {
            #expect(line.hasSuffix("\n"))
            #expect(
                line.unicodeScalars.dropLast().allSatisfy { $0.value >= 32 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x2028 && $0.value != 0x2029 },
                "\(line.debugDescription)")
        }
    }

    @Test func `is bounded, and below the level not written`() throws {
        let lines = Lines()
        lines.logger(level: .info).debug("Not this")
        lines.logger(level: .info).info("This", metadata: ["body": "\(String(repeating: "x", count: 1_000_000))"])
        #expect(lines.all.count == 1 && lines.all[0].count < 5000)
    }
}
