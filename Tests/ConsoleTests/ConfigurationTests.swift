import Daemon
import Testing

@Suite struct `The keys of the console` {
    private static func parse(_ text: String) throws -> ConsoleSection {
        try Configuration.parse(
            """
            cluster: test
            mesos: {masters: ["http://10.0.0.1:5050"]}
            aws: {region: us-east-1}
            pools: {private: {select: {tags: {Role: agent}}}}
            \(text)
            """, path: "/etc/mayfly/mayfly.yaml"
        ).console
    }

    @Test func `have their defaults`() throws {
        let section = try Self.parse("")
        #expect(section.socket == "/run/mayfly/mayfly.sock" && !section.isSocketNamed && section.metrics == nil)
    }

    @Test func `are read, a relative path from the file's directory`() throws {
        let section = try Self.parse("socket: own.sock\nmetrics: {listen: '127.0.0.1:9464'}")
        #expect(section.socket == "/etc/mayfly/own.sock" && section.isSocketNamed)
        #expect(section.metrics == ConsoleSection.Listener(host: "127.0.0.1", port: 9464))
        #expect(try Self.parse("metrics: {listen: '[::1]:9464'}").metrics == ConsoleSection.Listener(host: "::1", port: 9464))
    }

    @Test(arguments: ["socket: /\(String(repeating: "x", count: 107))", "socket: /\(String(repeating: "x", count: 97))/s", "socket: /run/"])
    func `refuse a path that no socket can have`(text: String) { #expect(throws: ConfigurationErrors.self) { try Self.parse(text) } }

    @Test(arguments: [":9464", "9464", "127.0.0.1", "127.0.0.1:99999", "::1:9464"]) func `refuse an address that is none`(listen: String) {
        #expect(throws: ConfigurationErrors.self) { try Self.parse("metrics: {listen: '\(listen)'}") }
    }
}
