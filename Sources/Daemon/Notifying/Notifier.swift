import Fleet
package import Rounds
internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells the service manager how the daemon does, as `sd_notify(3)` has it: for units of `Type=notify`.
///
/// It has no clock of its own: what keeps the watchdog quiet is a round that went through, and nothing else.
package final class Notifier: Sendable {
    /// A path, or `@` and a name without a file.
    private let address: String
    /// How often the manager wants to hear something. Nil: it does not watch.
    package let watchdog: Duration?
    private let phase = Mutex(Phase.starting)

    private enum Phase { case starting, ready, ending }

    /// From `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`. Nil where no manager wants to be told.
    package init?(environment: [String: String], process: Int32 = getpid()) {
        guard let address = environment["NOTIFY_SOCKET"], address.hasPrefix("/") || address.hasPrefix("@"), address.utf8.count > 1 else { return nil }
        guard address.utf8.count < Self.pathBytesMax else { return nil }
        self.address = address
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        watchdog = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// `sun_path` with its zero.
    private static let pathBytesMax = 108

    /// A round was recorded: the first one makes the daemon ready, and each is a sign of life.
    ///
    /// Also when a source could not be read in it: the daemon then does what it is for, which is to say so, and starting it again mends no source.
    package func tookRound(_ report: RoundReport) {
        let before = phase.withLock { phase in
            defer { if phase == .starting { phase = .ready } }
            return phase
        }
        // A round that ends after the manager was told of the end is no readiness.
        if before == .ending { return }
        let isFirst = before == .starting
        var lines = isFirst ? ["READY=1"] : []
        if watchdog != nil { lines.append("WATCHDOG=1") }
        lines.append("STATUS=" + Self.status(report))
        send(lines.joined(separator: "\n"))
    }

    /// A round could not be recorded. Said, and no sign of life: a daemon that goes on so is to be ended and started again.
    package func missedRound(_ refusal: ProgramStanding.Refusal) {
        if phase.withLock({ $0 == .ending }) { return }
        let reason = refusal.reason.split(whereSeparator: \.isNewline).joined(separator: " ")
        send("STATUS=no round could be recorded since \(refusal.since): \(reason.prefix(Self.reasonMax))")
    }

    /// The daemon ends because it was asked to.
    package func stops() {
        phase.withLock { $0 = .ending }
        send("STOPPING=1")
    }

    /// Of an error in `STATUS=`, characters: a line of `systemctl status`.
    private static let reasonMax = 300
    /// Sources that are named in `STATUS=`: every service is one.
    private static let staleMax = 10

    private static func status(_ report: RoundReport) -> String {
        let picture = report.picture
        let firing = picture.state.findings.values.count { $0.state == .firing }
        let stale = picture.stale.sorted().map(\.description)
        let more = stale.count > staleMax ? " and \(stale.count - staleMax) more" : ""
        return "\(picture.state.nodes.count) nodes, \(firing) findings firing"
            + (stale.isEmpty ? "" : ", stale: \(stale.prefix(staleMax).joined(separator: ", "))\(more)")
    }

    /// One datagram, without waiting: a manager that does not read must not hold up a round.
    private func send(_ text: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: address.utf8) }
        let isAbstract = address.hasPrefix("@")
        if isAbstract { target.sun_path.0 = 0 }
        // An abstract name is as long as the address says; a path ends at its zero.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.utf8.count + (isAbstract ? 0 : 1))
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
