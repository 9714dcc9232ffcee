import Captures
import Fleet
import Foundation
import Hosts
import Testing

@testable import Daemon

/// OpenSSH's client, against ports of this machine: what it says of each is the same as of a host far away. Against a real server: `SSHTests`.
@Suite(.timeLimit(.minutes(2))) struct `An examination of hosts over SSH` {
    /// Logs in with a key that no client could use, which is asked for only where a server answers; or with none. In a folder that is there meanwhile.
    private func logIn(to host: String = "127.0.0.1", port: Int, hasKey: Bool = true) async throws -> (found: Checkup, key: String) {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try folder.write("", "known_hosts")
        if hasKey {
            try folder.write("-----BEGIN OPENSSH PRIVATE KEY-----\n", "key")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("key"))
        }
        let settings = SSHSettings(
            user: "mayfly", port: port, identity: folder.file("key"), knownHosts: folder.file("known_hosts"), connectTimeout: .seconds(2))
        return (await Examination.logIn(to: Address(host), of: "p", settings), folder.file("key"))
    }

    @Test func `says that the port is shut, and what to open`() async throws {
        // One that somebody listened on a moment ago.
        let port = try await RawServer.with { _ in
            []
        } _: {
            $0.port
        }
        let found = try await logIn(port: port).found
        #expect(found.name == "pool p: SSH" && found.verdict == .fail)
        #expect(found.message == "127.0.0.1: the host refuses connections to port \(port): no SSH server listens there")
        #expect(found.remedy?.hasPrefix("let this machine reach port \(port) of the pool's hosts") == true)
    }

    @Test func `says that there is no way to a host`() async throws {
        // Linux opens no connection to a broadcast address.
        let found = try await logIn(to: "255.255.255.255", port: 22).found
        #expect(found.verdict == .fail && found.message == "255.255.255.255: there is no way to the host")
        #expect(found.remedy?.contains("security groups, routes") == true)
    }

    @Test func `says that the key is not there, and who may read it`() async throws {
        let port = try await RawServer.with { _ in
            []
        } _: {
            $0.port
        }
        let (found, key) = try await logIn(port: port, hasKey: false)
        #expect(found.verdict == .fail && found.message.hasPrefix("127.0.0.1: \(key) cannot be used: it is not there"), "\(found)")
        #expect(found.remedy == "put the private key there, without a passphrase, and let nobody but the daemon's user read it")
    }

    @Test func `is not tried where no host of the pool runs, and not at all where nothing is done`() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let settings = SSHSettings(user: "mayfly", port: 22, identity: folder.file("key"), knownHosts: folder.file("known_hosts"))
        let found = await Examination.logIn(to: nil, of: "p", settings)
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
