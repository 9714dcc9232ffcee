import Fleet
import Foundation
import Replacing
import Testing

@testable import Daemon

@Suite struct `A machine's id` {
    @Test func `is what the machine's file says`() throws {
        let folder = try TemporaryFolder()
        try folder.write("0123456789abcdef0123456789abcdef\n", "machine-id")
        #expect(MachineID.read(path: folder.file("machine-id")) == "0123456789abcdef0123456789abcdef")
    }

    /// What machine-id(5) has while an image is prepared, or somebody has written something else.
    @Test(arguments: ["", "uninitialized\n", "0123456789ABCDEF0123456789ABCDEF\n", "0123456789abcdef\n", String(repeating: "0", count: 33)])
    func `is the host's name where the file says none`(written: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(written, "machine-id")
        #expect(MachineID.read(path: folder.file("machine-id")) == ProcessInfo.processInfo.hostName)
        #expect(MachineID.read(path: folder.file("nothing")) == ProcessInfo.processInfo.hostName)
    }
}

@Suite struct `A claim that nobody guards` {
    private static let ours = Claim(ledger: "a", machine: "m1", run: "r1", writtenAt: TurningClock.start)
    private static let theirs = Claim(ledger: "b", machine: "m2", run: "r2", writtenAt: TurningClock.start)

    @Test func `is written over what was seen, and over nothing else`() async throws {
        let store = UnguardedClaimStore()
        #expect(try await store.read() == nil)
        let first = try #require(try await store.write(Self.ours, ifVersion: nil))
        #expect(try await store.read() == HeldClaim(Self.ours, first))
        #expect(try await store.write(Self.theirs, ifVersion: nil) == nil)
        let second = try #require(try await store.write(Self.theirs, ifVersion: first))
        #expect(second != first)
        #expect(try await store.write(Self.ours, ifVersion: first) == nil)
        #expect(try await store.read() == HeldClaim(Self.theirs, second))
    }

    @Test func `is this program's own: another one sees none of it`() async throws {
        _ = try await UnguardedClaimStore().write(Self.ours, ifVersion: nil)
        #expect(try await UnguardedClaimStore().read() == nil)
    }
}
