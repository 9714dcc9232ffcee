import Fleet
import Replacing

/// One node, its members, what comes after it, and one replacement of it: a world so small that what it does is plain to see.
///
/// It carries out what is handed out, or loses it, or refuses it, as it is told, and writes down what must never happen.
struct World {
    static let start = Timestamp(iso8601: "2026-11-23T09:00:00Z")!
    static let node: NodeID = "i-old"
    static let agent: AgentID = "m-S1"

    var now = Self.start
    var replacement: Replacement
    var entries: [TransitionEntry]
    var playbook = Playbook.standard
    /// Whether it may have begun before it was its turn.
    var isAhead = false

    // The node
    /// Nil: not listed.
    var mesosState: MesosState? = .active
    var ec2 = Instance.State.running
    var ec2Since = Self.start
    /// Whether the machine itself works; one that does not answers nobody.
    var isHostUp = true
    var isHostStopped = false
    var staysShuttingDown = false
    var isTerminatedByUs = false
    var tasks = 3
    var isDetached = true
    var agentComesBack = true
    /// By app, the instances on the node of apps that cannot do without all of them at once, but for the last of each. Nil: not known.
    var crowding: [[AppInstance]]? = []

    // The rest
    var pool = Pool(name: "private", selector: .init(), provision: .group("dcos"), isLaunchFirst: false)
    var hooks: Set<Look.Hook> = []
    var isMesosNew: Bool? = true
    var canMoveAfterLeave: Bool? = true
    var clusters: [ServiceName: Cluster] = [:]
    var fresh: [Fresh] = []
    var isFreshGood = true
    var comesFresh = true
    var isStillWanted: Bool? = true
    var isSuccessorFailing: Bool? = false
    var hasGroupItsAll = false
    var dcosHealth: String? = "healthy"
    var freshImage: ImageID = "ami-2"
    var freshAgent: AgentID = "m-S2"
    /// Whether newer schedulers place members anew when their agent is marked gone.
    var movesByItself = false

    // How it treats what it is told
    /// What becomes of the intent of a number.
    var fate: (Intent) -> Fate = { _ in .done }
    /// What becomes of the first intent of each call. Nil: the same as of any other.
    var firstFate: Fate?
    /// Whether everything that is idempotent has its effect twice.
    var doesTwice = false
    var gates: HarmVerdict = { _, _ in [] }
    /// Read at every look, or only when it is asked for.
    var readsOnDemandOnly = false
    var readAt = Self.start
    var vital: Vital?
    /// Changes what is seen, after everything.
    var seen: (inout Sight) -> Void = { _ in }

    /// What a plan of Terraform's comes to when it is made, where that is not what is wanted.
    var planned: TerraformPlanSighting.Verdict?
    /// How Terraform's run ends, where it does not end well. The old one is destroyed unless nothing was begun.
    var applying: ApplicationStanding?
    /// By plan.
    private(set) var applications: [String: ApplicationStanding] = [:]

    private(set) var actions: [Action] = []
    private(set) var hasJustLooked = false
    private(set) var violations: [String] = []

    enum Fate: Sendable { case done, doneUnanswered, doneSilently, droppedUnanswered, droppedSilently, refused, acceptedWithoutEffect }

    struct Fresh {
        let instance: InstanceID
        let token: String?
        let launchedAt: Timestamp
        var state = Instance.State.pending
        var isInService = false
    }

    init(order: Order = .living, clusters names: [ServiceName] = ["prod/kafka"], findingClass: FindingClass = .failing, target: ImageID? = "ami-2") {
        replacement = Replacement(
            id: ReplacementID(7), node: Self.node, instance: "i-old", agent: Self.agent, slot: Self.node, pool: "private", zone: "us-east-1a", rule: "r",
            findingClass: findingClass, askedBy: "mayfly", reason: "sick", startedAt: Self.start, targetImage: target, order: order)
        entries = [TransitionEntry(replacement: ReplacementID(7), at: Self.start, transition: .began(replacement))]
        for name in names { clusters[name] = Cluster(name: name) }
        switch order {
        case .living: break
        case .launchFirst: pool = Pool(name: "private", selector: .init(), provision: .launchTemplate(.init(id: "lt-1", version: "1")), isLaunchFirst: true)
        case .dead:
            (mesosState, isHostUp) = (nil, false)
            for name in names { clusters[name]!.die() }
        case .departed:
            (mesosState, isHostUp, ec2) = (nil, false, .shuttingDown)
            for name in names { clusters[name]!.die() }
        case .stray: (mesosState, agentComesBack) = (nil, false)
        }
    }

