import Fleet
import Foundation
import Moto
import Testing
import Wire

@testable import Terraform

/// Five agents that a real Terraform has made in moto, in a checkout of their own, for as long as this object lives.
final class Agents: Sendable {
    static let isThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: $0 + "/terraform")
    }
    static let (old, new): (ImageID, ImageID) = ("ami-0000000000000001a", "ami-0000000000000002b")

    let moto: MotoServer
    let url: URL
    let client: TerraformClient

    /// Makes the checkout and applies it as a person would.
    init(http: HTTPCaller) async throws {
        moto = try await MotoServer(http: http)
        url = FileManager.default.temporaryDirectory.appending(path: "mayfly-terraform-\(UUID().uuidString)")
        let module = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../module").standardizedFileURL
        try FileManager.default.copyItem(at: module, to: url)
        client = Agents.client(url, change: { _ in })
        try write(image: Self.old)
        // The lock file is the operator's; a checkout has it.
        try await person("init", "-input=false")
        try await client.initialise()
        try await person("apply", "-input=false", "-auto-approve")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    static func client(_ url: URL, change: (inout TerraformSettings) -> Void) -> TerraformClient {
        var settings = TerraformSettings(
            folder: url.path, address: "aws_instance.agent", dependents: ["terraform_data.note"], lockFile: url.appending(path: "mayfly.lock").path)
        settings.lockTimeout = .zero
        change(&settings)
        return TerraformClient(settings, environment: environment(url))
    }

    /// What Terraform is to find in its own.
    static func environment(_ url: URL) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        // Without a network the provider comes from a mirror, where there is one in a folder of the root's.
        let roots = (try? FileManager.default.contentsOfDirectory(atPath: "/").sorted()) ?? []
        let file = url.appending(path: "cli.tfrc").path
        if let mirror = roots.map({ "/\($0)/tf-plugins" }).first(where: { FileManager.default.fileExists(atPath: $0) }) {
            let text = "provider_installation {\n  filesystem_mirror {\n    path = \"\(mirror)\"\n  }\n}\ndisable_checkpoint = true\n"
            if !FileManager.default.fileExists(atPath: file) { try? text.write(toFile: file, atomically: true, encoding: .utf8) }
            environment["TF_CLI_CONFIG_FILE"] = file
        }
        // What must never reach a run.
        environment["TF_CLI_ARGS"] = "-no-such-flag"
        environment["TF_VAR_ami_id"] = "ami-unseen"
        return environment
    }

    /// What the configuration asks for.
    func write(image: ImageID) throws {
        try "endpoint = \"\(moto.url)\"\nami_id = \"\(image)\"\nasg_size = 0\n".write(toFile: path("terraform.tfvars"), atomically: true, encoding: .utf8)
    }

    /// Terraform at a person's hands: not one of our runs.
    func person(_ words: String...) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["terraform", "-chdir=" + url.path] + words
        process.environment = Dictionary(
            uniqueKeysWithValues: client.environment.assignments(with: [:]).map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            })
        let output = path("person.log")
        try Data().write(to: URL(filePath: output))
        let handle = try #require(FileHandle(forWritingAtPath: output))
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        let (ended, end) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        for await code in ended {
            let said = try String(contentsOfFile: output, encoding: .utf8)
            try #require(code == 0, "terraform \(words.joined(separator: " ")): \(said)")
        }
    }

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
