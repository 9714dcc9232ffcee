import AWS
import Fleet
import Foundation
import Terraform

extension Examination {
    /// Has Terraform plan the replacement of one node of each pool that it makes, which takes its lock for a while and changes nothing. Nothing in mode alert.
    func terraform() async -> [Checkup] {
        guard configuration.mode != .alert, !clients.terraform.isEmpty else { return [] }
        let pools = configuration.pools.filter(\.isByTerraform)
        let instances = (try? await clients.aws.instances(filters: SweepFilter.filters(for: pools))) ?? []
        var found: [Checkup] = []
        // One after the other: they may have one state.
        for pool in pools {
            guard case .terraform(let resource)? = pool.provision, let client = clients.terraform[pool.name] else { continue }
            let members = instances.filter { $0.state == .running && pool.selector.allows($0) }
            found += await examine(pool, resource, client, members)
        }
        return found
    }

    private func examine(_ pool: Pool, _ resource: TerraformResource, _ client: TerraformClient, _ members: [Instance]) async -> [Checkup] {
        let title = "pool \(pool.name): terraform \(resource)"
        do throws(TerraformError) {
            try configuration.terraformFolders.make()
            try await client.initialise()
            let state = try await client.state()
            let tracked = state.tracked.filter { TerraformSettings.withoutKey($0.address) == TerraformSettings.withoutKey(resource.address) }
            guard !tracked.isEmpty else {
                return [
                    .fail(
                        title, "its state holds no instance at \(resource.address)",
                        remedy: "check pools.\(pool.name).provision.terraform, and that dir has the backend and the workspace that are meant")
                ]
            }
            var found: [Checkup] = []
            let strangers = state.untracked(among: members.map(\.id))
            if !strangers.isEmpty {
                found.append(
                    .warn(
                        title,
                        "its state holds no address for \(strangers.count) of \(members.count) instances of the pool: \(Self.few(strangers.map(\.rawValue)))",
                        remedy: "terraform import them, or select them by another pool: none of them can be replaced, and none of the others created anew"))
            }
            let tainted = tracked.filter(\.isTainted)
            if !tainted.isEmpty {
                found.append(
                    .fail(
                        title, "tainted: \(Self.few(tainted.map(\.address)))", remedy: "terraform untaint them where they are well, else replace them by hand"))
            }
            guard let one = tracked.first(where: { one in !one.isTainted && members.contains { $0.id == one.instance } }),
                let instance = members.first(where: { $0.id == one.instance })
            else { return found + [.warn(title, "no plan was tried: none of its instances is seen running in the pool", remedy: "try again when one is")] }
            return found + [await plan(pool, title, client, one, instance)]
        } catch {
            return [.fail(title, "\(error)", remedy: Self.remedy(error, resource))]
        }
    }

    /// As for a failing node, with the image that the pool ought to have.
    private func plan(
        _ pool: Pool, _ title: String, _ client: TerraformClient, _ one: TerraformState.Tracked, _ instance: Instance
    ) async -> Checkup {
        let sighting = await clients.aws.sight(pools: [pool])
        guard case .success(let target)? = sighting.targets[pool.name] else {
            return .warn(title, "no plan was tried: the pool's target image is not known", remedy: "see the check of its image")
        }
        let order = PlanOrder(address: one.address, old: one.instance, isGone: false, image: target.image.id, isForced: true, group: instance.group)
        let folder = configuration.terraformFolders.folder(of: "\(time.now().milliseconds)-doctor-\(pool.name)")
        // It holds secrets of the configuration, and nobody asks for it again. What goes on is removed by the daemon, a day later.
        defer { if !TerraformClient.isUnderWay(in: folder) { try? FileManager.default.removeItem(atPath: folder) } }
        do throws(TerraformError) {
            let plan = try await client.plan(order, in: folder, waitingFor: .seconds(75))
            guard case .refused(let objections) = plan.judgement else {
                return .ok(title, "a plan for \(one.address) would replace \(one.instance) and nothing else")
            }
            return .fail(
                title, objections.map(\.description).joined(separator: "; "),
                remedy:
                    "mend the configuration so that terraform plan -target='\(one.address)' -replace='\(one.address)' shows no other change, or declare dependents"
            )
        } catch {
            return .fail(title, "\(error)", remedy: Self.remedy(error, client.settings.folder))
        }
    }

    private static func few(_ names: [String]) -> String { names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "") }

    private static func remedy(_ error: TerraformError, _ place: some CustomStringConvertible) -> String {
        switch error.problem {
        case .badSettings: "mend provision.terraform of the pool"
        case .cannotStart: "install terraform in the daemon's PATH, and let the daemon's user write into the folder named"
        case .underWay, .locked, .notFinished: "try again when that run has ended"
        case .stale, .died: "try again"
        case .failed: "run terraform init -lockfile=readonly and terraform plan in \(place) as the daemon's user, with its environment, until both go well"
        case .malformed, .tooLarge: "see which Terraform it is: 1.5 and newer are understood"
        }
    }
}
