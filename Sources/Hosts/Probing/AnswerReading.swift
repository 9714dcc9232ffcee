/// Reads what a host says until it is clear what that is. A value.
struct AnswerReading: Sendable {
    /// An SSH server may say a few lines before its greeting, and no more than this of it is read.
    static let bytesMax = 8192

    private let question: ProbeSettings.Question
    private var bytes: [UInt8] = []

    init(_ question: ProbeSettings.Question) { self.question = question }

    /// Takes in what came next. Nil as long as it could still become an answer.
    mutating func take(_ more: some Sequence<UInt8>) -> HostAnswer? {
        for byte in more {
            guard bytes.count < Self.bytesMax else { return .unclear }
            bytes.append(byte)
        }
        switch question {
        case .http: return statusLine
        case .ssh: return greeting
        }
    }

    /// `HTTP/1.1 200`: any status will do.
    private var statusLine: HostAnswer? {
        let pattern = "HTTP/1.# ###"
        for (byte, wanted) in zip(bytes, pattern.utf8) {
            let isRight = wanted == UInt8(ascii: "#") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
            if !isRight { return .unclear }
        }
        return bytes.count >= pattern.utf8.count ? .answers : nil
    }

    /// A whole line that begins with `SSH-`; others may come before it (RFC 4253, 4.2).
    private var greeting: HostAnswer? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        return lines.contains { $0.starts(with: "SSH-".utf8) } ? .answers : nil
    }
}
