import Testing
import Wire

@Suite struct `An origin` {
    @Test(arguments: [
        ("https://dcos.example.com", "https://DCOS.example.com:443/mesos?x"), ("http://10.0.0.5:80", "http://10.0.0.5/a"), ("http://[::1]", "http://[::1]:80/"),
        ("http://[::1]:5050/x", "http://[::1]:5050"),
    ])
    func `is one however it is written`(one: String, other: String) throws {
        #expect(try #require(HTTPAddress(one)).origin == #require(HTTPAddress(other)).origin)
    }

    @Test(arguments: [("https://a", "http://a"), ("https://a", "https://a:8443"), ("http://a", "http://b"), ("http://[::1]", "http://[::2]")])
    func `is another's with another scheme, host or port`(one: String, other: String) throws {
        #expect(try #require(HTTPAddress(one)).origin != #require(HTTPAddress(other)).origin)
    }
}
