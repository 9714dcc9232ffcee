package import Fleet
import Rules
import Wire

extension Configuration {
    /// Whom findings are told to.
    package struct AlertsSection: Hashable, Sendable {
        /// In the file's order, Alertmanagers first.
        package var destinations: [AlertDestination] = []
        /// How often an Alertmanager is told again of what goes on. It forgets what it is not told of for four times as long.
        package var resend = Duration.seconds(60)
    }
}

/// One target of alerts, and how to reach it.
package struct AlertDestination: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case alertmanager
        case webhook
    }

    package let kind: Kind
    /// Given, or scheme, host and port of the URL.
    package let name: AlertTargetName
    /// Its path may be a secret: never in an error, a log line or output.
    package let url: String
    package let tokenFile: String?
    /// Certificates to trust instead of the system's.
    package let caFile: String?

    package init(kind: Kind, name: AlertTargetName, url: String, tokenFile: String? = nil, caFile: String? = nil) {
        self.kind = kind
        self.name = name
        self.url = url
        self.tokenFile = tokenFile
        self.caFile = caFile
    }

    package var target: AlertTarget { AlertTarget(name: name, wantsLatestOnly: kind == .alertmanager) }

    /// Each has a queue of its own and a loop of its own; more receivers are Alertmanager's business.
    package static let countMax = 8
}

extension ConfigurationReading {
    func readAlerts(_ section: YAMLMapping?) -> Configuration.AlertsSection? {
        guard let section else { return Configuration.AlertsSection() }
        section.allow(["alertmanager", "webhook", "resend"])
        let resend = section["resend"].map { $0.duration(in: .seconds(15) ... .seconds(240)) } ?? Configuration.AlertsSection().resend
        let alertmanagers = readDestinations(section["alertmanager"], .alertmanager)
        let webhooks = readDestinations(section["webhook"], .webhook)
        guard let resend, let alertmanagers, let webhooks else { return nil }
        let all = alertmanagers + webhooks
        if all.count > AlertDestination.countMax {
            section.value.note("alerts name \(all.count) targets, and \(AlertDestination.countMax) is the most; let an Alertmanager tell the others")
            return nil
        }
        var names: Set<AlertTargetName> = []
        for destination in all where !names.insert(destination.name).inserted {
            section.value.note("two alert targets are called \(destination.name); give one of them a name: {name: …, url: …}")
            return nil
        }
        return Configuration.AlertsSection(destinations: all, resend: resend)
    }

    private func readDestinations(_ value: YAMLValue?, _ kind: AlertDestination.Kind) -> [AlertDestination]? {
        guard let value else { return [] }
        guard let entries = value.list() else { return nil }
        let read = entries.map { readDestination($0, kind) }
        let good = read.compactMap { $0 }
        return good.count == read.count ? good : nil
    }

    /// A URL, or a mapping that has one.
    private func readDestination(_ value: YAMLValue, _ kind: AlertDestination.Kind) -> AlertDestination? {
        guard value.isMapping else { return readURL(value).flatMap { destination(kind, url: $0, name: nil, tokenFile: nil, caFile: nil) } }
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["url", "name", "token_file", "ca_file"])
        let named = mapping["name"].map { $0.string() }
        let tokenFile = mapping["token_file"].map { $0.string() }
        let caFile = mapping["ca_file"].map { $0.string() }
        guard let url = mapping.required("url").flatMap(readURL) else { return nil }
        // One that is there and is no text has been noted.
        if case .some(nil) = named { return nil }
        if case .some(nil) = tokenFile { return nil }
        if case .some(nil) = caFile { return nil }
        if let name = named ?? nil, name.count > Self.nameCharactersMax || name.contains(where: { $0.isNewline || !$0.isASCII }) {
            mapping["name"]?.note("name is at most \(Self.nameCharactersMax) ASCII characters on one line")
            return nil
        }
        return destination(kind, url: url, name: named ?? nil, tokenFile: (tokenFile ?? nil).map(resolved), caFile: (caFile ?? nil).map(resolved))
    }

    private func destination(_ kind: AlertDestination.Kind, url: String, name: String?, tokenFile: String?, caFile: String?) -> AlertDestination? {
        let origin = HTTPAddress(url).map { "\($0.scheme.rawValue)://\($0.authority)" } ?? kind.rawValue
        return AlertDestination(kind: kind, name: AlertTargetName(name ?? origin), url: url, tokenFile: tokenFile, caFile: caFile)
    }

    private static let nameCharactersMax = 100
}
