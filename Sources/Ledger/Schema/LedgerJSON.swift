import Fleet
import FoundationEssentials

/// The few columns that hold JSON: keys sorted, so that the same content is the same text.
enum LedgerJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, from text: String, column: String) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw LedgerContradiction("column \(column) does not hold the JSON that it should")
        }
    }

    static func text(_ evidence: [Evidence]) throws -> String { try text(evidence.map(StoredEvidence.init)) }

    static func evidence(from text: String) throws -> [Evidence] {
        try value([StoredEvidence].self, from: text, column: "evidence").compactMap { try $0.evidence() }
    }
}

/// One piece of evidence as JSON. A fact that this program does not know is passed over when read.
struct StoredEvidence: Codable {
    var fact: String
    var kind: String
    var text: String?
    var number: Int64?
    var since: Int64?
    var source: String?
    var readAt: Int64?

    enum CodingKeys: String, CodingKey {
        case fact, kind, text, number, since, source
        case readAt = "read_at"
    }

    init(_ evidence: Evidence) {
        fact = evidence.fact.rawValue
        kind = evidence.reading.kind
        switch evidence.reading {
        case .text(let value): text = value
        case .integer(let value): number = value
        case .none, .unknown: break
        }
        since = evidence.since?.milliseconds
        source = evidence.source?.description
        readAt = evidence.readAt?.milliseconds
    }

    func evidence() throws -> Evidence? {
        guard let fact = Fact(rawValue: fact) else { return nil }
        return Evidence(
            fact: fact, reading: try reading(), since: since.map(Timestamp.init(milliseconds:)), source: source.flatMap { Source($0) },
            readAt: readAt.map(Timestamp.init(milliseconds:)))
    }

    private func reading() throws -> Reading {
        switch (kind, text, number) {
        case ("value", let text?, nil): return .text(text)
        case ("value", nil, let number?): return .integer(number)
        case ("none", nil, nil): return .none
        case ("unknown", nil, nil): return .unknown
        default: throw LedgerContradiction("evidence of fact \(fact) does not hold what its kind says")
        }
    }
}
