@testable import AWS
import Fleet
import Testing
import Wire

@Suite struct `A sighting` {
    private func pool(_ name: PoolName, _ tags: [(String, String)] = [], groups: [String] = [], image: Pool.ImageSource? = nil) -> Pool {
        Pool(name: name, selector: Pool.Selector(tags: tags.map { Instance.Tag(key: $0.0, value: $0.1) }, groups: groups), image: image)
    }

    @Test func `narrows the sweep to the tags that all pools share`() {
        #expect(SweepFilter.filters(for: []) == [])
        let one = pool("a", [("cluster", "c"), ("role", "public")])
        let two = pool("b", [("role", "private*"), ("cluster", "c")])
        let other = pool("c", [("cluster", "d")])
        #expect(SweepFilter.filters(for: [one]) == [Filter("tag:cluster", ["c"]), Filter("tag:role", ["public"])])
        #expect(SweepFilter.filters(for: [one, two]) == [Filter("tag:cluster", ["c"]), Filter("tag:role", [#"private\*"#, "public"])])
        #expect(SweepFilter.filters(for: [one, two, other]) == [Filter("tag:cluster", ["c", "d"])])
        #expect(SweepFilter.filters(for: [one, pool("d")]) == [])
        let groups = [pool("e", groups: ["g1", "g2"]), pool("f", groups: ["g3"])]
        #expect(SweepFilter.filters(for: groups) == [Filter("tag:aws:autoscaling:groupName", ["g1", "g2", "g3"])])
        let many = (0..<300).map { pool(PoolName("p\($0)"), [("k", "v\($0)"), ("cluster", "c")]) }
        #expect(SweepFilter.filters(for: many) == [Filter("tag:cluster", ["c"])])
    }

    private func listed(_ id: ImageID, _ name: String, created: Int64, state: String = "available", deprecated: Int64? = nil, owner: String = "1")
        -> ListedImage
    {
        let image = Image(
            id: id, name: name, state: state, creationTime: Timestamp(milliseconds: created), deprecationTime: deprecated.map { Timestamp(milliseconds: $0) })
        return ListedImage(image: image, owner: owner, tags: [Instance.Tag(key: "role", value: "agent")])
    }

    @Test func `takes the newest image that is available, checking every condition itself`() throws {
        let search = NewestImage(owners: ["1"], name: "agent-*", tags: [Instance.Tag(key: "role", value: "agent")])
        let now = Timestamp(milliseconds: 1000)
        let good = [listed("ami-1", "agent-1", created: 1), listed("ami-2", "agent-2", created: 2), listed("ami-3", "agent-2b", created: 2)]
        #expect(try search.choice(of: good, now: now).id == "ami-3")
        let others = [
            listed("ami-4", "other", created: 9), listed("ami-5", "agent-5", created: 9, owner: "2"), listed("ami-6", "agent-6", created: 9, state: "pending"),
            listed("ami-7", "agent-7", created: 9, state: "disabled"), listed("ami-8", "agent-8", created: 9, deprecated: 1000),
            ListedImage(image: listed("ami-9", "agent-9", created: 9).image, owner: "1", tags: []),
        ]
        #expect(try search.choice(of: good + others, now: now).id == "ami-3")
        #expect(try search.choice(of: others, now: Timestamp(milliseconds: 999)).id == "ami-8")
        let none = #expect(throws: NewestImage.CannotChoose.self) { _ = try search.choice(of: [others[0]], now: now) }
        #expect(none?.description == "no image matches owners 1, name 'agent-*', tag role=agent")
        let unusable = #expect(throws: NewestImage.CannotChoose.self) { _ = try search.choice(of: others, now: now) }
        #expect(unusable?.description.hasPrefix("of 3 images that match") == true)
    }

