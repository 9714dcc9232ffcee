/// What an agent has and what of it is allocated, in Mesos' units: CPUs, and megabytes of memory and disk.
package struct AgentResources: Hashable, Sendable {
    package struct Amount: Hashable, Sendable {
        package var cpus: Double
        package var mem: Double
        package var disk: Double

        package init(cpus: Double = 0, mem: Double = 0, disk: Double = 0) {
            self.cpus = cpus
            self.mem = mem
            self.disk = disk
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
