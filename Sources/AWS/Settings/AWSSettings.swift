/// What the configuration says about AWS, and the environment that it was started in.
///
/// Nothing here reads the process' environment by itself; the files that the variables name are read when a client is made.
package struct AWSSettings: Sendable {
    /// A profile of AWS' own files. It comes before the keys of the environment. Nil: `AWS_PROFILE`, else `default`.
    package var profile: String?
    /// Nil: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, then the region of the machine itself.
    package var region: String?
    /// One URL for all services, for tests and for endpoints inside a VPC. Nil: see `Endpoints`.
    package var endpointURL: String?
    /// `AWS_…` variables and `HOME`; others are not looked at.
    package var environment: [String: String]
    /// How many instances one page of the sweep may hold. 5…500, default 500: AWS sends 5 to 8 KB for each, and a page must stay below 10 MB.
    package var pageSize: Int
    /// Whether SSM is asked for its agents. Default false, for it needs a permission of its own.
    package var readsPings: Bool
    /// The longest that one answer of a container's credentials server may take. Default 2 s, botocore's; the server is on the same host.
    package var containerTimeout: Duration

    package init(
        profile: String? = nil, region: String? = nil, endpointURL: String? = nil, environment: [String: String] = [:], pageSize: Int = 500,
        readsPings: Bool = false, containerTimeout: Duration = .seconds(2)
    ) {
        self.profile = profile
        self.region = region
        self.endpointURL = endpointURL
        self.environment = environment
        self.pageSize = min(max(pageSize, 5), 500)
        self.readsPings = readsPings
        self.containerTimeout = containerTimeout
    }

    /// The PEM file of `AWS_CA_BUNDLE`, else the profile's `ca_bundle`; nil for the system's. It is for the `HTTPCaller` that the client is given.
    package func caBundle() throws(AWSSettingsError) -> String? {
        let environment = Environment(environment)
        if let path = environment["AWS_CA_BUNDLE"] { return environment.expanded(path) }
        return try Profiles.read(self).value("ca_bundle").map(environment.expanded)
    }
}

extension AWSSettings: CustomReflectable, CustomStringConvertible {
    /// Without the environment, which holds secrets.
    package var description: String {
        "AWS settings (profile \(profile ?? "not set"), region \(region ?? "not set"), endpoint \(endpointURL ?? "not set"), pages of \(pageSize))"
    }
    package var customMirror: Mirror { Mirror(self, children: ["profile": profile as Any, "region": region as Any, "endpointURL": endpointURL as Any]) }
}

/// Settings that cannot be used: what is wrong, where (`file:line` or the variable's name), and what to do. Never holds a secret.
package struct AWSSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    package init(_ message: String) { self.message = message }
    package var description: String { message }
}
