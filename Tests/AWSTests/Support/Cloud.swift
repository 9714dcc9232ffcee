import AWS
import Fleet
import Foundation
import Moto
import Testing
import Wire

/// The texts that stand under a name anywhere in a JSON answer of the launcher.
func texts(_ name: String, in json: Data) -> [String] {
    String(decoding: json, as: UTF8.self).components(separatedBy: "\"\(name)\": \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
}

/// One moto with signatures and policies checked, and a user that may read.
final class Cloud: Sendable {
    let moto: MotoServer
    let http: HTTPCaller
    let keys: [String: String]

    /// - Parameter actions: what the user may do.
    init(
        http: HTTPCaller, actions: [String] = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages", "ssm:GetParameter"]
    ) async throws {
        let moto = try await MotoServer(http: http)
        let boto = { (service: String, call: String, arguments: String) in
            try await moto.control("boto", #"{"service": "\#(service)", "call": "\#(call)", "arguments": \#(arguments)}"#)
        }
        _ = try await boto("iam", "create_user", #"{"UserName": "mayfly"}"#)
        let policy = Self.policy(actions)
        _ = try await boto("iam", "put_user_policy", #"{"UserName": "mayfly", "PolicyName": "p", "PolicyDocument": "\#(policy)"}"#)
        let key = try await boto("iam", "create_access_key", #"{"UserName": "mayfly"}"#)
        let (id, secret) = (try #require(texts("AccessKeyId", in: key).first), try #require(texts("SecretAccessKey", in: key).first))
        self.moto = moto
        self.http = http
        keys = ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": moto.url, "AWS_REGION": "us-east-1"]
    }

    /// A policy that allows these actions, as a JSON text in JSON.
    static func policy(_ actions: [String]) -> String {
        let listed = actions.map { #"\"\#($0)\""# }.joined(separator: ", ")
        return #"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\#(listed)], \"Resource\": \"*\"}]}"#
    }

    func boto(_ service: String, _ call: String, _ arguments: String) async throws -> Data {
        try await moto.control("boto", #"{"service": "\#(service)", "call": "\#(call)", "arguments": \#(arguments)}"#)
    }

    func client(_ changes: [String: String] = [:], pageSize: Int = 500) throws -> AWSClient {
        try client(AWSSettings(environment: keys.merging(changes) { $1 }, pageSize: pageSize))
    }

    /// It waits for nothing longer than a millisecond.
    func client(_ settings: AWSSettings) throws -> AWSClient {
        let quick = AWSClock(
            now: AWSClock.real.now, uptime: AWSClock.real.uptime, random: { 0 }, sleep: { try await Task.sleep(for: min($0, .milliseconds(1))) })
        return try AWSClient(settings: settings, http: http, clock: quick)
    }
}
