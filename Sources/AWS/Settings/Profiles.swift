import FoundationEssentials

/// Both profile files together, and the profile that was chosen in them.
struct Profiles: Sendable {
    let config: ProfileFile
    let credentials: ProfileFile
    /// `default` unless a name was given.
    let selected: String
    /// Whether the settings themselves named the profile, which then comes before the environment's keys.
    let isExplicit: Bool

    /// Reads the files that the environment names, else those in the home folder. A file that does not exist is an empty one.
    static func read(_ settings: AWSSettings) throws(AWSSettingsError) -> Profiles {
        let environment = Environment(settings.environment)
        let config = try file(environment.expanded(environment["AWS_CONFIG_FILE"] ?? "~/.aws/config"))
        let credentials = try file(environment.expanded(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials"))
        let named = settings.profile ?? environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
        let profiles = Profiles(config: config, credentials: credentials, selected: named ?? "default", isExplicit: settings.profile != nil)
        if named != nil, profiles.selected != "default", !profiles.exists(profiles.selected) {
            throw AWSSettingsError(
                "the AWS profile '\(profiles.selected)' is neither in \(config.path) ([profile \(profiles.selected)]) nor in \(credentials.path) "
                    + "([\(profiles.selected)]): add it, or name another one")
        }
        return profiles
    }

    /// A property of a profile; the credentials file wins over the config file. Empty counts as not set.
    func value(_ name: String, of profile: String) -> String? {
        for section in [credentials.sections[profile], configSection(of: profile)] {
            if let value = section?.properties[name], !value.isEmpty { return value }
        }
        return nil
    }

    /// A property of the chosen profile.
    func value(_ name: String) -> String? { value(name, of: selected) }

    /// Whether a profile has keys, or half of them.
    func hasKeys(_ profile: String) -> Bool { Self.keyNames.contains { value($0, of: profile) != nil } }

    /// Whether a profile has keys, or half of them, in the credentials file, where they come before whatever else it has.
    func hasKeysInCredentialsFile(_ profile: String) -> Bool {
        Self.keyNames.contains { !(credentials.sections[profile]?.properties[$0] ?? "").isEmpty }
    }

    private static let keyNames = ["aws_access_key_id", "aws_secret_access_key"]

    /// A nested property of the `services` section that the profile names: `ec2.endpoint_url`.
    func service(_ name: String) -> String? {
        guard let services = value("services"), let value = config.sections["services " + services]?.properties[name], !value.isEmpty else { return nil }
        return value
    }

    /// Where a profile's keys stand, for errors: `profile prod in /home/u/.aws/credentials`.
    func place(of profile: String) -> String {
        "profile \(profile) in \(credentials.sections[profile]?.properties["aws_access_key_id"] == nil ? config.path : credentials.path)"
    }

    /// Where the chosen profile's keys stand.
    var place: String { place(of: selected) }

    func exists(_ profile: String) -> Bool { credentials.sections[profile] != nil || configSection(of: profile) != nil }

    /// In the config file a profile's section is `[profile name]`; the default one may stand without the word.
    private func configSection(of profile: String) -> ProfileFile.Section? {
        config.sections["profile " + profile] ?? (profile == "default" ? config.sections["default"] : nil)
    }

    private static func file(_ path: String) throws(AWSSettingsError) -> ProfileFile {
        guard !path.hasPrefix("~"), FileManager.default.fileExists(atPath: path) else { return ProfileFile(path: path) }
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw AWSSettingsError("\(path): cannot be read, though it exists: is it a file, and may this user read it?")
        }
        guard data.count <= ProfileFile.bytesMax else { throw AWSSettingsError("\(path): larger than \(ProfileFile.bytesMax) bytes: no profile file") }
        guard let text = String(validating: data, as: UTF8.self) else { throw AWSSettingsError("\(path): not UTF-8 text") }
        return try ProfileFile(path: path, text: text)
    }
}
