extension HTTPAnswer {
    /// Decodes the body off the caller's executor: ten thousand agents take a tenth of a second and more.
    @concurrent package func decoded<Value: Sendable>(
        _ decode: @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> Value
    ) async -> Result<Value, JSONProblem> {
        body.withUnsafeBufferPointer { bytes in
            do throws(JSONProblem) {
                return .success(try decode(bytes))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Whether this is a page for people, as proxies and login forms send it instead of an answer.
    package var isWebPage: Bool {
        if header("content-type")?.lowercased().hasPrefix("text/html") ?? false { return true }
        return body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
    }

    /// The beginning of the body, fit for an error: printable ASCII, at most so many characters.
    package func start(charactersMax: Int = 200) -> String {
        let characters = body.prefix(charactersMax).map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : " " }
        let trimmed = characters.drop { $0 == " " }
        return String(trimmed.reversed().drop { $0 == " " }.reversed())
    }
}
