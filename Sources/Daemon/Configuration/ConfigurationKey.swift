/// One key of the configuration file, for `docs/configuration.md` and for the messages about keys that are not there.
package struct ConfigurationKey: Sendable {
    /// From the top, with dots; `NAME` stands for a name that the writer chooses, `TARGET` for an entry of
    /// one of the two lists of alert targets.
    package let path: String
    package let type: String
    /// As it would be written; nil where the key must be given or where its absence means that there is none.
    package let defaultValue: String?
    package let isRequired: Bool
    package let meaning: String

    private init(_ path: String, _ type: String, _ defaultValue: String? = nil, isRequired: Bool = false, _ meaning: String) {
        self.path = path
        self.type = type
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.meaning = meaning
    }

    /// Every key, in the order of the documentation.
    package static let all: [ConfigurationKey] = [
        ConfigurationKey("cluster", "text", isRequired: true, "The cluster's name, in output and logs."),
        ConfigurationKey(
            "mode", "`alert`, `propose` or `act`", "alert",
            "How far Mayfly may go, whatever a rule allows: `alert` says what it would do, `propose` does what somebody has approved, `act` does it."),
        ConfigurationKey(
            "claim", "`none`",
            "Instead of `claim.ssm_parameter`: the claim is kept nowhere, and you vouch that no other daemon acts on this cluster. One of both is required with `propose` and `act`."
        ),
        ConfigurationKey(
            "claim.ssm_parameter", "path",
            "Where the claim on the cluster is kept, so that one daemon acts on it: a path of SSM's Parameter Store, `/mayfly/prod/claim`, with nothing else under it."
        ),
        ConfigurationKey(
            "mesos.masters", "list of URLs", isRequired: true,
            "The masters, or Admin Router's `https://…/mesos`. Any of them may lead; standbys are followed to the leader."),
        ConfigurationKey("mesos.interval", "duration, 5s to 10m", "15s", "How often the leader is polled."),
        ConfigurationKey(
            "mesos.events", "`true` or `false`", "true",
            "Whether failures are heard of between two polls: by the leader's event stream, and by a look at its metrics every two seconds ([0027](decisions/0027-events-only-hasten.md))."
        ),
        ConfigurationKey("mesos.user", "text", "HTTP basic authentication; needs `password_file`."),
        ConfigurationKey("mesos.password_file", "path", "Holds the password. Read again at each poll."),
        ConfigurationKey("mesos.token_file", "path", "Holds a bearer token. Read again at each poll."),
        ConfigurationKey("mesos.ca_file", "path", "PEM certificates to trust instead of the system's."),
        ConfigurationKey(
            "dcos.url", "URL",
            "DC/OS' Admin Router, as `https://dcos.example.com`; required with `dcos`. Masters under `mesos` that are at this address get its login."),
        ConfigurationKey(
            "dcos.credentials.service_account", "path",
            "The secret of a service account (JSON with `uid`, `private_key`, `login_endpoint`). Read again at each login."),
        ConfigurationKey("dcos.credentials.token_file", "path", "Holds a token of DC/OS. Read again when the token is refused."),
        ConfigurationKey(
            "dcos.credentials.dcos_toml", "path", "The `dcos.toml` of the DC/OS CLI, for the token of its last login. Read again when it is refused."),
        ConfigurationKey("dcos.ca_file", "path", "PEM certificates to trust instead of the system's: the cluster's `/ca/dcos-ca.crt`."),
        ConfigurationKey("dcos.interval", "duration, 30s to 1h", "60s", "How often system health is polled. The masters ask their nodes once a minute."),
        ConfigurationKey("aws.region", "text", "The region. Without it: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile, the instance's own."),
        ConfigurationKey("aws.profile", "text", "A profile of the AWS configuration files. Given here it comes before keys in the environment."),
        ConfigurationKey("aws.endpoint_url", "URL", "Where AWS' services answer, all that are asked, if not at AWS."),
        ConfigurationKey("aws.interval", "duration, 15s to 1h", "60s", "How often EC2 and the image sources are polled."),
        ConfigurationKey(
            "aws.ssm_ping", "`true` or `false`", "false",
            "Whether SSM is asked which of its agents report, for `ssm_ping`. It needs the permission `ssm:DescribeInstanceInformation`."),
        ConfigurationKey(
            "aws.event_queue", "URL",
            "The queue of SQS that gets AWS' events about instances, so that they are looked at within seconds ([Events](events.md)). It needs `sqs:ReceiveMessage` and `sqs:DeleteMessage`."
        ),
        ConfigurationKey("probe.http", "1 to 65535", "Ask every host for `GET /health` on this port, mostly the agent's 5051: any HTTP answer will do."),
        ConfigurationKey("probe.ssh", "1 to 65535", "Instead of `http`: wait for an SSH server's greeting on this port."),
        ConfigurationKey("probe.interval", "duration, 10s to 10m", "30s", "How often every host is asked."),
        ConfigurationKey("probe.timeout", "duration, 100ms to 30s", "5s", "How long a host has to answer, connecting included."),
        ConfigurationKey("probe.concurrency", "1 to 256", "32", "How many hosts are asked at the same time."),
        ConfigurationKey("pools.NAME.select.tags", "mapping of texts", "EC2 tags that a node's instance must have, all of them."),
        ConfigurationKey("pools.NAME.select.groups", "list of texts", "Auto Scaling groups, any of which must have launched the instance."),
        ConfigurationKey("pools.NAME.select.attributes", "mapping of texts", "Mesos attributes that the agent must have, all of them."),
        ConfigurationKey(
            "pools.NAME.size", "1 to 100000",
            "How many nodes the pool is meant to have; shares are counted of this. Without it: its groups' desired capacity, else as many as there are."),
        ConfigurationKey("pools.NAME.image.id", "`ami-…`", "The target image, by id."),
        ConfigurationKey("pools.NAME.image.ssm_parameter", "text", "The SSM parameter that holds the target image's id."),
        ConfigurationKey("pools.NAME.image.newest.owners", "list of texts", "Account ids, `self` or `amazon`: whose images count. Required with `newest`."),
        ConfigurationKey("pools.NAME.image.newest.name", "text", "A pattern with `*` and `?` that the image's name must match."),
        ConfigurationKey("pools.NAME.image.newest.tags", "mapping of texts", "Tags that the image must have, all of them."),
        ConfigurationKey(
            "pools.NAME.image.launch_template.name", "text", "The launch template whose image is the target; or its `id`."),
        ConfigurationKey("pools.NAME.image.launch_template.id", "`lt-…`", "The same by id."),
        ConfigurationKey(
            "pools.NAME.image.launch_template.version", "`$Latest`, `$Default` or a number", "Which version of it. Without it: `$Default`, as at AWS."),
        ConfigurationKey("pools.NAME.image.group", "text", "The Auto Scaling group whose launch template holds the target image."),
        ConfigurationKey(
            "pools.NAME.provision.group", "text",
            "The Auto Scaling group that launches a fresh instance for one that is terminated. Without `provision` nothing in the pool can be replaced."),
        ConfigurationKey(
            "pools.NAME.provision.launch_template.name", "text", "Instead: the launch template that a fresh instance is launched from; or its `id`."),
        ConfigurationKey("pools.NAME.provision.launch_template.id", "`lt-…`", "The same by id."),
        ConfigurationKey(
            "pools.NAME.provision.launch_template.version", "`$Latest`, `$Default` or a number", "Which version of it. Without it: `$Default`, as at AWS."),
        ConfigurationKey(
            "pools.NAME.provision.terraform.dir", "path",
            "Instead: Terraform, and the folder of its root module: a checkout in which nobody else works. Required with `terraform`, as `address`."),
        ConfigurationKey(
            "pools.NAME.provision.terraform.address", "text",
            "The resource whose instances are the pool's nodes, `aws_instance.agent`: a node's own address is found in Terraform's state by its instance. With a key, `aws_instance.agent[\"a1\"]`, the pool's only node."
        ),
        ConfigurationKey("pools.NAME.provision.terraform.variables", "mapping of texts", "Handed to every plan by `-var`."),
        ConfigurationKey(
            "pools.NAME.provision.terraform.dependents", "list of texts",
            "Resources that are made anew with an instance and may change with it. Without a key: the one under the instance's own key. Whatever else a plan would change keeps it from being applied."
        ),
        ConfigurationKey(
            "pools.NAME.order", "`usual` or `launch-first`", "usual", "`launch-first`: the successor has joined before the old node is touched."),
        ConfigurationKey(
            "pools.NAME.load_balancers", "`true` or `false`", "false",
            "Whether target groups, classic load balancers and Elastic IPs that lead to its nodes are looked after: the node is taken out before the drain, and its successor put in ([Hands](hands.md))."
        ),
        ConfigurationKey(
            "pools.NAME.lifecycle_hook", "text",
            "The hook on termination of the group in `provision` that waits for Mayfly: it is completed once the node is drained, and kept waiting until then. Without it no hook is touched ([Hands](hands.md))."
        ),
        ConfigurationKey(
            "pools.NAME.commands.via", "`ssm` or `ssh`",
            "How a command reaches a host: SSM's document `AWS-RunShellScript`, or OpenSSH. Required with `commands`, and `commands` where a pool is provisioned in `propose` or `act`."
        ),
        ConfigurationKey("pools.NAME.commands.ssh.user", "text", "Who logs in, with the right to do what the commands do. Required with `ssh`, as both files."),
        ConfigurationKey("pools.NAME.commands.ssh.identity_file", "path", "The private key, without a passphrase."),
        ConfigurationKey(
            "pools.NAME.commands.ssh.known_hosts_file", "path",
            "The hosts' keys, or those of an authority that signs them. A host that is not in it is not talked to."),
        ConfigurationKey("pools.NAME.commands.ssh.port", "1 to 65535", "22", "Where the hosts' SSH servers listen."),
        ConfigurationKey("pools.NAME.commands.ssh.connect_timeout", "duration, 1s to 2m", "10s", "How long a host has to take a connection."),
        ConfigurationKey("pools.NAME.commands.timeout", "duration, 10s to 30m", "5m", "How long a command may run."),
        ConfigurationKey(
            "pools.NAME.commands.restart", "list of texts",
            "Lines of shell that start the agent anew. Without it and the next four: what is usual on DC/OS ([Hands](hands.md)). Nothing of a node is put into them."
        ),
        ConfigurationKey("pools.NAME.commands.stop", "list of texts", "Those that stop Docker, the agent and its executors, on a node that Mesos has lost."),
        ConfigurationKey("pools.NAME.commands.start", "list of texts", "Those that start Docker and the agent again, when a replacement is undone."),
        ConfigurationKey("pools.NAME.commands.drain", "list of texts", "Those that end what runs, where Mesos (before 1.9) has no drain."),
        ConfigurationKey("pools.NAME.commands.leave", "list of texts", "Those with which the agent leaves the cluster."),
        ConfigurationKey("pools.NAME.commands.before_drain", "list of texts", "Run before the drain, as when a load balancer has to let go of the node."),
        ConfigurationKey("pools.NAME.commands.ready", "list of texts", "Run on the fresh node before it counts as joined."),
        ConfigurationKey("services.marathon", "URL", "Marathon's base, where it is not under DC/OS' Admin Router: `http://marathon.example.com:8080`."),
        ConfigurationKey(
            "services.interval", "duration, 30s to 10m", "60s", "How often Marathon and the schedulers are polled. [What a poll asks](services.md)."),
        ConfigurationKey(
            "services.kafka_packages", "list of texts",
            "The values of `DCOS_PACKAGE_NAME` that mean Kafka, instead of `kafka`, `confluent-kafka`, their `beta-` and `portworx-` kin."),
        ConfigurationKey(
            "services.defaults.policy", "`guarded`, `refuse` or `ignore`",
            "The policy of services that have none of their own. Without it: `guarded` for Kafka, `refuse` for others."),
        ConfigurationKey("services.defaults.max_in_flight", "1 to 100", "1", "How many members of a service may be out at a time."),
        ConfigurationKey(
            "services.defaults.min_insync", "1 to 100",
            "How many replicas of every partition have to stay in sync where a topic does not say it with `min.insync.replicas`. Without it: 1."),
        ConfigurationKey(
            "services.NAME.policy", "`guarded`, `refuse` or `ignore`",
            "`guarded`: its members can be moved. `refuse`: a node with one of them is not ephemeral. `ignore`: they count for nothing, and its scheduler is not asked."
        ),
        ConfigurationKey("services.NAME.max_in_flight", "1 to 100", "As in `defaults`, for this service."),
        ConfigurationKey("services.NAME.min_insync", "1 to 100", "As in `defaults`, for this service."),
        ConfigurationKey("services.NAME.expendable_topics", "list of regular expressions", "Topics whose last copy may be lost."),
        ConfigurationKey(
            "services.NAME.url", "URL", "Where its scheduler answers apart from Admin Router: a VIP, mostly. Tried when Admin Router does not reach it."),
        ConfigurationKey(
            "limits.in_flight.fleet", "count, or 1% to 100%", "2",
            "How many replacements may be in flight. A share is of the present capacity, rounded down, but never below one; `check` prints the numbers."),
        ConfigurationKey("limits.in_flight.pool", "count, or 1% to 100%", "1", "The same of one pool."),
        ConfigurationKey("limits.in_flight.zone", "count, or 1% to 100%", "1", "The same of one zone; a share is of the nodes that are in it."),
        ConfigurationKey(
            "limits.in_flight.ahead", "`true` or `false`", "false",
            "Whether replacements of outdated nodes begin before their services have a slot for them, and wait for their turn. Their nodes take no more tasks meanwhile, so that members are moved to fresh nodes, and once."
        ),
        ConfigurationKey(
            "limits.rate", "list of `count/duration`, 1m to 24h", "2/10m, 10/1h, 30/24h",
            "How many replacements may start within each time: one purse for all rules."),
        ConfigurationKey(
            "limits.breaker.share", "count, or 1% to 50%", "20%",
            "The unhealthy share of fleet, zone, pool or image at which nothing is started any more: many at once have something in common."),
        ConfigurationKey("limits.breaker.at_least", "1 to 100000", "2", "So few unhealthy nodes never trip it."),
        ConfigurationKey("limits.breaker.cooldown", "duration, 1m to 24h", "20m", "How long it stays tripped after the last look at which it was too much."),
        ConfigurationKey(
            "limits.shrink", "count, or 1% to 50%", "10%",
            "How much smaller than its maximum of 24 hours the fleet may be without an explanation, before nothing that is seen is acted on."),
        ConfigurationKey(
            "limits.parked", "1 to 100", "2", "How many parked replacements of a pool stop its starts, until somebody accepts the latch."),
        ConfigurationKey(
            "refresh", "`windows` or `opened`", "windows",
            "When outdated nodes may be replaced: `windows`, whenever their rule's interval is open; `opened`, only while somebody has opened a refresh besides (`mayfly refresh`)."
        ),
        ConfigurationKey(
            "pause_file", "path", PauseFile.defaultPath,
            "While this file is there nothing is started and nothing harmful is done; one that cannot be read counts too. Works with the daemon down."),
        ConfigurationKey("rules.directory", "path", "rules", "Where the rule files are; every `*.yaml` but `*.test.yaml`."),
        ConfigurationKey("ledger.path", "path", "/var/lib/mayfly/mayfly.db", "The SQLite file. Its directory must exist."),
        ConfigurationKey("ledger.retention", "duration, 1d to 5y", "90d", "How long what is over is kept."),
        ConfigurationKey(
            "socket", "path", ConsoleSection.defaultSocket,
            "The Unix socket on which the daemon answers the other commands: its owner and its group may. At most 107 bytes, its directory 96."),
        ConfigurationKey(
            "metrics.listen", "address and port",
            "Where `/metrics` and `/healthz` are answered on TCP as well, as `127.0.0.1:9464`. Without it: only on the socket."),
        ConfigurationKey(
            "alerts.alertmanager", "list of URLs or mappings", "Alertmanagers that are told of findings through their API v2; each is told everything."),
        ConfigurationKey(
            "alerts.webhook", "list of URLs or mappings", "Where each finding that fires or ends is sent as JSON, one call for each."),
        ConfigurationKey("alerts.resend", "duration, 15s to 4m", "60s", "How often an Alertmanager is told again of what goes on."),
        ConfigurationKey("alerts.TARGET.url", "URL", "Of an entry of `alertmanager` or `webhook` that is a mapping. Required there."),
        ConfigurationKey("alerts.TARGET.name", "text", "What the target is called in output and logs. Without it: the URL up to its path."),
        ConfigurationKey("alerts.TARGET.token_file", "path", "Holds a bearer token for it. Read again at each call."),
        ConfigurationKey("alerts.TARGET.ca_file", "path", "PEM certificates to trust for it instead of the system's."),
    ]

    private init(_ path: String, _ type: String, isRequired: Bool = false, _ meaning: String) {
        self.init(path, type, nil, isRequired: isRequired, meaning)
    }
}
