package import Ledger
package import Rounds
package import Rules

/// What a question about the past is answered from, between two rounds.
package struct Consultation {
    package let ledger: LedgerStore
    package let rules: RuleSet
    package let settings: Settings
    /// Of the last round of this run of the program. Nil before the first.
    package let report: RoundReport?
}

extension RoundKeeper {
    /// Answers a question that needs the ledger. No round runs meanwhile, so the question must be bounded: a page of rows, one node.
    package func consult<Answer: Sendable>(_ question: @Sendable (Consultation) throws -> Answer) throws -> Answer {
        try question(Consultation(ledger: ledger, rules: round.rules, settings: round.settings, report: lastReport))
    }

    /// Writes a compact copy of the ledger to a path where nothing is yet. No round runs meanwhile.
    package func backup(to path: String) throws(LedgerError) { try ledger.backup(to: path) }
}
