import Fleet
import Testing

@Suite struct `A fact` {
    @Test func `has the bit of its place in the catalogue`() {
        #expect(Fact.allCases.map(\.ordinal) == Array(Fact.allCases.indices))
        #expect(Fact.allCases.count <= 64)
    }
}
