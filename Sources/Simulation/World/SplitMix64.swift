/// A small random generator whose numbers depend on its seed alone: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
///
/// The standard library's own `random(in:using:)` may change how it draws from one release to the next; a seed that is written into a
/// bug report must not, so every draw is made here.
package struct SplitMix64: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number of `range`, each about equally likely. The range may not be empty.
    package mutating func draw(_ range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int(next().multipliedFullWidth(by: width).high)
    }

    /// A duration of whole milliseconds between the two, both included.
    package mutating func draw(from shortest: Duration, to longest: Duration) -> Duration {
        let (seconds, most) = (shortest.components, longest.components)
        let low = Int(seconds.seconds * 1000 + seconds.attoseconds / 1_000_000_000_000_000)
        let high = Int(most.seconds * 1000 + most.attoseconds / 1_000_000_000_000_000)
        return .milliseconds(draw(low...high))
    }

    /// So many hexadecimal digits.
    package mutating func hexadecimal(_ digits: Int) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(digits)
        var bits: UInt64 = 0
        for place in 0..<digits {
            if place % 16 == 0 { bits = next() }
            text.append(Self.hexadecimalDigits[Int(bits & 15)])
            bits >>= 4
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `34dce400-4266-4b32-8042-3d324f788023`: a random UUID, version 4.
    package mutating func uuid() -> String {
        let parts = [hexadecimal(8), hexadecimal(4), "4" + hexadecimal(3), "8" + hexadecimal(3), hexadecimal(12)]
        return parts.joined(separator: "-")
    }

    /// 16 random bytes as Mesos writes a status update's id: `mlnEoVRASzq7n39iCv7Z3A==`.
    package mutating func base64ID() -> String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        for _ in 0..<21 { text.append(Self.base64Digits[draw(0...63)]) }
        // The 22nd digit carries two bits of the sixteenth byte; its other four are zero.
        text.append(Self.base64Digits[draw(0...3) * 16])
        return String(decoding: text, as: UTF8.self) + "=="
    }

    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
