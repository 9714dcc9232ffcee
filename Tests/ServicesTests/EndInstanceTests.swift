import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `An instance of an app that is to run elsewhere` {
    private static let path = "/marathon/v2/apps/shop/checkout/tasks/shop_checkout.1"

    private static func end(_ step: RawServer.Step, isPod: Bool = false) async throws -> (CallOutcome, RawServer.Request?) {
        try await Cluster.with { cluster in
            cluster.set(isPod ? "/marathon/v2/pods/shop/checkout::instances/shop_checkout.1" : path, step)
            let outcome = await cluster.client().endInstance("shop_checkout.1", of: "/shop/checkout", isPod: isPod)
            return (outcome, cluster.server.requests.last)
        }
    }

    @Test func `is deleted without making the app smaller`() async throws {
        let (outcome, request) = try await Self.end(.json(#"{"task":{"id":"shop_checkout.1","appId":"/shop/checkout"}}"#.utf8))
        #expect(outcome == .accepted)
        #expect(request?.method == "DELETE" && request?.target == Self.path && request?.body.isEmpty == true)
    }

    @Test func `of a pod is deleted as the pod's instance`() async throws {
        let (outcome, request) = try await Self.end(.json(#"{"instanceId":{"idString":"shop_checkout.1"}}"#.utf8), isPod: true)
        #expect(outcome == .accepted && request?.method == "DELETE")
    }

    @Test func `was certainly not touched when it is refused, and may have been when nobody answers`() async throws {
        let gone = try await Self.end(.answer(404, [("Content-Type", "application/json")], body: #"{"message":"Task 'shop_checkout.1' does not exist"}"#.utf8))
        guard case .refused(let words) = gone.0 else { return #expect(Bool(false), "\(gone.0)") }
        #expect(words.contains("404"))
        let refused = try await Self.end(.answer(403, body: #"{"message":"Not Authorized to perform this action!"}"#.utf8))
        guard case .refused = refused.0 else { return #expect(Bool(false), "\(refused.0)") }
        for step in [RawServer.Step.answer(502, body: "".utf8), .answer(500, body: "".utf8), .close] {
            let lost = try await Self.end(step)
            guard case .unanswered = lost.0 else { return #expect(Bool(false), "\(lost.0)") }
        }
    }
}
