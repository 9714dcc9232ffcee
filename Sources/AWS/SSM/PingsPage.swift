import Fleet
import FoundationEssentials

/// One host that SSM's agent has reported from.
struct ReportedHost: Hashable, Sendable {
    /// An instance's, or `mi-…` for a machine elsewhere.
    let id: String
    let ping: SSMPing
}

extension Page<ReportedHost> {
    /// SSM's limit of hosts on one page.
    static let sizeMax = 50

    /// The JSON body of `DescribeInstanceInformation`.
    static func request(token: String?) -> [UInt8] {
        Array(("{\"MaxResults\": \(sizeMax)" + (token.map { ", \"NextToken\": " + JSONString.quoted($0) } ?? "") + "}").utf8)
    }

    /// Reads a page of `DescribeInstanceInformation`.
    init(hosts body: [UInt8]) throws(MalformedAnswer) {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            throw MalformedAnswer("the answer is not the JSON of an InstanceInformationList with InstanceId and PingStatus")
        }
        var hosts: [ReportedHost] = []
        for entry in answer.list {
            guard let ping = SSMPing(rawValue: entry.status) else {
                throw MalformedAnswer("PingStatus of \(entry.id.prefix(64)) is the unknown '\(entry.status.prefix(64))'")
            }
            hosts.append(ReportedHost(id: entry.id, ping: ping))
        }
        self.init(rows: hosts, nextToken: answer.token.flatMap { $0.isEmpty ? nil : $0 })
    }

    private struct Answer: Decodable {
        let list: [Entry]
        let token: String?

        enum CodingKeys: String, CodingKey {
            case list = "InstanceInformationList"
            case token = "NextToken"
        }

        struct Entry: Decodable {
            let id, status: String

            enum CodingKeys: String, CodingKey {
                case id = "InstanceId"
                case status = "PingStatus"
            }
        }
    }
}
