import Captures
import Fleet
import Foundation

/// A hundred thousand events, or so many as there are to be, each of a kind by its number: what a queue may hand out, and what is to come of it.
struct Storm: Sendable {
    let count: Int
    let fleet: [InstanceID]
    let now: Timestamp

    init(_ count: Int, now: Timestamp) {
        self.count = count
        self.now = now
        fleet = (0..<40).map { InstanceID("i-0000000000000" + String($0 + 4096, radix: 16)) }
    }

    enum Kind { case known, repeated, unknown, old, nothing, poison }

    func kind(_ number: Int) -> Kind {
        switch number % 20 {
        case 0: .poison
        case 1, 2: .unknown
        case 3: .old
        case 4, 5: .repeated
        case 6: .nothing
        default: .known
        }
    }

    /// What every message of a number says, the same each time.
    func body(_ number: Int) -> String {
        switch kind(number) {
        case .poison: return Self.poison[number / 20 % 4]
        case .nothing: return #"{"id": "e-\#(number)", "detail-type": "Something", "source": "custom.test", "time": "\#(now)", "detail": {}}"#
        case .repeated: return body(number - number % 20 + 10)
        case .unknown: return event(number, "i-0ffffffffff" + String(number % 997 + 65536, radix: 16))
        case .old: return event(number, fleet[number % fleet.count].rawValue, at: now - .seconds(7200))
        case .known:
            let instance = fleet[number % fleet.count].rawValue
            switch number % 20 {
            case 7: return Self.byTopic(event(number, instance))
            case 8:
                return
                    #"{"LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "EC2InstanceId": "\#(instance)", "LifecycleActionToken": "e-\#(number)", "Time": "\#(now)", "AutoScalingGroupName": "g", "LifecycleHookName": "h"}"#
            case 9: return event(number, instance, type: "EC2 Spot Instance Interruption Warning", detail: #""instance-action": "terminate""#)
            default: return event(number, instance)
            }
        }
    }

    private static let poison = ["no event at all", "{\"id\": ", "[1, 2]", #"{"detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2"}"#]

    private func event(
        _ number: Int, _ instance: String, at time: Timestamp? = nil, type: String = "EC2 Instance State-change Notification",
        detail: String = #""state": "stopping""#
    ) -> String {
        #"{"version": "0", "id": "e-\#(number)", "detail-type": "\#(type)", "source": "aws.ec2", "account": "123456789012", "time": "\#(time ?? now)", "region": "us-east-1", "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/\#(instance)"], "detail": {"instance-id": "\#(instance)", \#(detail)}}"#
    }

    private static func byTopic(_ body: String) -> String {
        let quoted = body.replacing("\"", with: "\\\"")
        return #"{"Type": "Notification", "MessageId": "4b9aabcd", "TopicArn": "arn:aws:sns:us-east-1:123456789012:events", "Message": "\#(quoted)"}"#
    }

    /// The events of a kind, by their ids.
    func events(_ kind: Kind) -> Set<String> { Set((0..<count).filter { self.kind($0) == kind }.map { "e-\($0)" }) }

    // MARK: - Its fleet, as EC2 has it

    /// EC2's answers about the fleet, all of it or those that a filter or a name asks for.
    func ec2(_ request: RawServer.Request) -> [RawServer.Step] {
        var pairs: [(String, String)] = []
        for pair in request.text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { pairs.append((String(parts[0]), String(parts[1]))) }
        }
        let named = Set(pairs.map(\.1).filter { $0.hasPrefix("i-") })
        let asked = fleet.filter { named.isEmpty || named.contains($0.rawValue) }
        switch pairs.first(where: { $0.0 == "Action" })?.1 {
        case "DescribeInstances":
            let items = asked.map { id in
                let place = (fleet.firstIndex(of: id) ?? 0) + 1
                return
                    "<item><instancesSet><item><instanceId>\(id)</instanceId><imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState><privateIpAddress>10.0.0.\(place)</privateIpAddress><instanceType>m5.large</instanceType><launchTime>2026-11-01T00:00:00.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone></placement><tagSet><item><key>Role</key><value>agent</value></item></tagSet></item></instancesSet></item>"
            }
            return [Self.xml("DescribeInstances", "<reservationSet>\(items.joined())</reservationSet>")]
        case "DescribeInstanceStatus":
            let items = asked.map { id in
                "<item><instanceId>\(id)</instanceId><instanceState><code>16</code><name>running</name></instanceState><systemStatus><status>ok</status></systemStatus><instanceStatus><status>ok</status></instanceStatus></item>"
            }
            return [Self.xml("DescribeInstanceStatus", "<instanceStatusSet>\(items.joined())</instanceStatusSet>")]
        default: return [Self.xml("DescribeImages", "<imagesSet/>")]
        }
    }

    private static func xml(_ action: String, _ body: String) -> RawServer.Step {
        let head = #"<?xml version="1.0"?><\#(action)Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>"#
        return .answer(200, [("Content-Type", "text/xml")], body: Array("\(head)\(body)</\(action)Response>".utf8))
    }
}
