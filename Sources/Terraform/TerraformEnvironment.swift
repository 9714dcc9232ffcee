/// What Terraform finds in its environment: what it was given, without what would change a run unseen. A value.
struct TerraformEnvironment: Hashable, Sendable {
    private let variables: [String: String]

    /// Terraform's own variables that are handed on: where providers come from, where its data lie, and its tokens.
    private static func isHandedOn(_ name: String) -> Bool {
        guard name.hasPrefix("TF_") else { return true }
        return ["TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR", "TF_DATA_DIR"].contains(name) || name.hasPrefix("TF_TOKEN_")
    }

    init(_ given: [String: String], workspace: String?) {
        var variables = given.filter { Self.isHandedOn($0.key) }
        if variables["PATH"] == nil { variables["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
        variables["TF_IN_AUTOMATION"] = "1"
        variables["TF_INPUT"] = "0"
        variables["CHECKPOINT_DISABLE"] = "1"
        if let workspace { variables["TF_WORKSPACE"] = workspace }
        self.variables = variables
    }

    /// `NAME=value`, sorted, with credentials over what is there.
    func assignments(with credentials: [String: String]) -> [String] {
        variables.merging(credentials) { $1 }.map { $0.key + "=" + $0.value }.sorted()
    }
}
