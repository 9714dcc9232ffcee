import Daemon
import Fleet
import Foundation
import Rounds
import Rules
import Testing

@Suite struct `The page of facts` {
    /// The groups of the catalogue, each by its first fact.
    private static let groups: [(name: String, first: Fact)] = [
        ("identity", .id), ("mesos", .mesosState), ("ec2", .ec2State), ("probe", .probe), ("dcos", .dcosHealth), ("services", .members), ("history", .flaps1h),
    ]

    private static func facts(of index: Int) -> [Fact] {
        let end = index + 1 < groups.count ? groups[index + 1].first.ordinal : Fact.allCases.count
        return Fact.published.filter { $0.ordinal >= groups[index].first.ordinal && $0.ordinal < end }
    }

    @Test func `has every column that rules may read, as the catalogue has it`() throws {
        let parts = Self.groups.indices.map { index in
            (Self.groups[index].name, Page.table(["column", "type", "from", "recorded", "meaning"], Self.facts(of: index).map(Self.row)))
        }
        #expect(Self.groups.indices.flatMap(Self.facts) == Fact.published)
        try Page("docs/facts.md").check(parts)
    }

    private static func row(_ fact: Fact) -> [String] {
        let sources = fact.sources.map { $0 == Fact.targetOfOwnPool ? "`target`" : "`\($0)`" }.joined(separator: ", ")
        let type = (fact.type == .integer ? "integer" : "text") + (fact.unit.map { ", " + $0 } ?? "")
        let recorded =
            switch fact.origin {
            case .age(let time): "as `\(time.rawValue)`"
            case .ageOfValue(let other): "with `\(other.rawValue)`"
            case .derived: "made anew"
            case .observed: fact.isRecorded ? "yes" : "no"
            }
        let values = fact == .mesosState ? "" : fact.values.map { " One of " + $0.map { "`\($0)`" }.joined(separator: ", ") + "." } ?? ""
        return ["`\(fact.rawValue)`", type, sources.isEmpty ? "what the node is" : sources, recorded, fact.meaning + values]
    }

    @Test func `has every further table`() throws {
        let tables = FactTable.all.filter { $0.name != "node" }
        try Page("docs/facts.md").check(
            tables.map { table in
                (
                    table.name,
                    Page.table(["column", "type", "meaning"], table.columns.map { ["`\($0.name)`", $0.type == .integer ? "integer" : "text", $0.meaning] })
                )
            })
    }

    @Test func `says which facts nothing can tell yet`() throws {
        let pool = Pool(name: PoolName("a"), selector: Pool.Selector(groups: ["a"]), image: .id(ImageID("ami-1")))
        let configured = Settings(pools: [pool]).configured
        let idle = Fact.published.filter { !$0.sources.allSatisfy(configured.contains) }
        try Page("docs/facts.md").check([("not yet", idle.map { "`\($0.rawValue)`" }.joined(separator: ", ") + ".")])
    }

    @Test func `explains every value of mesos_state, in order`() throws {
        let table = try Page("docs/facts.md").lines.drop { !$0.hasPrefix("The values of `mesos_state`") }
        let rows = table.compactMap { line in MesosState.allCases.first { line.hasPrefix("| `\($0.rawValue)` |") } }
        #expect(rows == MesosState.allCases)
    }
}
