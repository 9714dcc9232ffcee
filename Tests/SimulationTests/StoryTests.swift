import Fleet
import Testing

@testable import Simulation

private let start = World.storyStart

@Suite struct `The demo's story` {
    @Test func `tells everything that it is meant to tell, in order`() {
        let world = World.demo(at: start + World.storyDuration, into: World.storyDuration)
        let texts = world.chronicle.map(\.text)
        for part in [
            "hangs", "retirement", "is built", "begins to flap", "Somebody terminates", "will never join", "has joined", "is killed", "drains", "is drained",
            "maintenance schedule", "dies", "is elected", "refuses calls", "is started again",
        ] {
            #expect(texts.contains { $0.contains(part) }, "nothing tells of '\(part)'")
        }
        #expect(world.chronicle.map(\.at) == world.chronicle.map(\.at).sorted())
        #expect(world.chronicle.allSatisfy { $0.at <= start + World.storyDuration })
    }

    @Test func `leaves each telling state long enough for a rule that waits ten minutes`() throws {
        var world = World.demo(at: start)
        var longest: [String: Int] = [:]
        var current: [String: Int] = [:]
        let frozen = world.machines[0].hostname
        for minute in 0..<180 {
            let ec2 = world.ec2Sighting(pools: World.demoPools, at: start + .seconds(minute * 60))
            var holding: Set<String> = []
            if let mesos = try? world.mesosSighting(at: start + .seconds(minute * 60)) {
                let listed = Set(mesos.agents.map(\.hostname) + mesos.recovered.map(\.hostname))
                if !listed.contains(frozen) { holding.insert("lost") }
                if mesos.agents.contains(where: { $0.drain == .drained }) { holding.insert("drained") }
            }
            if let statuses = try? ec2.statuses.get() {
                if statuses.contains(where: { $0.system == .impaired }) { holding.insert("impaired") }
                if statuses.contains(where: { !$0.events.isEmpty }) { holding.insert("retirement") }
            }
            if let target = try? ec2.targets["private"]?.get(), let since = target.since, world.now - since >= .seconds(3600) { holding.insert("settled") }
            for word in ["lost", "drained", "impaired", "retirement", "settled"] {
                current[word] = holding.contains(word) ? (current[word] ?? 0) + 1 : 0
                longest[word] = max(longest[word] ?? 0, current[word] ?? 0)
            }
        }
        for (word, minutes) in longest { #expect(minutes >= 20, "\(word) holds for \(minutes) minutes only") }
    }

    @Test func `finds several things wrong when it begins in the middle`() throws {
        let now = start
        var world = World.demo(at: now, into: World.middleOfStory)
        let (mesos, ec2) = (try world.mesosSighting(at: now), world.ec2Sighting(pools: World.demoPools, at: now))
        #expect(world.now == now && mesos.recovered.isEmpty)
        #expect(mesos.agents.contains { !$0.isActive && !$0.isDeactivated })
        #expect(mesos.agents.contains { $0.isDeactivated && $0.drain == nil })
        #expect(mesos.agents.contains { $0.drain == .drained })
        #expect(try mesos.maintenance.get().down.count == 1)
        let addresses = Set(mesos.agents.map(\.hostname))
        #expect(try ec2.instances.get().contains { $0.state == .running && !addresses.contains($0.privateIP ?? "") })
        #expect(try mesos.tasks.get().completed.contains(where: \.hasFailed))
        #expect(try ec2.statuses.get().contains { $0.instance == .impaired })
        #expect(try ec2.statuses.get().contains { !$0.events.isEmpty })
        let target = try #require(try ec2.targets["private"]?.get())
        #expect(try now - #require(target.since) >= .seconds(3600))
        #expect(try ec2.instances.get().contains { $0.image != target.image.id })
    }
}
