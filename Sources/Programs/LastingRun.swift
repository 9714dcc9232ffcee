import Glibc

/// One run of a program that goes on when this one ends, and what the next one finds of it.
///
/// It stands in a session of its own, under a small shell that writes down what becomes of it; nobody here ever signals it. All that is known of it lies in
/// its folder:
///
/// | file | holds |
/// |---|---|
/// | `lock` | locked for as long as the program, its shell or anything that they started is alive; the kernel lets go of it, also after a `kill -9` |
/// | `process` | the shell's process id and when it started, in clock ticks since boot, for people |
/// | `output`, `error` | what the program printed |
/// | `code` | its exit code, once it has ended |
package struct LastingRun: Hashable, Sendable {
    package let folder: String

    /// - Parameter folder: one for each run, made when it starts. Its parent must be there.
    package init(folder: String) { self.folder = folder }

    package enum Standing: Hashable, Sendable {
        /// Nothing has ever run here.
        case notStarted
        /// It runs.
        ///
        /// - Parameter process: its shell's process id, as soon as that is written.
        case running(process: Int32?)
        /// It ended by itself: 128 and a signal's number where one ended it.
        case ended(code: Int32)
        /// It is gone, and nobody wrote how it ended: its shell was killed, or the machine went down.
        case died
    }

    /// Why a run was not started. Nothing of it has run.
    package enum NotStarted: Error, Hashable, CustomStringConvertible {
        /// Something runs, or has run, in this folder.
        case usedBefore
        /// Somebody else holds this lock.
        case held(lock: String)
        case failed(String)

        package var description: String {
            switch self {
            case .usedBefore: "something has been run in that folder already"
            case .held(let lock): "\(lock) is held by a run that has not ended"
            case .failed(let why): why
            }
        }
    }

    /// The shell that stays with the program. `process` comes first, so that a program never runs of which nothing is known.
    ///
    /// It is left in the background of a first shell that ends at once, so that nobody here has to wait for it.
    private static let shell = """
        {
            set -f
            read -r stat </proc/self/stat || exit
            folder=$1
            shift
            started() { shift 19; printf '%s' "$1"; }
            printf '%s %s\\n' "${stat%% *}" "$(started ${stat##*) })" >"$folder/process.new" || exit
            mv "$folder/process.new" "$folder/process" || exit
            "$@" >"$folder/output" 2>"$folder/error" </dev/null
            printf '%s\\n' "$?" >"$folder/code.new" && mv "$folder/code.new" "$folder/code"
        } &
        """

    /// The first descriptor under which the locks are handed on: out of the way of what shells and programs use themselves.
    private static let lockDescriptor: Int32 = 20

    /// Starts a program, once in this folder's life.
    ///
    /// - Parameters:
    ///   - arguments: the program, looked for in `PATH`, and its words.
    ///   - environment: all of its environment, `NAME=value`.
    ///   - lock: a file that is locked as long as this run lives, and that only one run can hold at a time. Nil: no such bound.
    package func start(_ arguments: [String], environment: [String], holding lock: String? = nil) async throws(NotStarted) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .failed("\(folder): \(Self.reason)") }
        guard let own = try Self.locked(folder + "/lock") else { throw .usedBefore }
        defer { close(own) }
        guard !exists("process"), !exists("code") else { throw .usedBefore }
        let common = try lock.map { (path) throws(NotStarted) in
            guard let descriptor = try Self.locked(path) else { throw .held(lock: path) }
            return descriptor
        }
        defer { if let common { close(common) } }
        var spawning = Spawning()
        spawning.open("/dev/null", as: STDIN_FILENO, flags: O_RDONLY)
        for number in [STDOUT_FILENO, STDERR_FILENO] { spawning.open("/dev/null", as: number, flags: O_WRONLY) }
        spawning.give(own, as: Self.lockDescriptor)
        if let common { spawning.give(common, as: Self.lockDescriptor + 1) }
        let first: pid_t
        do throws(ChildProcess.CannotStart) {
            first = try spawning.start(["/bin/sh", "-c", Self.shell, "mayfly-run", folder] + arguments, environment: environment, as: .sessionOfItsOwn)
        } catch {
            throw .failed("/bin/sh: \(error)")
        }
        // It ends as soon as it has forked; whoever is cancelled meanwhile must not leave a zombie.
        while ChildProcess.lookFor(first) == nil {
            do { try await Task.sleep(for: .milliseconds(1)) } catch { usleep(1000) }
        }
    }

    /// How it stands now.
    package var standing: Standing {
        get throws(NotStarted) {
            let descriptor = open(folder + "/lock", O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else {
                guard errno == ENOENT else { throw .failed("\(folder)/lock: \(Self.reason)") }
                return .notStarted
            }
            defer { close(descriptor) }
            let process = text("process").flatMap { Int32($0.prefix { $0 != " " }) }
            guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return .running(process: process) }
            // Nobody writes any more.
            if let code = text("code").flatMap({ Int32($0.filter { !$0.isWhitespace }) }) { return .ended(code: code) }
            return exists("process") ? .died : .notStarted
        }
    }

    /// The last of what it printed.
    package func output(bytesMax: Int) -> KeptOutput { read("output", first: 0, last: bytesMax) }

    /// The last of what it said on standard error.
    package func error(bytesMax: Int) -> KeptOutput { read("error", first: 0, last: bytesMax) }

    /// The descriptor of a file that is locked with it, or nil where somebody else holds the lock.
    private static func locked(_ path: String) throws(NotStarted) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed("\(path): \(reason)") }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    private func exists(_ name: String) -> Bool { access(folder + "/" + name, F_OK) == 0 }

    private func text(_ name: String) -> String? {
        let bytes = read(name, first: 256, last: 0).bytes
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private func read(_ name: String, first: Int, last: Int) -> KeptOutput {
        var kept = KeptOutput(first: first, last: last)
        let descriptor = open(folder + "/" + name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return kept }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return kept }
            kept.take(buffer[..<count])
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
