/// An IPv4 address, the one thing that an agent and its instance have in common.
package struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bits: UInt32

    /// Parses `10.0.1.11`; four decimal numbers of 0…255 and nothing else.
    package init?(_ text: some StringProtocol) { self.init(text.utf8, separator: UInt8(ascii: ".")) }

    /// The address that a hostname is or spells: `10.0.1.11`, `ip-10-0-1-11`, `ip-10-0-1-11.ec2.internal`.
    package init?(hostname: String) {
        if let address = Address(hostname) {
            self = address
            return
        }
        guard hostname.hasPrefix("ip-") else { return nil }
        self.init(hostname.utf8.dropFirst(3).prefix { $0 != UInt8(ascii: ".") }, separator: UInt8(ascii: "-"))
    }

    /// The address in a Mesos pid: `slave(1)@10.0.1.11:5051`.
    package init?(pid: String) {
        guard let at = pid.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        self.init(pid.utf8[at...].dropFirst().prefix { $0 != UInt8(ascii: ":") }, separator: UInt8(ascii: "."))
    }

    private init?(_ text: some Sequence<UInt8>, separator: UInt8) {
        var bits: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var separators = 0
        for byte in text {
            switch byte {
            case separator:
                guard digits > 0, separators < 3 else { return nil }
                separators += 1
                bits = bits << 8 | part
                (part, digits) = (0, 0)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard digits <= 3, part <= 255 else { return nil }
            default: return nil
            }
        }
        guard digits > 0, separators == 3 else { return nil }
        self.bits = bits << 8 | part
    }

    package var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
    package static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

extension Agent {
    /// What it is joined by: its hostname where that tells an address, else its pid.
    package var address: Address? { Address(hostname: hostname) ?? Address(pid: pid) }
}
