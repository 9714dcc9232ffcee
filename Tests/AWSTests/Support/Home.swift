import AWS
import Foundation

/// A home folder with AWS' two files, removed at the end.
final class Home: Sendable {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mayfly-aws-\(UUID().uuidString)")

    init(config: String = "", credentials: String = "") throws {
        try FileManager.default.createDirectory(at: folder.appending(path: ".aws"), withIntermediateDirectories: true)
        try write(".aws/config", config)
        try write(".aws/credentials", credentials)
    }
    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ name: String, _ text: String) throws { try text.write(toFile: path(name), atomically: true, encoding: .utf8) }

    func settings(_ variables: [String: String] = [:], profile: String? = nil, region: String? = nil, endpointURL: String? = nil) -> AWSSettings {
        AWSSettings(
            profile: profile, region: region, endpointURL: endpointURL,
            environment: variables.merging(["HOME": folder.path]) { first, _ in first }, containerTimeout: .seconds(60))
    }
}
