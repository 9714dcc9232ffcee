internal import Fleet
internal import Wire

/// One way to a scheduler's API. A service has one or more, which are tried in their order.
struct SchedulerRoute: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Admin Router: `<dcos>/service/<name>`. We log in there, and nowhere else.
        case router
        /// The configuration's `url`: a VIP mostly.
        case given
        /// The host and port of the scheduler's task, as Marathon tells them.
        case direct
    }

    let kind: Kind
    /// Without a slash at its end.
    let url: String
    /// What an account needs for it in DC/OS; empty where nobody asks.
    let permission: String

    static func router(_ base: String, service name: ServiceName) -> SchedulerRoute {
        SchedulerRoute(kind: .router, url: base + "/service/" + path(name.rawValue), permission: "dcos:adminrouter:service:" + name.rawValue)
    }

    static func given(_ url: String) -> SchedulerRoute { SchedulerRoute(kind: .given, url: url, permission: "") }
    static func direct(_ url: String) -> SchedulerRoute { SchedulerRoute(kind: .direct, url: url, permission: "") }

    /// Marathon under Admin Router, under the path of today and that of before Marathon 1.7.
    static func marathons(router base: String) -> [SchedulerRoute] {
        ["/marathon", "/service/marathon"].map { SchedulerRoute(kind: .router, url: base + $0, permission: "dcos:adminrouter:service:marathon") }
    }

    /// The name with everything escaped that has a meaning in a path, but for the slashes of folders.
    static func path(_ name: String) -> String { escaped(name, keeping: "-._~/") }

    /// One segment of a path: a topic, a pod.
    static func segment(_ name: String) -> String { escaped(name, keeping: "-._~") }

    private static func escaped(_ text: String, keeping marks: String) -> String {
        var path = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || marks.utf8.contains(byte)
            path += isPlain ? String(Character(scalar)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return path
    }
}
