package import Fleet

extension SimulatedService {
    /// A Kafka of some make and age, by the scheduler that it has.
    package enum Kind: String, CaseIterable, Sendable, Hashable {
        /// DC/OS' package of today: SDK 0.57.
        case sdk
        /// Confluent's package of the same framework: SDK 0.30.
        case confluent
        /// A beta of the first SDK: 0.15.
        case sdkPods
        /// DC/OS' package before the SDK.
        case brokers
        /// The community's mesos/kafka. Its brokers write into their own host's folders: it reserves nothing, and no call moves one.
        case community

        var flavour: ServiceSighting.Flavour {
            switch self {
            case .sdk, .confluent: .sdk
            case .sdkPods: .sdkPods
            case .brokers: .brokers
            case .community: .community
            }
        }

        /// `DCOS_PACKAGE_NAME`.
        var packageName: String { self == .confluent ? "confluent-kafka" : "kafka" }

        /// `DCOS_PACKAGE_VERSION`.
        var version: String {
            switch self {
            case .sdk: "2.10.0-2.4.0"
            case .confluent: "2.0.0-3.3.0e"
            case .sdkPods: "1.1.21-0.10.2.1-beta"
            case .brokers: "1.1.17-0.10.1.0"
            case .community: "0.9.4.0"
            }
        }

        /// Which SDK it is built with: 57 for 0.57. 0: none.
        var sdk: Int {
            switch self {
            case .sdk: 57
            case .confluent: 30
            case .sdkPods: 15
            case .brokers, .community: 0
            }
        }

        var topics: [(name: String, partitions: Int, replicas: Int)] {
            switch self {
            case .sdk, .confluent: [("__consumer_offsets", 10, 3), ("clicks", 8, 2), ("orders", 6, 3), ("payments", 4, 3)]
            case .sdkPods: [("__consumer_offsets", 6, 3), ("app-logs", 6, 2), ("audit", 3, 3)]
            case .brokers, .community: [("__consumer_offsets", 4, 2), ("orders", 3, 2), ("tmp-scratch", 3, 1)]
            }
        }
    }

    /// Which API its scheduler has.
    package var flavour: ServiceSighting.Flavour { kind.flavour }
    package var packageName: String { kind.packageName }
    package var version: String { kind.version }
    /// Which SDK it is built with: 57 for 0.57. 0: none.
    package var sdk: Int { kind.sdk }

    /// `kafka-0`; before the SDK and of the community's `broker-0`.
    package func memberName(_ number: Int) -> String { sdk == 0 ? "broker-\(number)" : "kafka-\(number)" }

    /// The name of a broker's task in Mesos.
    package func brokerTaskName(_ number: Int) -> String { sdk == 0 ? "broker-\(number)" : "kafka-\(number)-broker" }

    /// From the SDK's 0.50 on a task's id begins with its service; mesos/kafka's begins with its framework, whatever the task is called.
    func brokerTaskID(_ number: Int, uuid: String) -> TaskID {
        if kind == .community { return TaskID("\(name.replacing("/", with: "-"))-\(number)-\(uuid)") }
        let prefix = sdk >= 50 ? name.split(separator: "/").joined(separator: ".") + "__" : ""
        return TaskID("\(prefix)\(brokerTaskName(number))__\(uuid)")
    }
}
