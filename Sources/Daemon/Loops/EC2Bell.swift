import AWS
import Fleet
import Synchronization

/// Wakes the poll of EC2, and says what it is to read.
final class EC2Bell: Sendable {
    enum Part: Hashable, Sendable {
        /// These instances alone: something may have happened to each. One more than a look asks for stand for any number: then the whole is read.
        case instances(Set<InstanceID>)
        case whole
    }

    private let bell = Bell()
    private let wanted = Mutex<Part?>(nil)

    func ring() { ring(for: .whole) }

    func ring(for instances: Set<InstanceID>) { ring(for: .instances(Self.bounded(instances))) }

    private static func bounded(_ instances: Set<InstanceID>) -> Set<InstanceID> {
        instances.count <= AWSClient.lookMax + 1 ? instances : Set(instances.prefix(AWSClient.lookMax + 1))
    }

    /// Whoever wants the whole gets it, whatever else was wanted meanwhile.
    private func ring(for part: Part) {
        wanted.withLock { wanted in
            switch (wanted, part) {
            case (.whole?, _): break
            case (.instances(let others)?, .instances(let instances)): wanted = .instances(Self.bounded(others.union(instances)))
            case (.instances?, .whole), (nil, _): wanted = part
            }
        }
        bell.ring()
    }

    /// Waits until it rings; at most so long. Returns what is wanted, and nil when the time was over first.
    func wait(atMost duration: Duration, _ time: Time) async throws -> Part? {
        let hasRung = try await bell.wait(atMost: duration, time)
        let part = wanted.withLock { $0.take() }
        // A ring whose wish was met by the wait before has nothing left to say, and costs one whole poll at most.
        return hasRung ? part ?? .whole : part
    }
}
