import Fleet

extension Deliberation {
    /// Notes what is seen, before anything is decided.
    mutating func observe() {
        observeMembers()
        observeEntrances()
        for move in state.moves where !move.isDone { note(.moved(observed(move))) }
    }

    private mutating func observeMembers() {
        guard state.isTerminated == false || state.step == .gone || state.step == .move, let left = look.membersLeft else { return }
        let known = Set(state.moves.map(\.member))
        let new = left.filter { !known.contains($0) && !isRemainder($0) && !isUnread($0) }
        if !new.isEmpty { note(.membersSeen(new.map(seen))) }
    }

    /// While the node lives and nothing was done to it, what is seen is what leads to it. After that AWS, its group and we ourselves take it out: what was written
    /// down stays, and only more is added.
    private mutating func observeEntrances() {
        guard let seen = look.entrances, !state.isTerminated || state.entrances == nil else { return }
        let isUntouched = look.vital == .living && !state.hasAskedToDetach
        let known = isUntouched ? [] : state.entrances ?? []
        // An address goes to the successor before the old node is touched, where that is launched first.
        let given = state.successor == nil ? [] : (state.entrances ?? []).filter { !$0.isBalanced }
        note(.entrancesSeen(Set(known + given + seen).sorted()))
    }

    /// Whether what lies here under no name is what a member has left behind that was asked to go: it was written down with its move.
    private func isRemainder(_ member: ServiceMember) -> Bool {
        guard member.member == ServiceMember.unnamed, let here = look.resources[member], !here.isEmpty else { return false }
        let written = Set(state.moves.filter { $0.member.service == member.service && ($0.isOpen || $0.isDone) }.flatMap(\.resources))
        return here.allSatisfy(written.contains)
    }

    /// Whether it is only remembered that something lies here under no name, and what it is was not read since: it may be a remainder. Until then the node
    /// is not empty either.
    private func isUnread(_ member: ServiceMember) -> Bool { member.member == ServiceMember.unnamed && look.resources[member] == nil }

    /// A member as it is on the node now, with who ought to be in sync with it.
    func seen(_ member: ServiceMember) -> MemberMove {
        let here = place(of: member)
        let broker = here?.broker ?? places(of: member).lazy.compactMap(\.broker).first
        return MemberMove(
            member: member, task: here?.task, agent: here?.agent ?? state.agent, broker: broker, resources: look.resources[member] ?? [],
            baseline: broker.flatMap { baseline(of: $0, in: look.services[member.service]) })
    }

    private func baseline(of broker: Int, in service: ServiceStatus?) -> [String]? {
        service?.partitions.map { $0.filter { ($0.baseline ?? $0.inSync).contains(broker) }.map(\.id) }
    }

    func places(of member: ServiceMember) -> [MemberStatus] { look.services[member.service]?.members.filter { $0.member == member } ?? [] }
    func place(of member: ServiceMember) -> MemberStatus? { places(of: member).first(where: isHere) }

    func isHere(_ place: MemberStatus) -> Bool {
        if let agent = place.agent, let mine = state.agent { return agent == mine }
        return place.node == state.node
    }

    /// New places of a member: another task on another agent. By themselves they may still be starting.
    func newPlaces(of move: MemberMove) -> [MemberStatus] {
        places(of: move.member).filter { !isHere($0) && $0.agent != nil && $0.agent != move.agent && $0.task != nil && $0.task != move.task }
    }

    /// Whether it was asked to go, and a new task of it is on this very node.
    func hasComeBack(_ move: MemberMove) -> Bool {
        guard let asked = move.askedAt, move.placedAt == nil, let task = move.task, let service = look.services[move.member.service],
            let readAt = service.readAt
        else { return false }
        return readAt >= asked && places(of: move.member).contains { isHere($0) && $0.task != nil && $0.task != task && $0.isRunning != false }
    }

    // The three facts

