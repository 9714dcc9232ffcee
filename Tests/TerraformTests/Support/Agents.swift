import Fleet
import Foundation
import Moto
import Testing
import Wire

@testable import Terraform

/// Five agents that a real Terraform has made in moto, in a checkout of their own, for as long as this object lives.
final class Agents: Sendable {
    static let isThere = TerraformCheckout.isThere
    static let (old, new): (ImageID, ImageID) = ("ami-0000000000000001a", "ami-0000000000000002b")

    let moto: MotoServer
    let checkout: TerraformCheckout
    let client: TerraformClient
    var url: URL { checkout.url }

    /// Makes the checkout and applies it as a person would.
    init(http: HTTPCaller) async throws {
        moto = try await MotoServer(http: http)
        checkout = try TerraformCheckout(endpoint: moto.url)
        client = Agents.client(checkout, change: { _ in })
        try write(image: Self.old)
        // The lock file is the operator's; a checkout has it.
        try await checkout.person("init", "-input=false")
        try await client.initialise()
        try await checkout.person("apply", "-input=false", "-auto-approve")
    }

    func path(_ name: String) -> String { checkout.path(name) }

    static func client(_ checkout: TerraformCheckout, change: (inout TerraformSettings) -> Void) -> TerraformClient {
        var settings = TerraformSettings(
            folder: checkout.url.path, address: "aws_instance.agent", dependents: ["terraform_data.note"], lockFile: checkout.path("mayfly.lock"))
        settings.lockTimeout = .zero
        change(&settings)
        return TerraformClient(settings, environment: environment(checkout))
    }

    /// What Terraform is to find in its own, and what must never reach a run.
    static func environment(_ checkout: TerraformCheckout) -> [String: String] {
        checkout.environment.merging(["TF_CLI_ARGS": "-no-such-flag", "TF_VAR_ami_id": "ami-unseen"]) { $1 }
    }

    /// What the configuration asks for.
    func write(image: ImageID) throws { try checkout.write(image: image.rawValue) }

    func address(_ name: String) -> String { "aws_instance.agent[\"\(name)\"]" }

    func instance(_ name: String) async throws -> InstanceID {
        let tracked = try await client.state().tracked
        return try #require(tracked.first { $0.address == address(name) }).instance
    }

    func order(
        _ name: String, old: InstanceID, isGone: Bool = false, image: ImageID = Agents.new, isForced: Bool = false, untracked: [InstanceID] = []
    ) -> PlanOrder {
        PlanOrder(address: address(name), old: old, isGone: isGone, image: image, isForced: isForced, untracked: untracked)
    }

    /// Instances that live in moto, and their images.
    func living() async throws -> [InstanceID: String] {
        let filter = #"{"Filters": [{"Name": "instance-state-name", "Values": ["running", "pending"]}]}"#
        let answer = try await boto("describe_instances", filter)
        return Dictionary(uniqueKeysWithValues: zip(texts("InstanceId", in: answer).map { InstanceID($0) }, texts("ImageId", in: answer)))
    }

    @discardableResult
    func boto(_ call: String, _ arguments: String) async throws -> Data {
        try await moto.control("boto", #"{"service": "ec2", "call": "\#(call)", "arguments": \#(arguments)}"#)
    }
}

func withAgents(_ body: (Agents) async throws -> Void) async throws {
    let http = try HTTPCaller()
    do {
        try await body(try await Agents(http: http))
        await http.shutdown()
    } catch {
        await http.shutdown()
        throw error
    }
}

/// The texts that stand under a name anywhere in a JSON answer.
private func texts(_ name: String, in json: Data) -> [String] {
    String(decoding: json, as: UTF8.self).components(separatedBy: "\"\(name)\": \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
}
