/// A named set of nodes with one image source and one way of being provisioned.
package struct Pool: Hashable, Sendable {
    package let name: PoolName
    package let selector: Selector
    /// How many nodes it is meant to have. Nil: as many as there are.
    package let size: Int?
    /// Where its newest image is named. Nil: nobody in it is ever outdated.
    package let image: ImageSource?
    /// How a fresh instance comes to be. Nil: nobody in it can be replaced.
    package let provision: Provisioning?
    /// Whether the successor is to be there before the old node is touched.
    package let isLaunchFirst: Bool
    /// Whether load balancers and Elastic IPs that lead to its nodes are looked after when one is replaced.
    package let looksAfterEntrances: Bool

    /// How a fresh instance of a pool comes to be.
    package enum Provisioning: Hashable, Sendable {
        /// An Auto Scaling group launches one by itself for each that is terminated without making it smaller.
        case group(String)
        /// `RunInstances` from a launch template.
        case launchTemplate(LaunchTemplate)
        /// Terraform destroys the instance and creates another at its address, by one plan.
        case terraform(TerraformResource)
    }

    /// Which nodes belong to a pool: all that is named here must match. One that names nothing matches nothing.
    package struct Selector: Hashable, Sendable {
        /// EC2 tags, key and value both exactly. Sorted by key.
        package let tags: [Instance.Tag]
        /// Auto Scaling groups, any of them. Sorted.
        package let groups: [String]
        /// Mesos attributes, name and value both exactly. Sorted by name.
        package let attributes: [Agent.Attribute]

        package init(tags: [Instance.Tag] = [], groups: [String] = [], attributes: [Agent.Attribute] = []) {
            self.tags = tags.sorted { $0.key < $1.key }
            self.groups = groups.sorted()
            self.attributes = attributes.sorted { $0.name < $1.name }
        }
    }

    /// Where the target image of a pool is found.
    package enum ImageSource: Hashable, Sendable {
        /// This one, until the configuration says otherwise.
        case id(ImageID)
        /// The image whose id stands in this SSM parameter.
        case parameter(String)
        /// The newest available one. Owners are account ids or `self`, `amazon`; the name may hold `*` and `?`. Owners are never empty.
        case newest(owners: [String], name: String?, tags: [Instance.Tag])
        /// The image in this version of a launch template.
        case launchTemplate(LaunchTemplate)
        /// The image in the launch template of this Auto Scaling group.
        case group(String)
    }

    package init(
        name: PoolName, selector: Selector, size: Int? = nil, image: ImageSource? = nil, provision: Provisioning? = nil, isLaunchFirst: Bool = false,
        looksAfterEntrances: Bool = false
    ) {
        self.name = name
        self.selector = selector
        self.size = size
        self.image = image
        self.provision = provision
        self.isLaunchFirst = isLaunchFirst
        self.looksAfterEntrances = looksAfterEntrances
    }
}

extension Pool {
    package var isByTerraform: Bool { if case .terraform? = provision { true } else { false } }

    /// Where it is to be read which image a fresh instance gets. Nil where nobody need ask: the launch names it, or the pool's image is read there.
    package var launchSource: ImageSource? {
        guard let image, case .group(let name)? = provision, image != .group(name) else { return nil }
        return .group(name)
    }
}
