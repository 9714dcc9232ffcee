package import Fleet

/// What a plan is made for: one node's instance, to be replaced by a fresh one at the same address. A value.
package struct PlanOrder: Hashable, Sendable {
    /// `aws_instance.agent["a3"]`.
    package let address: String
    /// The instance that is there, or was.
    package let old: InstanceID
    /// Whether EC2 says that it is terminated or knows it no more.
    package let isGone: Bool
    /// What the fresh one is to be made of.
    package let image: ImageID
    /// Whether Terraform is asked to replace it although its configuration does not: for a failing node, and not for an outdated one.
    package let isForced: Bool
    /// The Auto Scaling group that EC2 says it is in. Terraform does not show such tags.
    package let group: String?
    /// Living instances of the pool that no address of the state holds.
    package let untracked: [InstanceID]

    package init(address: String, old: InstanceID, isGone: Bool, image: ImageID, isForced: Bool, group: String? = nil, untracked: [InstanceID] = []) {
        self.address = address
        self.old = old
        self.isGone = isGone
        self.image = image
        self.isForced = isForced
        self.group = group
        self.untracked = untracked
    }
}

/// What a plan comes to when it is held against what was ordered.
package enum PlanJudgement: Hashable, Sendable {
    /// It destroys exactly the old instance and creates one with the wanted image at its address.
    case replaces
    /// The old one is gone; it creates one with the wanted image at its address.
    case creates
    /// It is not applied.
    ///
    /// - Parameter objections: all there are, sorted; never empty.
    case refused([PlanObjection])
}

