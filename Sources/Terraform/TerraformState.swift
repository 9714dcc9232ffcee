package import Fleet
import FoundationEssentials

/// Which EC2 instances a state holds, as `terraform state pull` tells it. A value.
package struct TerraformState: Hashable, Sendable {
    package struct Tracked: Hashable, Sendable {
        /// `aws_instance.agent["a3"]`.
        package let address: String
        package let instance: InstanceID
        /// A creation that was not finished: the next plan replaces it.
        package let isTainted: Bool
    }

    /// Sorted by address.
    package let tracked: [Tracked]

    package init(tracked: [Tracked]) { self.tracked = tracked.sorted { $0.address < $1.address } }

    /// The one address that an instance has; nil where it has none or several.
    package func address(of instance: InstanceID) -> String? {
        let addresses = tracked.filter { $0.instance == instance }
        return addresses.count == 1 ? addresses[0].address : nil
    }

    /// Which of these instances no address of the state holds: what a run that was killed has left behind.
    package func untracked(among instances: some Sequence<InstanceID>) -> [InstanceID] {
        let known = Set(tracked.map(\.instance))
        return Set(instances).subtracting(known).sorted()
    }

    /// Reads what `state pull` prints. An empty state prints nothing.
    init(_ bytes: [UInt8]) throws(MalformedTerraform) {
        guard bytes.contains(where: { $0 > 0x20 }) else {
            self.init(tracked: [])
            return
        }
        let file: File
        do { file = try JSONDecoder().decode(File.self, from: Data(bytes)) } catch {
            throw MalformedTerraform("the state is not the JSON that is known: \(error)")
        }
        guard file.version == 4 else { throw MalformedTerraform("the state is of version \(file.version), and only 4 is known") }
        self.init(
            tracked: file.resources.filter { $0.mode == "managed" && $0.type == "aws_instance" }.flatMap { resource -> [Tracked] in
                let place = (resource.module.map { $0 + "." } ?? "") + "\(resource.type).\(resource.name)"
                return resource.instances.compactMap { instance -> Tracked? in
                    // A deposed one waits for its end and stands at no address.
                    guard instance.deposed == nil, let id = instance.attributes?.id else { return nil }
                    return Tracked(address: place + (instance.key?.text ?? ""), instance: InstanceID(id), isTainted: instance.status == "tainted")
                }
            })
    }

    // Terraform's own names.
    private struct File: Decodable {
        let version: Int
        let resources: [Resource]
    }

    private struct Resource: Decodable {
        let module: String?
        let mode, type, name: String
        let instances: [Instance]

        private enum CodingKeys: String, CodingKey { case module, mode, type, name, instances }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            module = try container.decodeIfPresent(String.self, forKey: .module)
            mode = try container.decode(String.self, forKey: .mode)
            type = try container.decode(String.self, forKey: .type)
            name = try container.decode(String.self, forKey: .name)
            // Those of other types have other shapes.
            instances = type == "aws_instance" ? try container.decode([Instance].self, forKey: .instances) : []
        }
    }

    private struct Instance: Decodable {
        let key: Key?
        let status: String?
        let deposed: String?
        let attributes: Attributes?

        private enum CodingKeys: String, CodingKey {
            case status, deposed, attributes
            case key = "index_key"
        }

        struct Attributes: Decodable { let id: String? }
    }

    private struct Key: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                text = "[\(number)]"
            } else {
                text = "[\"" + (try container.decode(String.self)).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"]"
            }
        }
    }
}

/// What Terraform printed is not what it prints.
struct MalformedTerraform: Error {
    let description: String

    init(_ description: String) { self.description = String(description.prefix(TerraformError.wordsMax)) }
}
