import Ledger
import Testing

@Suite struct `A ledger's error` {
    @Test(arguments: [
        LedgerError.Problem.directoryMissing("/var/lib/mayfly"), .notAFile, .missing, .notPermitted("the file"), .readOnly, .notADatabase,
        .foreign("it has a table song"), .newer(version: 2, known: 1), .held, .full, .corrupt("page 7"), .inconsistent("two ids"),
        .inputOutput("read failed"), .sqlite(code: 1, message: "no such table: node"),
    ]) func `is one line that names the file, the problem and what was tried`(problem: LedgerError.Problem) {
        let text = "\(LedgerError(problem, path: "/srv/mayfly.db", attempting: "opening the ledger"))"
        #expect(text.hasPrefix("/srv/mayfly.db: ") && text.hasSuffix(" (while opening the ledger)"))
        #expect(!text.contains("\n") && text.count < 220)
    }
}
