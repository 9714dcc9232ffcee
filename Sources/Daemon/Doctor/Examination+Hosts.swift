import AWS
import Fleet
import Hosts

extension Examination {
    /// Logs in on one running host of each pool whose commands go over SSH, and has it do nothing. Nothing in mode alert.
    func hosts() async -> [Checkup] {
        guard configuration.mode != .alert else { return [] }
        let pools = configuration.pools.compactMap { pool -> (pool: Pool, settings: SSHSettings)? in
            guard case .ssh(let settings)? = configuration.commands[pool.name]?.way else { return nil }
            return (pool, settings)
        }
        guard !pools.isEmpty else { return [] }
        let instances = (try? await clients.aws.instances(filters: SweepFilter.filters(for: pools.map(\.pool)))) ?? []
        var found: [Checkup] = []
        for (pool, settings) in pools {
            let running = instances.filter { $0.state == .running && pool.selector.allows($0) }
            found.append(await Self.logIn(to: running.compactMap { $0.privateIP.flatMap { Address($0) } }.first, of: pool.name, settings))
        }
        return found
    }

    /// - Parameter address: of a host of the pool. Nil: none is seen running.
    static func logIn(to address: Address?, of pool: PoolName, _ settings: SSHSettings) async -> Checkup {
        let name = "pool \(pool): SSH"
        guard let address else { return .warn(name, "not tried: no running instance of the pool is seen", remedy: "try again when there is one") }
        let outcome: SSHOutcome
        do {
            outcome = try await SSHClient(settings).run(HostCommand(.ready, lines: [":"]), on: address, endsWithin: .seconds(10))
        } catch {
            return .warn(name, "\(address): it was not waited for", remedy: "try again")
        }
        switch outcome {
        case .ended(code: 0, _): return .ok(name, "\(settings.user) is let in on \(address)")
        case .ended(let code, let output):
            return .fail(name, "\(address): to do nothing ended with exit code \(code): \(output)", remedy: "see what the shell of \(settings.user) does there")
        case .notDelivered(let reason): return .fail(name, "\(address): \(reason)", remedy: remedy(reason.complaint, settings))
        case .unknown(let reason): return .warn(name, "\(address): \(reason)", remedy: "try again")
        }
    }

    private static func remedy(_ complaint: SSHComplaint?, _ settings: SSHSettings) -> String {
        switch complaint {
        case .changedHostKey, .unknownHostKey:
            "put the hosts' keys, or an authority that signs them (@cert-authority), into \(settings.knownHosts), from where you trust them"
        case .badIdentity: "put the private key there, without a passphrase, and let nobody but the daemon's user read it"
        case .wrongKey: "put the key's public half among the authorized keys of \(settings.user) on the pool's image"
        case .refused, .noRoute, .noAnswer, .hungUp:
            "let this machine reach port \(settings.port) of the pool's hosts (security groups, routes), and see that an SSH server listens there"
        case .noCommonMethod: "let both have a cipher and a kind of key in common"
        case nil: "see commands over SSH in docs/hands.md"
        }
    }
}
