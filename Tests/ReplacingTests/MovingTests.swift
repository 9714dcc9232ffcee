import Fleet
import Replacing
import Testing

@Suite struct `A move of a member` {
    private static let kafka: ServiceName = "prod/kafka"

    private func asked(_ world: World) -> Int { world.actions.count { if case .replaceMember = $0 { true } else { false } } }

    @Test func `is written ahead with what it was before`() throws {
        var world = World()
        world.run(until: { self.asked($0) == 1 })
        let index = try #require(world.entries.firstIndex { if case .moved = $0.transition { true } else { false } })
        guard case .moved(let move) = world.entries[index].transition, case .intended(let intent) = world.entries[index + 1].transition else {
            Issue.record("not written ahead")
            return
        }
        #expect(move.task == "kafka-0__1" && move.agent == World.agent && move.broker == 0 && move.asked == 1 && move.askedAt == intent.at)
        #expect(move.baseline == ["orders-0", "orders-1", "orders-2", "orders-3"])
        #expect(intent.action == .replaceMember(move.member, task: "kafka-0__1", agent: World.agent))
    }

    @Test func `is placed, recovered and in sync one after the other`() {
        var world = World()
        world.clusters[Self.kafka]!.syncing = .seconds(600)
        world.run(until: { $0.replacement.moves.first?.placedAt != nil })
        #expect(world.replacement.moves[0].inSyncAt == nil)
        world.run(until: { $0.replacement.moves.first?.recoveredAt != nil })
        #expect(world.replacement.moves[0].inSyncAt == nil)
        #expect(world.replacement.inFlight?.members == [ServiceMember(Self.kafka, "kafka-0")])
        world.run(until: { $0.replacement.moves.first?.inSyncAt != nil })
        #expect(world.replacement.inFlight?.members == [])
        #expect(world.now - world.replacement.moves[0].placedAt! >= .seconds(600))
    }

    /// The first member's scheduler is never done, as another member stands.
    private func seen(otherIsDown: Bool) -> @Sendable (inout Sight) -> Void {
        { sight in
            sight.services = sight.services.mapValues {
                let other = MemberStatus(
                    member: ServiceMember(Self.kafka, "kafka-2"), broker: 2, node: "i-2", agent: "S2", task: "kafka-2__1", isRunning: !otherIsDown,
                    isRegistered: !otherIsDown, isInSync: !otherIsDown)
                return ServiceStatus(
                    name: $0.name, settings: $0.settings, readAt: $0.readAt, isFresh: $0.isFresh, isQuiet: false, members: $0.members + [other],
                    partitions: $0.partitions, partitionsReadAt: $0.partitionsReadAt)
            }
        }
    }

    @Test func `does not wait for plans that another member which is down keeps open, and for any others it does`() {
        for otherIsDown in [true, false] {
            var world = World()
            world.clusters[Self.kafka]!.syncing = .seconds(600)
            world.seen = seen(otherIsDown: otherIsDown)
            world.run(until: { $0.replacement.moves.first?.isDone == true })
            #expect(world.replacement.moves.first?.isDone == otherIsDown)
            #expect(world.replacement.moves.first?.inSyncAt != nil)
        }
    }

    @Test func `is not begun for what is only remembered to lie there under no name, and the node is not empty either`() {
        let unnamed = ServiceMember(Self.kafka, ServiceMember.unnamed)
        var world = World()
        world.run(until: { $0.replacement.moves.first?.placedAt != nil })
        // As a program sees it that was started again.
        world.seen = { sight in sight.membersLeft = (sight.membersLeft ?? []) + [unnamed] }
        world.run(until: { $0.replacement.moves.first?.isDone == true })
        for _ in 1...4 { world.round(15) }
        #expect(world.replacement.moves.map(\.member) == [ServiceMember(Self.kafka, "kafka-0")])
        #expect(world.replacement.step == .move)
        // Now it is read, and is what the member has left behind.
        world.seen = { sight in
            sight.membersLeft = (sight.membersLeft ?? []) + [unnamed]
            sight.resources[unnamed] = ["\(Self.kafka)-volume"]
        }
        for _ in 1...4 { world.round(15) }
        #expect(world.replacement.moves.count == 1)
        // Or something else.
        world.seen = { sight in
            sight.membersLeft = (sight.membersLeft ?? []) + [unnamed]
            sight.resources[unnamed] = ["another-volume"]
        }
        for _ in 1...4 { world.round(15) }
        #expect(world.replacement.moves.contains { $0.member == unnamed })
    }