    @Test(arguments: [
        ("abc", "abc", true), ("abc", "a*", true), ("abc", "*c", true), ("abc", "*", true), ("", "*", true), ("", "", true), ("abc", "a?c", true),
        ("abc", "a?", false),
        ("a*c", #"a\*c"#, true), ("abc", #"a\*c"#, false), ("abc", "ABC", false), ("aXbXc", "a*b*c", true), ("ab", "a*b*c", false), ("aab", "*ab", true),
    ]) func `matches names as EC2's wildcards do`(text: String, pattern: String, matches: Bool) {
        #expect(NewestImage.matches(text, pattern: pattern) == matches)
    }

    @Test func `fails part by part, and asks each source once`() async throws {
        let image = try Fixture.message("ec2.DescribeImages.byid.response.http").body
        let instances = try Fixture.message("ec2.DescribeInstances.filters.response.http").body
        let parameter = try Fixture.message("ssm.GetParameter.response.http").body
        let server = try ScriptedServer { request, _ in
            if request.headers["x-amz-target"] == "AmazonSSM.GetParameter" {
                return request.body == #"{"Name": "/dcos/agent/ami"}"#
                    ? ScriptedServer.Answer(body: parameter) : .text(#"{"__type":"ParameterNotFound","message":"Parameter not found."}"#, status: 400)
            }
            if request.body.contains("Action=DescribeInstances&") { return ScriptedServer.Answer(body: instances) }
            return request.body.contains("Action=DescribeImages&") ? ScriptedServer.Answer(body: image) : .text("", status: 403)
        }
        let environment = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"]
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: environment)
        let pools = [
            pool("a", [("cluster", "dcos-a")], image: .parameter("/dcos/agent/ami")), pool("b", [("cluster", "dcos-a")], image: .parameter("/dcos/agent/ami")),
            pool("c", [("cluster", "dcos-a")], image: .parameter("/nope")), pool("d", [("cluster", "dcos-a")], image: .id("ami-a5f3874fac351276b")),
            pool("e", [("cluster", "dcos-a")], image: .id("ami-0123")), pool("f", [("cluster", "dcos-a")]),
            pool("g", [("cluster", "dcos-a")], image: .newest(owners: ["self"], name: "dcos-agent-*", tags: [])),
        ]
        let sighting = try await withCaller { http in
            await (try AWSClient(settings: settings, http: http, clock: TestClock().clock)).sight(pools: pools)
        }
        #expect(try sighting.instances.get().count == 6)
        #expect(throws: SourceFailure.self) { _ = try sighting.statuses.get() }
        #expect(try sighting.images.get().map(\.id).contains("ami-a5f3874fac351276b"))
        let a = try #require(try sighting.targets["a"]?.get())
        #expect(a.image.id == "ami-a1b5fbb3c358b06fa")
        #expect(a.since == Timestamp(milliseconds: 1_795_425_824_243))
        #expect(try sighting.targets["b"]?.get() == a)
        #expect(sighting.targets["f"] == nil)
        #expect(try sighting.targets["d"]?.get().since == nil)
        #expect(try sighting.targets["g"]?.get().image.id == "ami-a5f3874fac351276b")
        for (name, words) in [
            (PoolName("c"), "SSM GetParameter at \(server.url)/: ParameterNotFound"), ("e", "image ami-0123 of the configuration is not listed"),
        ] {
            guard case .failure(let failure) = try #require(sighting.targets[name]) else {
                Issue.record("\(name) has a target")
                continue
            }
            #expect(failure.message.hasPrefix(words), "\(failure)")
        }
        #expect(server.requests.count { $0.body.contains("/dcos/agent/ami") } == 1)
        #expect(server.requests.first?.body == "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Acluster&Filter.1.Value.1=dcos-a&MaxResults=500")
        #expect(
            server.requests.contains {
                $0.body == "Action=DescribeImages&Version=2016-11-15&Filter.1.Name=image-id&Filter.1.Value.1=ami-0123&Filter.1.Value.2=ami-a1b5fbb3c358b06fa"
                    + "&Filter.1.Value.3=ami-a5f3874fac351276b&IncludeDeprecated=true&IncludeDisabled=true"
            })
    }
}