/// One reason for which a plan is not applied.
package enum PlanObjection: Hashable, Sendable, Comparable, CustomStringConvertible {
    case unknownFormat(String)
    case erred
    /// The address is not in it.
    case noSuchAddress(String)
    /// The configuration asks for nothing at the address.
    case unchanged(String, image: String?, wanted: ImageID)
    case notAnInstance(String, type: String)
    case wrongActions(String, [String])
    case otherInstance(InstanceID, expected: InstanceID)
    /// The address holds an instance whose creation was not finished.
    case tainted(InstanceID, expected: InstanceID)
    case otherImage(String?, wanted: ImageID)
    case inGroup(String)
    case protected(InstanceID)
    /// It would create, while the old one is there.
    case wouldDouble(InstanceID)
    /// It would create, while instances that the state does not know may be what an earlier run has left.
    case orphans([InstanceID])
    /// Something else would change too.
    case otherChange(String, [String])
    case moved(String, from: String)
    case imported(String)
    case deposed(String)

    package var description: String {
        switch self {
        case .unknownFormat(let format): "the plan is of format \(format), and only 1 is understood"
        case .erred: "the plan was not finished"
        case .noSuchAddress(let address): "nothing is planned at \(address): the configuration has no such address"
        case .unchanged(let address, let image, let wanted):
            image == wanted.rawValue
                ? "nothing is planned at \(address): it has \(wanted) already"
                : "nothing is planned at \(address): the configuration asks for \(image ?? "no image"), and not for \(wanted); raise it there first"
        case .notAnInstance(let address, let type): "\(address) is \(type), and no aws_instance"
        case .wrongActions(let address, let actions): "\(address) would be met by \(actions.joined(separator: " and ")), and not by destroying and creating"
        case .otherInstance(let found, let expected): "the address holds \(found), and not \(expected)"
        case .tainted(let found, let expected):
            "the address holds \(found), whose creation was not finished (tainted), and not \(expected); if it is well: terraform untaint, else let it be replaced by hand"
        case .otherImage(let found, let wanted): "the fresh instance would have \(found ?? "an image that is known only when it is applied"), and not \(wanted)"
        case .inGroup(let group): "the instance belongs to the Auto Scaling group \(group), which would replace it too"
        case .protected(let instance): "\(instance) is protected from termination, and Terraform would take that from it; take it away by hand first"
        case .wouldDouble(let instance): "a fresh instance would be created while \(instance) is there: Terraform's state does not hold it; terraform import it"
        case .orphans(let instances):
            "a fresh instance would be created while \(instances.map(\.rawValue).joined(separator: ", ")) stand in no address of the state: an earlier run may have left one; terraform import it, or terminate it"
        case .otherChange(let address, let actions): "\(address) would change too (\(actions.joined(separator: " and "))), and is no declared dependent"
        case .moved(let address, let from): "\(address) would be moved from \(from)"
        case .imported(let address): "\(address) would be imported"
        case .deposed(let address): "what is left of an earlier replacement of \(address) would be destroyed too; let Terraform finish that first"
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

extension PlannedChanges {
    /// Holds the plan against what was ordered: exactly that address, that instance and that image, and besides only declared dependents.
    ///
    /// - Parameter dependents: full addresses.
    package func judged(against order: PlanOrder, dependents: Set<String>) -> PlanJudgement {
        var objections: [PlanObjection] = []
        if !format.hasPrefix("1.") { objections.append(.unknownFormat(format)) }
        if hasErred { objections.append(.erred) }
        if let group = order.group ?? change(at: order.address).flatMap(Self.group) { objections.append(.inGroup(group)) }
        for other in changes { objections += objectionsToOther(other, order: order, dependents: dependents) }
        let own = judgedAtAddress(order)
        if case .refused(let more) = own { objections += more }
        return objections.isEmpty ? own : .refused(Array(Set(objections)).sorted())
    }

    private func change(at address: String) -> Change? { changes.first { $0.address == address && $0.deposed == nil } }

    /// Terraform's provider hides AWS' own tags today.
    private static func group(of change: Change) -> String? {
        for instance in [change.before, change.after] { if let group = instance?.tags["aws:autoscaling:groupName"] { return group } }
        return nil
    }

    private func objectionsToOther(_ other: Change, order: PlanOrder, dependents: Set<String>) -> [PlanObjection] {
        var objections: [PlanObjection] = []
        if other.deposed != nil, !other.isNothing { objections.append(.deposed(other.address)) }
        if let previous = other.previousAddress, previous != other.address { objections.append(.moved(other.address, from: previous)) }
        if other.isImported { objections.append(.imported(other.address)) }
        if other.address == order.address || other.isNothing || other.deposed != nil { return objections }
        // A dependent follows the fresh instance; one that is only taken away, or that is itself a machine, does not.
        let follows = dependents.contains(other.address) && other.type != "aws_instance" && other.actions.contains { $0 == "create" || $0 == "update" }
        if !follows { objections.append(.otherChange(other.address, other.actions)) }
        return objections
    }

    private func judgedAtAddress(_ order: PlanOrder) -> PlanJudgement {
        guard let change = change(at: order.address) else { return .refused([.noSuchAddress(order.address)]) }
        if !change.isManaged || change.type != "aws_instance" { return .refused([.notAnInstance(order.address, type: change.type)]) }
        if change.isNothing { return .refused([.unchanged(order.address, image: change.before?.ami, wanted: order.image)]) }
        var objections: [PlanObjection] = []
        if change.after?.ami != order.image.rawValue { objections.append(.otherImage(change.after?.ami, wanted: order.image)) }
        if change.isReplacement {
            let found = InstanceID(change.before?.id ?? "")
            if found != order.old {
                let isTainted = change.reason == "replace_because_tainted"
                objections.append(isTainted ? .tainted(found, expected: order.old) : .otherInstance(found, expected: order.old))
            }
            if change.before?.isProtected == true { objections.append(.protected(found)) }
        } else if change.isCreation {
            // What was found gone must be what was ordered.
            let lost = drift.first { $0.address == order.address && $0.actions == ["delete"] }?.before?.id
            if let lost, lost != order.old.rawValue { objections.append(.otherInstance(InstanceID(lost), expected: order.old)) }
            if !order.isGone { objections.append(.wouldDouble(order.old)) }
            if !order.untracked.isEmpty { objections.append(.orphans(order.untracked.sorted())) }
        } else {
            objections.append(.wrongActions(order.address, change.actions))
        }
        if !objections.isEmpty { return .refused(objections) }
        return change.isCreation ? .creates : .replaces
    }
}
