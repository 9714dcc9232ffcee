/// Which image a pool ought to run, as far as that is settled.
package struct Target: Hashable, Sendable {
    /// What the source points at.
    package let image: ImageID
    /// Since when, by the source's own word or by what this ledger saw, whichever is later.
    package let since: Timestamp

    package init(image: ImageID, since: Timestamp) {
        self.image = image
        self.since = since
    }

    /// How long an image must have been a pool's target before anything is outdated by it. DESIGN: an hour.
    package static let settling = Duration.seconds(3600)

    /// What is now remembered of a pool's target, given what was before.
    ///
    /// Without a word of the source, an image that this ledger sees for the first time at all counts from its own creation:
    /// a daemon that starts beside an old fleet need not wait.
    package static func remembering(_ sighting: EC2Sighting.TargetImage, before: Target?, now: Timestamp) -> Target {
        let told = min(sighting.since ?? sighting.image.creationTime, now)
        guard let before else { return Target(image: sighting.image.id, since: told) }
        if before.image == sighting.image.id { return before }
        return Target(image: sighting.image.id, since: max(told, now))
    }

    /// The reading of `target_image_id`: unknown while the image is not available, or not yet settled.
    package func reading(state: String, now: Timestamp) -> Reading {
        guard state == "available", now - since >= Self.settling else { return .unknown }
        return .text(image.rawValue)
    }
}
