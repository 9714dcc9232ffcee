import Foundation
import Testing

@testable import Programs

@Suite struct `A lasting run` {
    /// A folder of its own for each test, as long as that takes.
    private struct Place {
        let url = FileManager.default.temporaryDirectory.appending(path: "mayfly-run-\(UUID().uuidString)")

        func path(_ name: String) -> String { url.appending(path: name).path }

        /// A pipe with a name: whoever reads it waits until somebody writes.
        func gate() throws -> String {
            let path = path("gate")
            try #require(mkfifo(path, 0o600) == 0)
            return path
        }
    }

    private func withPlace(_ body: (Place) async throws -> Void) async throws {
        let place = Place()
        try FileManager.default.createDirectory(at: place.url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place.url) }
        try await body(place)
    }

    private let environment = ["PATH=/usr/bin:/bin"]

    /// The first standing that the condition holds for; it is looked for until it comes.
    private func standing(of run: LastingRun, _ isIt: (LastingRun.Standing) -> Bool) async throws -> LastingRun.Standing {
        while true {
            let standing = try run.standing
            if isIt(standing) { return standing }
            await Task.yield()
        }
    }

    private func end(of run: LastingRun) async throws -> LastingRun.Standing {
        try await standing(of: run) { if case .running = $0 { false } else { true } }
    }

    @Test(arguments: [0, 1, 2, 255]) func `ends with the program's code, and keeps what it printed`(code: Int32) async throws {
        try await withPlace { place in
            let run = LastingRun(folder: place.path("run"))
            #expect(try run.standing == .notStarted)
            try await run.start(["sh", "-c", "echo \"$0 $X\"; echo err >&2; exit \(code)", "it's $0"], environment: environment + ["X=y z"])
            #expect(try await end(of: run) == .ended(code: code))
            #expect(run.output(bytesMax: 100).bytes == Array("it's $0 y z\n".utf8) && run.error(bytesMax: 2).bytes == Array("r\n".utf8))
        }
    }

    @Test func `stands in a session of its own, under a shell whose id and start are written down`() async throws {
        try await withPlace { place in
            let gate = try place.gate()
            let run = LastingRun(folder: place.path("run"))
            try await run.start(["sh", "-c", "cat /proc/self/stat; read go <\"$0\"", gate], environment: environment)
            guard case .running(let process?) = try await standing(of: run, { if case .running(_?) = $0 { true } else { false } }) else { return }
            try "now\n".write(toFile: gate, atomically: false, encoding: .utf8)
            #expect(try await end(of: run) == .ended(code: 0))
            let stat = String(decoding: run.output(bytesMax: 1000).bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            #expect(stat.count > 20 && stat[3] != "\(getsid(0))")
            let file = try String(contentsOfFile: place.path("run/process"), encoding: .utf8).split(whereSeparator: \.isWhitespace)
            #expect(file.count == 2 && file[0] == "\(process)" && Int(file[1]).map { $0 > 0 } == true)
        }
    }

    @Test func `starts once in its folder, and one at a time under a lock`() async throws {
        try await withPlace { place in
            let fifo = try place.gate()
            let (first, second) = (LastingRun(folder: place.path("1")), LastingRun(folder: place.path("2")))
            let wait = ["sh", "-c", "read go <\"$0\"; echo $go", fifo]
            try await first.start(wait, environment: environment, holding: place.path("lock"))
            await #expect(throws: LastingRun.NotStarted.usedBefore) { try await first.start(wait, environment: environment) }
            await #expect(throws: LastingRun.NotStarted.held(lock: place.path("lock"))) {
                try await second.start(wait, environment: environment, holding: place.path("lock"))
            }
            #expect(try second.standing == .notStarted)
            try "now\n".write(toFile: fifo, atomically: false, encoding: .utf8)
            #expect(try await end(of: first) == .ended(code: 0))
            await #expect(throws: LastingRun.NotStarted.usedBefore) { try await first.start(wait, environment: environment) }
            try await second.start(["true"], environment: environment, holding: place.path("lock"))
            #expect(try await end(of: second) == .ended(code: 0))
        }
    }

    @Test func `is still running when only its shell was killed, and has died when all of it was`() async throws {
        try await withPlace { place in
            let fifo = try place.gate()
            let run = LastingRun(folder: place.path("run"))
            try await run.start(["sh", "-c", "echo $$ >\(place.path("pid")); read go <\"$0\"", fifo], environment: environment)
            guard case .running(let shell?) = try await standing(of: run, { if case .running(_?) = $0 { true } else { false } }) else { return }
            var program: Int32?
            while program == nil {
                program = (try? String(contentsOfFile: place.path("pid"), encoding: .utf8)).flatMap { Int32($0.dropLast()) }
                await Task.yield()
            }
            kill(shell, SIGKILL)
            #expect(try run.standing == .running(process: shell))
            kill(try #require(program), SIGKILL)
            #expect(try await end(of: run) == .died)
        }
    }

    @Test func `goes on when the process that has started it is told to end, and its end is found by the next one`() async throws {
        try await withPlace { place in
            let gate = try place.gate()
            await #expect(processExitsWith: .signal(SIGTERM)) { [folder = place.path("run") as String, gate = gate as String] in
                // What this test is told by stays open in whoever inherits it, and the test would wait for the run.
                for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
                    if let descriptor = Int32(name), descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
                }
                try await LastingRun(folder: folder).start(["sh", "-c", "read go <\"$0\"; echo $go", gate], environment: ["PATH=/usr/bin:/bin"])
                // As systemd does it that is told `KillMode=process`.
                kill(getpid(), SIGTERM)
                while true { pause() }
            }
            let run = LastingRun(folder: place.path("run"))
            guard case .running(let shell?) = try await standing(of: run, { if case .running(_?) = $0 { true } else { false } }) else { return }
            #expect(getsid(shell) != getsid(0) && getsid(shell) > 0)
            try "now\n".write(toFile: gate, atomically: false, encoding: .utf8)
            #expect(try await end(of: run) == .ended(code: 0))
            #expect(run.output(bytesMax: 10).bytes == Array("now\n".utf8))
        }
    }

    @Test func `that cannot be started has run nothing`() async throws {
        try await withPlace { place in
            let run = LastingRun(folder: place.path("no/such/folder"))
            await #expect(throws: LastingRun.NotStarted.self) { try await run.start(["true"], environment: environment) }
            let missing = LastingRun(folder: place.path("run"))
            try await missing.start(["no-such-program"], environment: environment)
            #expect(try await end(of: missing) == .ended(code: 127))
        }
    }
}

