internal import Fleet
internal import Ledger
internal import Replacing
internal import Rounds

/// One daemon of a run: its ledger, its round and its keeper of the claim, by a clock of its own, and what it sees of the world.
final class SimulatedDaemon {
    /// Which it is of the run, from 0.
    let place: Int
    /// Opens the ledger as the present process would. Called at the start, and after every crash.
    let openLedger: (Timestamp) throws -> LedgerStore
    var ledger: LedgerStore
    var round: Round
    /// Which process this is: errands and answers of one that has crashed come to nothing.
    var life = 1
    var isDown = false
    /// Until when its process stands still, and what came for it meanwhile, in order. Nil: it runs.
    var frozenUntil: Timestamp?
    var held: [Agenda.Item] = []
    /// How far its clock is from the world's, and how far it was at the start.
    var skew: Duration
    let skewAtStart: Duration
    var settings: Settings
    var sight = SimulatedRun.Sight()
    /// What is true of the world, and of what this daemon did to it.
    var truth: Truth
    /// By kind of trouble, until when it goes on for this daemon.
    var until: [TroubleKind: Timestamp] = [:]
    /// Parked replacements that somebody has looked after once there was no more trouble.
    var lookedAfter: Set<ReplacementID> = []
    var keeper: ClaimKeeper
    /// How the claim stands by what its round was told, in its own time.
    var told = ClaimStanding.none
    /// On which machine of the world it runs, by its position. Nil: on one of nobody's.
    var home: Int?

    init(_ place: Int, of plan: RunPlan, in world: World, openLedger: @escaping (Timestamp) throws -> LedgerStore) throws {
        self.place = place
        self.openLedger = openLedger
        skewAtStart = place == 0 ? .zero : plan.other?.offset ?? .zero
        skew = skewAtStart
        settings = plan.settings
        home = place == 0 ? plan.homeOf : nil
        truth = Truth(world, plan.settings, hearsWarnings: plan.hearsWarnings)
        keeper = Self.keeper(of: place, plan, life: 1)
        let now = plan.start + skewAtStart
        ledger = try openLedger(now)
        round = try Round(ledger: ledger, rules: plan.rules, settings: plan.settings, now: now)
    }

    /// Of a process that has just begun.
    static func keeper(of place: Int, _ plan: RunPlan, life: Int) -> ClaimKeeper {
        ClaimKeeper(ledger: "ledger-\(place + 1)", machine: "machine-\(place + 1)", run: "run-\(place + 1)-\(life)", timing: plan.claimTiming)
    }

    /// Whether it may do something at this moment, as far as it knows. One that stands still may go on at any moment.
    func mayAct(at now: Timestamp) -> Bool { !isDown && told.allowsActing(at: now + skew) }
}
