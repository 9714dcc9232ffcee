import AWS
import Fleet
import Foundation
import Moto
import Testing

@Suite struct `Against moto, the client` {
    private func launch(_ cloud: Cloud, image: String, count: Int, tag: String) async throws -> [InstanceID] {
        let tags = #"[{"ResourceType": "instance", "Tags": [{"Key": "cluster", "Value": "\#(tag)"}]}]"#
        let data = try await cloud.boto(
            "ec2", "run_instances", #"{"ImageId": "\#(image)", "MinCount": \#(count), "MaxCount": \#(count), "TagSpecifications": \#(tags)}"#)
        return Set(texts("InstanceId", in: data)).map { InstanceID($0) }.sorted()
    }

    private func register(_ cloud: Cloud, _ name: String) async throws -> ImageID {
        ImageID(try #require(texts("ImageId", in: try await cloud.boto("ec2", "register_image", #"{"Name": "\#(name)"}"#)).first))
    }

    private func pool(_ name: PoolName, _ value: String, image: Pool.ImageSource? = nil) -> Pool {
        Pool(name: name, selector: Pool.Selector(tags: [Instance.Tag(key: "cluster", value: value)]), image: image)
    }

    /// One test, for one moto: it starts within seconds, not within milliseconds.
    @Test func `signs so that its signature is accepted, and sees what is there`() async throws {
        try await withCaller { http in try await tour(try await Cloud(http: http)) }
    }

    private func tour(_ cloud: Cloud) async throws {
        let (old, new) = (try await register(cloud, "agent-1"), try await register(cloud, "agent-2"))
        try await cloud.moto.control("image", #"{"id": "\#(old)", "created": "2026-01-01T00:00:00Z"}"#)
        try await cloud.moto.control("image", #"{"id": "\#(new)", "created": "2026-02-01T00:00:00Z"}"#)
        _ = try await cloud.boto("ssm", "put_parameter", #"{"Name": "/ami/agent", "Value": "\#(new)", "Type": "String"}"#)
        let awkward = ["a+b", "a~b", "a*b", "a:b", "a b", "ünï ☃/=&%", "a?b"]
        var launched: [String: [InstanceID]] = [:]
        for value in awkward { launched[value] = try await launch(cloud, image: old.rawValue, count: 1, tag: value) }
        launched["dcos-a"] = try await launch(cloud, image: old.rawValue, count: 12, tag: "dcos-a")
        try await cloud.moto.control("verify")

        for value in awkward {
            let found = try await cloud.client().instances(filters: SweepFilter.filters(for: [pool("p", value)]))
            #expect(found.map(\.id) == launched[value], "\(value)")
            #expect(found.first?.tag("cluster") == value)
        }
        try await seesWholeFleet(cloud, launched: launched, old: old, new: new)
        try await looksAtSome(cloud, of: try #require(launched["dcos-a"]))
        try await survivesFaults(cloud, count: launched["dcos-a"]?.count ?? 0)
        try await saysWhatIsRefused(cloud)
    }

    private func seesWholeFleet(_ cloud: Cloud, launched: [String: [InstanceID]], old: ImageID, new: ImageID) async throws {
        let fleet = try #require(launched["dcos-a"])
        try await cloud.moto.control("status", #"{"id": "\#(fleet[0])", "system": "impaired", "instance": "initializing"}"#)
        let events =
            #"[{"code": "instance-retirement", "description": "degraded", "notBefore": "2026-12-05T00:00:00Z"}, "#
            + #"{"code": "system-reboot", "description": "[Completed] done"}]"#
        try await cloud.moto.control("status", #"{"id": "\#(fleet[1])", "events": \#(events)}"#)
        let pools = [
            pool("fixed", "dcos-a", image: .id(old)), pool("parameter", "dcos-a", image: .parameter("/ami/agent")),
            pool("newest", "dcos-a", image: .newest(owners: ["self"], name: "agent-*", tags: [])), pool("gone", "dcos-a", image: .id("ami-0123456789abcdef0")),
            pool("nowhere", "dcos-a", image: .parameter("/nope")), pool("nothing", "dcos-a", image: .newest(owners: ["self"], name: "x-*", tags: [])),
        ]
        let sighting = await (try cloud.client(pageSize: 5)).sight(pools: pools)
        let instances = try sighting.instances.get()
        #expect(instances.map(\.id) == fleet)
        #expect(instances.allSatisfy { $0.state == .running && $0.image == old && $0.privateIP != nil && $0.zone.hasPrefix("us-east-1") })
        let statuses = try sighting.statuses.get()
        #expect(statuses.map(\.id) == fleet)
        #expect(statuses[0].system == .impaired && statuses[0].instance == .initializing)
        #expect(statuses[1].events.map(\.code) == ["instance-retirement"])
        #expect(statuses[1].events.first?.notBefore == Timestamp(iso8601: "2026-12-05T00:00:00Z"))
        #expect(try sighting.images.get().map(\.id) == [old])
        #expect(try sighting.targets["fixed"]?.get().image.id == old)
        #expect(try sighting.targets["parameter"]?.get().image.id == new)
        #expect(try sighting.targets["parameter"]?.get().since != nil)
        #expect(try sighting.targets["newest"]?.get().image.id == new)
        #expect(try sighting.targets["newest"]?.get().since == Timestamp(iso8601: "2026-02-01T00:00:00Z"))
        for (name, words) in [
            (PoolName("gone"), "is not listed by EC2"), ("nowhere", "ParameterNotFound"), ("nothing", "no image matches owners self, name 'x-*'"),
        ] {
            guard case .failure(let failure) = try #require(sighting.targets[name]) else {
                Issue.record("\(name) has a target")
                continue
            }
            #expect(failure.message.contains(words), "\(failure)")
        }
    }

    private func looksAtSome(_ cloud: Cloud, of fleet: [InstanceID]) async throws {
        let nobody: InstanceID = "i-0bbbbbbbbbbbbbbb1"
        let look = await (try cloud.client()).look(at: [fleet[2], fleet[0], nobody], pools: [pool("p", "dcos-a")])
        #expect(look.asked == [fleet[0], fleet[2], nobody] && look.groups == nil)
        #expect(try look.instances.get().map(\.id) == [fleet[0], fleet[2]] && look.instances.get().allSatisfy { $0.state == .running })
        let statuses = try look.statuses.get()
        #expect(statuses.map(\.id) == [fleet[0], fleet[2]] && statuses.first?.system == .impaired)
        let none = await (try cloud.client()).look(at: [nobody], pools: [])
        #expect(try none.instances.get() == [] && none.statuses.get() == [])
    }

    private func saysWhatIsRefused(_ cloud: Cloud) async throws {
        let wrong = try cloud.client(["AWS_SECRET_ACCESS_KEY": "not-the-right-one"])
        let refused = await #expect(throws: AWSError.self) { _ = try await wrong.instances(filters: []) }
        #expect(refused?.description.contains("AuthFailure (status 401): AWS was not able to validate the provided access credentials") == true)
        #expect(refused?.description.contains("not-the-right-one") == false)
        let unsigned = await #expect(throws: AWSError.self) { _ = try await wrong.parameter("/ami/agent") }
        #expect(unsigned?.description.contains("SignatureDoesNotMatch") == true)
        _ = try await cloud.moto.control("forbid", #"{"user": "mayfly", "policy": "p"}"#)
        let denied = await #expect(throws: AWSError.self) { _ = try await cloud.client().statuses() }
        #expect(denied?.description.contains("Allow the IAM action ec2:DescribeInstanceStatus to these credentials") == true)
    }

    private func survivesFaults(_ cloud: Cloud, count: Int) async throws {
        let shapes = [("xml", 503, "RequestLimitExceeded"), ("html", 502, ""), ("xml", 400, "Throttling")]
        for (shape, status, code) in shapes {
            let fault = #"{"action": "DescribeInstances", "times": 2, "status": \#(status), "code": "\#(code)", "shape": "\#(shape)"}"#
            try await cloud.moto.control("fault", fault)
            let found = try await cloud.client().instances(filters: SweepFilter.filters(for: [pool("p", "dcos-a")]))
            #expect(found.count == count)
        }
        try await cloud.moto.control("fault", #"{"action": "GetParameter", "times": 2, "status": 400, "code": "ThrottlingException", "shape": "json"}"#)
        _ = try await cloud.client().parameter("/ami/agent")
    }
}
