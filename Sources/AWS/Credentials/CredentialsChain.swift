import Wire

/// Chooses where credentials come from, once, when a client is made.
///
/// In botocore's order (`credentials.py`): keys in the environment; the profile's role; web identity; the profile's keys or process; the
/// container's credentials; the role of the EC2 instance. A profile that the settings name comes before all that stands in the environment. The
/// first that is configured is the one; if it is broken, that is an error and nothing after it is tried.
struct CredentialsChain {
    let settings: AWSSettings
    let profiles: Profiles
    let metadata: InstanceMetadata?
    let caller: AWSCaller
    let http: HTTPCaller
    let clock: AWSClock

    /// More roles than this, each taken with the one before, are a mistake; AWS' own tools end at loops alone.
    private static let rolesMax = 8

    private var environment: Environment { Environment(settings.environment) }

    func provider() throws -> any CredentialsProvider {
        if !profiles.isExplicit, let keys = try EnvironmentCredentials(environment) { return keys }
        let selected = profiles.selected
        if hasRole(selected) { return try role(of: selected, visited: [selected]) }
        if let web = try webIdentity(of: selected, readsEnvironment: !profiles.isExplicit) { return web }
        if let own = try own(of: selected) { return own }
        if let container = try ContainerCredentials(environment, http: http, clock: clock, timeout: settings.containerTimeout) { return container }
        if let metadata { return metadata }
        throw CredentialsError(
            "no AWS credentials: no AWS_ACCESS_KEY_ID, none in \(profiles.place(of: selected)), no AWS_CONTAINER_CREDENTIALS_FULL_URI, and "
                + "AWS_EC2_METADATA_DISABLED switches the instance's role off")
    }

    // MARK: - Roles

    /// One with a token file beside it is taken with that token, whoever asks.
    private func hasRole(_ profile: String) -> Bool {
        profiles.value("role_arn", of: profile) != nil && profiles.value("web_identity_token_file", of: profile) == nil
    }

    /// - Parameter visited: the profiles whose roles are taken with what comes of this one, and it itself.
    private func role(of profile: String, visited: [String]) throws -> any CredentialsProvider {
        let place = profiles.place(of: profile)
        guard let arn = profiles.value("role_arn", of: profile) else { throw CredentialsError("\(place) has no role_arn") }
        let source: any CredentialsProvider
        switch (profiles.value("source_profile", of: profile), profiles.value("credential_source", of: profile)) {
        case (.some, .some): throw CredentialsError("\(place) has both source_profile and credential_source beside role_arn: remove one of them")
        case (nil, nil):
            throw CredentialsError("\(place) has role_arn but neither source_profile nor credential_source, so nothing to take the role with: add one")
        case (let name?, nil): source = try self.source(named: name, by: profile, visited: visited)
        case (nil, let kind?): source = try self.source(of: kind, place: place)
        }
        return try RoleCredentials(profile: profile, in: profiles, role: arn, source: source, caller: caller)
    }

    /// A profile may name itself, and is then taken for its keys: botocore's rule.
    private func source(named name: String, by profile: String, visited: [String]) throws -> any CredentialsProvider {
        let place = profiles.place(of: profile)
        guard profiles.exists(name) else { throw CredentialsError("\(place) names the source_profile '\(name)', and there is no such profile: add it") }
        let hasKeys = profiles.hasKeys(name)
        if visited.contains(name), !(name == profile && hasKeys) {
            throw CredentialsError("\(place) has a source_profile that leads back to itself: \((visited + [name]).joined(separator: " → "))")
        }
        if !hasKeys, hasRole(name) {
            guard visited.count < Self.rolesMax else { throw CredentialsError("\(place) would be the end of more than \(Self.rolesMax) roles in a row") }
            return try role(of: name, visited: visited + [name])
        }
        if let web = try webIdentity(of: name, readsEnvironment: false) { return web }
        guard let own = try own(of: name) else {
            throw CredentialsError("\(place) names the source_profile '\(name)', which has no credentials: give it keys, a role or a credential_process")
        }
        return own
    }

    private func source(of kind: String, place: String) throws -> any CredentialsProvider {
        let found: (any CredentialsProvider)?
        let missing: String
        switch kind {
        case "Environment": (found, missing) = (try EnvironmentCredentials(environment), "AWS_ACCESS_KEY_ID is not set")
        case "Ec2InstanceMetadata": (found, missing) = (metadata, "AWS_EC2_METADATA_DISABLED switches the metadata service off")
        case "EcsContainer":
            found = try ContainerCredentials(environment, http: http, clock: clock, timeout: settings.containerTimeout)
            missing = "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set"
        default:
            throw CredentialsError("\(place): credential_source '\(kind.prefix(40))' is none of Environment, Ec2InstanceMetadata and EcsContainer")
        }
        guard let found else { throw CredentialsError("\(place) has credential_source \(kind), and \(missing)") }
        return found
    }

    /// Each of the three by the environment first, if that is read, and else by the profile.
    private func webIdentity(of profile: String, readsEnvironment: Bool) throws(CredentialsError) -> WebIdentityCredentials? {
        func value(_ variable: String, _ key: String) -> String? {
            (readsEnvironment ? environment[variable] : nil) ?? profiles.value(key, of: profile)
        }
        guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return nil }
        let isInEnvironment = readsEnvironment && environment["AWS_WEB_IDENTITY_TOKEN_FILE"] != nil
        let origin = isInEnvironment ? "AWS_WEB_IDENTITY_TOKEN_FILE" : profiles.place(of: profile)
        guard let role = value("AWS_ROLE_ARN", "role_arn") else {
            throw CredentialsError("\(origin) names a web identity token but no role: \(isInEnvironment ? "set AWS_ROLE_ARN" : "add role_arn")")
        }
        return try WebIdentityCredentials(
            file: environment.expanded(file), role: role, name: value("AWS_ROLE_SESSION_NAME", "role_session_name"), origin: origin, caller: caller)
    }

    // MARK: - What a profile has of its own

    /// Its keys, or the program that prints them. Nil for a profile without either; throws for a login that needs a person.
    private func own(of profile: String) throws(CredentialsError) -> (any CredentialsProvider)? {
        let place = profiles.place(of: profile)
        try refuseLogin(of: profile, ["sso_account_id", "sso_role_name", "sso_start_url", "sso_session"], "IAM Identity Center (SSO)")
        if profiles.hasKeysInCredentialsFile(profile) { return try ProfileCredentials(profile, in: profiles, settings: settings) }
        try refuseLogin(of: profile, ["login_session"], "aws login")
        if let command = profiles.value("credential_process", of: profile) {
            return try ProcessCredentials(command: command, environment: environment, place: "credential_process of \(place)")
        }
        return profiles.hasKeys(profile) ? try ProfileCredentials(profile, in: profiles, settings: settings) : nil
    }

    private func refuseLogin(of profile: String, _ keys: [String], _ login: String) throws(CredentialsError) {
        guard let key = keys.first(where: { profiles.value($0, of: profile) != nil }) else { return }
        throw CredentialsError(
            "\(profiles.place(of: profile)) logs in by \(login) ('\(key)'), which ends within hours and needs a person to renew it: use the role of the EC2 "
                + "instance or of the container, role_arn with credential_source, a web identity or keys; or, to try things out, a profile with "
                + "credential_process = aws configure export-credentials --profile \(profile) --format process")
    }
}
