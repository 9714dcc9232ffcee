package import Fleet

extension LatchName {
    /// Fewer nodes than there were within 24 hours, and nothing explains it.
    package static let shrunk = LatchName("shrunk")
    /// So many nodes are missing from Mesos at once that it is rather the observer who fails.
    package static let unlisted = LatchName("unlisted")
    /// A fresh node of this image failed.
    package static func quarantine(_ image: ImageID) -> LatchName { LatchName("quarantine/\(image)") }
    /// Too many replacements of this pool are parked.
    package static func parked(_ pool: PoolName) -> LatchName { LatchName("parked/\(pool)") }
}

/// What unhealthy nodes may have in common.
enum BreakerScope: Hashable, CustomStringConvertible {
    case fleet
    case zone(String)
    case pool(PoolName)
    case image(ImageID)

    /// As in a latch's name.
    var description: String {
        switch self {
        case .fleet: "fleet"
        case .zone(let zone): "zone/\(zone)"
        case .pool(let pool): "pool/\(pool)"
        case .image(let image): "image/\(image)"
        }
    }

    /// For people.
    var said: String {
        switch self {
        case .fleet: "the fleet"
        case .zone(let zone): "zone \(zone)"
        case .pool(let pool): "pool \(pool)"
        case .image(let image): "image \(image)"
        }
    }
}

extension Latch {
    /// Why it holds something back, since when, and how it is released.
    func explained(at now: Timestamp) -> String {
        let isForPeople = name.rawValue.hasPrefix("quarantine/")
        let release =
            releases.map { "it releases at \($0.text(at: now)) if nothing more comes, or by" }
            ?? (isForPeople ? "it releases by" : "it releases when that is over, or by")
        return "\(reason), tripped at \(since.text(at: now)): \(release) mayfly accept \(name)"
    }

    var values: [String: String] {
        var values = ["latch": name.rawValue, "since": since.description, "count": String(count)]
        if let releases { values["releases"] = releases.description }
        return values
    }
}
