/// An IPv4 address, the one thing that an agent and its instance have in common.
package struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bits: UInt32

    /// Parses `10.0.1.11`; four decimal numbers of 0…255 and nothing else.
    package init?(_ text: some StringProtocol) {
        self.init(parts: text.split(separator: ".", omittingEmptySubsequences: false))
    }

    /// The address that a hostname is or spells: `10.0.1.11`, `ip-10-0-1-11`, `ip-10-0-1-11.ec2.internal`.
    package init?(hostname: String) {
        if let address = Address(hostname) {
            self = address
            return
        }
        guard hostname.hasPrefix("ip-") else { return nil }
        let label = hostname.dropFirst(3).prefix { $0 != "." }
        self.init(parts: label.split(separator: "-", omittingEmptySubsequences: false))
    }

    /// The address in a Mesos pid: `slave(1)@10.0.1.11:5051`.
    package init?(pid: String) {
        guard let at = pid.lastIndex(of: "@") else { return nil }
        self.init(pid[pid.index(after: at)...].prefix { $0 != ":" })
    }

    private init?(parts: [some StringProtocol]) {
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let byte = UInt8(part) else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        self.bits = bits
    }

    package var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
    package static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

extension Agent {
    /// What it is joined by: its hostname where that tells an address, else its pid.
    package var address: Address? { Address(hostname: hostname) ?? Address(pid: pid) }
}
