import Fleet
import Rules
import Terraform
import Testing

@testable import Daemon

@Suite struct `Terraform in the configuration` {
    private func parse(_ terraform: String, image: String = "{id: ami-1}", more: String = "") throws -> Configuration {
        try Configuration.parse(
            """
            cluster: c
            mesos: {masters: ["http://m"]}
            ledger: {path: /var/lib/mayfly/mayfly.db}
            pools:
              p:
                select: {tags: {Role: agent}}
                \(image.isEmpty ? "size: 1" : "image: \(image)")
                provision: {terraform: \(terraform)}
                \(more)
            """, path: "/etc/mayfly/m.yaml")
    }

    private func problems(_ terraform: String, image: String = "{id: ami-1}", more: String = "") -> [String] {
        do throws(any Error) { _ = try parse(terraform, image: image, more: more) } catch {
            return (error as? ConfigurationErrors)?.problems.map(\.description) ?? []
        }
        return []
    }

    @Test func `names a checkout, a resource in it, what goes with that, and variables`() throws {
        let whole = try parse("{dir: terraform/agents, address: module.a.aws_instance.agent, dependents: [aws_eip.b, aws_eip.a], variables: {region: eu}}")
        let resource = TerraformResource(
            folder: "/etc/mayfly/terraform/agents", address: "module.a.aws_instance.agent", dependents: ["aws_eip.a", "aws_eip.b"], variables: ["region": "eu"])
        #expect(whole.pools[0].provision == .terraform(resource))
        let settings = try #require(whole.terraform["p"])
        #expect(settings.folder == resource.folder && settings.address == resource.address && settings.variables == ["region": "eu"])
        #expect(settings.lockFile == "/var/lib/mayfly/terraform/etc_mayfly_terraform_agents.lock")
        #expect(whole.terraformFolders.folder(of: "1-i-1") == "/var/lib/mayfly/terraform/1-i-1")
        let keyed = try parse(#"{dir: /t, address: 'aws_instance.agent["a1"]'}"#)
        #expect(keyed.terraform["p"]?.address == "aws_instance.agent")
    }

    @Test func `needs no right to end or to launch an instance`() throws {
        let actions = try parse("{dir: /t, address: aws_instance.agent}").actingActions
        #expect(actions == ["ec2:GetConsoleOutput"])
    }

    @Test(arguments: [
        ("{address: aws_instance.a}", "'dir' is missing"), ("{dir: /t}", "'address' is missing"),
        ("{dir: /t, address: aws_instance.a, workspace: w}", "workspace"),
        ("{dir: /t, address: agent}", "no address of an aws_instance"), ("{dir: /t, address: aws_spot_instance_request.a}", "no address of an aws_instance"),
        ("{dir: /t, address: aws_instance.a, dependents: ['-x']}", "no address of a resource"),
        ("{dir: /t, address: aws_instance.a, variables: {'-x': y}}", "no name of a variable"),
    ]) func `is refused with its line`(text: String, words: String) {
        let found = problems(text)
        #expect(found.count == 1 && found[0].hasPrefix("/etc/mayfly/m.yaml:8:") && found[0].contains(words), "\(found)")
    }

    @Test func `is refused where the successor is to come first, and without an image`() {
        let first = problems("{dir: /t, address: aws_instance.a}", more: "order: launch-first")
        #expect(first.count == 1 && first[0].contains("m.yaml:9:") && first[0].contains("Terraform ends an instance before it creates another"), "\(first)")
        let blind = problems("{dir: /t, address: aws_instance.a}", image: "")
        #expect(blind.count == 1 && blind[0].contains("needs image beside it"), "\(blind)")
    }
}