    var step: Step { replacement.step }
    var isDone: Bool { replacement.outcome?.kind == .done }
    var parkReason: ParkReason? { if case .parked(let reason, _, _) = replacement.standing { reason } else { nil } }
    var waitsFor: [String] { if case .waiting(let gates, _) = replacement.standing { gates } else { [] } }
    /// What was done, but for looks.
    var done: [String] { actions.map(Self.short) }

    private func done(_ action: Action, is name: String) -> Bool { Self.short(action) == name }

    /// How many harmful things were asked for in a step.
    func harmful(in step: Step) -> Int { replacement.intents.count { $0.step == step && $0.action.isHarmful } }

    private static func short(_ action: Action) -> String {
        let text = "\(action)"
        return String(text[..<(text.firstIndex(of: "(") ?? text.endIndex)])
    }

    // Time

    /// Lets a round pass, and whatever goes on by itself.
    mutating func round(_ seconds: Int64 = 15) {
        now = now + .seconds(seconds)
        live()
        if !readsOnDemandOnly { readAt = now }
        let advance = replacement.advance(look(), refuses: gates, playbook: playbook)
        for transition in advance.transitions { tell(transition) }
        for case .intended(let intent) in advance.transitions { carryOut(intent) }
        hasJustLooked = !advance.looks.isEmpty
        if hasJustLooked {
            now = now + .seconds(1)
            readAt = now
        }
    }

    /// Rounds until something holds; false if it never does.
    @discardableResult mutating func run(
        within hours: Int64 = 6, every seconds: Int64 = 15, until holds: (World) -> Bool = { !$0.replacement.isOpen || $0.replacement.isParked }
    ) -> Bool {
        let end = now + .seconds(hours * 3600)
        while now < end {
            if holds(self) { return true }
            round(seconds)
        }
        return holds(self)
    }

    mutating func tell(_ transition: Transition) {
        replacement.apply(transition, at: now)
        entries.append(TransitionEntry(replacement: replacement.id, at: now, transition: transition))
    }

    /// Another replacement takes the place of the one that there was.
    mutating func begin(_ next: Replacement) {
        replacement = next
        entries = [TransitionEntry(replacement: next.id, at: now, transition: .began(next))]
    }

    mutating func tell(_ transitions: [Transition]) { for transition in transitions { tell(transition) } }

    /// Forgets everything but what is stored.
    mutating func crash() { replacement = Replacement(replaying: entries)! }

    private mutating func live() {
        if ec2 == .shuttingDown, !staysShuttingDown, now - ec2Since >= .seconds(30) { ec2 = .terminated }
        if mesosState == .draining, tasks == 0 { mesosState = .drained }
        if mesosState == .draining { tasks = 0 }
        for index in fresh.indices where fresh[index].state == .pending && now - fresh[index].launchedAt >= .seconds(60) { fresh[index].state = .running }
        for name in clusters.keys { clusters[name]!.live(now: now) }
        let isGrouped = if case .group? = pool.provision { true } else { false }
        if comesFresh, isGrouped, ec2 == .terminated, fresh.isEmpty { launch(token: nil) }
    }

    private mutating func launch(token: String?) {
        if let token, fresh.contains(where: { $0.token == token }) { return }
        fresh.append(Fresh(instance: InstanceID("i-new\(fresh.count + 1)"), token: token, launchedAt: now))
    }

    // Doing

    private mutating func carryOut(_ intent: Intent) {
        // Each plan is another one; to have it applied is the same call.
        let isFirst = if case .apply = intent.action { !done.contains("apply") } else { !actions.contains(intent.action) }
        actions.append(intent.action)
        let fate = isFirst ? firstFate ?? fate(intent) : fate(intent)
        switch fate {
        case .done, .doneUnanswered, .doneSilently:
            effect(intent.action)
            if doesTwice, !done(intent.action, is: "replaceMember") { effect(intent.action) }
        case .droppedUnanswered, .droppedSilently, .refused, .acceptedWithoutEffect: break
        }
        switch fate {
        case .done, .acceptedWithoutEffect: answer(intent, launched(intent.action) ?? .accepted)
        case .refused: answer(intent, .refused("not now"))
        case .doneUnanswered, .droppedUnanswered: answer(intent, .unanswered("timed out"))
        case .doneSilently, .droppedSilently: break
        }
    }

