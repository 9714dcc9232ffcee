import AWS
import Fleet
import Hosts
import Mesos
import Replacing
import Services
import Terraform

/// Turns what a round hands out into one call of a client. It decides nothing, repeats nothing and remembers nothing.
struct Hands: Sendable {
    let clients: Clients
    let pools: [Pool]
    let commands: [PoolName: PoolCommands]
    /// The hook on which a pool's group waits for us before it ends an instance.
    let hooks: [PoolName: String]
    /// Where Terraform's plans lie.
    let plans: TerraformFolders
    let time: Time

    init(_ configuration: Configuration, clients: Clients, time: Time) {
        self.clients = clients
        pools = configuration.pools
        commands = configuration.commands
        hooks = configuration.lifecycleHooks
        plans = configuration.terraformFolders
        self.time = time
    }

    /// What is known of the node that an action is about, by the round that handed it out.
    struct Site: Sendable {
        let replacement: ReplacementID
        /// The node that is replaced, by the name that the ledger has for it.
        var node: NodeID?
        let pool: PoolName?
        let instance: InstanceID?
        /// The instance that is replaced.
        var replaced: InstanceID?
        let address: Address?
        /// Where the old node stood, as its replacement has it written down.
        var entrances: [Entrance] = []
        /// Its subnet.
        var subnet: String?
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
        case .moveInstance(let instance):
            guard let services = clients.services else { return .refused("nothing was asked: no Marathon is configured") }
            return await services.endInstance(instance.task, of: instance.app, isPod: instance.isPod)
        case .restartAgent(let node): return await run(.restart, on: node, at: site)
        case .stopHost(let node): return await run(.stop, on: node, at: site)
        case .startHost(let node): return await run(.start, on: node, at: site)
        case .drainHost(let node): return await run(.drain, on: node, at: site)
        case .leave(let node): return await run(.leave, on: node, at: site)
        case .beforeDrain(let node): return await run(.beforeDrain, on: node, at: site)
        case .ready(let node): return await run(.ready, on: node, at: site)
        case .terminate(let instance, nil): return await clients.aws.terminate(instance, group: nil)
        case .terminate(let instance, let group?):
            return await end(instance, in: group, of: site.pool) { await clients.aws.terminate(instance, group: group) }
        case .retire(let instance, let group): return await end(instance, in: group, of: site.pool) { await clients.aws.retire(instance) }
        case .launch(let pool, let image, let zone, let token): return await launch(pool, image: image, zone: zone, token: token, at: site)
        case .apply(let planned): return await apply(planned)
        case .detach(let instance): return await clients.aws.detach(instance, at: site.address?.description, from: site.entrances)
        case .attach(let instance, let old):
            return await clients.aws.attach(instance, at: site.address?.description, to: site.entrances, from: old)
        case .keepConsole: return .refused("nothing was asked: what it brings is kept by whoever has the ledger")
        }
    }

    /// The longest that a task may take to end when its agent is drained; one with a shorter grace period of its own ends by that. As long as Kafka's brokers have to shut down.
    private static let drainGrace = Duration.seconds(300)

    /// `broker-3`: as schedulers from before the SDK count, and as their members are named for that.
    private static func number(of member: MemberName) -> Int? {
        member.rawValue.split(separator: "-").last.flatMap { Int($0) }
    }

    private func launch(_ name: PoolName, image: ImageID?, zone: String?, token: String, at site: Site) async -> CallOutcome {
        guard let pool = pools.first(where: { $0.name == name }) else { return .refused("nothing was asked: pool \(name) is not configured any more") }
        switch pool.provision {
        case .launchTemplate(let template)?: return await clients.aws.launch(template, image: image, zone: zone, token: token, subnet: site.subnet)
        case .terraform?: return .refused("nothing was asked: pool \(name) is made by Terraform, by its plans alone")
        case .group(let group)?: return await launchOnTop(of: group, image: image, token: token, like: site.replaced)
        case nil: return .refused("nothing was asked: pool \(name) does not say how a fresh instance is provisioned")
        }
    }

    /// How long a fresh instance may take until it runs and can be put into its group. After that the same is asked again, which goes on with the same instance.
    private static let runningWithin = Duration.seconds(180)

    private func launchOnTop(of group: String, image: ImageID?, token: String, like neighbour: InstanceID?) async -> CallOutcome {
        let end = time.now() + Self.runningWithin
        while true {
            switch await clients.aws.launchOnTop(of: group, image: image, like: neighbour, token: token) {
            case .attached(let instance): return .launched(instance)
            case .failed(let outcome): return outcome
            case .starting(let instance):
                let words = "\(instance) is launched, and not in group \(group) yet: it does not run"
                guard time.now() < end else { return .unanswered(words) }
                // It fails only when the program ends; a repeated call finds the instance by its token.
                do { try await time.sleep(Self.askedEvery) } catch { return .unanswered(words) }
            }
        }
    }

    // MARK: - Its end in a group

    /// How long a group may take from the call to its hook; it is called again after some minutes else.
    private static let hookWithin = Duration.seconds(60)

    /// The group's call, and its hook completed once it waits for that: what the hook is for, the drain, is over when this is asked for.
    private func end(_ instance: InstanceID, in group: String, of pool: PoolName?, _ call: () async -> CallOutcome) async -> CallOutcome {
        guard let hook = pool.flatMap({ hooks[$0] }) else { return await call() }
        // It may be at it already: somebody else has asked for it, or nobody heard the answer to our first call.
        if await phase(of: instance) == .other {
            let outcome = await call()
            guard outcome == .accepted else { return outcome }
        }
        let end = time.now() + Self.hookWithin
        while time.now() < end {
            switch await phase(of: instance) {
            case .waiting: return await clients.aws.complete(hook, in: group, for: instance)
            case .gone: return .accepted
            case .ending, .other: break
            }
            // It fails only when the program ends: the hook ends by its own time-out, or the next call completes it.
            do { try await time.sleep(Self.askedEvery) } catch { break }
        }
        return .accepted
    }

    private enum Phase { case ending, waiting, gone, other }

    /// By Auto Scaling's lifecycle states. One that could not be asked for is any.
    private func phase(of instance: InstanceID) async -> Phase {
        do throws(AWSError) {
            switch try await clients.aws.lifecycle(of: instance) {
            case nil, "Terminating:Proceed", "Terminated": return .gone
            case "Terminating:Wait": return .waiting
            case let state?: return state.hasPrefix("Terminating") ? .ending : .other
            }
        } catch {
            return .other
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
