import AWS
import Fleet
import Hosts
import Mesos
import Replacing
import Services

/// Turns what a round hands out into one call of a client. It decides nothing, repeats nothing and remembers nothing.
struct Hands: Sendable {
    let clients: Clients
    let pools: [Pool]
    let commands: [PoolName: PoolCommands]
    let time: Time

    /// What is known of the node that an action is about, by the round that handed it out.
    struct Site: Sendable {
        let replacement: ReplacementID
        let pool: PoolName?
        let instance: InstanceID?
        let address: Address?
    }

    /// Makes the call. A look is none of them: it is a poll's.
    func carryOut(_ action: Action, at site: Site) async -> CallOutcome {
        switch action {
        case .look: return .accepted
        case .deactivate(let agent): return await clients.mesos.change(.deactivate(agent))
        case .reactivate(let agent): return await clients.mesos.change(.reactivate(agent))
        case .drain(let agent): return await clients.mesos.change(.drain(agent, grace: Self.drainGrace))
        case .markGone(let agent): return await clients.mesos.change(.markGone(agent))
        case .replaceMember(let member, _, _):
            guard let services = clients.services else { return .refused("nothing was asked: no schedulers are configured") }
            return await services.replace(member, broker: Self.number(of: member.member))
        case .restartAgent(let node): return await run(.restart, on: node, at: site)
        case .stopHost(let node): return await run(.stop, on: node, at: site)
        case .startHost(let node): return await run(.start, on: node, at: site)
        case .drainHost(let node): return await run(.drain, on: node, at: site)
        case .leave(let node): return await run(.leave, on: node, at: site)
        case .beforeDrain(let node): return await run(.beforeDrain, on: node, at: site)
        case .ready(let node): return await run(.ready, on: node, at: site)
        case .terminate(let instance, let group): return await clients.aws.terminate(instance, group: group)
        case .retire(let instance, _): return await clients.aws.retire(instance)
        case .launch(let pool, let image, let zone, let token): return await launch(pool, image: image, zone: zone, token: token)
        case .keepConsole, .detach, .attach: return .refused("this version has no call for it")
        }
    }

    /// The longest that a task may take to end when its agent is drained; one with a shorter grace period of its own ends by that. As long as Kafka's brokers have to shut down.
    private static let drainGrace = Duration.seconds(300)

    /// `broker-3`: as schedulers from before the SDK count, and as their members are named for that.
    private static func number(of member: MemberName) -> Int? {
        member.rawValue.split(separator: "-").last.flatMap { Int($0) }
    }

    private func launch(_ name: PoolName, image: ImageID?, zone: String?, token: String) async -> CallOutcome {
        guard let pool = pools.first(where: { $0.name == name }) else { return .refused("nothing was asked: pool \(name) is not configured any more") }
        switch pool.provision {
        case .launchTemplate(let template)?: return await clients.aws.launch(template, image: image, zone: zone, token: token)
        case .group(let group)?: return .refused("nothing was asked: this version cannot tell group \(group) to launch one on top")
        case nil: return .refused("nothing was asked: pool \(name) does not say how a fresh instance is provisioned")
        }
    }

    // MARK: - On the host

    /// Sends the lines, and waits for what comes of them while that tells more than that they were sent.
    private func run(_ purpose: HostCommand.Purpose, on node: NodeID, at site: Site) async -> CallOutcome {
        guard let instance = site.instance else { return .refused("nothing was asked: which instance \(node) is is not known") }
        guard let pool = site.pool, let commands = commands[pool] else {
            return .refused("nothing was asked: no commands are configured for the pool of \(node)")
        }
        let lines = commands.lines(purpose)
        if lines.isEmpty { return .accepted }
        switch commands.way {
        case .ssm: return await bySSM(lines, on: instance, for: purpose, endsWithin: commands.timeout)
        case .ssh(let settings):
            guard let address = site.address else { return .refused("nothing was asked: the address of \(node) is not known") }
            let values = HostCommand.values(node: node, pool: pool, address: address, agent: nil, instance: instance, replacement: site.replacement)
            let command = HostCommand(purpose, lines: lines, values: values)
            do {
                return try await SSHClient(settings).run(command, on: address, endsWithin: commands.timeout).outcome
            } catch {
                return .unanswered("the program ended while it ran")
            }
        }
    }

    private func bySSM(_ lines: [String], on instance: InstanceID, for purpose: HostCommand.Purpose, endsWithin: Duration) async -> CallOutcome {
        let id: String
        do throws(AWSError) {
            id = try await clients.aws.send(["set -u"] + lines, to: instance, comment: "mayfly: \(purpose.rawValue)", endsWithin: endsWithin)
        } catch {
            return error.outcome
        }
        // Delivery has its own time, and SSM some of its own.
        let end = time.now() + endsWithin + Self.deliveredWithin * 2
        var last: CommandStanding?
        while time.now() < end {
            // It fails only when the program ends: the command goes on, and what has come of it is seen by looking.
            do { try await time.sleep(Self.askedEvery) } catch { break }
            do throws(AWSError) {
                last = try await clients.aws.standing(of: id, on: instance) ?? last
            } catch {
                // Asking failed, which says nothing of the command.
                continue
            }
            if let last, last.phase != .underWay { return last.outcome }
        }
        return last?.outcome ?? .unanswered("SSM: command \(id) was sent, and nothing was heard of it")
    }

    private static let deliveredWithin = Duration.seconds(60)
    private static let askedEvery = Duration.seconds(3)
}
