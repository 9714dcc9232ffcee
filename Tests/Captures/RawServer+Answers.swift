extension RawServer.Step {
    /// A well-formed answer.
    package static func answer(_ status: Int = 200, _ headers: [(String, String)] = [], body: some Sequence<UInt8> = [UInt8]()) -> RawServer.Step {
        let body = Array(body)
        return .send(head(status, headers + [("Content-Length", "\(body.count)")]) + body)
    }

    package static func json(_ body: some Sequence<UInt8>) -> RawServer.Step { answer(200, [("Content-Type", "application/json")], body: body) }

    package static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
        Array("HTTP/1.1 \(status) Whatever\r\n".utf8) + headers.flatMap { Array("\($0.0): \($0.1)\r\n".utf8) } + Array("\r\n".utf8)
    }

    /// One chunk of the chunked transfer coding.
    package static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + Array(bytes) + Array("\r\n".utf8)
    }
}
