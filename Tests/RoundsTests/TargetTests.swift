import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

private let two = (1...2).map { Samples.agent($0) }
private let twoInstances = (1...2).map { Samples.instance($0) }

@Suite struct `A pool's target image` {
    private func outdated(_ watch: Watch) -> [Reading] { [1, 2].map { watch.fact(.imageOutdated, of: Samples.node($0)) } }

    @Test func `outdates nobody before it has been the target for an hour`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(outdated(watch) == [.boolean(false), .boolean(false)])
        let new = Samples.ec2([Samples.instance(1), Samples.instance(2, image: "ami-new")], target: "ami-new", since: Samples.time(50))
        try watch.look(60, Samples.mesos(two), new)
        #expect(outdated(watch) == [.unknown, .unknown] && watch.fact(.targetImageID, of: "i-1") == .unknown)
        #expect(try watch.audit().contains("target_changed"))
        try watch.look(3640, Samples.mesos(two), new)
        #expect(outdated(watch) == [.unknown, .unknown])
        // A restart does not make it younger, nor older.
        try watch.restart(at: 3650)
        try watch.look(3659, Samples.mesos(two), new)
        #expect(outdated(watch) == [.unknown, .unknown])
        try watch.look(3660, Samples.mesos(two), new)
        #expect(outdated(watch) == [.boolean(true), .boolean(false)])
    }

    @Test func `settles anew after a roll-back, which outdates too`() throws {
        let watch = try Watch()
        let fleet = [Samples.instance(1, image: "ami-new"), Samples.instance(2)]
        try watch.look(0, Samples.mesos(two), Samples.ec2(fleet, target: "ami-new"))
        #expect(outdated(watch) == [.boolean(false), .boolean(true)])
        try watch.look(60, Samples.mesos(two), Samples.ec2(fleet, target: "ami-old"))
        #expect(outdated(watch) == [.unknown, .unknown])
        try watch.look(3660, Samples.mesos(two), Samples.ec2(fleet, target: "ami-old"))
        #expect(outdated(watch) == [.boolean(true), .boolean(false)])
    }

    @Test func `is unknown while it is not available, and once it has vanished`() throws {
        let watch = try Watch()
        let fleet = [Samples.instance(1, image: "ami-new"), Samples.instance(2)]
        try watch.look(0, Samples.mesos(two), Samples.ec2(fleet, target: "ami-new"))
        try watch.look(60, Samples.mesos(two), Samples.ec2(fleet, target: "ami-new", targetState: "disabled"))
        #expect(outdated(watch) == [.unknown, .unknown])
        try watch.look(120, Samples.mesos(two), Samples.ec2(fleet, target: "ami-new"))
        #expect(outdated(watch) == [.boolean(false), .boolean(true)])
        let vanished = EC2Sighting(
            instances: .success(fleet), statuses: .success([]), images: .success([]), targets: ["private": .failure(SourceFailure("ami-new is not listed"))])
        for seconds in [180, 240, 300] { try watch.look(seconds, Samples.mesos(two), vanished) }
        #expect(outdated(watch) == [.boolean(false), .boolean(true)], "believed for three intervals")
        try watch.look(360, Samples.mesos(two), vanished)
        #expect(outdated(watch) == [.unknown, .unknown])
    }

    @Test func `is none for a pool that names no image`() throws {
        let watch = try Watch(settings: Settings(pools: [Pool(name: "private", selector: Samples.pool.selector)]))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances, target: nil))
        #expect(watch.fact(.targetImageID, of: "i-1") == .none && outdated(watch) == [.none, .none])
    }
}

