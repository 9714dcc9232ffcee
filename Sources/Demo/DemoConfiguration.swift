package import Simulation

/// The configuration with which Mayfly watches the demo's cluster: the file that an operator would write for it.
///
/// Everything that is left out has its default. The intervals are the shipped ones: the clock is what runs faster.
package func demoConfiguration(endpoints: DemoCluster.Endpoints, ledgerPath: String, rulesDirectory: String, shape: World.Shape = World.Shape()) -> String {
    let masters = endpoints.masters.joined(separator: ", ")
    return """
        # The demo's cluster. Nothing outside this machine is asked.
        cluster: prod
        mode: alert
        mesos:
          masters: [\(masters)]
          interval: 15s
        aws:
          region: us-east-1
          endpoint_url: \(endpoints.aws)
          interval: 60s
        pools:
          private:
            select: {tags: {Role: dcos-agent, cluster: prod}}
            size: \(shape.agents - shape.publicAgents)
            image: {ssm_parameter: \(World.privateParameter)}
          public:
            select: {tags: {Role: dcos-public-agent, cluster: prod}}
            size: \(shape.publicAgents)
            image: {ssm_parameter: \(World.publicParameter)}
        rules: {directory: \(quoted(rulesDirectory))}
        ledger: {path: \(quoted(ledgerPath)), retention: 90d}

        """
}

/// A path as a YAML text in double quotes.
private func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined() + "\""
}