@Suite struct `A child process` {
    private func order(_ script: String, timeout: Duration = .seconds(60), output: KeptOutput = KeptOutput(first: 1000, last: 0)) -> ChildProcess.Order {
        ChildProcess.Order(["/bin/sh", "-c", script], environment: ["PATH=/usr/bin:/bin"], timeout: timeout, output: output)
    }

    @Test func `reads what it is given, and both of its streams are kept apart`() async throws {
        var order = order("cat; echo err >&2; exit 3", output: KeptOutput(first: 1 << 20, last: 0))
        order.input = Array(repeating: 65, count: 300_000)
        order.error = KeptOutput(first: 100, last: 0)
        let outcome = try await ChildProcess.run(order)
        #expect(outcome.end == .exited(status: 3) && outcome.output.bytes == order.input && outcome.error.bytes == Array("err\n".utf8))
    }

    @Test func `is ended when it has said all, has said too much, or its time is over`() async throws {
        let said = try await ChildProcess.run(order("echo all; sleep 600")) { $0.bytes == Array("all\n".utf8) }
        #expect(said.end == .saidAll)
        #expect(try await ChildProcess.run(order("yes", output: KeptOutput(first: 10, last: 0))).end == .tooMuch)
        let late = try await ChildProcess.run(order("echo some; sleep 600", timeout: .milliseconds(500)))
        #expect(late.end == .timedOut && late.output.bytes == Array("some\n".utf8))
        var many = order("yes | head -c 100000; echo end", output: KeptOutput(first: 2, last: 4))
        many.endsWhenCut = false
        let kept = try await ChildProcess.run(many)
        #expect(kept.end == .exited(status: 0) && kept.output.bytes == Array("y\nend\n".utf8))
    }
}
