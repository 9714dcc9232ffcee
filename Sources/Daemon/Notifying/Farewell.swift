import ServiceLifecycle

/// Tells the service manager when the daemon begins to end.
package struct Farewell: ServiceLifecycle.Service {
    let notifier: Notifier

    package init(_ notifier: Notifier) { self.notifier = notifier }

    package func run() async throws {
        try? await gracefulShutdown()
        notifier.stops()
    }
}
