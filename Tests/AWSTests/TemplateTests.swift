@testable import AWS
import Fleet
import Testing

@Suite struct `A launch template's version` {
    private func page(_ name: String) throws -> Page<LaunchTemplateVersion> {
        try Page(templateVersions: try Fixture.message("ec2.DescribeLaunchTemplateVersions.\(name).response.http").body)
    }

    @Test func `is read with its image`() throws {
        let created = try #require(Timestamp(iso8601: "2026-11-23T09:22:16Z"))
        let (id, old, new) = ("lt-077f8a80dbb608b49", "ami-a5f3874fac351276b", "ami-a1b5fbb3c358b06fa")
        let second = LaunchTemplateVersion(id: id, number: 2, created: created, image: new)
        let first = LaunchTemplateVersion(id: id, number: 1, created: created, image: old)
        for (name, rows) in [("Latest", [second]), ("Default", [first]), ("name", [first]), ("Latest-and-Default", [second, first])] {
            #expect(try page(name).rows == rows, "\(name)")
        }
        #expect(try page("all").rows.count == 2)
        #expect(first.named == .image(ImageID(old)))
    }

    @Test(
        arguments: [
            ("resolve:ssm:/ami/agent", .parameter("/ami/agent")), ("resolve:ssm:/ami/agent:3", .parameter("/ami/agent:3")), ("resolve:ssm:", nil),
            ("resolve:other:/x", nil), ("ami-", nil), (nil, nil),
        ] as [(String?, LaunchTemplateVersion.Named?)])
    func `may name a parameter, or no image at all`(image: String?, named: LaunchTemplateVersion.Named?) {
        #expect(LaunchTemplateVersion(id: "lt-1", number: 1, created: Timestamp(milliseconds: 0), image: image).named == named)
    }

    @Test func `that is not whole is malformed`() async throws {
        let whole = try Fixture.message("ec2.DescribeLaunchTemplateVersions.Default.response.http").body
        for step in 0..<200 {
            await Task.yield()
            #expect(throws: MalformedAnswer.self, "\(step)") { _ = try Page(templateVersions: Array(whole[..<(whole.count * step / 200)])) }
        }
        let text = String(decoding: whole, as: UTF8.self)
        for name in ["launchTemplateVersionSet", "launchTemplateId", "versionNumber", "createTime", "launchTemplateData"] {
            let renamed = text.replacing("<\(name)>", with: "<gone>").replacing("</\(name)>", with: "</gone>")
            #expect(renamed != text && (try? Page(templateVersions: Array(renamed.utf8))) == nil, "\(name)")
        }
        #expect((try? Page(templateVersions: Array(text.replacing("<versionNumber>1", with: "<versionNumber>one").utf8))) == nil)
        #expect((try? Page(templateVersions: Array(text.replacing("<createTime>2026", with: "<createTime>26").utf8))) == nil)
    }
}

@Suite struct `A target image by a launch template or a group` {
    private let images = ["ami-1", "ami-2"].map { id in
        "<item><imageId>\(id)</imageId><imageState>available</imageState><imageOwnerId>1</imageOwnerId><creationDate>2026-01-01T00:00:00Z</creationDate></item>"
    }.joined()

    private func version(_ image: String?) -> String {
        let data = image.map { "<imageId>\($0)</imageId>" } ?? ""
        return "<item><launchTemplateId>lt-1</launchTemplateId><versionNumber>7</versionNumber><createTime>2026-02-01T00:00:00.000Z</createTime>"
            + "<launchTemplateData>\(data)</launchTemplateData></item>"
    }

