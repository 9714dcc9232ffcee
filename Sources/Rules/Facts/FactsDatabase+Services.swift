package import Fleet

/// The rows of the tables `service` and `member`.
package struct ServiceRows: Hashable, Sendable {
    package struct Service: Hashable, Sendable {
        package let name: ServiceName
        package let kind: String
        /// Nil: nobody tells.
        package let size: Int?

        package init(name: ServiceName, kind: String, size: Int?) {
            self.name = name
            self.kind = kind
            self.size = size
        }
    }

    package struct Member: Hashable, Sendable {
        package let member: ServiceMember
        package let node: NodeID?
        package let isInSync: Bool?

        package init(_ member: ServiceMember, node: NodeID?, isInSync: Bool?) {
            self.member = member
            self.node = node
            self.isInSync = isInSync
        }
    }

    /// Each name once.
    package let services: [Service]
    package let members: [Member]

    package init(services: [Service], members: [Member]) {
        self.services = services
        self.members = members
    }
}

extension FactsDatabase {
    /// Replaces the tables `service` and `member`. Worth it only when a rule reads one of them.
    package func replaceServices(_ rows: ServiceRows) throws(FactsFailure) {
        try FactsFailure.during("replacing the services") { () throws(SQLiteError) in
            try prepared("DELETE FROM service").run()
            try prepared("DELETE FROM member").run()
            let service = try prepared("INSERT INTO service (name, kind, size) VALUES (?, ?, ?)")
            for row in rows.services {
                try service.bind(row.name.rawValue, at: 1)
                try service.bind(row.kind, at: 2)
                try service.bind(row.size.map { Int64($0) }, at: 3)
                try service.run()
            }
            let member = try prepared("INSERT INTO member (service, id, node_id, in_sync) VALUES (?, ?, ?, ?)")
            for row in rows.members {
                try member.bind(row.member.service.rawValue, at: 1)
                try member.bind(row.member.member.rawValue, at: 2)
                try member.bind(row.node?.rawValue, at: 3)
                try member.bind(row.isInSync.map { $0 ? Int64(1) : 0 }, at: 4)
                try member.run()
            }
        }
    }
}
