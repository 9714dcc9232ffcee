import AWS
package import Fleet
package import Ledger
package import Logging
package import Rounds
package import Rules
package import ServiceLifecycle
import Services
import Terraform
import UnixSignals

/// The daemon: its loops around one round.
package struct Watchdog: Sendable {
    package let configuration: Configuration
    package let clients: Clients
    package let keeper: RoundKeeper
    package let time: Time
    package let logger: Logger
    private let claims: ClaimHolder?
    /// Nil in mode alert: then nothing is done, whatever a round would hand out.
    private let acting: Acting?
    /// Nil where nothing is to be heard between polls.
    private let desk: EventDesk?
    private let mesosBell: MesosBell
    private let ec2Bell: EC2Bell

    /// What a daemon needs that does something.
    private struct Acting {
        let book = ErrandBook()
        let entrances = Bell()
        let terminations: TerminationWishes

        let terraform: TerraformWishes
        let runs = Bell()
        /// One for each checkout.
        let checkouts: [String: Bell]

        init(_ configuration: Configuration, ec2: EC2Bell) {
            terminations = TerminationWishes(bell: ec2)
            let folders = Set(configuration.terraform.values.map(\.folder))
            checkouts = Dictionary(uniqueKeysWithValues: folders.map { ($0, Bell()) })
            terraform = TerraformWishes(bells: [runs] + checkouts.values)
        }

        let services = ServiceWishes()
    }

    /// Takes the ledger for itself and starts from what it remembers.
    ///
    /// - Throws: what is wrong with the ledger or the clients' settings, in words for the operator.
    package init(
        _ configuration: Configuration, rules: RuleSet, ledger: LedgerStore, environment: [String: String], time: Time, logger: Logger,
        onReport: @escaping @Sendable (RoundReport) -> Void = { _ in },
        onRefusal: @escaping @Sendable (ProgramStanding.Refusal) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.time = time
        self.logger = logger
        clients = try Clients(configuration, environment: environment, logger: logger)
        let (mesosBell, ec2Bell) = (MesosBell(), EC2Bell())
        (self.mesosBell, self.ec2Bell) = (mesosBell, ec2Bell)
        let acting = configuration.mode == .alert ? nil : Acting(configuration, ec2: ec2Bell)
        let claims = acting == nil ? nil : try Self.claims(configuration, clients: clients, ledger: ledger, time: time)
        (self.acting, self.claims) = (acting, claims)
        var settings = configuration.settings
        settings.asksForTerminations = acting != nil
        settings.makesPlans = acting != nil
        let round = try Round(ledger: ledger, rules: rules, settings: settings, now: time.now())
        keeper = RoundKeeper(
            round: round, ledger: ledger, time: time, logger: logger, pauseFile: configuration.pauseFile,
            ownAddresses: OwnAddresses.find(), dependedOn: OwnAddresses.hosts(of: configuration.hostsAsked),
            onReport: { report in
                acting?.book.enter(report)
                acting?.terminations.note(report)
                acting?.terraform.note(report)
                onReport(report)
            }, onRefusal: onRefusal, onTakeOver: { claims?.takeOver() })
        desk = configuration.mesos.hearsEvents ? EventDesk(mesos: mesosBell, ec2: ec2Bell, bulletin: keeper.bulletin, time: time) : nil
    }

    /// Who keeps the claim on the cluster, where the configuration says where. Nil: nobody.
    private static func claims(_ configuration: Configuration, clients: Clients, ledger: LedgerStore, time: Time) throws -> ClaimHolder? {
        let store: any ClaimStore
        switch configuration.claim {
        case nil: return nil
        case .unguarded?: store = UnguardedClaimStore()
        case .parameter(let path)?: store = ParameterClaimStore(clients.aws, path: path, now: time.now)
        }
        return ClaimHolder(store: store, ledger: try ledger.remembered(now: time.now()).ledgerID, machine: MachineID.read(), time: time)
    }

    /// How the claim on the cluster stands. Nil where none is kept.
    package var claim: (@Sendable () -> ClaimStanding)? {
        guard let claims else { return nil }
        return { claims.standing }
    }

    /// Whether Terraform makes or applies a plan, or is to. Nil where nothing is done.
    package var isTerraformAtWork: (@Sendable () -> Bool)? {
        guard let acting else { return nil }
        return { acting.terraform.isAtWork }
    }

    /// Looks once. Returns the round's report, and nil only when the round could not be recorded, which has been logged.
    package func lookOnce() async -> RoundReport? {
        // The slowest of all, so it begins with the others.
        async let services = servicesPoller?.sight()
        let (mesos, ec2) = await clients.look(pools: configuration.pools)
        if case .failure(let failure) = mesos {
            logger.warning("Mesos could not be read", metadata: [LogKey.source: "agents", LogKey.error: "\(failure)"])
        }
        for (source, failure) in ec2.failures { logger.warning("AWS could not be read", metadata: [LogKey.source: "\(source)", LogKey.error: "\(failure)"]) }
        await keeper.take(.mesos(mesos))
        var report = await keeper.take(.ec2(ec2))
        // Whom it is to be asked of, only that round could say.
        if let wishes = acting?.terminations.current, !wishes.isEmpty {
            report = await keeper.take(.ec2(await clients.aws.sight(pools: configuration.pools, asking: wishes)))
        }
        // These need to know who there is, or tell of it: after the others.
        let afterHealth = await healthPoller?.poll()
        let afterProbe = await probePoller?.poll()
        let afterEntrances = await entrancesPoller?.poll()
        var afterServices: RoundReport?
        if let services = await services { afterServices = await keeper.take(.services(services)) }
        return report == nil ? nil : afterServices ?? afterEntrances ?? afterProbe ?? afterHealth ?? report
    }

    private var healthPoller: HealthPoller? {
        guard let client = clients.health, let interval = configuration.dcos?.interval else { return nil }
        return HealthPoller(client: client, interval: interval, keeper: keeper, time: time, logger: logger)
    }

    private var probePoller: ProbePoller? { clients.probe.map { ProbePoller(probe: $0, keeper: keeper, time: time) } }

    private var entrancesPoller: EntrancesPoller? {
        guard configuration.pools.contains(where: \.looksAfterEntrances) else { return nil }
        return EntrancesPoller(
            client: clients.aws, interval: configuration.aws.interval, keeper: keeper, time: time, logger: logger, bell: acting?.entrances)
    }

    private var servicesPoller: ServicesPoller? {
        clients.services.map {
            ServicesPoller(
                client: $0, interval: configuration.services.interval, keeper: keeper, time: time, logger: logger, wishes: acting?.services)
        }
    }

    private var errandLoop: ErrandLoop? {
        acting.map { acting in
            ErrandLoop(
                book: acting.book, hands: Hands(configuration, clients: clients, time: time),
                looks: ErrandLoop.Looks(mesos: mesosBell, ec2: ec2Bell, entrances: acting.entrances, services: acting.services), keeper: keeper,
                time: time, logger: logger)
        }
    }

    private var terraform: [any ServiceLifecycle.Service] {
        guard let acting, !clients.terraform.isEmpty else { return [] }
        let folders = configuration.terraformFolders
        let watch = TerraformWatch(
            clients: clients.terraform, folders: folders, wishes: acting.terraform, bell: acting.runs, keeper: keeper, time: time, logger: logger)
        var planners: [TerraformPlanner] = []
        for (folder, bell) in acting.checkouts.sorted(by: { $0.key < $1.key }) {
            var pools: [PoolName: (resource: TerraformResource, client: TerraformClient)] = [:]
            for pool in configuration.pools {
                guard case .terraform(let resource)? = pool.provision, resource.folder == folder, let client = clients.terraform[pool.name] else { continue }
                pools[pool.name] = (resource, client)
            }
            planners.append(
                TerraformPlanner(pools: pools, folders: folders, wishes: acting.terraform, bell: bell, keeper: keeper, time: time, logger: logger))
        }
        return [watch] + planners
    }

    private var heartbeats: HookHeartbeats? {
        guard acting != nil, !configuration.lifecycleHooks.isEmpty else { return nil }
        return HookHeartbeats(client: clients.aws, pools: configuration.pools, hooks: configuration.lifecycleHooks, keeper: keeper, time: time, logger: logger)
    }

    private var queueLoop: QueueLoop? {
        configuration.aws.eventQueue.map { QueueLoop(client: clients.aws, queue: $0, bell: ec2Bell, keeper: keeper, time: time, logger: logger) }
    }

    private var claimLoop: ClaimLoop? { claims.map { ClaimLoop(holder: $0, keeper: keeper, time: time, logger: logger) } }

    /// The loops. Each ends by itself when the program is asked to end.
    package func services(reloadsOnSignal: Bool) -> [any ServiceLifecycle.Service] {
        let loops: [any ServiceLifecycle.Service] = [
            MesosPoller(
                client: clients.mesos, interval: configuration.mesos.interval, keeper: keeper, time: time, logger: logger, bell: mesosBell,
                distance: desk == nil ? .zero : .seconds(1)),
            EC2Poller(
                client: clients.aws, pools: configuration.pools, terminations: acting?.terminations, interval: configuration.aws.interval, keeper: keeper,
                time: time, logger: logger,
                bell: ec2Bell),
            RuleWatcher(directory: configuration.rulesDirectory, keeper: keeper, time: time, logger: logger, reloadsOnSignal: reloadsOnSignal),
            Retention(keep: configuration.ledger.retention, keeper: keeper, time: time),
        ]
        let optional: [(any ServiceLifecycle.Service)?] = [
            healthPoller, probePoller, entrancesPoller, servicesPoller, claimLoop, errandLoop, heartbeats, queueLoop,
        ]
        return loops + optional.compactMap { $0 } + hearing + terraform + alertSenders
    }

    /// What tells of failures between polls.
    private var hearing: [any ServiceLifecycle.Service] {
        guard let desk else { return [] }
        return [
            EventStream(client: clients.mesos, desk: desk, time: time, logger: logger), NewsLoop(desk: desk, keeper: keeper, time: time),
            MetricsWatch(client: clients.mesos, desk: desk, time: time, logger: logger),
        ]
    }

    /// Whether each alert target can be reached, in the configuration's order, without telling it anything: nil when it can, or when, as for a webhook,
    /// that cannot be asked; else what is wrong.
    package func checkAlerts() async -> [(destination: AlertDestination, problem: String?)] {
        var results: [(destination: AlertDestination, problem: String?)] = []
        for (destination, http) in zip(configuration.alerts.destinations, clients.alerts) {
            results.append((destination, await AlertPost(destination: destination, http: http).check()))
        }
        return results
    }

    private var alertSenders: [AlertSender] {
        zip(configuration.alerts.destinations, clients.alerts).map { destination, http in
            AlertSender(destination, resend: configuration.alerts.resend, http: http, keeper: keeper, time: time, logger: logger)
        }
    }

    /// Runs until SIGTERM or SIGINT, or until the task is cancelled.
    ///
    /// - Parameter others: what runs beside the loops, and ends before them.
    package func run(handlesSignals: Bool = true, beside others: [any ServiceLifecycle.Service] = []) async throws {
        await keeper.note(.daemonStarted, ["mode": configuration.mode.rawValue])
        var group = ServiceGroupConfiguration(
            services: services(reloadsOnSignal: handlesSignals) + others, gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [], logger: logger)
        // Whatever is under way is cancelled at once; this is for a call that does not hear it. A unit's TimeoutStopSec must be longer.
        group.maximumGracefulShutdownDuration = .milliseconds(1500)
        var failure: (any Error)?
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            logger.debug("Ended by cancellation")
        } catch {
            failure = error
        }
        await keeper.note(.daemonStopped)
        await clients.shutdown()
        if let failure { throw failure }
    }
}
