/// A launch template and one of its versions, as a pool or an Auto Scaling group names it.
package struct LaunchTemplate: Hashable, Sendable, CustomStringConvertible {
    /// `lt-…`. At least one of id and name is there; the id decides where both are.
    package let id: String?
    package let name: String?
    /// `$Latest`, `$Default` or a number.
    package let version: String

    package init(id: String? = nil, name: String? = nil, version: String) {
        precondition(id != nil || name != nil, "a launch template without id and name, version \(version)")
        self.id = id
        self.name = name
        self.version = version
    }

    /// Whether both name the same version of the same template. One that has an id alone, and one that has a name alone, are not known to.
    package func isSame(as other: LaunchTemplate) -> Bool {
        version == other.version && ((id != nil && id == other.id) || (name != nil && name == other.name))
    }

    package var description: String { "launch template \(name ?? id ?? "") (\(version))" }
}
