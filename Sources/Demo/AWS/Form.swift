/// The fields of an `application/x-www-form-urlencoded` body.
struct Form: Sendable {
    private var fields: [String: String] = [:]

    /// At most so many fields are read; EC2's own calls have some thousand at most.
    private static let fieldsMax = 5000

    init(_ body: [UInt8]) {
        for pair in body.split(separator: UInt8(ascii: "&"), maxSplits: Self.fieldsMax) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { continue }
            fields[Self.decoded(name)] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
    }

    subscript(name: String) -> String? { fields[name] }

    /// `InstanceId.1`, `InstanceId.2`, … in order, up to the first gap.
    func list(_ name: String) -> [String] {
        var values: [String] = []
        while let value = fields["\(name).\(values.count + 1)"] { values.append(value) }
        return values
    }

    /// `Filter.1.Name` with `Filter.1.Value.1`, …
    var filters: [(name: String, values: [String])] {
        var filters: [(name: String, values: [String])] = []
        while let name = fields["Filter.\(filters.count + 1).Name"] { filters.append((name, list("Filter.\(filters.count + 1).Value"))) }
        return filters
    }

    static func decoded(_ bytes: some Collection<UInt8>) -> String {
        var plain: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                plain.append(value)
                rest = rest.dropFirst(2)
            } else {
                plain.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
