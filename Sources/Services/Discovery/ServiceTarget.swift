internal import Fleet

/// A service whose scheduler is to be asked.
struct ServiceTarget: Hashable, Sendable {
    let name: ServiceName
    /// `DCOS_PACKAGE_NAME`.
    let package: String?
    /// `DCOS_PACKAGE_VERSION`: another one can speak another API.
    let version: String?
    let isKafka: Bool
    /// In the order in which they are tried. Empty: nobody says where its scheduler is, and it is unknown.
    let routes: [SchedulerRoute]
    /// The APIs that it may have, in the order in which they are tried.
    let flavours: [ServiceSighting.Flavour]
    /// Whether it is known to be a service with a scheduler of one of these. Else it is a framework of some kind, and is left out as soon as it has said
    /// that it has none of them.
    let isCertain: Bool
}
