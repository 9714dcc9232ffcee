import Foundation
import Testing

@testable import Daemon

@Suite struct `The policies on the page of permissions` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Policy: Decodable {
        let statements: [Statement]
        enum CodingKeys: String, CodingKey { case statements = "Statement" }

        struct Statement: Decodable {
            let sid: String
            let actions: Texts
            let resources: Texts
            enum CodingKeys: String, CodingKey { case sid = "Sid", actions = "Action", resources = "Resource" }
        }

        /// IAM takes one text for a list of one.
        struct Texts: Decodable {
            let all: [String]

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let one = try? container.decode(String.self) { all = [one] } else { all = try container.decode([String].self) }
            }
        }
    }

    private func policies() throws -> [String: Policy] {
        let page = try String(contentsOf: Self.root.appending(path: "docs/permissions.md"), encoding: .utf8)
        var policies: [String: Policy] = [:]
        for part in page.components(separatedBy: "<!-- begin policy: ").dropFirst() {
            let name = String(part.prefix { $0 != " " })
            let json = try #require(part.components(separatedBy: "```json\n").dropFirst().first?.components(separatedBy: "```").first)
            policies[name] = try JSONDecoder().decode(Policy.self, from: Data(json.utf8))
            // A managed policy may have 6,144 characters, blanks not counted (IAM's user guide, "IAM and AWS STS quotas").
            #expect(json.filter { !$0.isWhitespace }.count <= 6144, "\(name)")
        }
        return policies
    }

    private func actions(_ policy: Policy?) -> Set<String> { Set((policy?.statements ?? []).flatMap(\.actions.all)) }

    private static func everything(_ mode: String) throws -> Configuration {
        try Configuration.parse(
            """
            cluster: c
            mode: \(mode)
            claim: {ssm_parameter: /mayfly/c/claim}
            mesos: {masters: ['http://m']}
            services: {marathon: 'http://m:8080'}
            alerts: {webhook: ['http://w']}
            aws: {ssm_ping: true, event_queue: 'https://sqs.us-east-1.amazonaws.com/123456789012/mayfly-events'}
            pools:
              grouped: {select: {groups: [g]}, image: {ssm_parameter: /ami/a}, provision: {group: g}, order: launch-first, lifecycle_hook: h, load_balancers: true, commands: {via: ssm}}
              alone: {select: {tags: {a: b}}, image: {launch_template: {name: t}}, provision: {launch_template: {name: t}}, commands: {via: ssm}}
            """, path: "/etc/mayfly/mayfly.yaml")
    }

    @Test func `allow what is asked of AWS, and nothing else`() throws {
        let policies = try policies()
        #expect(policies.keys.sorted() == ["act", "launch", "watch"])
        let (watch, act, launch) = (actions(policies["watch"]), actions(policies["act"]), actions(policies["launch"]))
        let whole = try Self.everything("act")
        #expect(watch == Set(whole.watchingActions))
        // The role of the template's instance profile is passed on by the launch itself.
        #expect(launch == ["ec2:TerminateInstances", "ec2:RunInstances", "ec2:CreateTags", "iam:PassRole", "autoscaling:AttachInstances"])
        #expect(act.union(launch).subtracting(["iam:PassRole"]) == Set(whole.actingActions).subtracting(watch))
        #expect(whole.awsActions.count == Set(whole.awsActions).count && Set(whole.awsActions) == watch.union(act).union(launch).subtracting(["iam:PassRole"]))
        #expect(Set(try Self.everything("alert").awsActions) == watch, "in mode alert nothing is done")
    }

    @Test func `change nothing that is not named`() throws {
        for (name, policy) in try policies() {
            for statement in policy.statements where statement.resources.all.contains("*") {
                let changing = statement.actions.all.filter { action in
                    !["Describe", "Get", "RunInstances"].contains { action.split(separator: ":").last?.hasPrefix($0) == true }
                }
                #expect(changing.isEmpty, "\(name) \(statement.sid)")
            }
        }
    }
}
