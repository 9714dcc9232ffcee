internal import Replacing
internal import Synchronization

extension DemoCluster {
    /// What becomes of an order on the way.
    package enum Mishap: Hashable, Sendable {
        /// It is refused in these words, status and code first: `403 UnauthorizedOperation: …`.
        case refused(String)
        /// The connection is cut before it has been carried out.
        case lostBefore
        /// The connection is cut after it has been carried out.
        case lostAfter
    }

    /// Who says what becomes of an order. A struct, for a closure that lies in a `Mutex` by itself is wrapped once more with each access.
    struct Tampering {
        var body: (@Sendable (Action) -> Mishap?)?
    }

    /// The connection of one request, which can be cut before it is answered.
    final class Line: Sendable {
        struct Cut: Error {}
        private let state = Mutex(false)
        var isCut: Bool { state.withLock { $0 } }
        func cut() { state.withLock { $0 = true } }
    }
}
