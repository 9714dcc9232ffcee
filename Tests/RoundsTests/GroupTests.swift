import Fleet
import Testing

@testable import Rounds

private func instance(_ number: Int, group: String?, tags: [String: String] = [:]) -> Instance {
    let all = tags.merging(group.map { ["aws:autoscaling:groupName": $0] } ?? [:]) { $1 }
    return Instance(
        id: Samples.instanceID(number), image: "ami-old", state: .running, privateIP: "10.0.0.\(number)", zone: "us-east-1a", type: "m5.large",
        launchTime: Samples.longAgo, tags: all.map { Instance.Tag(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key })
}

private func group(_ name: String, _ desired: Int) -> AutoScalingGroup {
    AutoScalingGroup(name: name, desired: desired, min: 0, max: 99, template: LaunchTemplate(name: name, version: "$Default"))
}

private func ec2(_ instances: [Instance], _ groups: Result<[AutoScalingGroup], SourceFailure>?, pings: Result<[InstanceID: SSMPing], SourceFailure>? = nil)
    -> EC2Sighting
{
    EC2Sighting(
        instances: .success(instances), statuses: .success(instances.map { InstanceStatus(id: $0.id, system: .ok, instance: .ok) }), images: .success([]),
        targets: [:], pings: pings, groups: groups)
}

@Suite struct `The Auto Scaling groups that pools name` {
    private func pool(_ name: PoolName, groups: [String] = [], tags: [String: String] = [:], size: Int? = nil, image: Pool.ImageSource? = nil) -> Pool {
        let selector = Pool.Selector(tags: tags.map { Instance.Tag(key: $0.key, value: $0.value) }, groups: groups)
        return Pool(name: name, selector: selector, size: size, image: image)
    }

    private let none = Samples.mesos([])

    @Test func `are a source only where there are any`() {
        #expect(Settings(pools: [pool("a", tags: ["x": "y"], image: .id("ami-1"))]).intervals[.groups] == nil)
        for named in [pool("a", groups: ["g"]), pool("a", tags: ["x": "y"], image: .group("g"))] {
            #expect(Settings(pools: [named], ec2Interval: .seconds(90)).intervals[.groups] == .seconds(90))
            #expect([named].groups == ["g"])
        }
        #expect([pool("a", groups: ["h", "g"]), pool("b", groups: ["g"], image: .group("a"))].groups == ["a", "g", "h"])
        #expect(Source("groups") == .groups && Source.groups.description == "groups")
    }

    @Test func `say how many nodes a pool without a size is meant to have`() throws {
        let watch = try Watch(settings: Settings(pools: [pool("a", groups: ["g", "h"]), pool("b", tags: ["x": "y"], size: 7)]))
        let seen = [instance(1, group: "g"), instance(2, group: "g"), instance(3, group: nil, tags: ["x": "y"])]
        let report = try watch.look(0, none, ec2(seen, .success([group("g", 5), group("h", 2)])))
        #expect(report.picture.capacity == 5 + 2 + 7)
        #expect(report.picture.state.groups.keys.sorted() == ["g", "h"] && report.notices.isEmpty)
        #expect(try watch.look(60, none, ec2(seen, .success([group("g", 4), group("h", 0)]))).picture.capacity == 4 + 0 + 7)
    }

    @Test func `count what is there where pools share them, or nodes of theirs are in no pool`() throws {
        let shared = Settings(pools: [pool("a", groups: ["g"], tags: ["x": "1"]), pool("b", groups: ["g"], tags: ["x": "2"])])
        let two = [instance(1, group: "g", tags: ["x": "1"]), instance(2, group: "g", tags: ["x": "2"])]
        #expect(try Watch(settings: shared).look(0, none, ec2(two, .success([group("g", 9)]))).picture.capacity == 2)
        let narrowed = Settings(pools: [pool("a", groups: ["g"], tags: ["x": "1"])])
        let strayed = Samples.mesos([Samples.agent(1), Samples.agent(2)])
        #expect(try Watch(settings: narrowed).look(0, strayed, ec2(two, .success([group("g", 9)]))).picture.capacity == 2)
        // A pool that selects by tags, and names the group for its image.
        let tagged = Settings(pools: [pool("a", tags: ["x": "1"], image: .group("g"))])
        let one = [instance(1, group: "g", tags: ["x": "1"]), instance(2, group: nil, tags: ["x": "1"])]
        #expect(try Watch(settings: tagged).look(0, none, ec2(one, .success([group("g", 9)]))).picture.capacity == 10)
        // One that names it, and nobody has come yet.
        let empty = Settings(pools: [pool("a", groups: ["g"])])
        #expect(try Watch(settings: empty).look(0, Samples.mesos([]), ec2([], .success([group("g", 3)]))).picture.capacity == 3)
    }

    @Test func `are believed for three intervals, and then what is there counts`() throws {
        let watch = try Watch(settings: Settings(pools: [pool("a", groups: ["g"])]))
        let seen = [instance(1, group: "g")]
        #expect(try watch.look(0, none, ec2(seen, .success([group("g", 5)]))).picture.capacity == 5)
        for seconds in [60, 120, 180] { #expect(try watch.look(seconds, none, ec2(seen, .failure(Samples.failure))).picture.capacity == 5) }
        let blind = try watch.look(240, none, ec2(seen, .failure(Samples.failure)))
        #expect(blind.picture.capacity == 1 && blind.picture.state.groups.isEmpty && blind.notices.isEmpty)
        #expect(blind.picture.stale == [.groups])
        #expect(try watch.look(300, none, ec2(seen, .success([group("g", 5)]))).picture.capacity == 5)
        // A restart starts with what EC2 says then.
        try watch.restart(at: 310)
        #expect(try watch.look(315, none, ec2(seen, .failure(Samples.failure))).picture.capacity == 1)
    }

    @Test func `that are not there are said`() throws {
        let watch = try Watch(settings: Settings(pools: [pool("a", groups: ["g", "h"]), pool("b", tags: ["x": "y"], image: .group("h"))]))
        let report = try watch.look(0, none, ec2([instance(1, group: "g")], .success([group("g", 1)])))
        #expect(report.notices == ["there is no Auto Scaling group h in this region: check the configuration of a, b"])
    }
}

@Suite struct `SSM's ping` {
    private let settings = Settings(pools: [Samples.pool], readsSSM: true)
    private let fleet = (1...4).map { Samples.instance($0) }

    private func look(_ watch: Watch, _ seconds: Int, _ pings: Result<[InstanceID: SSMPing], SourceFailure>?) throws {
        try watch.look(seconds, Samples.mesos(fleet.indices.map { Samples.agent($0 + 1) } + [Samples.agent(9)]), ec2(fleet, nil, pings: pings))
    }

    private func readings(_ watch: Watch) -> [Reading] { (1...4).map { watch.fact(.ssmPing, of: Samples.node($0)) } }

    @Test func `is what SSM says, none of what it never heard of, and unknown without an instance`() throws {
        let watch = try Watch(settings: settings, rules: try Samples.rules("gone", "ssm_ping = 'ConnectionLost'", "for: 0s"))
        try look(watch, 0, .success(["i-1": .online, "i-2": .connectionLost, "i-3": .inactive, "i-77": .online]))
        #expect(readings(watch) == [.text("Online"), .text("ConnectionLost"), .text("Inactive"), .none])
        #expect(watch.fact(.ssmPing, of: "agent:M-S9") == .unknown)
        #expect(watch.findings == ["gone i-2 firing"])
    }

    @Test func `is believed for three intervals, and an empty list not at all`() throws {
        let watch = try Watch(settings: settings)
        try look(watch, 0, .success(["i-1": .online, "i-2": .connectionLost]))
        for seconds in [60, 120, 180] { try look(watch, seconds, .success([:])) }
        #expect(readings(watch) == [.text("Online"), .text("ConnectionLost"), .none, .none])
        #expect(watch.round.state.sources[.ssm]?.failure?.message.contains("an empty inventory is not believed") == true)
        try look(watch, 240, .failure(Samples.failure))
        #expect(readings(watch) == [.unknown, .unknown, .unknown, .unknown])
        try look(watch, 300, .success(["i-2": .online]))
        #expect(readings(watch) == [.none, .text("Online"), .none, .none])
    }

    @Test func `makes rules idle where it is not asked for`() throws {
        #expect(!Settings(pools: [Samples.pool]).configured.contains(.ssm) && settings.configured.contains(.ssm))
        let watch = try Watch(rules: try Samples.rules("gone", "ssm_ping = 'ConnectionLost'", "for: 0s"))
        try look(watch, 0, nil)
        #expect(readings(watch) == [.unknown, .unknown, .unknown, .unknown] && watch.findings.isEmpty)
    }
}
