import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A real HTTP server on a free port of 127.0.0.1 that answers by a function, each connection closed after its answer.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: String
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        /// The connection stays open and silent until the client goes away.
        var isSilent = false
        /// The body ends after so many bytes although more are announced.
        var cutAfter: Int?

        static func text(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: Array(text.utf8))
        }
    }

    let url: String
    private let listener: Int32
    private let received = Received()
    var requests: [Request] { received.all }

    /// What was asked so far. The threads keep this and not the server, whose end is theirs.
    private final class Received: Sendable {
        private let requests = Mutex<[Request]>([])
        var all: [Request] { requests.withLock { $0 } }

        /// Counts from one.
        func number(of request: Request) -> Int {
            requests.withLock {
                $0.append(request)
                return $0.count
            }
        }
    }

    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16 = try withUnsafeMutablePointer(to: &address) { [listener] pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(listener, generic, length) == 0, listen(listener, 64) == 0, getsockname(listener, generic, &length) == 0 else {
                    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
                }
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        url = "http://127.0.0.1:\(port)"
        let (listener, received) = (self.listener, self.received)
        Thread {
            // The number is given back only here, where nothing waits on it any more: given back elsewhere, it may already be another server's.
            defer { close(listener) }
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                // A client may open a connection that it never uses: nobody waits behind it.
                Thread {
                    guard let request = Self.read(connection) else {
                        close(connection)
                        return
                    }
                    Self.write(answer(request, received.number(of: request)), to: connection)
                }.start()
            }
        }.start()
    }

    /// Ends what waits for connections, now and from here on.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        func more() -> Bool {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            bytes += buffer[..<count]
            return true
        }
        var head: Range<Int>?
        while head == nil {
            guard more() else { return nil }
            head = bytes.firstRange(of: [13, 10, 13, 10])
        }
        guard let head else { return nil }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let start = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while bytes.count - head.upperBound < length { guard more() else { return nil } }
        let body = String(decoding: bytes[head.upperBound...], as: UTF8.self)
        return Request(method: String(start[0]), path: String(start[1]), headers: headers, body: body)
    }

    private static func write(_ answer: Answer, to connection: Int32) {
        if answer.isSilent {
            var byte: UInt8 = 0
            _ = recv(connection, &byte, 1, 0)
            close(connection)
            return
        }
        var head = "HTTP/1.1 \(answer.status) Scripted\r\nContent-Length: \(answer.body.count)\r\nConnection: close\r\n"
        for (name, value) in answer.headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        var bytes = Array((head + "\r\n").utf8) + answer.body.prefix(answer.cutAfter ?? answer.body.count)
        while !bytes.isEmpty {
            let sent = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            guard sent > 0 else { break }
            bytes.removeFirst(sent)
        }
        close(connection)
    }
}
