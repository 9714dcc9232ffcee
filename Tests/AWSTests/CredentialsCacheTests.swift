import AWS
import Fleet
import Synchronization
import Testing

/// Gives numbered credentials, or fails, and counts how often it was asked.
private final class CountingProvider: CredentialsProvider {
    let place = "a test"
    let isRefreshable = true
    private let state = Mutex((count: 0, isBroken: false))
    private let expiration: @Sendable (Int) -> Timestamp?

    init(expiration: @escaping @Sendable (Int) -> Timestamp?) { self.expiration = expiration }
    var count: Int { state.withLock { $0.count } }
    func breakDown(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    func credentials() async throws -> Credentials {
        let (count, isBroken) = state.withLock { state in
            state.count += 1
            return (state.count, state.isBroken)
        }
        // Others get the chance to ask meanwhile.
        for _ in 0..<20 { await Task.yield() }
        if isBroken { throw CredentialsError("broken") }
        return Credentials(accessKeyID: "AKIA\(count)", secret: "s", expiration: expiration(count))
    }
}

@Suite struct `The credentials' cache` {
    private let start = Timestamp(milliseconds: 1_795_425_924_000)

    @Test func `asks once however many want to know`() async throws {
        let provider = CountingProvider { _ in nil }
        let cache = CredentialsCache(provider)
        let start = start
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.credentials(now: start).accessKeyID } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids == ["AKIA1"])
        #expect(provider.count == 1)
    }

    @Test func `refreshes from 15 minutes before the end, and must from 10`() async throws {
        let end = start + .seconds(3600)
        let provider = CountingProvider { $0 < 3 ? end : end + .seconds(3600) }
        let cache = CredentialsCache(provider)
        let id = { (time: Timestamp) in try await cache.credentials(now: time).accessKeyID }
        #expect(try await id(start) == "AKIA1")
        #expect(try await id(end - .seconds(901)) == "AKIA1")
        #expect(try await id(end - .seconds(900)) == "AKIA2")
        provider.breakDown(true)
        #expect(try await id(end - .seconds(780)) == "AKIA2")
        #expect(provider.count == 3)
        #expect(try await id(end - .seconds(779)) == "AKIA2")
        #expect(provider.count == 3)
        await #expect(throws: CredentialsError.self) { _ = try await id(end - .seconds(600)) }
        provider.breakDown(false)
        #expect(try await id(end - .seconds(599)) == "AKIA5")
    }

    @Test func `uses what a service hands out near its end, without asking at every call`() async throws {
        let past = start - .seconds(60)
        let provider = CountingProvider { _ in past }
        let cache = CredentialsCache(provider)
        #expect(try await cache.credentials(now: start).accessKeyID == "AKIA1")
        #expect(try await cache.credentials(now: start + .seconds(59)).accessKeyID == "AKIA1")
        #expect(try await cache.credentials(now: start + .seconds(60)).accessKeyID == "AKIA2")
    }

    @Test func `fails for all who wait when the provider does, and asks again afterwards`() async throws {
        let provider = CountingProvider { _ in nil }
        provider.breakDown(true)
        let cache = CredentialsCache(provider)
        let start = start
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 { group.addTask { (try? await cache.credentials(now: start)) == nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 10)
        provider.breakDown(false)
        _ = try await cache.credentials(now: start)
    }

    @Test func `drops what a server calls expired, but not its successor`() async throws {
        let provider = CountingProvider { _ in nil }
        let cache = CredentialsCache(provider)
        let first = try await cache.credentials(now: start)
        #expect(cache.discard(first))
        #expect(try await cache.credentials(now: start).accessKeyID == "AKIA2")
        #expect(cache.discard(first))
        #expect(try await cache.credentials(now: start).accessKeyID == "AKIA2")
    }
}
