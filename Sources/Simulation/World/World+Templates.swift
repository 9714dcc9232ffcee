package import Fleet

/// What fresh instances are launched from, and what an instance says while it starts.
extension World {
    /// A launch template with one version.
    package struct Template: Hashable, Sendable {
        package let id: String
        package let name: String
        /// The SSM parameter that its image is named by.
        package let parameter: String
    }

    /// That of the group of the private agents, and that of the public ones.
    package static let templates = [
        Template(id: "lt-0de30dc05a6e47001", name: group, parameter: privateParameter),
        Template(id: "lt-0de30dc05a6e47002", name: publicTemplate, parameter: publicParameter),
    ]
    package static let publicTemplate = "dcos-public-agents"

    /// The image of a template, as it is written there and what that comes to now.
    package func image(of template: Template) -> (written: String, image: ImageID) {
        let named = parameters.first { $0.name == template.parameter }.map { ImageID($0.value) }
        if isTemplateStale, template.parameter == Self.privateParameter {
            let old = images[max(0, images.count - 2)].image.id
            return (old.rawValue, old)
        }
        return ("resolve:ssm:" + template.parameter, named ?? images[images.count - 1].image.id)
    }

    /// The last of what a machine has written to its console.
    package func consoleOutput(of machine: Machine) -> String {
        var lines = [
            "[    0.000000] Linux version 3.10.0-1160.el7.x86_64 (mockbuild@invented) #1 SMP", "[    0.000000] Command line: root=/dev/sda1 ro console=ttyS0",
            "[    4.211034] EXT4-fs (sda1): mounted filesystem with ordered data mode",
            "[   11.870012] systemd[1]: Started Mesos Agent: distributed systems kernel agent.",
        ]
        if machine.systemCheck == .impaired || machine.instanceCheck == .impaired || !machine.hostAnswers {
            lines += [
                "[1987654.120001] INFO: task dockerd:2214 blocked for more than 120 seconds.",
                "[1987654.120117] EXT4-fs error (device sda1): ext4_journal_check_start:61: Detected aborted journal",
                "[1987660.004311] BUG: soft lockup - CPU#3 stuck for 22s! [kworker/3:1:512]",
            ]
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
