package import Foundation

/// A checkout of the tests' Terraform module, whose agents are instances in moto, for as long as this object lives.
package final class TerraformCheckout: Sendable {
    package static let isThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: $0 + "/terraform")
    }

    package let url: URL
    private let endpoint: String

    /// Terraform ended otherwise than it should have, with what it said.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter endpoint: moto's URL.
    package init(endpoint: String) throws {
        self.endpoint = endpoint
        url = FileManager.default.temporaryDirectory.appending(path: "mayfly-terraform-\(UUID().uuidString)")
        let module = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../TerraformTests/module").standardizedFileURL
        try FileManager.default.copyItem(at: module, to: url)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appending(path: name).path }

    /// What Terraform is to find in its environment. Without a network the provider comes from a mirror, where there is one in a folder of the root's.
    package var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        let roots = (try? FileManager.default.contentsOfDirectory(atPath: "/").sorted()) ?? []
        let file = path("cli.tfrc")
        if let mirror = roots.map({ "/\($0)/tf-plugins" }).first(where: { FileManager.default.fileExists(atPath: $0) }) {
            let text = "provider_installation {\n  filesystem_mirror {\n    path = \"\(mirror)\"\n  }\n}\ndisable_checkpoint = true\n"
            if !FileManager.default.fileExists(atPath: file) { try? text.write(toFile: file, atomically: true, encoding: .utf8) }
            environment["TF_CLI_CONFIG_FILE"] = file
        }
        return environment
    }

    /// What the configuration asks for: the image of all agents, and, where not the module's own five, which agents.
    package func write(image: String, agents: [String]? = nil) throws {
        var text = "endpoint = \"\(endpoint)\"\nami_id = \"\(image)\"\nasg_size = 0\n"
        if let agents { text += "agents = [\(agents.map { "\"\($0)\"" }.joined(separator: ", "))]\n" }
        try text.write(toFile: path("terraform.tfvars"), atomically: true, encoding: .utf8)
    }

    /// Terraform at a person's hands: not one of the daemon's runs. What it says.
    @discardableResult package func person(_ words: String...) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["terraform", "-chdir=" + url.path] + words
        process.environment = environment.merging(["CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"]) { $1 }
        let output = path("person.log")
        try Data().write(to: URL(filePath: output))
        guard let handle = FileHandle(forWritingAtPath: output) else { throw Failed(description: "\(output) cannot be written") }
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        let (ended, end) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        var code: Int32 = -1
        for await status in ended { code = status }
        let said = try String(contentsOfFile: output, encoding: .utf8)
        guard code == 0 else { throw Failed(description: "terraform \(words.joined(separator: " ")) ended with \(code): \(said)") }
        return said
    }
}
