/// A request as far as the invented services look at it.
struct Question: Sendable {
    let method: String
    /// Without the query.
    var path: String
    /// Without the question mark.
    var query = ""
    let contentType: String?
    let accept: String?
    let authorization: String?
    /// `X-Amz-Target`.
    let target: String?
    let body: [UInt8]
}

/// What an invented service answers.
struct Answer: Sendable {
    let status: Int
    var contentType: String?
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Whether it has no end: after the body come a master's events.
    var isStream = false

    /// An error as Mesos has it: plain text.
    static func text(_ status: Int, _ text: String, headers: [(name: String, value: String)] = []) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=utf-8", headers: headers, body: Array(text.utf8))
    }

    static func json(_ value: JSON, status: Int = 200) -> Answer { Answer(status: status, contentType: "application/json", body: value.bytes) }
}
