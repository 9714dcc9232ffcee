import Testing
import Wire

@Suite struct `The address of a Unix socket` {
    @Test func `holds the socket's path where a host would be`() throws {
        let url = HTTPAddress.unix(socket: "/run/may fly.sock", path: "/v1/status?a=b")
        #expect(url == "http+unix://%2Frun%2Fmay%20fly.sock/v1/status?a=b")
        let address = try #require(HTTPAddress(url))
        #expect(address.scheme == .unix && address.path == "/v1/status" && address.query == "?a=b" && address.description == url)
    }

    @Test func `is nowhere that a server can lead to`() throws {
        let server = try #require(HTTPAddress("http://10.0.0.1:5050/master"))
        #expect(server.resolving("http+unix://%2Fvar%2Frun%2Fdocker.sock/info") == nil)
        let socket = try #require(HTTPAddress("http+unix://%2Frun%2Fs/v1"))
        #expect(socket.resolving("http://10.0.0.1/") == nil && socket.resolving("/v2")?.scheme == .unix)
    }
}
