/// What an agent has and what of it is allocated, in Mesos' units: CPUs, and megabytes of memory and disk.
package struct AgentResources: Hashable, Sendable {
    package struct Amount: Hashable, Sendable {
        package var cpus: Double
        package var mem: Double
        package var disk: Double

        /// Rounded to thousandths, as Mesos itself counts, so that sums do not depend on their order.
        package init(cpus: Double = 0, mem: Double = 0, disk: Double = 0) {
            func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
            self.cpus = rounded(cpus)
            self.mem = rounded(mem)
            self.disk = rounded(disk)
        }
    }

    package let total: Amount
    package let allocated: Amount

    package init(total: Amount, allocated: Amount) {
        self.total = total
        self.allocated = allocated
    }

    /// What could still be offered.
    package var free: Amount {
        Amount(cpus: total.cpus - allocated.cpus, mem: total.mem - allocated.mem, disk: total.disk - allocated.disk)
    }
}
