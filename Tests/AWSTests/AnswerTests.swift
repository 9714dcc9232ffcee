@testable import AWS
import Fleet
import Foundation
import Testing

/// The recorded answers of one action, and how each is read.
private enum Kind: String, CaseIterable {
    case instances = "DescribeInstancesResponse"
    case statuses = "DescribeInstanceStatusResponse"
    case images = "DescribeImagesResponse"

    /// One line for each row, as `expected.tsv` has them, and the token of the next page.
    func read(_ body: [UInt8]) throws -> (rows: [String], token: String) {
        let time = { (time: Timestamp?) in time.map { String($0.milliseconds) } ?? "-" }
        let tags = { (tags: [Instance.Tag]) in tags.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }
        switch self {
        case .instances:
            let page = try Page(instances: body)
            let rows = page.rows.map { row in
                [
                    row.id.rawValue, row.image.rawValue, row.state.rawValue, row.privateIP ?? "-", row.zone, row.type, time(row.launchTime),
                    row.lifecycle ?? "-",
                    row.stateReason ?? "-", tags(row.tags),
                ].joined(separator: "\t")
            }
            return (rows, page.nextToken ?? "-")
        case .statuses:
            let page = try Page(statuses: body)
            let rows = page.rows.map { row in
                let events = row.events.map { "\($0.code)@\(time($0.notBefore))" }.joined(separator: ",")
                return [row.id.rawValue, row.system.rawValue, row.instance.rawValue, events].joined(separator: "\t")
            }
            return (rows, page.nextToken ?? "-")
        case .images:
            let page = try Page(images: body)
            let rows = page.rows.map { row in
                [
                    row.image.id.rawValue, row.image.name ?? "-", row.image.state, row.owner, time(row.image.creationTime), time(row.image.deprecationTime),
                    tags(row.tags),
                ].joined(separator: "\t")
            }
            return (rows, page.nextToken ?? "-")
        }
    }
}

@Suite struct `An answer of EC2` {
    private func body(_ name: String) throws -> [UInt8] {
        if name.hasSuffix(".gz") { return try Fixture.unpacked("aws/" + name) }
        return name.hasSuffix(".http") ? try Fixture.message(name).body : try Fixture.bytes("aws/" + name)
    }

