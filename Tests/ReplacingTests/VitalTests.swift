import Fleet
import Replacing
import Testing

@Suite struct `A vital` {
    private static let now = Timestamp(iso8601: "2026-11-23T09:00:00Z")!

    private func judged(
        mesos: Reading = .text("absent"), lostFor: Duration? = .seconds(900), ec2: Reading = .text("running"), system: Reading = .text("impaired"),
        instance: Reading = .text("ok"), ssm: Reading = .unknown, wasOnline: Bool? = nil, probe: Reading = .unknown, registered: [ServiceMember]? = [],
        byUs: Bool = false, playbook: Playbook = .standard
    ) -> Vital {
        var facts = NodeFacts(id: "i-1")
        facts[.mesosState] = mesos
        facts[.ec2State] = ec2
        facts[.systemStatus] = system
        facts[.instanceStatus] = instance
        facts[.ssmPing] = ssm
        facts[.probe] = probe
        let signs = VitalSigns(
            now: Self.now, facts: facts, mesosStateSince: lostFor.map { Self.now - $0 }, unreachableAfter: .seconds(300), wasOnlineInSSM: wasOnline,
            registered: registered, isTerminatedByUs: byUs)
        let (vital, reason) = Vital.judge(signs, playbook: playbook)
        #expect(!reason.isEmpty)
        return vital
    }

    private let silent = Reading.text("silent")
    private let ok = Reading.text("ok")

    @Test func `is dead when Mesos has lost it for long enough and one more says so`() {
        #expect(judged() == .dead)
        #expect(judged(mesos: .text("inactive")) == .dead)
        #expect(judged(system: .unknown, instance: .unknown, probe: silent) == .dead)
        #expect(judged(system: .unknown, instance: .unknown, ssm: .text("ConnectionLost"), wasOnline: true) == .dead)
        // Two that heard nothing outweigh checks that are well.
        #expect(judged(system: ok, ssm: .text("ConnectionLost"), wasOnline: true, probe: silent) == .dead)
    }

    @Test func `is not dead by Mesos alone, nor by one who heard nothing while EC2 calls it well`() {
        #expect(judged(system: ok) == .undecided)
        #expect(judged(system: .unknown, instance: .unknown) == .undecided)
        #expect(judged(system: ok, probe: silent) == .undecided)
        #expect(judged(system: .unknown, instance: .unknown, ssm: .text("ConnectionLost"), wasOnline: nil) == .undecided)
        #expect(judged(system: .unknown, instance: .unknown, ssm: .text("ConnectionLost"), wasOnline: false) == .undecided)
        var one = Playbook.standard
        one.witnessesNeeded = 0
        #expect(judged(system: .unknown, instance: .unknown, playbook: one) == .dead)
    }

    @Test func `is not dead before Mesos' own time-out`() {
        #expect(judged(lostFor: .seconds(300)) == .undecided)
        #expect(judged(lostFor: .milliseconds(300_001)) == .dead)
        #expect(judged(lostFor: nil) == .undecided)
    }

    @Test func `is not dead while a broker on it is registered, or may be`() {
        #expect(judged(registered: [ServiceMember("prod/kafka", "kafka-0")]) == .undecided)
        #expect(judged(registered: nil) == .undecided)
        var mutant = Playbook.standard
        mutant.brokersVeto = false
        #expect(judged(registered: nil, playbook: mutant) == .dead)
    }

    @Test func `is stray when the host answers, whoever says otherwise`() {
        #expect(judged(probe: .text("answers")) == .stray)
        #expect(judged(ssm: .text("Online"), probe: silent) == .stray)
        #expect(judged(mesos: .text("never"), system: ok, probe: .text("answers")) == .stray)
    }

    @Test(arguments: [MesosState.active, .deactivated, .draining, .drained, .maintenance])
    func `is living while Mesos has it`(state: MesosState) {
        #expect(judged(mesos: .text(state.rawValue), probe: silent) == .living)
    }

    @Test func `is departed when its instance is ended by somebody else, and dead when we have done it`() {
        for state in ["terminated", "shutting-down"] {
            #expect(judged(mesos: .unknown, ec2: .text(state)) == .departed)
            #expect(judged(mesos: .unknown, ec2: .text(state), byUs: true) == .dead)
        }
        #expect(judged(ec2: .text("stopped")) == .undecided)
        #expect(judged(ec2: .text("stopping")) == .undecided)
    }

    @Test func `is never made dead by what is not known`() {
        for fact in [Fact.mesosState, .ec2State] {
            #expect(judged(mesos: fact == .mesosState ? .unknown : .text("absent"), ec2: fact == .ec2State ? .unknown : .text("running")) == .undecided)
        }
        #expect(judged(mesos: .text("recovered")) == .undecided)
        #expect(judged(mesos: .none) == .undecided)
    }
}
