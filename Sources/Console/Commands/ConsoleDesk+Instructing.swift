import Daemon
import Fleet
import Ledger
import Logging
import Planning
import Replacing
import Rounds

extension ConsoleDesk {
    /// Takes in what a person says, in a round of its own, and answers what came of it.
    ///
    /// - Parameter peer: who says it, by the kernel's word; what is said by nobody is not taken.
    func answer(_ instruction: Instruction, peer: Peer?) async throws -> ConsoleAnswer {
        guard let peer else {
            throw ConsoleError(
                .callerUnknown, "the system does not say who asks, so \(instruction.verb.rawValue) is not taken", hint: "ask over the Unix socket")
        }
        guard let known = keeper.bulletin.read().report?.picture else {
            throw ConsoleError(
                .noRoundYet, "the daemon has not completed its first look yet", hint: "ask again in a minute; mayfly status says what it waits for")
        }
        let command = Command(who: peer.name, reason: instruction.reason, kind: try await kind(of: instruction, in: known))
        let report = try await keeper.obey(command)
        logger.notice(
            "A person's command was taken",
            metadata: [LogKey.user: "\(peer)", LogKey.kind: "\(instruction.verb.rawValue)", LogKey.reason: "\(instruction.reason)"])
        return try Instructed(
            instruction: instruction, command: command, picture: report.picture, pauseFile: keeper.bulletin.read().pauseFile
        ).answer()
    }

    private func kind(of instruction: Instruction, in picture: Picture) async throws -> Command.Kind {
        let until = instruction.lasting.map { time.now() + $0 }
        let subject = instruction.subject ?? ""
        switch instruction.verb {
        case .pause: return .pause(until: until)
        case .resume: return .resume
        case .refresh: return .refresh(until: until ?? time.now())
        case .endRefresh: return .endRefresh
        case .hold:
            let open = Set(picture.state.work.open.map(\.node))
            return .hold(try await node(subject, in: picture, or: open.contains), until: until ?? time.now())
        case .release: return .release(try await node(subject, in: picture) { picture.state.work.holds[$0] != nil || picture.state.work.requests[$0] != nil })
        case .approve:
            guard case .usually(let usual) = instruction.verb.lasting else {
                preconditionFailure("approve lasts \(String(describing: instruction.verb.lasting))")
            }
            return .approve(try await node(subject, in: picture), until: until ?? time.now() + usual)
        case .replace: return .replace(try await node(subject, in: picture))
        case .cancel: return .cancel(try replacement(subject, in: picture))
        case .retry: return .retry(try replacement(subject, in: picture))
        case .accept: return .accept(try latch(subject, in: picture))
        case .takeOver: return .takeOver
        }
    }

    /// A node by any of its names.
    ///
    /// - Parameter isMeant: whether one that has left the fleet may be meant as well.
    private func node(_ name: String, in picture: Picture, or isMeant: (NodeID) -> Bool = { _ in false }) async throws -> NodeID {
        let found = try await keeper.consult { try $0.ledger.nodes(named: name) }
        let there = found.filter { picture.state.nodes[$0.id] != nil }.map(\.id)
        if there.count == 1, let only = there.first { return only }
        if there.count > 1 {
            throw ConsoleError(
                .nodeUnknown, "'\(name.prefix(100))' is the name of \(there.count) nodes: \(Self.some(there.map(\.rawValue)))", hint: "name one by its id")
        }
        if there.isEmpty, let meant = found.map(\.id).first(where: isMeant) { return meant }
        if let gone = found.first {
            throw ConsoleError(
                .nodeUnknown, "node \(gone.id) left the fleet\(gone.departedAt.map { " at \($0.shown)" } ?? "")", hint: "those that are in it: mayfly nodes")
        }
        throw ConsoleError(
            .nodeUnknown, "there is no node '\(name.prefix(100))', by id, agent id, private IP or hostname",
            hint: "the nodes are: \(Self.some(picture.state.nodes.keys.sorted().map(\.rawValue)))")
    }

    private func replacement(_ text: String, in picture: Picture) throws(ConsoleError) -> ReplacementID {
        let open = picture.state.work.open
        guard let number = Int64(text), let known = open.first(where: { $0.id.number == number }) else {
            throw ConsoleError(
                .replacementUnknown, "there is no open replacement '\(text.prefix(40))'",
                hint: open.isEmpty ? "none is open" : "open are: \(Self.some(open.map { "\($0.id) (of \($0.node))" }))")
        }
        return known.id
    }

    private func latch(_ text: String, in picture: Picture) throws(ConsoleError) -> LatchName {
        let names = Set(picture.plan.latches.keys).union(picture.state.work.latches.keys).sorted()
        guard let name = names.first(where: { $0.rawValue == text }) else {
            throw ConsoleError(
                .latchUnknown, "no latch is called '\(text.prefix(100))'",
                hint: names.isEmpty ? "none has tripped" : "tripped are: \(Self.some(names.map(\.rawValue)))")
        }
        return name
    }

    /// The first few of them: an error is one line.
    private static func some(_ names: [String]) -> String { names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", … (\(names.count) in all)" : "") }
}