@Suite struct `Absence` {
    @Test func `means nothing until the re-register time-out of a new master has passed`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let (one, both) = ([Samples.recovered(1)], [Samples.recovered(1), Samples.recovered(2)])
        try watch.look(15, Samples.mesos([], recovered: both, master: "N", elected: Samples.time(5)))
        #expect(watch.state(of: 1) == .state(.recovered) && watch.state(of: 2) == .state(.recovered))
        // The second is forgotten too early: it is not known why.
        let after = Samples.mesos([], recovered: one, master: "N", elected: Samples.time(5))
        try watch.keepLooking(after, from: 15, to: 600)
        #expect(watch.state(of: 2) == .unknown)
        try watch.look(615, after)
        #expect(watch.state(of: 2) == .state(.absent) && watch.state(of: 1) == .state(.recovered))
    }

    @Test func `is believed at once of an agent that this master had listed`() throws {
        let watch = try Watch()
        let master = MasterID("N")
        try watch.look(0, Samples.mesos(two, master: master, elected: Samples.time(-5)), Samples.ec2(twoInstances))
        try watch.look(15, Samples.mesos([two[0]], master: master, elected: Samples.time(-5)))
        #expect(watch.state(of: 2) == .state(.absent))
        // Elected once more, and nothing is known again.
        try watch.look(30, Samples.mesos([two[0]], master: master, elected: Samples.time(29)))
        #expect(watch.state(of: 2) == .unknown)
    }

    @Test func `is waited for when the master's clock is ahead or behind`() throws {
        for elected in [-86_400, 86_400] {
            let watch = try Watch()
            try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
            let after = Samples.mesos([two[0]], master: "N", elected: Samples.time(elected))
            try watch.keepLooking(after, from: 0, to: 600)
            #expect(watch.state(of: 2) == .unknown, "\(elected)")
            if elected < 0 {
                try watch.look(615, after)
                #expect(watch.state(of: 2) == .state(.absent))
            }
        }
    }

    @Test func `is never only of an instance that was watched since its launch`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos([two[0]]), Samples.ec2([Samples.instance(1)]))
        let fleet = [Samples.instance(1), Samples.instance(2, launched: Samples.time(100)), Samples.instance(3, launched: Samples.time(-1))]
        try watch.keepLooking(Samples.mesos([two[0]]), from: 0, to: 600)
        try watch.look(615, Samples.mesos([two[0]]), Samples.ec2(fleet))
        #expect(watch.state(of: 2) == .state(.never) && watch.fact(.agentID, of: "i-2") == .none)
        #expect(watch.state(of: 3) == .unknown)
        // Ten minutes without sight: it may have joined and gone meanwhile.
        try watch.look(1300, Samples.mesos([two[0]]), Samples.ec2(fleet))
        #expect(watch.state(of: 2) == .unknown)
        try watch.look(1315, Samples.mesos(two), Samples.ec2(fleet))
        #expect(watch.state(of: 2) == .state(.active))
        try watch.look(1330, Samples.mesos([two[0]]), Samples.ec2(fleet))
        #expect(watch.state(of: 2) == .state(.absent))
    }

    @Test func `is not concluded while nobody knows who is in maintenance`() throws {
        let watch = try Watch()
        let down = MesosSighting.Maintenance(down: [MesosSighting.Machine(hostname: "10.0.0.2", ip: "10.0.0.2")])
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(15, Samples.mesos([two[0]], maintenance: .success(down)))
        #expect(watch.state(of: 2) == .state(.maintenance))
        try watch.restart(at: 20)
        let silent = Samples.mesos([two[0]], maintenance: .failure(Samples.failure))
        let report = try watch.look(30, silent, Samples.ec2(twoInstances))
        #expect(watch.state(of: 2) == .state(.maintenance) && report.rows.observations == 0)
        try watch.keepLooking(silent, from: 30, to: 75)
        #expect(watch.state(of: 2) == .unknown && watch.state(of: 1) == .unknown)
    }

    @Test func `is maintenance when an operator has taken the machine down`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let machine = MesosSighting.Machine(hostname: nil, ip: "10.0.0.2")
        try watch.look(15, Samples.mesos(two, maintenance: .success(MesosSighting.Maintenance(draining: [machine]))))
        #expect(watch.state(of: 2) == .state(.maintenance) && watch.state(of: 1) == .state(.active))
        try watch.look(30, Samples.mesos([two[0]], maintenance: .success(MesosSighting.Maintenance(down: [machine]))))
        #expect(watch.state(of: 2) == .state(.maintenance))
        try watch.look(45, Samples.mesos([two[0]]))
        #expect(watch.state(of: 2) == .state(.absent))
    }
}
