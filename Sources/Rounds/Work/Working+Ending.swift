import Fleet
import Ledger
import Planning

extension Working {
    /// Brakes that end by themselves: their time is up, or what they were for is no more.
    mutating func endBrakes(_ wishes: [NodeID: GateQuestion.Cause]) {
        if let pause = work.pause, let until = pause.until, until <= now {
            work.pause = nil
            entry.brakes.append(.pause(nil))
            noteEnd("pause", of: nil, "its time is up")
        }
        if let refresh = work.refresh, refresh.until <= now {
            work.refresh = nil
            entry.brakes.append(.refresh(nil))
            noteEnd("refresh", of: nil, "its time is up")
        }
        for hold in work.holds.values.sorted(by: { $0.node < $1.node }) where hold.until <= now {
            work.holds[hold.node] = nil
            entry.brakes.append(.hold(hold.node, nil))
            noteEnd("hold", of: hold.node, "its time is up")
        }
        for request in work.requests.values.sorted(by: { $0.node < $1.node }) where state.nodes[request.node] == nil {
            drop(request, why: "the node has left the fleet")
        }
        for approval in work.approvals.values.sorted(by: { $0.node < $1.node }) {
            guard let why = voidance(of: approval, wishes) else { continue }
            drop(approval, why: why)
        }
    }

    mutating func drop(_ approval: Approval, why: String) {
        work.approvals[approval.node] = nil
        entry.brakes.append(.approval(approval.node, nil))
        noteEnd("approval", of: approval.node, why)
    }

    mutating func drop(_ request: Request, why: String) {
        work.requests[request.node] = nil
        entry.brakes.append(.request(request.node, nil))
        noteEnd("request", of: request.node, why)
    }

    /// Why an approval counts no more; nil while it does. What cannot be seen now is not what it was given for either, but voids nothing.
    private func voidance(of approval: Approval, _ wishes: [NodeID: GateQuestion.Cause]) -> String? {
        if approval.until <= now { return "its time is up" }
        guard let known = state.nodes[approval.node] else { return "the node has left the fleet" }
        guard let cause = wishes[approval.node] else { return "nothing asks for the node to be replaced any more" }
        let evidence = evidence(of: approval.node, cause: cause)
        if evidence.rule != approval.evidence.rule { return "another rule asks for it now" }
        if evidence.instance != approval.evidence.instance { return "its instance is another one" }
        if !known.told.believed(stale: stale)[.members].isUnknown, evidence.members != approval.evidence.members { return "other members live on it now" }
        if evidence.targetImage != approval.evidence.targetImage { return "the target image is another one" }
        return nil
    }
}
