/// What Marathon and the schedulers may cost us, and we them. Tests make them smaller.
///
/// `docs/services.md` says what follows from these numbers: how many calls a poll makes, and how old an in-sync set may get.
package struct ServicesLimits: Hashable, Sendable {
    /// Bytes of Marathon's list of apps with their tasks, unpacked, and of that of its pods. 64 MiB by default: an app is some 5 KB, with a package's
    /// icons and options up to 200 KB, and a task 1 KB.
    package var marathonBytesMax = 64 << 20
    /// Bytes of every answer of a scheduler. 4 MiB by default: a pod with everything about its tasks is below 100 KB, a topic of 1,000 partitions too.
    package var answerBytesMax = 4 << 20
    /// 5 s by default.
    package var connectTimeout = Duration.seconds(5)
    /// The longest silence in any call. 10 s by default: a scheduler reads ZooKeeper before it answers, and one that needs longer is not well.
    package var idleTimeout = Duration.seconds(10)
    /// For one call of a scheduler. 15 s by default.
    package var callTimeout = Duration.seconds(15)
    /// For Marathon's apps and pods together. 20 s by default.
    package var marathonTimeout = Duration.seconds(20)
    /// For everything that one poll asks one scheduler but topics, and again for its topics. 20 s by default.
    package var serviceTimeout = Duration.seconds(20)
    /// For one poll as a whole; what was not reached by then is unknown, and comes first in the next. 50 s by default: below the default interval.
    package var pollTimeout = Duration.seconds(50)
    /// Calls at the same time, over all schedulers: as many as Wire has connections to one host, which is Admin Router. One scheduler gets one call at a
    /// time, for it has one CPU. 8 by default.
    package var callsAtOnce = 8
    /// Services in one poll. 200 by default; those beyond it are unknown, and said to be so.
    package var servicesMax = 200
    /// Members of one service. 1,000 by default.
    package var membersMax = 1000
    /// Plans of one service. 16 by default: the SDK's own are four, packages add a handful.
    package var plansMax = 16
    /// Topics of one cluster. 20,000 by default.
    package var topicsMax = 20_000
    /// Topics that are read in one poll, over all clusters, in equal shares. 1,500 by default: at some 5 ms of one connection each that is a second of the
    /// eight, and at the default interval 25 calls a second for Admin Router on average.
    package var topicsReadMax = 1500
    /// Topics of one cluster that are read in one poll. 250 by default: one cluster alone must not keep its scheduler busy the whole time.
    package var topicsReadPerServiceMax = 250

    package init() {}

    /// How many topics of each cluster are read in one poll: an equal share, at least one.
    package func topicsRead(clusters: Int) -> Int { max(1, min(topicsReadPerServiceMax, topicsReadMax / max(1, clusters))) }
}
