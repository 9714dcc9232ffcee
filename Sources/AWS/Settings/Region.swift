/// The region to call, as far as the settings tell it.
enum Region {
    /// Configuration, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile. Nil: only the machine itself may know.
    static func configured(_ settings: AWSSettings, profiles: Profiles) throws(AWSSettingsError) -> String? {
        let environment = Environment(settings.environment)
        let candidates: [(source: String, region: String?)] = [
            ("region of the configuration", settings.region), ("AWS_REGION", environment["AWS_REGION"]),
            ("AWS_DEFAULT_REGION", environment["AWS_DEFAULT_REGION"]), ("region of profile \(profiles.selected)", profiles.value("region")),
        ]
        guard let chosen = candidates.first(where: { $0.region != nil }), let region = chosen.region else { return nil }
        guard isName(region) else { throw AWSSettingsError("\(chosen.source): '\(region.prefix(64))' is not a region's name: write it as us-east-1") }
        return region
    }

    /// Lower-case letters, digits and hyphens: it becomes a part of a host name and of every signature.
    static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D }
    }
}
