import Fleet

extension Action {
    /// What is done, in a few words for people.
    package var words: String {
        switch self {
        case .look(let scopes): "look at \(scopes.map { "\($0)" }.joined(separator: ", "))"
        case .deactivate(let agent): "deactivate agent \(agent)"
        case .reactivate(let agent): "reactivate agent \(agent)"
        case .drain(let agent): "drain agent \(agent)"
        case .markGone(let agent): "mark agent \(agent) gone"
        case .replaceMember(let member, _, _): "replace member \(member)"
        case .moveInstance(let instance): "have Marathon start \(instance) elsewhere"
        case .restartAgent(let node): "restart the agent of \(node)"
        case .stopHost(let node): "stop Docker, agent and executors of \(node)"
        case .drainHost(let node): "drain the host \(node)"
        case .startHost(let node): "start Docker and the agent of \(node)"
        case .leave(let node): "let the agent of \(node) leave"
        case .beforeDrain(let node): "run the hook before the drain of \(node)"
        case .detach(let instance): "take \(instance) out of its load balancers"
        case .attach(let instance, let old): "put \(instance) into the load balancers of \(old)"
        case .keepConsole(let instance): "keep the console output of \(instance)"
        case .terminate(let instance, let group): "terminate \(instance)" + (group.map { " of group \($0)" } ?? "")
        case .retire(let instance, let group): "retire \(instance) from group \(group)"
        case .launch(let pool, let image, let zone, _):
            "launch an instance of pool \(pool)" + (image.map { " with \($0)" } ?? "") + (zone.map { " in \($0)" } ?? "")
        case .apply(let planned):
            "have Terraform " + (planned.isGone ? "create an instance" : "replace \(planned.old)") + " at \(planned.address) with \(planned.image)"
        case .ready(let node): "run the ready hook of \(node)"
        }
    }
}

extension Replacement.Standing {
    /// The word in tables, in JSON and in the ledger.
    package var word: String {
        switch self {
        case .running: "running"
        case .waiting: "waiting"
        case .parked: "parked"
        case .ended: "ended"
        }
    }
}
