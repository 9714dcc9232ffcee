import Glibc

/// Runs one program of somebody else's to its end, or ends it with all that it has started.
///
/// Small on purpose: what is needed is a bound on time that holds although a grandchild keeps the output open, and an end of the whole process
/// group. Nothing blocks a thread: the program's output and its end are looked for a few times a second.
enum ChildProcess {
    struct Outcome: Sendable {
        let end: End
        /// At most as many bytes as were asked for.
        let output: [UInt8]
    }

    enum End: Hashable, Sendable {
        case exited(status: Int32)
        case killed(signal: Int32)
        /// Its time was over; it is ended.
        case timedOut
        /// It printed more than it may; it is ended.
        case tooMuch
    }

    /// Why a program could not be started, in words.
    struct CannotStart: Error, CustomStringConvertible {
        let description: String

        init(_ code: Int32) { description = String(cString: strerror(code)) }
    }

    /// The time between two looks grows up to this.
    private static let lookPauseMax = Duration.milliseconds(50)
    /// How often a program that was ended is looked for, a millisecond apart; one that sits in the kernel's hands longer stays a zombie until this one ends.
    private static let reapLooksMax = 100

    /// Runs a program with its words and this environment, in a process group of its own, without input; what it says on standard error is dropped.
    ///
    /// - Throws: `CannotStart`; `CancellationError`, when the program is ended too.
    static func run(_ arguments: [String], environment: Environment, within timeout: Duration, outputBytesMax: Int) async throws -> Outcome {
        let child = try start(arguments, environment: environment)
        defer { close(child.output) }
        let end = ContinuousClock.now + timeout
        var output: [UInt8] = []
        var pause = Duration.milliseconds(2)
        while true {
            let status = lookFor(child.process)
            let isTooMuch = !read(child.output, into: &output, bytesMax: outputBytesMax)
            if let status, !isTooMuch { return Outcome(end: status, output: output) }
            if isTooMuch || ContinuousClock.now >= end {
                if status == nil { kill(child) }
                return Outcome(end: isTooMuch ? .tooMuch : .timedOut, output: [])
            }
            do { try await Task.sleep(for: pause) } catch {
                kill(child)
                throw error
            }
            pause = min(pause * 2, lookPauseMax)
        }
    }

    private struct Child {
        /// Also the id of its process group.
        let process: pid_t
        /// The end of the pipe that it writes to, for reading without waiting.
        let output: Int32
    }

    private static func start(_ arguments: [String], environment: Environment) throws(CannotStart) -> Child {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CannotStart(errno) }
        for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that this program ignores or holds back must reach the other one.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.assignments.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else {
            close(ends[0])
            throw CannotStart(code)
        }
        return Child(process: process, output: ends[0])
    }

    /// How the program ended; nil while it runs.
    private static func lookFor(_ process: pid_t) -> End? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal)
    }

    /// Takes what has been printed so far. False when that is more than may be.
    private static func read(_ descriptor: Int32, into output: inout [UInt8], bytesMax: Int) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while output.count <= bytesMax {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return true }
            output += buffer[..<count]
        }
        return false
    }

    /// Ends the program and all that it has started in its group.
    private static func kill(_ child: Child) {
        _ = Glibc.kill(-child.process, SIGKILL)
        for _ in 0..<reapLooksMax where lookFor(child.process) == nil { usleep(1000) }
    }
}
