import Synchronization

/// The region that is called: the configured one, else the machine's own, asked for once.
final class RegionSource: Sendable {
    private let metadata: InstanceMetadata?
    private let known: Mutex<String?>

    init(configured: String?, metadata: InstanceMetadata?) {
        known = Mutex(configured)
        self.metadata = metadata
    }

    func name() async throws -> String {
        if let known = known.withLock({ $0 }) { return known }
        let remedy = "set region in the configuration, AWS_REGION, or region in the profile"
        guard let metadata else { throw AWSSettingsError("no AWS region is configured: \(remedy)") }
        let found: String
        do { found = try await metadata.region() } catch { throw AWSSettingsError("no AWS region is configured, and \(error): \(remedy)") }
        known.withLock { $0 = found }
        return found
    }
}
