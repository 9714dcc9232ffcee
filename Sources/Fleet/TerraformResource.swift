/// A resource of a Terraform configuration whose instances are a pool's nodes.
package struct TerraformResource: Hashable, Sendable, CustomStringConvertible {
    /// The root module: a checkout of its own. An absolute path.
    package let folder: String
    /// `aws_instance.agent`: each node's own address is found in Terraform's state by its instance. With a key, `aws_instance.agent["a1"]`, the pool's
    /// only node.
    package let address: String
    /// Resources that are made anew with an instance and may change with it. Sorted.
    package let dependents: [String]
    /// Handed to every plan.
    package let variables: [String: String]

    package init(folder: String, address: String, dependents: [String] = [], variables: [String: String] = [:]) {
        self.folder = folder
        self.address = address
        self.dependents = dependents.sorted()
        self.variables = variables
    }

    /// `aws_instance.agent of /srv/terraform/agents`.
    package var description: String { "\(address) of \(folder)" }
}
