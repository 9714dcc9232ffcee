import AWS
import Fleet
import Moto
import Replacing
import Testing
import Wire

@testable import Daemon

/// Against moto's Parameter Store. What real SSM promises of a read after a write it does not say: decision 0015 keeps two minutes for it.
@Suite struct `A claim in SSM's parameters` {
    private static let path = "/mayfly/prod/claim"
    private static let ours = Claim(ledger: "a", machine: "m1", run: "r1", writtenAt: Timestamp(milliseconds: 1_795_000_000_000))
    private static let theirs = Claim(ledger: "b", machine: "m2", writtenAt: Timestamp(milliseconds: 1_795_000_060_000))

    /// One test, for one moto.
    @Test func `is written by one of two who saw the same, and never over what was not seen`() async throws {
        let http = try HTTPCaller()
        let moto = try await MotoServer(http: http)
        let keys = ["AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": moto.url, "AWS_REGION": "us-east-1"]
        let client = try AWSClient(settings: AWSSettings(environment: keys), http: http)
        func store(at milliseconds: Int64) -> ParameterClaimStore {
            ParameterClaimStore(client, path: Self.path, now: { Timestamp(milliseconds: milliseconds) })
        }
        let (one, other) = (store(at: 1_795_000_000_000), store(at: 1_795_000_000_500))
        #expect(try await one.read() == nil)
        let first = try #require(try await one.write(Self.ours, ifVersion: nil))
        #expect(try await other.read() == HeldClaim(Self.ours, first))
        // Somebody who saw nobody comes too late.
        #expect(try await other.write(Self.theirs, ifVersion: nil) == nil)
        #expect(try await one.read() == HeldClaim(Self.ours, first))
        // Each of two goes on from the same version: one does.
        let second = try #require(try await one.write(Self.ours, ifVersion: first))
        #expect(try await other.write(Self.theirs, ifVersion: first) == nil)
        let third = try #require(try await other.write(Self.theirs, ifVersion: second))
        #expect(Set([first, second, third]).count == 3)
        #expect(try await one.read() == HeldClaim(Self.theirs, third))
        // One that stood still for versions writes nothing, and leaves nothing.
        #expect(try await one.write(Self.ours, ifVersion: first) == nil)
        #expect(try await client.parameters(under: Self.path).map(\.name) == [Self.path + "/000000" + third.text])
        // Somebody deletes it: who had it has it no more, and the next number is above all that were.
        try await client.deleteParameters([Self.path + "/000000" + third.text])
        let later = store(at: 1_795_000_600_000)
        #expect(try await later.write(Self.ours, ifVersion: third) == nil)
        let fourth = try #require(try await later.write(Self.ours, ifVersion: nil))
        #expect(try #require(Int64(fourth.text)) > #require(Int64(third.text)))
        try await saysWhatIsNoClaim(client, later)
        await http.shutdown()
    }

    private func saysWhatIsNoClaim(_ client: AWSClient, _ store: ParameterClaimStore) async throws {
        _ = try await client.createParameter(Self.path + "/notes", value: "do not delete")
        let error = await #expect(throws: ClaimProblem.self) { try await store.read() }
        #expect(error?.description.contains("/mayfly/prod/claim/notes is no claim of Mayfly's") == true)
    }
}