    /// Templates by name, each with what its one version names; `none` has no version, `two` has two, any other does not exist.
    private func server() throws -> ScriptedServer {
        let images = images
        let versions = [
            "plain": version("ami-1"), "resolved": version("resolve:ssm:/ami/agent:3"), "lost": version("resolve:ssm:/nope"), "bare": version(nil),
            "odd": version("my image"), "gone": version("ami-9"), "none": "", "two": version("ami-1") + version("ami-2"),
        ]
        let groups = [
            (
                "g",
                "<LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><LaunchTemplateName>resolved</LaunchTemplateName><Version>$Latest</Version></LaunchTemplate>"
            ),
            ("h", "<LaunchConfigurationName>old</LaunchConfigurationName>"),
            (
                "i",
                "<MixedInstancesPolicy><LaunchTemplate><LaunchTemplateSpecification><LaunchTemplateName>plain</LaunchTemplateName>"
                    + "</LaunchTemplateSpecification><Overrides><member><ImageId>ami-2</ImageId></member></Overrides></LaunchTemplate></MixedInstancesPolicy>"
            ),
        ].map { name, template in
            "<member><AutoScalingGroupName>\(name)</AutoScalingGroupName><MinSize>0</MinSize><MaxSize>3</MaxSize><DesiredCapacity>2</DesiredCapacity>"
                + template + "<Instances/></member>"
        }.joined()
        return try ScriptedServer { request, _ in
            if request.headers["x-amz-target"] == "AmazonSSM.GetParameter" {
                return request.body.contains("/ami/agent:3")
                    ? .text(#"{"Parameter": {"Type": "String", "Value": "ami-2", "Version": 3, "LastModifiedDate": 1770000000.0}}"#)
                    : .text(#"{"__type": "ParameterNotFound", "message": "No."}"#, status: 400)
            }
            if request.body.contains("Action=DescribeAutoScalingGroups&") {
                return .text(
                    "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups>\(groups)</AutoScalingGroups>"
                        + "</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>")
            }
            if request.body.contains("Action=DescribeImages&") {
                return .text("<DescribeImagesResponse><imagesSet>\(images)</imagesSet></DescribeImagesResponse>")
            }
            if request.body.contains("Action=DescribeInstances&") { return .text(Answers.noInstances) }
            guard request.body.contains("Action=DescribeLaunchTemplateVersions&") else { return .text("", status: 403) }
            let name = request.body.split(separator: "&").first { $0.hasPrefix("LaunchTemplateName=") }?.dropFirst(19) ?? "resolved"
            guard let found = versions[String(name)] else {
                return .text(
                    "<Response><Errors><Error><Code>InvalidLaunchTemplateName.NotFoundException</Code><Message>No.</Message></Error></Errors></Response>",
                    status: 400)
            }
            let set = "<launchTemplateVersionSet>\(found)</launchTemplateVersionSet>"
            return .text("<DescribeLaunchTemplateVersionsResponse>\(set)</DescribeLaunchTemplateVersionsResponse>")
        }
    }

    private func sight(_ server: ScriptedServer, _ sources: [Pool.ImageSource]) async throws -> EC2Sighting {
        let settings = AWSSettings(region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"])
        let pools = sources.enumerated().map { index, source in
            Pool(name: PoolName("p\(index)"), selector: Pool.Selector(tags: [Instance.Tag(key: "n", value: "\(index)")]), image: source)
        }
        return try await withCaller { http in await (try AWSClient(settings: settings, http: http, clock: TestClock().clock)).sight(pools: pools) }
    }

    private func template(_ name: String) -> Pool.ImageSource { .launchTemplate(LaunchTemplate(name: name, version: "$Latest")) }

    @Test func `is what the version names, by itself or by a parameter, and not before the version was made`() async throws {
        let server = try server()
        let sighting = try await sight(server, [template("plain"), template("resolved"), .group("g"), template("plain"), .group("g")])
        let plain = try #require(try sighting.targets["p0"]?.get())
        #expect(plain.image.id == "ami-1" && plain.since == Timestamp(iso8601: "2026-02-01T00:00:00Z"))
        let resolved = try #require(try sighting.targets["p1"]?.get())
        #expect(resolved.image.id == "ami-2" && resolved.since == Timestamp(milliseconds: 1_770_000_000_000))
        #expect(try sighting.targets["p2"]?.get() == resolved)
        #expect(try sighting.groups?.get().map(\.name) == ["g"])
        let asked = server.requests.map(\.body).filter { $0.contains("LaunchTemplateVersions") }.sorted()
        let start = "Action=DescribeLaunchTemplateVersions&Version=2016-11-15&LaunchTemplate"
        #expect(
            asked == [
                start + "Id=lt-1&LaunchTemplateVersion.1=%24Latest", start + "Name=plain&LaunchTemplateVersion.1=%24Latest",
                start + "Name=resolved&LaunchTemplateVersion.1=%24Latest",
            ])
        #expect(server.requests.count { $0.headers["x-amz-target"] == "AmazonSSM.GetParameter" } == 1)
    }

    @Test func `is asked for with botocore's bytes`() throws {
        let recorded = String(decoding: try Fixture.message("ec2.DescribeLaunchTemplateVersions.Latest.request.http").body, as: UTF8.self)
        #expect(
            recorded == "Action=DescribeLaunchTemplateVersions&Version=2016-11-15&LaunchTemplateId=lt-077f8a80dbb608b49&LaunchTemplateVersion.1=%24Latest")
    }

    @Test(arguments: [
        ("bare", "launch template bare ($Latest), version 7, names no image"), ("odd", "names an image that is neither ami-… nor resolve:ssm:…"),
        ("gone", "image ami-9 of launch template gone ($Latest) is not listed by EC2"), ("none", "EC2 lists 0 versions for launch template none ($Latest)"),
        ("two", "EC2 lists 2 versions for launch template two ($Latest)"), ("lost", "SSM GetParameter at "),
        ("vanished", "InvalidLaunchTemplateName.NotFoundException (status 400)"),
    ]) func `is unknown, with the reason, where the template does not tell`(name: String, words: String) async throws {
        let sighting = try await sight(try server(), [template(name)])
        guard case .failure(let failure) = try #require(sighting.targets["p0"]) else {
            Issue.record("\(name) has a target")
            return
        }
        #expect(failure.message.contains(words), "\(failure)")
    }

    @Test(arguments: [
        ("h", "group h launches by a launch configuration, which is not read"), ("i", "group i overrides image or launch template for some instance types"),
        ("nowhere", "there is no Auto Scaling group nowhere in this region"),
    ]) func `is unknown, with the reason, where the group does not tell`(name: String, words: String) async throws {
        let sighting = try await sight(try server(), [.group(name)])
        guard case .failure(let failure) = try #require(sighting.targets["p0"]) else {
            Issue.record("\(name) has a target")
            return
        }
        #expect(failure.message.contains(words), "\(failure)")
    }

    @Test func `is unknown while groups cannot be read, and Auto Scaling is not asked where no pool names one`() async throws {
        let server = try ScriptedServer { _, _ in .text("", status: 403) }
        let sighting = try await sight(server, [.group("g"), .id("ami-1")])
        guard case .failure(let failure)? = sighting.targets["p0"], case .failure(let groups)? = sighting.groups else {
            Issue.record("it was read")
            return
        }
        #expect(failure == groups && failure.message.hasPrefix("Auto Scaling DescribeAutoScalingGroups at "))
        let other = try await sight(server, [.id("ami-1")])
        #expect(other.groups == nil && other.pings == nil)
        #expect(server.requests.count { $0.body.contains("AutoScaling") } == 1)
    }
}
