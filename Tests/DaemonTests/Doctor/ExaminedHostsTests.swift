import Captures
import Fleet
import Foundation
import Hosts
import Testing

@testable import Daemon

/// OpenSSH's client, against ports of this machine: what it says of each is the same as of a host far away. Against a real server: `SSHTests`.
@Suite(.timeLimit(.minutes(2))) struct `An examination of hosts over SSH` {
    private static let here = Address("127.0.0.1")

    private func settings(_ folder: TemporaryFolder, port: Int, hasKey: Bool = true) throws -> SSHSettings {
        try folder.write("", "known_hosts")
        if hasKey {
            // A key that no client could use: nobody asks for it where no server answers.
            try folder.write("-----BEGIN OPENSSH PRIVATE KEY-----\n", "key")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("key"))
        }
        return SSHSettings(user: "mayfly", port: port, identity: folder.file("key"), knownHosts: folder.file("known_hosts"), connectTimeout: .seconds(2))
    }

    @Test func `says that the port is shut, and what to open`() async throws {
        // One that somebody listened on a moment ago.
        let port = try await RawServer.with { _ in
            []
        } _: {
            $0.port
        }
        let found = await Examination.logIn(to: Self.here, of: "p", try settings(try TemporaryFolder(), port: port))
        #expect(found.name == "pool p: SSH" && found.verdict == .fail)
        #expect(found.message == "127.0.0.1: the host refuses connections to port \(port): no SSH server listens there")
        #expect(found.remedy?.hasPrefix("let this machine reach port \(port) of the pool's hosts") == true)
    }

    @Test func `says that there is no way to a host`() async throws {
        // Linux opens no connection to a broadcast address.
        let found = await Examination.logIn(to: Address("255.255.255.255"), of: "p", try settings(try TemporaryFolder(), port: 22))
        #expect(found.verdict == .fail && found.message == "255.255.255.255: there is no way to the host")
        #expect(found.remedy?.contains("security groups, routes") == true)
    }

    @Test func `says that the key is not there, and who may read it`() async throws {
        let folder = try TemporaryFolder()
        let port = try await RawServer.with { _ in
            []
        } _: {
            $0.port
        }
        let found = await Examination.logIn(to: Self.here, of: "p", try settings(folder, port: port, hasKey: false))
        #expect(found.verdict == .fail && found.message.hasPrefix("127.0.0.1: \(folder.file("key")) cannot be used: it is not there"), "\(found)")
        #expect(found.remedy == "put the private key there, without a passphrase, and let nobody but the daemon's user read it")
    }

    @Test func `is not tried where no host of the pool runs, and not at all where nothing is done`() async throws {
        let folder = try TemporaryFolder()
        let found = await Examination.logIn(to: nil, of: "p", try settings(folder, port: 22))
        #expect(found.verdict == .warn && found.message.hasPrefix("not tried: no running instance"))
        try await DoctorStage.with { stage in
            let pools = """
                {p: {select: {tags: {Role: agent}}, provision: {launch_template: {name: t}}, commands: {via: ssh, \
                ssh: {user: mayfly, identity_file: \(folder.file("key")), known_hosts_file: \(folder.file("known_hosts"))}}}}
                """
            let checks = [Examination.Check("acting") { await $0.acting() }]
            let (idle, acting) = (try await stage.examine(pools: pools, checks: checks), try await stage.examine(mode: "act", pools: pools, checks: checks))
            #expect(idle.isEmpty)
            #expect(acting.contains { $0.name == "pool p: SSH" && $0.verdict == .warn }, "\(acting)")
            #expect(!acting.contains { $0.name == "ssm:SendCommand" })
        }
    }
}
