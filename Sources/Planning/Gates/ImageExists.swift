import Fleet

extension Gate {
    /// There is an image to replace it by, and no reason to distrust it.
    ///
    /// Until a node of an image has come through probation, one goes alone, whichever pool it is of. One that only waits lets a failing node be the first.
    package static let image = Gate(.image, beforeHarm: false, atTurn: true) { question, situation in
        guard let pool = question.pool(in: situation) else { return GateAnswer(.image, .unknown, "its pool is unknown, and so its target image") }
        guard pool.image != nil else { return GateAnswer(.image, .open, "pool \(pool.name) names no image: its own provisioning chooses") }
        guard let target = situation.targets[pool.name] else { return GateAnswer(.image, .unknown, "the target image of pool \(pool.name) is unknown") }
        let values = ["image": target.image.rawValue, "since": target.since.description]
        func answer(_ state: GateAnswer.State, _ reason: String) -> GateAnswer { GateAnswer(.image, state, reason, values: values) }
        switch target.state {
        case nil: return answer(.unknown, "whether image \(target.image) is available is unknown")
        case "available"?: break
        case let state?: return answer(.shut, "image \(target.image) is \(state), not available")
        }
        if let latch = situation.latches[.quarantine(target.image)], latch.isTripped { return answer(.never, latch.explained(at: situation.now)) }
        let settled = target.since + Target.settling
        if settled > situation.now {
            let since = target.since.text(at: situation.now)
            return answer(
                .shutUntil(settled), "image \(target.image) is the target of pool \(pool.name) only since \(since), not for \(Target.settling.text) yet")
        }
        if !target.isProven, let first = question.others(in: situation).first(where: { $0.targetImage == target.image && !question.goesBefore($0) }) {
            // What starts in this very round has no number yet.
            let work = first.id.number > 0 ? "is in flight as replacement \(first.id)" : "starts now"
            return answer(.shut, "the first node of image \(target.image) goes alone, and \(first.node) \(work)")
        }
        return answer(.open, "image \(target.image) is available and the target since \(target.since.text(at: situation.now))")
    }
}
