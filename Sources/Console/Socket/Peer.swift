import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who is at the other end of a Unix socket, as the kernel says.
package struct Peer: Hashable, Sendable, CustomStringConvertible {
    package let user: UInt32
    package let group: UInt32
    package let process: Int32

    /// `struct ucred`.
    private struct Credentials: Sendable {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// This process itself.
    package static var own: Peer { Peer(user: getuid(), group: getgid(), process: getpid()) }

    /// Nil for what is no Unix socket.
    static func of(_ channel: any Channel) async -> Peer? {
        guard channel.localAddress?.protocol == .unix || channel.remoteAddress?.protocol == .unix, let provider = channel as? any SocketOptionProvider else {
            return nil
        }
        let answer: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        guard let credentials = try? await answer.get() else { return nil }
        return Peer(user: credentials.user, group: credentials.group, process: credentials.process)
    }

    /// The user's name, or its number where it has none.
    package var name: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else { return String(user) }
        return String(cString: name)
    }

    package var description: String { "\(name) (process \(process))" }
}
