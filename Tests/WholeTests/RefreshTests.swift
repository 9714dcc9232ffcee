import Running
import Testing

/// The built program: the daemon in mode act, and the invented cluster behind real sockets, with nothing between them but those.
@Suite(.timeLimit(.minutes(30))) struct `The daemon, acting on a whole cluster` {
    @Test func `brings twenty agents to a new image, those that fail meanwhile too, and leaves nothing behind`() async throws {
        let ended = try await Program.run("demo", "--json", "--rules", Self.shippedRules)
        #expect(ended.code == 0, "\(ended.errors.suffix(2000))")
        let summary = try JSON(ended.output)
        let replacements = summary["replacements"]?.items ?? []
        let done = replacements.filter { $0["outcome"]?.string == "done" }
        let story = (summary["cluster"]?.items ?? []).compactMap { $0["text"]?.string }

        let nodes = summary["picture"]?["nodes"]?.items ?? []
        let there = nodes.filter { $0["facts"]?["mesos_state"]?.string == "active" }
        #expect(there.count == 20 && there.allSatisfy { $0["facts"]?["image_outdated"] == .boolean(false) }, "\(there.count) agents are there")
        #expect(done.count == 20, "\(replacements.map { "\($0["id"] ?? .null) \($0["outcome"]?.string ?? "open")" })")
        // Each node once, and one fresh instance for each: none is an orphan.
        #expect(Set(replacements.compactMap { $0["node"]?.string }).count == replacements.count)
        #expect(story.count { $0.contains(" launches ") || $0.contains("is launched for") } == 20)
        // One broker of a cluster is moved at a time; one more is out where its host hangs by itself.
        for (service, most) in ["prod/kafka": 2.0, "prod/kafka-logs": 2.0, "staging/kafka": 2.0] {
            guard case .number(let out)? = summary["most_brokers_out"]?[service] else {
                Issue.record("nothing is said of \(service)")
                continue
            }
            #expect(out <= most, "\(service): \(out)")
        }
        for app in summary["fewest_instances"]?.keys.sorted() ?? [] {
            guard case .number(let fewest)? = summary["fewest_instances"]?[app] else { continue }
            #expect(fewest > 0, "\(app)")
        }
    }

    private static let shippedRules = String(#filePath.prefix(#filePath.count - "Tests/WholeTests/RefreshTests.swift".count)) + "rules"
}
