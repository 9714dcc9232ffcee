import Daemon
import Fleet
import Planning
import Replacing
import Rounds

/// What came of what a person said: the round that took it in has been recorded.
struct Instructed: Encodable {
    let instruction: Instruction
    let command: Command
    /// Of the round that took it in.
    let picture: Picture
    /// What the pause file says. Nil: it is not there.
    let pauseFile: String?

    private enum Key: String, CodingKey { case command, subject, who, reason, at, outcome, assessment, replacement }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(instruction.verb.rawValue, forKey: .command)
        try container.encodeIfPresent(instruction.subject, forKey: .subject)
        try container.encode(command.who, forKey: .who)
        try container.encode(command.reason, forKey: .reason)
        try container.encode(picture.at.description, forKey: .at)
        try container.encode(outcome, forKey: .outcome)
        try container.encodeIfPresent(assessment.map { AssessmentView($0, now: picture.at) }, forKey: .assessment)
        try container.encodeIfPresent(replacement.map { ReplacementView($0, playbook: picture.settings.playbook) }, forKey: .replacement)
    }

    func answer() throws -> ConsoleAnswer {
        var lines = [outcome]
        if let assessment {
            lines += ["", assessment.sentence(at: picture.at)]
            lines += GatesText(assessment.answers, now: picture.at).lines()
        }
        return try ConsoleAnswer(self, lines: lines)
    }

    private var node: NodeID? {
        switch command.kind {
        case .hold(let node, _), .release(let node), .approve(let node, _), .replace(let node): node
        case .pause, .resume, .refresh, .endRefresh, .cancel, .retry, .accept, .takeOver: nil
        }
    }

    /// Of what may start: the whole answer of the gates.
    private var assessment: Assessment? {
        switch command.kind {
        case .approve(let node, _), .replace(let node): picture.plan[node]
        case .pause, .resume, .refresh, .endRefresh, .hold, .release, .cancel, .retry, .accept, .takeOver: nil
        }
    }

    private var replacement: Replacement? {
        switch command.kind {
        case .cancel(let id), .retry(let id): picture.state.work.replacements[id]
        case .approve(let node, _), .replace(let node): picture.state.work.open.first { $0.node == node }
        case .pause, .resume, .refresh, .endRefresh, .hold, .release, .accept, .takeOver: nil
        }
    }

    /// One sentence, without a full stop.
    private var outcome: String {
        switch command.kind {
        case .pause(let until): "Paused until \(until.map(\.shown) ?? "somebody resumes"): nothing is started, and nothing harmful is done"
        case .resume:
            pauseFile.map { "Resumed, but the pause file pauses still: \($0); remove it as a user who may" } ?? "Resumed: nothing is paused any more"
        case .refresh(let until): "A refresh is open until \(until.shown): outdated nodes may be replaced while their rules' intervals are open"
        case .endRefresh: "The refresh is over: no outdated node is begun any more; what is in flight goes on to its end"
        case .hold(let node, let until): "\(node) is held until \(until.shown)"
        case .release(let node): "\(node) is held no more, and nobody asks for it to be replaced"
        case .approve(let node, let until): "\(node) may be replaced until \(until.shown), as long as what it was approved for stays so"
        case .replace(let node): "\(node) is to be replaced, through the same gates as any other"
        case .cancel(let id): "Replacement \(id): " + (replacement.map { ReplacementText($0, picture: picture).standing } ?? "it is over")
        case .retry(let id): "Replacement \(id): " + (replacement.map { ReplacementText($0, picture: picture).standing } ?? "it is over")
        case .accept(let latch): "Latch \(latch) holds nothing back any more, as long as what tripped it does not grow"
        case .takeOver:
            "The claim on the cluster is taken over as soon as nobody has written it for five minutes, within an hour, and acted on two minutes later"
        }
    }
}
