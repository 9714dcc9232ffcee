import Captures
import Foundation

/// An answer as a project has published it, or as it was constructed from a project's code: `Tests/Fixtures/services/SOURCES.md` says which.
enum Published {
    static func body(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Capture.fixtures.appending(path: "services").appending(path: name)))
    }

    static func text(_ name: String) throws -> String { String(decoding: try body(name), as: UTF8.self) }
}
