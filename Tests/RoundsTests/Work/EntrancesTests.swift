import Fleet
import Ledger
import Planning
import Replacing
import Testing

@testable import Rounds

@Suite struct `A node that load balancers lead to` {
    private static let group = Entrance.targetGroup("arn:g/web/1", port: 80, isByAddress: false)
    private static let byAddress = Entrance.targetGroup("arn:g/web-ip/2", port: 80, isByAddress: true)
    private static let classic = Entrance.classic("old-web")
    private static let address = Entrance.address("eipalloc-1")

    private static func settings() -> Settings {
        let pool = Pool(
            name: Acting.pool.name, selector: Acting.pool.selector, size: 10, image: Acting.pool.image, provision: Acting.pool.provision,
            looksAfterEntrances: true)
        var settings = Settings(pools: [pool], servicesInterval: .seconds(60), mode: .act)
        settings.gates = []
        return settings
    }

    private static func sighting(_ places: [(Entrance, String, EntrancesSighting.Standing)], address: InstanceID? = "i-1") -> EntrancesSighting {
        EntrancesSighting(
            places: places.map { EntrancesSighting.Place($0.0, target: $0.1, standing: $0.2) }, balancers: ["arn:g/web/1", "arn:g/web-ip/2", "old-web"],
            addresses: ["eipalloc-1": address])
    }

    private static let whole = sighting([(group, "i-1", .serves), (byAddress, "10.0.0.1", .serves), (classic, "i-1", .unfit("x")), (group, "i-2", .serves)])

    /// Everybody looks, and what is handed out is taken by those who were asked.
    ///
    /// - Returns: what has been asked for by then, in order.
    private func act(_ watch: Watch, _ seconds: Int, _ entrances: EntrancesSighting?, isDeactivated: Bool = false) throws -> [Action] {
        if let entrances { _ = try watch.take(.entrances(.success(entrances)), at: seconds) }
        try watch.act(seconds, Samples.mesos(Acting.numbers.map { Samples.agent($0, isDeactivated: $0 == 1 && isDeactivated) }))
        _ = try watch.take(.claim(.ours(confirmedAt: Samples.time(seconds + 1))), at: seconds + 1)
        _ = try watch.take(.look, at: seconds + 1)
        let intents = watch.work.open.first?.intents ?? []
        for intent in intents where intent.answer == nil { _ = try watch.take(.acted(ReplacementID(1), intent: intent.number, .accepted), at: seconds + 2) }
        return intents.map(\.action)
    }

    @Test func `is written down with them before it is taken out, and drained when they have let go`() throws {
        let watch = try Watch(settings: Self.settings(), rules: try Acting.rules())
        #expect(try act(watch, 0, Self.whole) == [.deactivate("M-S1")])
        #expect(watch.work.open.first?.entrances == [Self.byAddress, Self.group, Self.classic, Self.address].sorted())
        #expect(try watch.ledger.remembered().work.replacements.first?.entrances == watch.work.open.first?.entrances)
        #expect(try act(watch, 15, Self.whole, isDeactivated: true) == [.deactivate("M-S1"), .detach("i-1")])
        let leaving = Self.sighting([(Self.group, "i-1", .leaves)])
        #expect(try act(watch, 30, leaving, isDeactivated: true).count == 2, "old connections go on")
        let apart = Self.sighting([(Self.group, "i-2", .serves)])
        #expect(
            try act(watch, 45, apart, isDeactivated: true).contains { if case .leave = $0 { true } else { false } }, "nothing runs on it, so nothing is drained"
        )
        #expect(watch.work.open.first?.entrances?.count == 4, "what it stood in stays written down")
    }

    @Test func `is not drained while nobody has seen who leads to it`() throws {
        let watch = try Watch(settings: Self.settings(), rules: try Acting.rules())
        #expect(try act(watch, 0, nil) == [.deactivate("M-S1")])
        #expect(try act(watch, 15, nil, isDeactivated: true).count == 1)
        _ = try watch.take(.entrances(.failure(SourceFailure("no"))), at: 20)
        #expect(try act(watch, 30, nil, isDeactivated: true).count == 1)
        #expect(watch.work.open.first?.step == .drain && watch.work.open.first?.entrances == nil)
        #expect(try act(watch, 45, Self.sighting([], address: nil), isDeactivated: true).last == .leave("i-1"))
        #expect(watch.work.open.first?.entrances == [])
    }

    @Test func `is followed where it stood, and not where somebody has taken it out by hand`() throws {
        let watch = try Watch(settings: Self.settings(), rules: try Acting.rules())
        _ = try act(watch, 0, Self.whole)
        _ = try act(watch, 5, Self.sighting([(Self.group, "i-1", .serves), (Self.classic, "i-1", .leaves)], address: nil), isDeactivated: true)
        #expect(watch.work.open.first?.entrances == [Self.group])
    }

    @Test func `is replaced by one that serves in each of them, or has nothing left to take`() {
        let seen = Self.sighting([(Self.group, "i-9", .serves), (Self.byAddress, "10.0.0.9", .comes), (Self.classic, "i-9", .serves)], address: "i-9")
        func isTaken(_ entrance: Entrance, _ sighting: EntrancesSighting = seen) -> Bool { sighting.isTaken(entrance, by: "i-9", at: "10.0.0.9", from: "i-1") }
        #expect(isTaken(Self.group) && isTaken(Self.classic) && isTaken(Self.address))
        #expect(!isTaken(Self.byAddress), "it comes, and is not tried yet")
        #expect(isTaken(.targetGroup("arn:g/deleted/1", port: 80, isByAddress: false)) && isTaken(.classic("deleted")) && isTaken(.address("released")))
        #expect(!isTaken(.targetGroup("arn:g/web/1", port: 81, isByAddress: false)), "another port is another place")
        #expect(!isTaken(Self.address, Self.sighting([], address: "i-1")) && !isTaken(Self.address, Self.sighting([], address: nil)))
        #expect(isTaken(Self.address, Self.sighting([], address: "i-5")), "a third has it by now")
    }
}
