import AWS
import Foundation
import Testing

@Suite struct `A form body` {
    @Test func `is encoded as Python's urlencode does it`() {
        var form = FormBody(ec2: "CreateTags")
        form.add("Tag.1.Key", "ünïcode")
        form.add("Tag.1.Value", "wert + & = ~ é/☃ *:%")
        #expect(form.text == "Action=CreateTags&Version=2016-11-15&Tag.1.Key=%C3%BCn%C3%AFcode&Tag.1.Value=wert+%2B+%26+%3D+~+%C3%A9%2F%E2%98%83+%2A%3A%25")
    }

    @Test func `has botocore's bytes for every recorded call`() throws {
        var count = 0
        for name in try Fixture.names(in: "aws") where name.hasSuffix(".request.http") {
            let recorded = String(decoding: try Fixture.message(name).body, as: UTF8.self)
            guard recorded.hasPrefix("Action=") else { continue }
            let pairs = recorded.split(separator: "&").map { pair in
                pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                    part.replacing("+", with: " ").removingPercentEncoding ?? ""
                }
            }
            var form = FormBody(action: pairs[0][1], version: pairs[1][1])
            for pair in pairs.dropFirst(2) { form.add(pair[0], pair[1]) }
            #expect(form.text == recorded, "\(name)")
            count += 1
        }
        #expect(count > 30)
    }

    @Test func `numbers lists and filters from one, as EC2 wants them`() throws {
        var form = FormBody(ec2: "DescribeInstances")
        form.add(filters: [Filter("tag:cluster", ["dcos-a"]), Filter("instance-state-name", ["pending", "running"])])
        #expect(Array(form.text.utf8) == (try Fixture.message("ec2.DescribeInstances.filters.request.http")).body)
        var page = FormBody(ec2: "DescribeInstances")
        page.add("MaxResults", "5")
        #expect(page.bytes == (try Fixture.message("ec2.DescribeInstances.page1.request.http")).body)
        var images = FormBody(ec2: "DescribeImages")
        images.add("Owner", list: ["amazon"])
        images.add(filters: [Filter("name", ["amzn2-ami-hvm-2*-x86_64-gp2", "al2023-ami-*"]), Filter("state", ["available"])])
        #expect(
            images.text == "Action=DescribeImages&Version=2016-11-15&Owner.1=amazon&Filter.1.Name=name&Filter.1.Value.1=amzn2-ami-hvm-2%2A-x86_64-gp2"
                + "&Filter.1.Value.2=al2023-ami-%2A&Filter.2.Name=state&Filter.2.Value.1=available")
    }

    @Test func `takes wildcards in a value literally`() {
        #expect(Filter.literal("a*b?c") == #"a\*b\?c"#)
        #expect(Filter.literal(#"a\b"#) == "a?b")
    }
}
