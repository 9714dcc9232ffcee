package import AWS
package import Fleet
import Foundation
package import Replacing

/// Keeps the claim on a cluster in SSM's Parameter Store, which can create a parameter and refuse to, and has no other compare-and-set.
///
/// Each version is a parameter of its own under one path, by number, and the highest is the claim. Whoever writes creates the number after the one that it saw: of two who saw the
/// same one, one is refused. One that saw a claim of old creates a number that is not the highest any more, or whose predecessor is gone; it looks, finds that, takes its own away,
/// and has not written. The first of
/// all takes the time in milliseconds for its number, which is above every number that was ever counted up to once a minute.
package struct ParameterClaimStore: ClaimStore {
    private let client: AWSClient
    private let path: String
    private let now: @Sendable () -> Timestamp

    /// - Parameter path: `/mayfly/prod/claim`, without a slash at its end. Nothing else may be kept under it.
    package init(_ client: AWSClient, path: String, now: @escaping @Sendable () -> Timestamp) {
        self.client = client
        self.path = path
        self.now = now
    }

    package func read() async throws -> HeldClaim? {
        guard let held = try await numbered().last else { return nil }
        return HeldClaim(try Self.claim(held.value, at: held.name), ClaimVersion(String(held.number)))
    }

    package func write(_ claim: Claim, ifVersion version: ClaimVersion?) async throws -> ClaimVersion? {
        let before = version.flatMap { Int64($0.text) }
        let number = before.map { $0 + 1 } ?? now().milliseconds
        let name = "\(path)/\(Self.digits(number))"
        let value = String(decoding: try JSONEncoder().encode(Written(claim)), as: UTF8.self)
        let isCreated = try await client.createParameter(name, value: value)
        let all = try await numbered()
        guard isCreated || all.contains(where: { $0.name == name && $0.value == value }) else { return nil }
        let isStill = before.map { before in all.contains { $0.number == before } } ?? all.allSatisfy { $0.name == name }
        guard all.last?.name == name, isStill else {
            try await client.deleteParameters([name])
            return nil
        }
        let old = all.dropLast().map(\.name)
        // Those that are left for want of an answer are taken away by the next write.
        if !old.isEmpty { try? await client.deleteParameters(old) }
        return ClaimVersion(String(number))
    }

    private struct Numbered {
        let number: Int64
        let name: String
        let value: String
    }

    /// By number. What is under the path and is no number is a mistake of somebody's, and is said.
    private func numbered() async throws -> [Numbered] {
        try await client.parameters(under: path).map { parameter in
            guard let number = Int64(parameter.name.dropFirst(path.count + 1)), number > 0 else {
                throw ClaimProblem(description: "the parameter \(parameter.name) is no claim of Mayfly's: nothing else may be kept under \(path)")
            }
            return Numbered(number: number, name: parameter.name, value: parameter.value)
        }.sorted { $0.number < $1.number }
    }

    /// So that names sort as numbers do.
    private static func digits(_ number: Int64) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 19 - text.count)) + text
    }

    private static func claim(_ value: String, at name: String) throws -> Claim {
        guard let written = try? JSONDecoder().decode(Written.self, from: Data(value.utf8)), let at = Timestamp(iso8601: written.writtenAt) else {
            throw ClaimProblem(description: "the parameter \(name) does not hold a claim: {\"ledger\": …, \"machine\": …, \"run\": …, \"written_at\": …}")
        }
        return Claim(ledger: written.ledger, machine: written.machine, run: written.run, writtenAt: at)
    }

    /// As a person reads it in the parameter.
    private struct Written: Codable {
        let ledger, machine, writtenAt: String
        let run: String?

        enum CodingKeys: String, CodingKey {
            case ledger, machine, run
            case writtenAt = "written_at"
        }

        init(_ claim: Claim) {
            (ledger, machine, run, writtenAt) = (claim.ledger, claim.machine, claim.run, claim.writtenAt.description)
        }
    }
}

/// What is kept where the claim should be.
package struct ClaimProblem: Error, Sendable, CustomStringConvertible {
    package let description: String
}
