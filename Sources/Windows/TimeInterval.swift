/// A named set of times at which something may happen, in the shape of Alertmanager's `time_intervals`.
///
/// The items are a union. It allows: outside every item it is shut. A value: it reads no clock.
package struct TimeInterval: Hashable, Sendable {
    package let name: String
    package let items: [WindowItem]

    package init(name: String, items: [WindowItem]) {
        self.name = name
        self.items = items
    }
}
