import Daemon

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The file of a Unix socket: who listens on it, and how one comes into being without a moment in which anybody may connect who must not.
package struct SocketFile: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// What a connection to it comes to.
    package enum Listening: Hashable, Sendable {
        /// Somebody listens.
        case live
        /// There is no such file.
        case absent
        /// The file of a program that is gone.
        case stale
        /// This user may not. The group that may; nil when that cannot be told either.
        case denied(group: String?)
        /// Something that is no socket, or an error of the system.
        case other(String)
    }

    /// A socket cannot be had.
    package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Owner and group may connect, which takes the right to write.
    static let mode: mode_t = 0o660

    /// Tries to connect, and hangs up at once.
    package func listening() -> Listening {
        guard var address = Self.address(path) else { return .other("its path is too long for a socket") }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .other(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        if result == 0 { return .live }
        switch errno {
        // Its queue is full: somebody is there, and has much to do.
        case EAGAIN: return .live
        case ENOENT, ENOTDIR: return .absent
        case ECONNREFUSED: return isSocket ? .stale : .other("it is not a socket")
        case EACCES, EPERM: return .denied(group: group)
        default: return .other(String(cString: strerror(errno)))
        }
    }

    /// A directory beside it that only this user may enter; the socket is bound in there, and comes to its place when its mode is right.
    func makeNursery() throws(Problem) -> String {
        switch listening() {
        case .live: throw Problem(description: "\(path): another daemon answers on this socket; stop that one first, or name another path in socket")
        case .other("it is not a socket"):
            throw Problem(description: "\(path): something is there that is not a socket; move it away, or name another path in socket")
        case .absent, .stale, .denied, .other: break
        }
        var template = Array((directory + "/.mXXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            let why = String(cString: strerror(errno))
            throw Problem(description: "\(path): its directory cannot be written: \(why); create \(directory) for this user, or name another path in socket")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Brings the socket that listens in the nursery to its place, with its mode; the nursery is gone then.
    func settle(from nursery: String) throws(Problem) {
        let cradle = nursery + "/s"
        defer {
            unlink(cradle)
            rmdir(nursery)
        }
        guard chmod(cradle, Self.mode) == 0 else { throw Problem(description: "\(cradle): its mode cannot be set: \(String(cString: strerror(errno)))") }
        if listening() == .stale { unlink(path) }
        // A link, unlike a rename, takes nothing from somebody who was faster.
        guard link(cradle, path) == 0 else {
            let why = errno == EEXIST ? "another daemon took it meanwhile" : String(cString: strerror(errno))
            throw Problem(description: "\(path): the socket cannot be put there: \(why); stop the other daemon, or name another path in socket")
        }
    }

    static func abandon(_ nursery: String) {
        unlink(nursery + "/s")
        rmdir(nursery)
    }

    /// Which file it is; nil: none. By this a daemon knows its own socket from one that took its place.
    var identity: UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Removes it if it is still the one that was put there.
    func remove(ifStill identity: UInt64?) { if let identity, self.identity == identity { unlink(path) } }

    private var directory: String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count < 2 ? "." : parts.dropLast().joined(separator: "/")
    }

    private var isSocket: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// The group of the file, or of its directory when the file cannot be seen.
    private var group: String? {
        var status = stat()
        guard stat(path, &status) == 0 || stat(directory, &status) == 0 else { return nil }
        var entry = group_()
        var found: UnsafeMutablePointer<group_>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getgrgid_r(status.st_gid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.gr_name else {
            return String(status.st_gid)
        }
        return String(cString: name)
    }

    /// Nil when the path is too long.
    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }
}

/// `group` is also the name of a property above.
private typealias group_ = group