    private func launched(_ action: Action) -> Intent.Answer.Outcome? {
        guard case .launch(_, _, _, let token) = action else { return nil }
        return fresh.first { $0.token == token }.map { .launched($0.instance) }
    }

    private mutating func answer(_ intent: Intent, _ outcome: Intent.Answer.Outcome) {
        tell(.answered(intent: intent.number, Intent.Answer(at: now, outcome: outcome)))
    }

    mutating func effect(_ action: Action) {
        switch action {
        case .look, .keepConsole, .beforeDrain, .ready: break
        case .deactivate: if mesosState == .active { mesosState = .deactivated }
        case .reactivate: if mesosState == .deactivated || mesosState == .drained { mesosState = .active }
        case .drain: if mesosState == .active || mesosState == .deactivated { mesosState = .draining }
        case .markGone:
            if ec2 != .terminated { violations.append("marked gone while \(ec2)") }
            for name in clusters.keys where movesByItself { clusters[name]!.moveByItself(now: now) }
        case .replaceMember(let member, _, _):
            if clusters[member.service]!.replace(now: now) { violations.append("\(member) replaced on top of a replacement") }
        case .moveInstance(let instance):
            if crowding?.joined().contains(instance) == true { tasks -= 1 }
            crowding = crowding?.map { $0.filter { $0 != instance } }
        case .restartAgent: if isHostUp, agentComesBack { mesosState = .active }
        case .stopHost:
            isHostStopped = true
            for name in clusters.keys { clusters[name]!.die() }
        case .drainHost: break
        case .startHost:
            isHostStopped = false
            if isHostUp { mesosState = .active }
        case .leave:
            mesosState = nil
            tasks = 0
            for name in clusters.keys { clusters[name]!.die() }
        case .detach: isDetached = true
        case .attach(InstanceID("i-old"), _): isDetached = false
        case .attach(let instance, _): for index in fresh.indices where fresh[index].instance == instance { fresh[index].isInService = true }
        case .terminate, .retire: terminate()
        case .launch(_, _, _, let token): launch(token: token)
        case .apply(let planned): apply(planned)
        }
    }

    private mutating func apply(_ planned: PlannedReplacement) {
        guard applications[planned.plan] == nil else { return }
        if case .notApplied? = applying { return applications[planned.plan] = applying }
        if planned.isGone != (ec2 == .terminated) { violations.append("a plan is applied that was made for another state of things") }
        if !planned.isGone { terminate() }
        if let applying { return applications[planned.plan] = applying }
        if fresh.contains(where: { $0.state == .running || $0.state == .pending }) { violations.append("a second instance was created") }
        launch(token: planned.plan)
        applications[planned.plan] = .applied(fresh[fresh.count - 1].instance)
    }

    private mutating func terminate() {
        let hasRunning = clusters.values.contains { $0.isRunningHere } || (mesosState != nil && tasks > 0)
        if isHostUp, !isHostStopped, hasRunning { violations.append("terminated with something running on it") }
        if isHostUp, clusters.values.contains(where: \.isHere), !isHostStopped { violations.append("terminated with a member on it") }
        if ec2 == .running { (ec2, ec2Since) = (.shuttingDown, now) }
        isTerminatedByUs = true
        (mesosState, isHostUp) = (nil, false)
        for name in clusters.keys { clusters[name]!.die() }
    }

    mutating func hostDies() {
        (mesosState, isHostUp) = (nil, false)
        for name in clusters.keys { clusters[name]!.die() }
    }

    mutating func rises() {
        (mesosState, isHostUp) = (.active, true)
        for name in clusters.keys { clusters[name]!.rise() }
    }

    mutating func isTerminatedBySomebody() {
        (ec2, ec2Since) = (.shuttingDown, now)
        hostDies()
    }
}
