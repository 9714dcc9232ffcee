package import Fleet

/// A Marathon app of the invented cluster, or a pod of one container, as it was declared. Its tasks are the machines' tasks that carry its name.
package struct SimulatedApp: Hashable, Sendable {
    /// `/shop/checkout`.
    package let id: String
    package let instances: Int
    package let cpus: Double
    package let mem: Double
    /// What ties it to a machine, and which one that is.
    package let tie: MarathonSighting.Tie?
    package let home: Int?
    /// Of its local volume, where it has one.
    package let volume: String?
    /// Sorted by key.
    package let labels: [Allotment.Label]
    package let version: Timestamp
    package var isPod = false

    /// `upgradeStrategy.minimumHealthCapacity`: 1 unless it is said, and Marathon says 0.5 of apps with a local volume.
    package var minimumHealthCapacity: Double { tie == .persistentVolume ? 0.5 : 1 }

    /// The name of its tasks in Mesos: `checkout.shop`.
    package var taskName: String { id.split(separator: "/").reversed().joined(separator: ".") }

    /// What its container is called in a pod.
    package var containerName: String { id.split(separator: "/").last.map(String.init) ?? "" }
}

extension SimulatedTask {
    /// The Marathon app that it is an instance of: `/shop/checkout`.
    package var appID: String { "/" + name.split(separator: ".").reversed().joined(separator: "/") }

    /// Of a pod's container: the instance that it belongs to, `ops_collector.instance-<uuid>`.
    package var podInstance: TaskID { TaskID(id.rawValue.split(separator: ".").prefix(2).joined(separator: ".")) }
}
