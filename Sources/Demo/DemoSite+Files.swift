internal import FoundationEssentials

extension DemoSite {
    /// A file of the demo's could not be written or read.
    package struct FileProblem: Error, CustomStringConvertible {
        package let description: String
    }

    /// Copies a directory's rule files into a folder, with every rule that would have a node replaced set to `mode: act`; where they are then.
    package static func actingRules(of directory: String, in folder: String) throws(FileProblem) -> String {
        let copy = folder + "/rules"
        do {
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name.hasSuffix(".yaml") && !name.hasSuffix(".test.yaml") {
                guard let data = FileManager.default.contents(atPath: directory + "/" + name) else {
                    throw FileProblem(description: "\(directory)/\(name) cannot be read")
                }
                try Data(DemoRules.acting(String(decoding: data, as: UTF8.self)).utf8).write(to: URL(filePath: copy + "/" + name))
            }
        } catch {
            throw (error as? FileProblem) ?? FileProblem(description: "the rules cannot be copied from \(directory) to \(copy): \(error)")
        }
        return copy
    }

    /// Writes the configuration and the files that it names.
    package func write(secretsOf cluster: DemoCluster) throws(FileProblem) {
        let secrets = cluster.secrets(endpoints: endpoints)
        for (path, text) in [(configurationPath, configuration), (serviceAccountPath, secrets.serviceAccount), (authorityPath, secrets.authority)] {
            guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
                throw FileProblem(description: "\(path) cannot be written")
            }
        }
    }
}
