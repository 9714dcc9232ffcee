import Planning
import Replacing
import Rounds
import Testing

@Suite struct `The page of replacing` {
    @Test func `has every gate in its order, and what each park reason asks of a person`() throws {
        let gates = Gate.all.map { gate in
            let asked = [gate.isAskedAtStart ? "start" : nil, gate.isAskedBeforeHarm ? "harm" : nil, gate.isAskedAtTurn ? "turn" : nil].compactMap { $0 }
                .joined(separator: ", ")
            return ["`\(gate.name)`", asked, gate.name.meaning]
        }
        let parks = ParkReason.allCases.map { ["`\($0)`", $0.remedy] }
        try Page("docs/replacing.md").check([
            ("gates", Page.table(["gate", "asked", "open when"], gates)), ("parks", Page.table(["parked for", "what it asks of a person"], parks)),
        ])
    }
}
