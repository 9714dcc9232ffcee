package import Fleet

extension Vital {
    /// By Mesos, EC2's state and the witnesses' words, and what they said for people.
    ///
    /// What is not known never makes a node dead: it is `undecided`. Nor does a single witness, where another one, or a broker that is
    /// registered with its cluster, stands against it.
    package static func judge(_ signs: VitalSigns, playbook: Playbook) -> (vital: Vital, reason: String) {
        if let machine = machine(signs) { return machine }
        guard case .text(let text) = signs.facts[.mesosState], let state = MesosState(rawValue: text) else {
            return (.undecided, "what Mesos says of it is not known")
        }
        switch state {
        case .active, .deactivated, .draining, .drained, .maintenance:
            let end = signs.facts.announcedEnd.map { ", and its end is announced: \($0.rawValue)" } ?? ""
            return (.living, "Mesos has it: \(state.rawValue)\(end)")
        case .recovered: return (.undecided, "Mesos has not heard from it since its master failed over")
        case .inactive, .absent, .never: break
        }
        guard let since = signs.mesosStateSince else { return (.undecided, "Mesos has lost it, since when is not known") }
        let lost = signs.now - since
        guard lost > signs.unreachableAfter else {
            return (.undecided, "Mesos calls it \(state.rawValue) for \(lost.text), not yet for longer than \(signs.unreachableAfter.text)")
        }
        let (vital, words) = lostToMesos(signs, playbook: playbook)
        return (vital, (["Mesos calls it \(state.rawValue) for \(lost.text)"] + words).joined(separator: "; "))
    }

    /// What EC2's state alone comes to; nil where the agent and the host have to be asked.
    private static func machine(_ signs: VitalSigns) -> (Vital, String)? {
        guard case .text(let text) = signs.facts[.ec2State], let state = Instance.State(rawValue: text) else {
            return signs.facts[.ec2State] == .unknown ? (.undecided, "what EC2 says of it is not known") : nil
        }
        switch state {
        case .terminated, .shuttingDown:
            return signs.isTerminatedByUs ? (.dead, "its instance is \(text), as we asked") : (.departed, "its instance is \(text), not by us")
        case .stopping, .stopped: return (.undecided, "somebody has stopped its instance")
        case .pending, .running: return nil
        }
    }

    /// A node that Mesos has lost for long enough.
    private static func lostToMesos(_ signs: VitalSigns, playbook: Playbook) -> (Vital, [String]) {
        var words: [String] = []
        var dead = 0
        var well = 0
        var answers = false
        for witness in playbook.witnesses {
            switch witness.says(signs) {
            case .dead(let word):
                dead += 1
                words.append(word)
            case .alive(let word):
                well += 1
                answers = answers || witness.isOfHost
                words.append(word)
            case .nothing: break
            }
        }
        if answers { return (.stray, words) }
        // Beside Mesos itself: with none needed, its word is enough.
        guard dead - well >= playbook.witnessesNeeded else {
            return (.undecided, words + ["\(dead) of \(playbook.witnessesNeeded) witnesses more call it dead than well"])
        }
        guard playbook.brokersVeto else { return (.dead, words) }
        switch signs.registered {
        case nil: return (.undecided, words + ["whether a broker on it is registered is not known"])
        case .some(let brokers) where !brokers.isEmpty:
            return (.undecided, words + ["registered with its cluster: \(brokers.sorted().map(\.description).joined(separator: ", "))"])
        case .some: return (.dead, words)
        }
    }
}
