import Glibc

/// What a program is to find when it starts: its descriptors, its signals, and whose group or session it is in.
struct Spawning: ~Copyable {
    /// Where a program stands towards this one.
    enum Standing {
        /// In a process group of its own, which can be ended as a whole.
        case groupOfItsOwn
        /// In a session of its own: what is sent to this one's terminal or group does not reach it.
        case sessionOfItsOwn
    }

    /// `POSIX_SPAWN_SETSID`, which glibc has had since 2.26 and shows to GNU's own only.
    private static let setSession: Int32 = 0x80

    private var actions = posix_spawn_file_actions_t()

    init() { posix_spawn_file_actions_init(&actions) }

    deinit {
        var actions = actions
        posix_spawn_file_actions_destroy(&actions)
    }

    /// An open file of this program's, under that number.
    mutating func give(_ descriptor: Int32, as number: Int32) { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }

    mutating func open(_ path: String, as number: Int32, flags: Int32, mode: mode_t = 0) {
        posix_spawn_file_actions_addopen(&actions, number, path, flags, mode)
    }

    /// Starts it. Signals that this program ignores or holds back reach the other one.
    mutating func start(_ arguments: [String], environment: [String], as standing: Standing) throws(ChildProcess.CannotStart) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let place = standing == .groupOfItsOwn ? Int32(POSIX_SPAWN_SETPGROUP) : Self.setSession
        posix_spawnattr_setflags(&attributes, Int16(place | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw ChildProcess.CannotStart(code) }
        return process
    }
}