    private func observed(_ before: MemberMove) -> MemberMove {
        guard let service = look.services[before.member.service], service.isFresh else { return before }
        var move = before
        // What was last said of a machine that is no more may be that it runs.
        let isRunningHere = !state.isTerminated && places(of: move.member).contains { isHere($0) && $0.isRunning == true }
        let running = newPlaces(of: move).first { $0.isRunning == true }
        if move.placedAt == nil, running != nil, !isRunningHere { move.placedAt = look.now }
        guard let placedAt = move.placedAt, let running else { return move }
        if move.recoveredAt == nil, let readAt = service.readAt, readAt >= placedAt, isRecovered(move, at: running, in: service) { move.recoveredAt = look.now }
        guard let behind = behind(move, at: running, in: service, since: placedAt) else { return move }
        if let before = move.behind, behind < before { move.progressAt = look.now }
        move.behind = behind
        if behind == 0 { move.inSyncAt = move.inSyncAt ?? look.now }
        return move
    }

    /// Whether its scheduler is done with it: its plans are complete, or another member that is down keeps them from it, and this one's broker is there.
    /// Two dead nodes of one cluster would wait for each other for ever otherwise.
    private func isRecovered(_ move: MemberMove, at place: MemberStatus, in service: ServiceStatus) -> Bool {
        if service.isQuiet == true { return true }
        let others = Dictionary(grouping: service.members.filter { $0.member != move.member }, by: \.member).values
        return service.isQuiet == false && place.isRegistered == true && others.contains { $0.allSatisfy(\.isDown) }
    }

    /// Of how many partitions of its baseline it is not in sync. Nil: not known, for it is read after it was placed, or it does not run.
    private func behind(_ move: MemberMove, at place: MemberStatus, in service: ServiceStatus, since placedAt: Timestamp) -> Int? {
        guard let partitions = service.partitions else { return nil }
        guard let broker = move.broker ?? place.broker else {
            guard let readAt = service.readAt, readAt >= placedAt else { return nil }
            return place.isInSync == false ? nil : 0
        }
        guard place.isRegistered == true else { return nil }
        if !partitions.isEmpty { guard let readAt = service.partitionsReadAt, readAt >= placedAt else { return nil } }
        guard let baseline = move.baseline.map(Set.init) else { return place.isInSync == true ? 0 : nil }
        return partitions.count { baseline.contains($0.id) && !$0.inSync.contains(broker) }
    }

    // The successor

    /// Adopts exactly one that is nobody else's, and notes its agent.
    mutating func observeSuccessor() {
        if state.step == .provision, state.successor == nil, let found = candidate { note(.successorSeen(found.instance, image: found.image)) }
        if let agent = successor?.agent, agent != state.agent, agent != state.successorAgent { note(.successorJoined(agent)) }
    }

    var successor: Look.Successor? { state.successor.flatMap { id in look.successors.first { $0.instance == id } } }

    /// The one that it has launched, or that Terraform has at its address; else, where a group launches by itself, the first that came with the image.
    private var candidate: Look.Successor? {
        let free = look.successors.filter {
            !state.lostSuccessors.contains($0.instance) && $0.instance != state.instance && ($0.state == .pending || $0.state == .running)
        }
        if isByTerraform { return createdByTerraform.flatMap { mine in free.first { $0.instance == mine } } }
        if isLaunching {
            let launched = state.intents.compactMap { intent -> InstanceID? in
                if case .launched(let instance)? = intent.answer?.outcome { instance } else { nil }
            }
            return free.first { launched.contains($0.instance) }
        }
        return free.first { hasWantedImage($0) }
    }

    func hasWantedImage(_ candidate: Look.Successor) -> Bool {
        if state.targetImage == nil, look.targetImage == nil { return true }
        return candidate.image != nil && (candidate.image == state.targetImage || candidate.image == look.targetImage)
    }

    /// Whether a fresh instance has to be launched, rather than come by itself.
    var isLaunching: Bool {
        if state.order == .launchFirst || state.hasAsked({ if case .launch = $0 { true } else { false } }) { return true }
        if case .launchTemplate? = look.pool?.provision { return true }
        return false
    }
}

extension PartitionStatus {
    /// `orders-3`.
    var id: String { "\(topic)-\(number)" }
}
