/// The times by which a claim is kept.
///
/// That no two ever act at once rests on `settlesAfter` alone: whoever loses the claim stops 60 seconds (`ClaimStanding.confirmedWithin`) after the
/// beginning of the last call that confirmed it, and every such call was carried out before the claim went to the other. Between the two lie, by default,
/// 60 seconds for clocks that are wrong: they may differ by any amount, and run apart by 1 %, and within two minutes be set by up to 30 seconds unseen.
package struct ClaimTiming: Hashable, Sendable {
    /// How often the owner writes it again.
    package var rewrittenEvery = Duration.seconds(60)
    /// How often it is read, in between and while it is another's.
    package var readEvery = Duration.seconds(20)
    /// After which a call is given up. It may take effect all the same, even later.
    package var callsEndWithin = Duration.seconds(30)
    /// How long to leave the store alone after a call that failed.
    package var retriedAfter = Duration.seconds(5)
    /// How long a claim that was not this run's own is held before anything is done on it.
    package var settlesAfter = Duration.seconds(120)
    /// How long another's claim must not have changed, by our own clock, before it is taken over: an owner that lives changes it five times meanwhile.
    package var takenOverAfter = Duration.seconds(300)
    /// How long a person's word to take it over counts.
    package var wishedFor = Duration.seconds(3600)
    /// The longest between two ticks. A clock that jumped further, or went back, starts what is waited for again and voids what was confirmed.
    package var tickedWithin = Duration.seconds(30)

    package init() {}
}
