import Fleet

extension NodeDeriving {
    /// An end that somebody else has announced, of a machine that still runs, goes before what EC2 has scheduled: it is nearer.
    ///
    /// What we have asked for ourselves is no news.
    mutating func tellAnnounced(_ instance: Instance) {
        if instance.state == .running, !words.isEndedByUs {
            if let warning = words.warning, warning.holds(of: instance, readAt: words.readAt, now: times.now) {
                node.told[.scheduledEvent] = .text(AnnouncedEnd.spotInterruption.rawValue)
                node.told[.scheduledEventTime] = .time(warning.at + SpotWarning.endsWithin)
                return
            }
            if words.isLeavingGroup {
                // It waits for its hook as long as the hook says, or for nobody.
                node.told[.scheduledEvent] = .text(AnnouncedEnd.groupTermination.rawValue)
                node.told[.scheduledEventTime] = .none
                return
            }
        }
        // What was told of its status is told anew in each round, where it ever was.
        if !fleet.hasStatuses, node.told.announcedEnd != nil { (node.told[.scheduledEvent], node.told[.scheduledEventTime]) = (.unknown, .unknown) }
    }
}
