package import Fleet
import Rules
package import Terraform

extension ConfigurationReading {
    func readTerraform(_ section: YAMLMapping) -> TerraformResource? {
        section.allow(["dir", "address", "variables", "dependents"])
        let (dir, address) = (section.required("dir"), section.required("address"))
        let dependents = section["dependents"].map { $0.strings() } ?? []
        let variables = section["variables"].map { readTexts($0) } ?? []
        guard let folder = dir?.string(), let written = address?.string(), let dependents, let variables else { return nil }
        let resource = TerraformResource(
            folder: resolved(folder), address: written, dependents: dependents,
            variables: Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        if let fault = TerraformSettings(resource, lockFile: "/").fault {
            section.value.note("terraform cannot be used so: \(fault)")
            return nil
        }
        return resource
    }

    /// What stands beside `provision: {terraform: …}` in a pool.
    func checkTerraform(_ pool: YAMLMapping, isLaunchFirst: Bool) {
        if isLaunchFirst {
            pool["order"]?.note(
                "order: launch-first does not go with provision: {terraform: …}: Terraform ends an instance before it creates another; remove it")
        }
        if pool["image"] == nil {
            pool["provision"]?.note("provision: {terraform: …} needs image beside it: a plan is applied only if it creates an instance with that image")
        }
    }
}

extension TerraformSettings {
    /// - Parameter lockFile: where the state's lock is held here.
    init(_ resource: TerraformResource, lockFile: String) {
        self.init(
            folder: resource.folder, address: Self.withoutKey(resource.address), dependents: resource.dependents, variables: resource.variables,
            lockFile: lockFile)
    }
}

/// Where what is known of Terraform's runs lies: beside the ledger, readable by the daemon's user alone, for a plan holds the configuration's secrets.
struct TerraformFolders: Hashable, Sendable {
    /// `/var/lib/mayfly/terraform`.
    let base: String

    /// The folder of a plan.
    func folder(of plan: String) -> String { base + "/" + plan }

    /// One for each state: of a checkout, as the state is its root module's.
    func lockFile(of folder: String) -> String { base + "/" + folder.split(separator: "/").joined(separator: "_") + ".lock" }
}

extension Configuration {
    var terraformFolders: TerraformFolders {
        TerraformFolders(base: (ledger.path.lastIndex(of: "/").map { String(ledger.path[..<$0]) } ?? ".") + "/terraform")
    }

    /// How Terraform is driven, for the pools that it makes.
    package var terraform: [PoolName: TerraformSettings] {
        var settings: [PoolName: TerraformSettings] = [:]
        for pool in pools {
            guard case .terraform(let resource)? = pool.provision else { continue }
            settings[pool.name] = TerraformSettings(resource, lockFile: terraformFolders.lockFile(of: resource.folder))
        }
        return settings
    }
}
