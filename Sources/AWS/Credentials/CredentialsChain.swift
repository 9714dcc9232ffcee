/// Chooses where credentials come from, once, when a client is made.
///
/// A profile that the settings name, the environment's keys, the profile of `AWS_PROFILE` or the default one, the role of the EC2
/// instance. The first that is configured is the one; if it is broken, that is an error and nothing after it is tried.
enum CredentialsChain {
    static func provider(_ settings: AWSSettings, profiles: Profiles, metadata: InstanceMetadata?) throws -> any CredentialsProvider {
        let environment = Environment(settings.environment)
        if !profiles.isExplicit {
            if let provider = try EnvironmentCredentials(environment) { return provider }
            if environment["AWS_WEB_IDENTITY_TOKEN_FILE"] != nil { throw unsupported("AWS_WEB_IDENTITY_TOKEN_FILE") }
        }
        if let provider = try ProfileCredentials(profiles, settings: settings) { return provider }
        for variable in ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] where environment[variable] != nil {
            throw unsupported(variable)
        }
        if let metadata { return metadata }
        throw CredentialsError(
            "no AWS credentials: no AWS_ACCESS_KEY_ID, no keys in \(profiles.place), and AWS_EC2_METADATA_DISABLED switches the instance's role off")
    }

    private static func unsupported(_ variable: String) -> CredentialsError {
        CredentialsError(
            "not supported yet by this version: credentials by \(variable). Unset it and use AWS_ACCESS_KEY_ID, a profile with keys, or the instance's role")
    }
}