    /// What another XML library made of the recorded answers.
    private func expected() throws -> [(name: String, kind: Kind, token: String, rows: [String])] {
        var answers: [(name: String, kind: Kind, token: String, rows: [String])] = []
        for line in try Fixture.text("aws/expected.tsv").split(separator: "\n").map(String.init) {
            let words = line.components(separatedBy: "\t")
            if words[0] == "#" {
                answers.append((words[1], try #require(Kind(rawValue: words[2])), words[3], []))
            } else {
                answers[answers.count - 1].rows.append(line)
            }
        }
        return answers
    }

    @Test func `is read as another XML library reads it`() throws {
        let answers = try expected()
        #expect(answers.count == 25)
        for answer in answers {
            let read = try answer.kind.read(try body(answer.name))
            #expect(read.rows == answer.rows, "\(answer.name)")
            #expect(read.token == answer.token, "\(answer.name)")
        }
    }

    @Test func `cut off anywhere is malformed`() async throws {
        for answer in try expected() where !answer.name.hasSuffix(".gz") {
            let whole = try body(answer.name)
            for step in 0..<200 {
                await Task.yield()
                let cut = Array(whole[..<(whole.count * step / 200)])
                #expect(throws: MalformedAnswer.self, "\(answer.name) after \(cut.count) bytes") { _ = try answer.kind.read(cut) }
            }
        }
    }

    @Test func `with flipped bits is read or refused, and never a crash`() async throws {
        for (index, answer) in try expected().enumerated() where !answer.name.hasSuffix(".gz") {
            let whole = try body(answer.name)
            var random = SeededGenerator(seed: UInt64(index))
            for _ in 0..<40 {
                await Task.yield()
                var flipped = whole
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    flipped[Int.random(in: 0..<flipped.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                do { _ = try answer.kind.read(flipped) } catch is MalformedAnswer {}
            }
        }
    }

    @Test func `without an element that every recorded one carries is malformed`() throws {
        let wanted: [(String, Kind, [String])] = [
            (
                "ec2.DescribeInstances.filters.response.http", .instances,
                [
                    "reservationSet", "instancesSet", "instanceId", "imageId", "instanceState", "name", "instanceType", "launchTime", "placement",
                    "availabilityZone", "key", "value",
                ]
            ),
            (
                "plus.DescribeInstanceStatus.impaired.response.http", .statuses,
                ["instanceStatusSet", "instanceId", "instanceState", "name", "systemStatus", "instanceStatus", "status", "code"]
            ),
            ("plus.DescribeImages.deprecated.response.http", .images, ["imagesSet", "imageId", "imageState", "imageOwnerId", "creationDate", "key", "value"]),
        ]
        for (name, kind, elements) in wanted {
            let whole = String(decoding: try body(name), as: UTF8.self)
            for element in elements {
                let renamed = whole.replacing("<\(element)>", with: "<gone>").replacing("</\(element)>", with: "</gone>")
                #expect(renamed != whole)
                #expect(throws: MalformedAnswer.self, "\(name) without \(element)") { _ = try kind.read(Array(renamed.utf8)) }
            }
        }
    }

    @Test func `with a state, a check or a time that nobody knows is malformed`() throws {
        let changes: [(String, Kind, String, String)] = [
            ("ec2.DescribeInstances.filters.response.http", .instances, "<name>running</name>", "<name>hovering</name>"),
            ("ec2.DescribeInstances.filters.response.http", .instances, "<launchTime>2026-11-23T", "<launchTime>2026-13-23T"),
            ("plus.DescribeInstanceStatus.impaired.response.http", .statuses, "<status>impaired</status>", "<status>unwell</status>"),
            ("plus.DescribeInstanceStatus.impaired.response.http", .statuses, "<notBefore>2026", "<notBefore>soon"),
            ("plus.DescribeImages.deprecated.response.http", .images, "<creationDate>2024", "<creationDate>24"),
            ("plus.DescribeImages.deprecated.response.http", .images, "<imageId>", "<imageId>a</imageId><imageId>"),
        ]
        for (name, kind, old, new) in changes {
            let whole = String(decoding: try body(name), as: UTF8.self)
            #expect(whole.contains(old))
            #expect(throws: MalformedAnswer.self, "\(new)") { _ = try kind.read(Array(whole.replacing(old, with: new).utf8)) }
        }
    }

    @Test func `of another kind is named by its root element`() throws {
        let buckets = Array("<?xml version=\"1.0\"?><ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>".utf8)
        for kind in Kind.allCases {
            let error = #expect(throws: MalformedAnswer.self) { _ = try kind.read(buckets) }
            #expect(error?.description.contains("<ListAllMyBucketsResult>, not a <\(kind.rawValue)>") == true)
        }
    }

    @Test func `above ten million bytes is refused in words`() throws {
        let padding = String(repeating: " ", count: XMLReading.bytesMax)
        let large = Array("<DescribeInstancesResponse>\(padding)<reservationSet/></DescribeInstancesResponse>".utf8)
        let error = #expect(throws: MalformedAnswer.self) { _ = try Page(instances: large) }
        #expect(error?.description.contains("more than the 10000000") == true)
    }

    @Test func `is read whatever prefix its namespace has, with CDATA and character references`() throws {
        let answer = """
            <x:DescribeImagesResponse xmlns:x="http://ec2.amazonaws.com/doc/2016-11-15/"><x:imagesSet><x:item><x:imageId>ami-1</x:imageId>
            <x:name><![CDATA[a<b]]>&amp;&#x41;</x:name><x:imageState>available</x:imageState><x:imageOwnerId>1</x:imageOwnerId>
            <x:creationDate>2026-01-01T00:00:00.000Z</x:creationDate></x:item></x:imagesSet></x:DescribeImagesResponse>
            """
        let page = try Page(images: Array(answer.utf8))
        #expect(page.rows.map(\.image.name) == ["a<b&A"])
    }

    @Test func `that declares entities is refused`() throws {
        let answer = """
            <!DOCTYPE DescribeImagesResponse [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <DescribeImagesResponse><imagesSet><item><name>&b;</name></item></imagesSet></DescribeImagesResponse>
            """
        #expect(throws: MalformedAnswer.self) { _ = try Page(images: Array(answer.utf8)) }
    }

    @Test func `leaves out events that are over, and sorts the others by time`() throws {
        let item = { (code: String, summary: String, time: String) in
            "<item><code>\(code)</code><description>\(summary)</description><notBefore>\(time)</notBefore></item>"
        }
        let events =
            item("system-reboot", "[Completed] Scheduled reboot", "2026-11-01T00:00:00Z") + item("instance-stop", "[Canceled] x", "2026-11-02T00:00:00.000Z")
            + item("instance-retirement", "degraded hardware", "2026-12-05T00:00:00.000Z") + item("system-maintenance", "", "2026-12-01T00:00:00.000Z")
            + "<item><code>instance-reboot</code></item>"
        let answer = """
            <DescribeInstanceStatusResponse><instanceStatusSet><item><instanceId>i-1</instanceId><instanceState><name>running</name></instanceState>
            <systemStatus><status>ok</status></systemStatus><instanceStatus><status>insufficient-data</status></instanceStatus><eventsSet>\(events)</eventsSet></item>
            <item><instanceId>i-2</instanceId><instanceState><name>stopped</name></instanceState><systemStatus><status>not-applicable</status></systemStatus>
            <instanceStatus><status>not-applicable</status></instanceStatus></item></instanceStatusSet></DescribeInstanceStatusResponse>
            """
        let page = try Page(statuses: Array(answer.utf8))
        #expect(page.rows.map(\.id) == ["i-1"])
        #expect(page.rows.first?.events.map(\.code) == ["system-maintenance", "instance-retirement", "instance-reboot"])
    }
}

@Suite struct `An answer of SSM` {
    @Test func `names an image, with the time of its last change`() throws {
        let parameter = try Parameter(try Fixture.message("ssm.GetParameter.response.http").body, name: "/dcos/agent/ami")
        #expect(parameter.image == "ami-a1b5fbb3c358b06fa")
        #expect(parameter.version == 1)
        #expect(parameter.lastModified == Timestamp(milliseconds: 1_795_425_824_243))
        let amazon = try Parameter(try Fixture.message("ssm.GetParameter.aws-al2023.response.http").body, name: "x")
        #expect(amazon.image.rawValue.hasPrefix("ami-"))
    }

    @Test func `is asked for with botocore's bytes`() throws {
        for (file, name) in [
            ("ssm.GetParameter", "/dcos/agent/ami"), ("ssm.GetParameter.notfound", "/nope"), ("ssm.GetParameter.version", "/dcos/agent/ami:1"),
            ("ssm.GetParameter.aws-al2023", "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"),
        ] {
            #expect(Parameter.request(name: name) == (try Fixture.message(file + ".request.http")).body)
        }
        #expect(Parameter.request(name: "a\"\\é\n☃😀") == Array(#"{"Name": "a\"\\\u00e9\n\u2603\ud83d\ude00"}"#.utf8))
    }

    @Test func `that holds anything but an image's id is refused, and its value not shown`() throws {
        let good = String(decoding: try Fixture.message("ssm.GetParameter.response.http").body, as: UTF8.self)
        for value in ["resolve:ssm:/x", #"{\"image_id\": \"ami-1\"}"#, "password", "ami-", "ami-1,ami-2", ""] {
            let body = good.replacing("ami-a1b5fbb3c358b06fa", with: value)
            let error = #expect(throws: MalformedAnswer.self, "\(value)") { _ = try Parameter(Array(body.utf8), name: "/x") }
            #expect(error?.description.contains("password") == false)
        }
        for (old, new) in [("\"String\"", "\"SecureString\""), ("\"Version\": 1", "\"Version\": 1.5"), ("1795425824.243", "1e300"), ("\"Value\"", "\"V\"")] {
            #expect(good.contains(old))
            #expect(throws: MalformedAnswer.self, "\(new)") { _ = try Parameter(Array(good.replacing(old, with: new).utf8), name: "/x") }
        }
    }

    @Test func `cut off or with flipped bits is refused or read, and never a crash`() throws {
        let whole = try Fixture.message("ssm.GetParameter.response.http").body
        for length in 0..<whole.count { #expect(throws: MalformedAnswer.self) { _ = try Parameter(Array(whole[..<length]), name: "/x") } }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            var flipped = whole
            flipped[Int.random(in: 0..<flipped.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            _ = try? Parameter(flipped, name: "/x")
        }
    }
}
