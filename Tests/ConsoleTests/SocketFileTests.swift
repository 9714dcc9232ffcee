import Console
import Foundation
import Testing

@Suite struct `The file of a socket` {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mayfly-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test func `that is not there has nobody listening`() { #expect(SocketFile(folder + "/none").listening() == .absent) }

    @Test func `that is a plain file is said to be no socket`() throws {
        try Data().write(to: URL(filePath: folder + "/plain"))
        #expect(SocketFile(folder + "/plain").listening() == .other("it is not a socket"))
    }

    @Test func `of a path that is too long is no socket`() {
        #expect(SocketFile(folder + "/" + String(repeating: "x", count: 120)).listening() == .other("its path is too long for a socket"))
    }
}
