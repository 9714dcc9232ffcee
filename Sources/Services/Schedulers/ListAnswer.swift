internal import Wire

/// A list of texts: `v1/pod`, `v1/plans`, `v1/topics`, `v1/state/frameworkId`.
enum ListAnswer {
    /// - Parameters:
    ///   - key: where an older version puts the list into an object: `{"brokers": […]}`. Both are taken.
    ///   - countMax: more of them are refused.
    static func texts(_ bytes: UnsafeBufferPointer<UInt8>, orUnder key: String? = nil, countMax: Int = 20_000) throws(JSONProblem) -> [String] {
        var reader = JSONReader(bytes)
        let node = try reader.node(keeping: JSONKeys(key.map { [$0] } ?? []))
        try reader.end()
        let list = if let key, !node.isList { try node[key] } else { node }
        var texts: [String] = []
        for element in try list.elements { texts.append(try element.name) }
        guard texts.count <= countMax else { throw list.wrong("has \(texts.count) entries, and at most \(countMax) are taken") }
        guard Set(texts).count == texts.count else { throw list.wrong("has an entry twice") }
        return texts
    }
}

/// `v1/brokers`: the brokers that are registered now.
enum BrokersAnswer {
    /// Sorted. A broker's number is a text of digits; `{"brokers": [...]}` and the list alone are the same.
    static func numbers(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> [Int] {
        var numbers: [Int] = []
        for text in try ListAnswer.texts(bytes, orUnder: "brokers", countMax: 10_000) {
            guard let number = Int(text), number >= 0 else {
                throw JSONProblem(path: "", what: "has a broker `\(text.prefix(40))`, which is no number", offset: nil)
            }
            numbers.append(number)
        }
        return numbers.sorted()
    }
}
