package import Fleet

/// How replacements are done: the orders, the steps, the second looks and the witnesses, as values. What is shipped is `standard`.
package struct Playbook: Sendable {
    package var orders: [Order: [Step]]
    package var deadlines: [Step: Duration]
    /// How old what a harmful call rests on may be, by step; a step that is not in here needs no second look.
    package var secondLooks: [Step: SecondLook]
    package var witnesses: [Witness]
    /// How many of them beside Mesos must call a node dead.
    package var witnessesNeeded: Int
    /// Whether a broker that is registered with its cluster stands against it.
    package var brokersVeto: Bool

    /// What is read again before a harmful call, and how old it may then be.
    package struct SecondLook: Hashable, Sendable {
        package let scopes: Set<Kind>
        package let within: Duration

        package enum Kind: Hashable, Sendable, CaseIterable { case mesos, ec2, services, marathon }

        package init(_ scopes: Set<Kind>, within: Duration) {
            self.scopes = scopes
            self.within = within
        }
    }

    package init(
        orders: [Order: [Step]], deadlines: [Step: Duration], secondLooks: [Step: SecondLook], witnesses: [Witness], witnessesNeeded: Int = 1,
        brokersVeto: Bool = true
    ) {
        self.orders = orders
        self.deadlines = deadlines
        self.secondLooks = secondLooks
        self.witnesses = witnesses
        self.witnessesNeeded = witnessesNeeded
        self.brokersVeto = brokersVeto
    }
}
