import Wire

/// The services that are called. The raw value is the signing name and the first word of the default host.
package enum Service: String, Hashable, Sendable, CaseIterable {
    case ec2, ssm, sts, sqs
    case autoScaling = "autoscaling"
    /// Elastic Load Balancing with both of its APIs, which have one host and are told apart by the version in the body.
    case balancing = "elasticloadbalancing"

    /// As people write it.
    package var title: String {
        switch self {
        case .ec2: "EC2"
        case .ssm: "SSM"
        case .sts: "STS"
        case .sqs: "SQS"
        case .autoScaling: "Auto Scaling"
        case .balancing: "Elastic Load Balancing"
        }
    }

    /// As AWS' settings of endpoints name it: `AWS_ENDPOINT_URL_AUTO_SCALING`, `auto_scaling`.
    var settingName: String {
        switch self {
        case .ec2, .ssm, .sts, .sqs: rawValue
        case .autoScaling: "auto_scaling"
        case .balancing: "elastic_load_balancing_v2"
        }
    }
}

/// Where each service is called.
///
/// The configuration's URL, else `AWS_ENDPOINT_URL_EC2` and so on, `AWS_ENDPOINT_URL`, the profile's `services` section, the
/// profile's `endpoint_url`, else the region's own host. `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true` leaves out all but the first and last.
struct Endpoints: Sendable {
    private let configured: [Service: String]

    init(_ settings: AWSSettings, profiles: Profiles) throws(AWSSettingsError) {
        let environment = Environment(settings.environment)
        let isIgnored = environment.isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") || profiles.value("ignore_configured_endpoint_urls") == "true"
        var configured: [Service: String] = [:]
        for service in Service.allCases {
            let variable = "AWS_ENDPOINT_URL_" + service.settingName.uppercased()
            let candidates: [(source: String, url: String?)] =
                [("endpoint_url of the configuration", settings.endpointURL)]
                + (isIgnored
                    ? []
                    : [
                        (variable, environment[variable]), ("AWS_ENDPOINT_URL", environment["AWS_ENDPOINT_URL"]),
                        ("endpoint_url of the services section", profiles.service(service.settingName + ".endpoint_url")),
                        ("endpoint_url of \(profiles.place)", profiles.value("endpoint_url")),
                    ])
            guard let chosen = candidates.first(where: { $0.url != nil }), let url = chosen.url else { continue }
            guard let address = HTTPAddress(url), address.query.isEmpty else {
                throw AWSSettingsError("\(chosen.source): '\(HTTPAddress.shown(url))' is not a URL of a service: write it as https://host[:port]")
            }
            configured[service] = url
        }
        self.configured = configured
    }

    func url(of service: Service, in region: String) -> String {
        configured[service] ?? "https://\(service.rawValue).\(region).\(Self.domain(of: region))/"
    }

    /// The DNS suffix of the region's partition.
    static func domain(of region: String) -> String {
        let suffixes = [
            ("cn-", "amazonaws.com.cn"), ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
            ("us-iso-", "c2s.ic.gov"), ("eusc-", "amazonaws.eu"),
        ]
        return suffixes.first { region.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    }
}
