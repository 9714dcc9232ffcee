import Fleet
import Foundation
import Testing

@testable import Daemon

@Suite final class `The pause file` {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "mayfly-\(UUID().uuidString)")
    private let file: PauseFile

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = PauseFile(folder.appending(path: "pause").path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func `pauses while it is there, and says who and why`() throws {
        #expect(file.read() == nil)
        try file.write(who: "alice", reason: "the storage\nis moved", at: Timestamp(milliseconds: 0))
        #expect(file.read() == "\(file.path): alice, since 1970-01-01T00:00:00Z: the storage is moved")
        #expect(try file.remove() && file.read() == nil)
        #expect(try !file.remove())
    }

    @Test func `pauses with nothing in it`() throws {
        try Data().write(to: URL(fileURLWithPath: file.path))
        #expect(file.read() == "\(file.path) is there")
    }

    @Test func `pauses when it cannot be read`() throws {
        try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
        #expect(file.read()?.hasPrefix("\(file.path) cannot be read: ") == true)
        #expect(PauseFile(folder.appending(path: "pause/a").path).read() == nil)
        try Data().write(to: folder.appending(path: "f"))
        #expect(PauseFile(folder.appending(path: "f/pause").path).read()?.contains("cannot be read") == true)
    }

    @Test func `pauses, and holds up no round, when it is a pipe that nobody writes to`() {
        #expect(mkfifo(file.path, 0o600) == 0)
        #expect(file.read() == "\(file.path) is there")
    }

    @Test func `is not written where it cannot be, which is said`() {
        let nowhere = PauseFile(folder.appending(path: "none/pause").path)
        #expect(throws: PauseFile.Problem.self) { try nowhere.write(who: "a", reason: "b", at: Timestamp(milliseconds: 0)) }
    }
}
