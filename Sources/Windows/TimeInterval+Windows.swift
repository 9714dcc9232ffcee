package import Fleet

extension TimeInterval {
    package func contains(_ time: Timestamp) -> Bool { false }
    package func nextOpening(after time: Timestamp) -> Timestamp? { nil }
    package func nextClosing(after time: Timestamp) -> Timestamp? { nil }
    package func windows(from: Timestamp, to: Timestamp) -> [(Timestamp, Timestamp)] { [] }
}
