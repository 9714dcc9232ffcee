import Glibc

/// Runs one program of somebody else's to its end, or ends it with all that it has started.
///
/// Small on purpose: what is needed is a bound on time that holds although a grandchild keeps the output open, and an end of the whole process
/// group. Nothing blocks a thread: the program's output and its end are looked for a few times a second.
package enum ChildProcess {
    package struct Outcome: Sendable {
        package let end: End
        /// What it printed, as far as it was to be kept.
        package let output: KeptOutput
        /// What it said on standard error; empty where that was not asked for.
        package let error: KeptOutput
    }

    package enum End: Hashable, Sendable {
        case exited(status: Int32)
        case killed(signal: Int32)
        /// Its time was over; it is ended.
        case timedOut
        /// It printed more than it may; it is ended.
        case tooMuch
        /// It had said all that was wanted of it; it is ended.
        case saidAll
    }

    /// Why a program could not be started, in words.
    package struct CannotStart: Error, CustomStringConvertible {
        package let description: String

        package init(_ code: Int32) { description = String(cString: strerror(code)) }
    }

    /// What a program is started with.
    package struct Order: Sendable {
        /// The program, looked for in `PATH` where it is no path, and its words.
        package var arguments: [String]
        /// `NAME=value`: all of its environment.
        package var environment: [String]
        /// What it reads on standard input; empty: nothing.
        package var input: [UInt8] = []
        /// How much it may take.
        package var timeout: Duration
        /// What of its output is kept.
        package var output: KeptOutput
        /// Whether it is ended as soon as it prints more than that.
        package var endsWhenCut = true
        /// What of its standard error is kept; more than that is dropped. Nil: nothing of it is looked at.
        package var error: KeptOutput?

        package init(_ arguments: [String], environment: [String], timeout: Duration, output: KeptOutput) {
            self.arguments = arguments
            self.environment = environment
            self.timeout = timeout
            self.output = output
        }
    }

    /// The time between two looks grows up to this.
    private static let lookPauseMax = Duration.milliseconds(50)
    /// How often a program that was ended is looked for, a millisecond apart; one that sits in the kernel's hands longer stays a zombie until this one ends.
    private static let reapLooksMax = 100

    /// Runs a program in a process group of its own.
    ///
    /// - Parameter saysAll: whether what it has printed so far is all that is wanted of it; then it is ended at once. A program whose children keep its
    ///   output open would not end by itself.
    /// - Throws: `CannotStart`; `CancellationError`, when the program is ended too.
    package static func run(_ order: Order, until saysAll: (KeptOutput) -> Bool = { _ in false }) async throws -> Outcome {
        let child = try start(order)
        defer { child.close() }
        let end = ContinuousClock.now + order.timeout
        var (output, error) = (order.output, order.error ?? KeptOutput(first: 0, last: 0))
        var pause = Duration.milliseconds(2)
        while true {
            let status = lookFor(child.process)
            let isTooMuch = !read(child.output, into: &output, endsWhenCut: order.endsWhenCut)
            _ = read(child.error, into: &error, endsWhenCut: false)
            let forced: End? = isTooMuch ? .tooMuch : saysAll(output) ? .saidAll : ContinuousClock.now >= end ? .timedOut : nil
            if let status, forced != .tooMuch { return Outcome(end: status, output: output, error: error) }
            if let forced {
                if status == nil { kill(child) }
                // What it had said before it was ended.
                _ = read(child.output, into: &output, endsWhenCut: false)
                _ = read(child.error, into: &error, endsWhenCut: false)
                return Outcome(end: forced, output: output, error: error)
            }
            // It fails only when the task is cancelled, and nobody would wait for the child then.
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
        /// The ends of the pipes that it writes to, for reading without waiting; -1 where there is none.
        let output: Int32
        let error: Int32

        func close() { for descriptor in [output, error] where descriptor >= 0 { Glibc.close(descriptor) } }
    }

    private static func start(_ order: Order) throws(CannotStart) -> Child {
        let output = try Pipe()
        defer { close(output.writing) }
        var complaints: Pipe?
        defer { if let complaints { close(complaints.writing) } }
        var spawning = Spawning()
        do throws(CannotStart) {
            if order.error != nil { complaints = try Pipe() }
            let input = try order.input.isEmpty ? nil : file(holding: order.input)
            defer { if let input { close(input) } }
            if let input { spawning.give(input, as: STDIN_FILENO) } else { spawning.open("/dev/null", as: STDIN_FILENO, flags: O_RDONLY) }
            spawning.give(output.writing, as: STDOUT_FILENO)
            if let complaints { spawning.give(complaints.writing, as: STDERR_FILENO) } else { spawning.open("/dev/null", as: STDERR_FILENO, flags: O_WRONLY) }
            let process = try spawning.start(order.arguments, environment: order.environment, as: .groupOfItsOwn)
            return Child(process: process, output: output.reading, error: complaints?.reading ?? -1)
        } catch {
            close(output.reading)
            if let complaints { close(complaints.reading) }
            throw error
        }
    }

    private struct Pipe {
        let reading, writing: Int32

        init() throws(CannotStart) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw CannotStart(errno) }
            for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
            (reading, writing) = (ends[0], ends[1])
        }
    }

    /// A file without a name that holds these bytes: whoever reads it waits for nobody, and nobody waits for it.
    private static func file(holding bytes: [UInt8]) throws(CannotStart) -> Int32 {
        var name = Array("/tmp/mayfly-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { throw CannotStart(errno) }
        unlink(name)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + written, bytes.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(file)
                throw CannotStart(code)
            }
            written += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    /// How the program ended; nil while it runs.
    static func lookFor(_ process: pid_t) -> End? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal)
    }

    /// The most that is read in one look, so that one who never stops printing is looked at all the same.
    private static let readBytesMax = 1 << 20

    /// Takes what has been printed so far. False when that is more than may be.
    private static func read(_ descriptor: Int32, into output: inout KeptOutput, endsWhenCut: Bool) -> Bool {
        guard descriptor >= 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var taken = 0
        while taken < readBytesMax, !(endsWhenCut && output.isCut) {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            output.take(buffer[..<count])
            taken += count
        }
        return !(endsWhenCut && output.isCut)
    }

    /// Ends the program and all that it has started in its group.
    private static func kill(_ child: Child) {
        _ = Glibc.kill(-child.process, SIGKILL)
        for _ in 0..<reapLooksMax where lookFor(child.process) == nil { usleep(1000) }
    }
}
