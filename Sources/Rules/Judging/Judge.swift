package import Fleet

/// Judges every rule on every node: pure but for the in-memory database; no clock, no I/O, no async.
///
/// - Parameters:
///   - clocks: as the last committed round left them.
///   - previousLook: when the last committed round was, over a restart too; nil before the first.
///   - interval: how often rounds are meant to be.
///   - configured: the sources that are configured, whatever their freshness; `.target("")` stands for the target image of any pool. `.ledger` is always taken as there.
///   - unknownTables: those of `task`, `member`, `service` whose source is stale.
///   - capacity: the desired capacity of the fleet, for limits that are shares.
package func judge(
    _ rules: RuleSet, on facts: FactsDatabase, clocks: [ClockKey: RuleClock], now: Timestamp, previousLook: Timestamp?, interval: Duration,
    configured: Set<Source>, unknownTables: Set<String> = [], capacity: Int
) throws(FactsFailure) -> Judgement {
    Judgement()
}
