internal import Fleet

/// An app of Marathon's, with what is needed to find a scheduler that it runs.
struct MarathonApp: Sendable {
    let app: MarathonSighting.App
    /// Where its running task listens: one base URL, of the port that the app's labels name. Nil when they name none, or nothing runs.
    let direct: String?
}
