import AWS
import Fleet
import Ledger
import Rounds
import Rules
import Testing

@testable import Daemon

@Suite struct `Whether instances may be ended` {
    private static func pool(_ provision: Pool.Provisioning?) -> Pool { Pool(name: Samples.pool.name, selector: Samples.pool.selector, provision: provision) }

    private static func instance(_ number: Int, _ state: Instance.State = .running) -> Instance {
        Instance(
            id: InstanceID("i-\(number)"), image: "ami-1", state: state, privateIP: "10.0.0.\(number)", zone: "a", type: "m5.large",
            launchTime: TurningClock.start - .seconds(86_400), tags: [Instance.Tag(key: "Role", value: "agent")])
    }

    /// The nodes 1 to 30 are there, and a rule wants the first of them replaced.
    private func wishes(_ provision: Pool.Provisioning?, of numbers: ClosedRange<Int>) async throws -> [TerminationWish] {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 1), Lines())
        let names = numbers.map { "'i-\($0)'" }.joined(separator: ", ")
        let text = "version: 1\nrules:\n  - {name: sick, when: \"id IN (\(names))\", verdict: replace, class: failing, summary: \"{{id}}\"}\n"
        let rules = try RuleSet.parse([RuleFile(path: "r.yaml", text: text)])
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger(), rules: rules, settings: Settings(pools: [Self.pool(provision)]))
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        let seen = EC2Sighting(instances: .success((1...30).map { Self.instance($0) }), statuses: .success([]), images: .success([]), targets: [:])
        let report = try #require(await keeper.take(.ec2(seen)))
        let wishes = TerminationWishes(bell: EC2Bell())
        wishes.note(report)
        try ledger.close()
        return wishes.current
    }

    @Test func `is asked of those that somebody wants replaced, by who would end them`() async throws {
        let alone = try await wishes(.launchTemplate(LaunchTemplate(id: "lt-1", version: "1")), of: 1...2)
        #expect(alone == [TerminationWish("i-1", isByGroup: false), TerminationWish("i-2", isByGroup: false)])
        let grouped = try await wishes(.group("agents"), of: 2...2)
        #expect(grouped == [TerminationWish("i-2", isByGroup: true)])
        #expect(try await wishes(nil, of: 1...2).isEmpty, "nobody would end them")
    }

    @Test func `is asked of few at a time`() async throws {
        #expect(try await wishes(.group("agents"), of: 1...30).count == TerminationWishes.countMax)
    }
}
