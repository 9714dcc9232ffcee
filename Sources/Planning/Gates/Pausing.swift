import Fleet

extension Gate {
    /// Nobody has paused, by the ledger or by the file that works while the daemon is down.
    package static let pause = Gate(.pause, beforeHarm: true) { _, situation in
        if let file = situation.pauseFile {
            return GateAnswer(.pause, .shut, "paused by the pause file: \(file)", values: ["pause_file": file])
        }
        guard let pause = situation.pause, pause.until.map({ $0 > situation.now }) ?? true else { return GateAnswer(.pause, .open, "nobody has paused") }
        let since = pause.since.text(at: situation.now)
        let lead = "paused by \(pause.who) since \(since)"
        let values = ["who": pause.who, "reason": pause.reason, "since": pause.since.description]
        guard let until = pause.until else { return GateAnswer(.pause, .shut, "\(lead), until somebody resumes: \(pause.reason)", values: values) }
        return GateAnswer(
            .pause, .shutUntil(until), "\(lead), until \(until.text(at: situation.now)): \(pause.reason)",
            values: values.merging(["until": until.description]) { $1 })
    }
}
