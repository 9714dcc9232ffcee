package import Fleet

/// One instance of an app of Marathon's, or of a pod.
package struct AppInstance: Hashable, Sendable, Codable, CustomStringConvertible {
    /// `/shop/checkout`.
    package let app: String
    /// Its task in Mesos; of a pod the instance's id.
    package let task: TaskID
    package let isPod: Bool

    package init(app: String, task: TaskID, isPod: Bool = false) {
        self.app = app
        self.task = task
        self.isPod = isPod
    }

    package var description: String { "\(task) of \(app)" }
}

/// What a harmful call takes from a node, where that is less than all that is on it.
package enum Taken: Hashable, Sendable {
    case member(ServiceMember)
    /// One instance of the app of this id.
    case instance(of: String)
}
