import Wire

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The addresses of the host that this program runs on: a node with one of them is not replaced by it.
package enum OwnAddresses {
    /// The hosts of these URLs, and the IPv4 addresses that their names stand for now. What cannot be resolved is left at its name.
    package static func hosts(of urls: [String]) -> Set<String> {
        var found: Set<String> = []
        for host in Set(urls.compactMap { HTTPAddress($0)?.host }) {
            found.insert(host)
            var hints = addrinfo()
            hints.ai_family = AF_INET
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, nil, &hints, &list) == 0 else { continue }
            defer { freeaddrinfo(list) }
            var next = list
            while let entry = next {
                next = entry.pointee.ai_next
                if let text = numeric(entry.pointee.ai_addr) { found.insert(text) }
            }
        }
        return found
    }

    private static func numeric(_ address: UnsafeMutablePointer<sockaddr>?) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard let address, getnameinfo(address, socklen_t(MemoryLayout<sockaddr_in>.size), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The IPv4 addresses of all interfaces, and the host's name. Empty when they cannot be found out: then nothing may be done.
    package static func find() -> Set<String> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<String> = []
        var next = list
        while let interface = next {
            next = interface.pointee.ifa_next
            guard let address = interface.pointee.ifa_addr, Int32(address.pointee.sa_family) == AF_INET else { continue }
            if let text = numeric(address) { found.insert(text) }
        }
        if found.isEmpty { return [] }
        var name = [CChar](repeating: 0, count: 256)
        if gethostname(&name, name.count - 1) == 0 { found.insert(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
        return found
    }
}
