/// Something of AWS that leads from outside to a node.
package enum Entrance: Hashable, Sendable, Codable {
    /// A target group of an application, network or gateway load balancer, in which the node stands with this port: by its instance, or by its address.
    case targetGroup(String, port: Int, isByAddress: Bool)
    /// A classic load balancer, by name.
    case classic(String)
    /// An Elastic IP, by its allocation.
    case address(String)

    /// Whether traffic can be kept from the node while it goes on working. An address leads to it for as long as it has it.
    package var isBalanced: Bool { if case .address = self { false } else { true } }
}

extension Entrance: Comparable, CustomStringConvertible {
    /// In a few words for people: `target group web:443`, with the group's name of its ARN.
    package var description: String {
        switch self {
        case .targetGroup(let arn, let port, _): "target group \(Self.name(inARN: arn)):\(port)"
        case .classic(let name): "load balancer \(name)"
        case .address(let allocation): "address \(allocation)"
        }
    }

    /// `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/50dc6c495c0c9188` → `web`.
    private static func name(inARN arn: String) -> String {
        let parts = arn.split(separator: "/")
        return parts.count >= 3 ? String(parts[parts.count - 2]) : arn
    }

    private var key: String {
        switch self {
        case .targetGroup(let arn, let port, let isByAddress): "1 \(arn) \(port) \(isByAddress)"
        case .classic(let name): "2 \(name)"
        case .address(let allocation): "3 \(allocation)"
        }
    }

    package static func < (left: Entrance, right: Entrance) -> Bool { left.key < right.key }
}

/// What one poll of the load balancers and addresses of an account brought: all of it, or it is a failure.
package struct EntrancesSighting: Hashable, Sendable {
    /// How a node stands in a target group or a classic load balancer.
    package enum Standing: Hashable, Sendable {
        /// It is sent traffic, or would be: nobody calls it unfit.
        case serves
        /// It was put in, and is not tried yet.
        case comes
        /// The health check fails, or the instance does not run; with AWS' reason.
        case unfit(String)
        /// It is being let go: old connections may go on.
        case leaves
    }

    /// Who stands in a target group, or in a classic load balancer.
    package struct Place: Hashable, Sendable {
        package let entrance: Entrance
        /// An instance's id, or an IP address.
        package let target: String
        package let standing: Standing

        package init(_ entrance: Entrance, target: String, standing: Standing) {
            self.entrance = entrance
            self.target = target
            self.standing = standing
        }
    }

    /// By target.
    package let places: [String: [Place]]
    /// All target groups, by ARN, and classic load balancers, by name, that there are.
    package let balancers: Set<String>
    /// Who has each Elastic IP, by allocation; nil: nobody. One that somebody has who is no instance is not in here.
    package let addresses: [String: InstanceID?]

    package init(places: [Place], balancers: Set<String>, addresses: [String: InstanceID?]) {
        self.places = Dictionary(grouping: places, by: \.target)
        self.balancers = balancers
        self.addresses = addresses
    }

    /// Everything that leads to a node, each with how it stands there. Sorted.
    ///
    /// - Parameter address: its private address. Nil: not known.
    package func leading(to instance: InstanceID, at address: String?) -> [(entrance: Entrance, standing: Standing)] {
        let balanced = ([instance.rawValue] + (address.map { [$0] } ?? [])).flatMap { places[$0] ?? [] }.map { ($0.entrance, $0.standing) }
        let own = addresses.filter { $0.value == instance }.keys.map { (Entrance.address($0), Standing.serves) }
        return (balanced + own).map { (entrance: $0.0, standing: $0.1) }.sorted { $0.entrance < $1.entrance }
    }

    /// Whether a fresh node takes the old one's place at an entrance: true also where there is nothing to be taken any more, since it was deleted, or somebody
    /// has given the address to a third.
    package func isTaken(_ entrance: Entrance, by fresh: InstanceID, at address: String?, from old: InstanceID?) -> Bool {
        switch entrance {
        case .targetGroup(let name, _, _), .classic(let name):
            if !balancers.contains(name) { return true }
            return leading(to: fresh, at: address).contains { $0.entrance == entrance && $0.standing == .serves }
        case .address(let allocation):
            guard let holder = addresses[allocation] else { return true }
            return holder == fresh || (holder != nil && holder != old)
        }
    }
}