    @Test func `is not in sync by what was read before it was placed`() {
        var world = World()
        world.clusters[Self.kafka]!.syncing = .seconds(1)
        let early = World.start
        world.seen = { sight in
            sight.services = sight.services.mapValues {
                ServiceStatus(
                    name: $0.name, settings: $0.settings, readAt: $0.readAt, isFresh: true, isQuiet: $0.isQuiet, members: $0.members, partitions: $0.partitions,
                    partitionsReadAt: early)
            }
        }
        world.run()
        #expect(world.parkReason == .memberNotSyncing)
    }

    @Test func `goes on for as long as it makes progress`() {
        var world = World()
        world.clusters[Self.kafka]!.syncing = .seconds(4 * 25 * 60)
        world.run()
        #expect(world.isDone)
    }

    @Test func `is asked for again only when looks from long after show that nothing came of the first call`() throws {
        var world = World()
        world.fate = { if case .replaceMember = $0.action { $0.number == 2 ? .droppedUnanswered : .done } else { .done } }
        world.run(until: { self.asked($0) == 1 })
        let first = world.now
        world.run(until: { self.asked($0) == 2 })
        #expect(world.now - first >= Playbook.standard.pauses.settling)
        #expect(world.replacement.moves[0].asked == 2)
        world.run()
        #expect(world.isDone)
    }

    @Test func `is asked for again only once its node is out of the offers again, when somebody has given that back`() {
        var world = World()
        world.fate = { if case .replaceMember = $0.action { $0.number == 2 ? .droppedUnanswered : .done } else { .done } }
        world.run(until: { self.asked($0) == 1 })
        world.mesosState = .active
        world.run(until: { self.asked($0) == 2 })
        #expect(world.mesosState == .deactivated && world.done.filter { $0 == "deactivate" }.count == 2)
        world.run()
        #expect(world.isDone && world.violations == [], "\(world.replacement.standing)")
    }

    @Test func `is not asked for again while its scheduler is busy, or not read since`() {
        for hide: @Sendable (inout Sight) -> Void in [
            { sight in
                sight.services = sight.services.mapValues {
                    ServiceStatus(
                        name: $0.name, settings: $0.settings, readAt: $0.readAt, isFresh: true, isQuiet: false, members: $0.members, partitions: $0.partitions,
                        partitionsReadAt: $0.partitionsReadAt)
                }
            },
            { $0.readAt[.mesos] = World.start },
        ] {
            var world = World()
            world.fate = { if case .replaceMember = $0.action { .droppedSilently } else { .done } }
            world.run(until: { self.asked($0) == 1 })
            world.seen = hide
            world.run()
            #expect(asked(world) == 1)
            #expect(world.parkReason == .memberNotPlaced)
        }
    }

    @Test func `would be asked for twice by one that does not look`() {
        var world = World()
        world.playbook.looksBeforeRepeating = false
        world.clusters[Self.kafka]!.placing = .seconds(300)
        world.fate = { if case .replaceMember = $0.action { .doneSilently } else { .done } }
        world.run()
        #expect(world.violations.contains { $0.contains("on top of a replacement") })
    }

    @Test func `is not begun while its scheduler cannot be read, nor for what nobody knows how to move`() {
        var unread = World()
        unread.run(until: { $0.step == .cordon })
        unread.clusters[Self.kafka]!.isReadable = false
        unread.run(within: 2)
        #expect(asked(unread) == 0)
        var refused = World()
        refused.seen = { sight in
            sight.services = sight.services.mapValues {
                ServiceStatus(
                    name: $0.name, settings: ServiceSettings(policy: .refuse), readAt: $0.readAt, isFresh: true, isQuiet: true, members: $0.members,
                    partitions: $0.partitions, partitionsReadAt: $0.partitionsReadAt)
            }
        }
        refused.run()
        #expect(asked(refused) == 0)
        #expect(refused.parkReason == .memberNotPlaced)
    }

    @Test func `is seen when its scheduler has done it by itself`() {
        var world = World()
        world.gates = { step, _ in step == .move ? ["pause"] : [] }
        world.run(until: { $0.step == .move && !$0.waitsFor.isEmpty })
        world.clusters[Self.kafka]!.moveByItself(now: world.now)
        world.gates = { _, _ in [] }
        world.seen = { sight in if let left = sight.membersLeft, left.isEmpty { sight.membersLeft = [] } }
        world.run()
        #expect(world.isDone)
        #expect(asked(world) <= 1)
        #expect(world.violations.allSatisfy { !$0.contains("terminated") })
    }
}
